#include "catalog/default_name.hpp"

#include <cstddef>

namespace migrate::catalog {
namespace {

constexpr std::size_t longest_name = 63;  // NAMEDATALEN - 1 of a server as everybody builds it

std::string_view clip(std::string_view text, std::size_t size) {
  if (size >= text.size()) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

}  // namespace

std::string default_name(std::string_view table, std::string_view column, std::string_view label) {
  const std::size_t overhead = (column.empty() ? 0 : 1) + (label.empty() ? 0 : label.size() + 1);
  std::size_t first = table.size();
  std::size_t second = column.size();
  while (first + second > longest_name - overhead) --(first > second ? first : second);
  std::string out(clip(table, first));
  if (!column.empty()) (out += '_') += clip(column, second);
  if (!label.empty()) (out += '_') += label;
  return out;
}

}  // namespace migrate::catalog
