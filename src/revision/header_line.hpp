// Changes a line of a script's header and nothing else of the file.
#pragma once
#include <string>
#include <string_view>

namespace migrate::revision {

// The text with `-- migrate:KEY VALUE` in the place of the line with that key; a header without one is
// returned as it is. Line ends stay.
std::string with_header_line(std::string_view text, std::string_view key, std::string_view value);

}  // namespace migrate::revision
