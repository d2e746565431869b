// The lines `-- migrate:KEY VALUE`, which both the top of a script and its sections are made of.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "revision/script.hpp"

namespace migrate::revision {

struct Marker {
  std::string_view key;    // "up"
  std::string_view value;  // what follows, trimmed
};

// Of a comment with its dashes; nothing for a plain one.
std::optional<Marker> marker_of(std::string_view comment);

// A script up to its first section.
struct Top {
  Header header;
  std::vector<std::string> comments;
  bool allows_data_loss = false;
  std::size_t end = 0;  // offset and line of the first section's marker
  int end_line = 1;
};
Top read_top(std::string_view text, const std::filesystem::path& path);

Section read_section(const Marker& marker, int line, const std::string& file);  // without its SQL
std::string format_options(const Section& section);
void read_allow(std::string_view value, bool& allows_data_loss, int line, const std::string& file);

bool is_header_key(std::string_view key);  // not allow, which may stand anywhere

// Knows all that may follow "migrate:" in a script: "did you mean …".
[[noreturn]] void unknown_marker(std::string_view key, int line, const std::string& file);

}  // namespace migrate::revision
