#include "catalog/default_name.hpp"

#include "util/text.hpp"

namespace migrate::catalog {
std::string default_name(std::string_view table, std::string_view column, std::string_view label) {
  const std::size_t overhead = (column.empty() ? 0 : 1) + (label.empty() ? 0 : label.size() + 1);
  std::size_t first = table.size();
  std::size_t second = column.size();
  while (first + second > longest_identifier - overhead) --(first > second ? first : second);
  std::string out(clip(table, first));
  if (!column.empty()) (out += '_') += clip(column, second);
  if (!label.empty()) (out += '_') += label;
  return out;
}

}  // namespace migrate::catalog
