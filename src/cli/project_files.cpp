#include "cli/project_files.hpp"

#include <string_view>

#include "model/build.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace fs = std::filesystem;
namespace {

// For editors: clangd and others read it.
constexpr std::string_view flags_text = "-std=c++20\n-I.migrate/include/current\n";

constexpr std::string_view ignored = ".migrate/";

// A file that is there gets the line that it lacks. True if it was written.
bool ignore(const fs::path& file) {
  std::error_code unreadable;
  auto text = fs::exists(file, unreadable) ? read_file(file) : std::string();
  for (const auto line : lines(text))
    if (trim(line) == ignored || trim(line) == "/.migrate/" || trim(line) == ".migrate") return false;
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  write_file(file, text + std::string(ignored) + "\n");
  return true;
}

}  // namespace

std::vector<std::string> write_editor_files(const fs::path& project) {
  std::vector<std::string> written;
  std::error_code unreadable;
  if (!fs::exists(project / "compile_flags.txt", unreadable)) {
    write_file(project / "compile_flags.txt", flags_text);
    written.emplace_back("compile_flags.txt");
  }
  if (ignore(project / ".gitignore")) written.emplace_back(".gitignore");
  model::write_embedded(project);
  return written;
}

}  // namespace migrate::cli
