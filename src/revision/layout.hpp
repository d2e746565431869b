// Where scripts stand, and how new ones are named: [migrations] of the configuration.
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "revision/script.hpp"

namespace migrate::revision {

struct Layout {
  std::vector<std::filesystem::path> folders;            // at least one; HEAD and .models stand in the first
  bool recursive = false;                                // scripts of folders in them, too
  bool linear = true;                                    // keep HEAD
  std::string file_name = "{date}_{time}_{rev}_{slug}";  // without .sql; may hold / if recursive
  std::size_t slug_length = 40;
  std::string timezone = "UTC";           // of `created`, and so of the name
  std::filesystem::path script_template;  // empty: none
};

// The name of a script's file, with .sql, seen from its folder; its header must have `created`. Throws
// Error(usage) for an unknown token, and for a name that would not be found again.
std::filesystem::path file_name(const Layout& layout, const Header& header);

// The script as text: format_script(), or `script_template` with its tokens replaced. Throws Error(failed) if
// that does not read back to the same header and sections.
std::string script_text(const Layout& layout, const Script& script);

}  // namespace migrate::revision
