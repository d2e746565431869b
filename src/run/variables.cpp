#include "run/variables.hpp"

#include <algorithm>

#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::run {
namespace {

constexpr std::size_t longest_key = 50;

bool is_key(std::string_view key) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !key.empty() && key.size() <= longest_key && letter(key.front()) &&
         std::all_of(key.begin(), key.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

std::vector<postgres::Variable> parse_variables(const std::vector<std::string>& given) {
  std::vector<postgres::Variable> out;
  for (const auto& each : given) {
    const auto equals = each.find('=');
    if (equals == std::string::npos) throw Error(ExitCode::usage, "-x takes key=value", "write -x KEY=VALUE");
    const auto key = each.substr(0, equals);
    if (!is_key(key))
      throw Error(
          ExitCode::usage,
          "-x: \"" + key +
              "\" is no key: letters, digits and _ make one, no digit begins it, and it has at most " +
              std::to_string(longest_key) + " of them");
    const auto name = "migrate." + to_lower(key);
    if (name == "migrate.tag")
      throw Error(ExitCode::usage, "-x tag: that is what --tag sets", "use --tag TEXT");
    if (std::any_of(out.begin(), out.end(), [&](const auto& other) { return other.name == name; }))
      throw Error(ExitCode::usage, "-x " + key + " is given twice");
    auto value = each.substr(equals + 1);
    if (!is_utf8(value)) throw Error(ExitCode::usage, "-x " + key + ": the value is not UTF-8");
    out.push_back({name, std::move(value)});
  }
  return out;
}

}  // namespace migrate::run
