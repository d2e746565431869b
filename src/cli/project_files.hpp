// What a project folder has beside its models and scripts; init and adopt write it.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace migrate::cli {

// compile_flags.txt for editors (unless there is one), .migrate/ in .gitignore, the embedded headers. Returns
// the files that were written, as seen from `project`.
std::vector<std::string> write_editor_files(const std::filesystem::path& project);

}  // namespace migrate::cli
