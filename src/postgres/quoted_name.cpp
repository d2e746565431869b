#include "postgres/quoted_name.hpp"

namespace migrate::postgres {

std::pair<std::string, std::string> split_last(const std::string& name) {
  bool quoted = false;
  std::size_t dot = std::string::npos;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '"') quoted = !quoted;
    if (name[i] == '.' && !quoted) dot = i;
  }
  if (dot == std::string::npos) return {"", name};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

std::string unquoted(std::string_view part) {
  if (part.size() < 2 || part.front() != '"') return std::string(part);
  std::string out;
  for (std::size_t i = 1; i + 1 < part.size(); ++i) {
    out += part[i];
    if (part[i] == '"') ++i;
  }
  return out;
}

}  // namespace migrate::postgres
