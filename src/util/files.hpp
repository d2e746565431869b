// Files. Every function throws Error (ExitCode::failed) that names the path and the system's reason.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace migrate {

std::string read_file(const std::filesystem::path& path);

// Writes a temporary file beside `path`, syncs and renames it, so that a reader sees the old or the new
// bytes, never half. Makes missing parent folders.
void write_file(const std::filesystem::path& path, std::string_view bytes);

// `path` as seen from the working folder if that is shorter to read: for messages.
std::string display_path(const std::filesystem::path& path);

}  // namespace migrate
