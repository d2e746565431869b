#include "model/glob.hpp"

#include <fnmatch.h>

#include <algorithm>

namespace migrate::model {
namespace {

namespace fs = std::filesystem;

using Strings = std::vector<std::string>;

void search(const fs::path& folder, const fs::path& found, const Strings& parts, std::size_t at,
            Strings& out) {
  std::error_code error;
  if (at == parts.size()) {
    if (fs::is_regular_file(folder / found, error)) out.push_back(found.generic_string());
    return;
  }
  const auto& part = parts[at];
  if (part.find_first_of("*?[") == std::string::npos) return search(folder, found / part, parts, at + 1, out);
  if (part == "**") search(folder, found, parts, at + 1, out);
  for (const auto& entry : fs::directory_iterator(folder / found, error)) {
    const auto name = entry.path().filename().string();
    if (part == "**") {
      if (entry.is_directory(error) && !name.starts_with('.')) search(folder, found / name, parts, at, out);
    } else if (::fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) == 0) {
      search(folder, found / name, parts, at + 1, out);
    }
  }
}

}  // namespace

std::vector<std::string> glob(const fs::path& folder, const std::string& pattern) {
  Strings parts;
  for (const auto& part : fs::path(pattern)) parts.push_back(part.string());
  Strings out;
  search(folder, {}, parts, 0, out);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace migrate::model
