#include "util/duration.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "util/text.hpp"

namespace migrate {

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  text = trim(text);
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  auto rest = text.substr(digits);
  std::string_view fraction;
  if (rest.starts_with('.')) {
    fraction = rest.substr(1, std::min(rest.find_first_not_of("0123456789", 1), rest.size()) - 1);
    rest.remove_prefix(1 + fraction.size());
  }
  if (digits == 0 || (digits + 1 + rest.size() == text.size() && fraction.empty() && text[digits] == '.'))
    return {};
  double number = 0;
  for (const char c : text.substr(0, digits)) number = number * 10 + (c - '0');
  double place = 0.1;
  for (const char c : fraction) {
    number += place * (c - '0');
    place /= 10;
  }
  constexpr std::pair<std::string_view, double> units[] = {
      {"", 1}, {"ms", 1}, {"us", 0.001}, {"s", 1000}, {"min", 60000}, {"h", 3600000.0}, {"d", 86400000.0}};
  const auto unit = trim(rest);
  for (const auto& [name, milliseconds] : units) {
    if (name != unit) continue;
    const double total = number * milliseconds;
    if (total > std::numeric_limits<int>::max()) return {};
    return std::chrono::milliseconds(std::lround(total));
  }
  return {};
}

}  // namespace migrate
