#include "revision/header_line.hpp"

#include <algorithm>

#include "revision/markers.hpp"
#include "util/text.hpp"

namespace migrate::revision {

std::string with_header_line(std::string_view text, std::string_view key, std::string_view value) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, end - at);
    const auto bare = trim(line);
    const auto marker = bare.starts_with("--") ? marker_of(bare) : std::nullopt;
    if (marker && (marker->key == "up" || marker->key == "down")) break;
    if (marker && marker->key == key) {
      std::string out(text.substr(0, at));
      out += "-- migrate:" + std::string(key) + " " + std::string(value);
      if (line.ends_with('\r')) out += '\r';
      out += text.substr(end);
      return out;
    }
    at = end + 1;
  }
  return std::string(text);
}

}  // namespace migrate::revision
