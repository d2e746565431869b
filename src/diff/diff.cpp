#include <tuple>

#include "diff/access.hpp"
#include "diff/kinds.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::diff {

std::vector<Change> Changes::take() {
  std::vector<Change> out;
  std::size_t count = 0;
  for (const auto& each : of_kind_) count += each.size();
  out.reserve(count);
  const auto less = [](const Change& a, const Change& b) {
    const auto order = a.object <=> b.object;
    return order != 0 ? order < 0 : a.action == Action::drop && b.action != Action::drop;
  };
  for (auto& each : of_kind_) {
    if (!std::is_sorted(each.begin(), each.end(), less)) std::stable_sort(each.begin(), each.end(), less);
    std::move(each.begin(), each.end(), std::back_inserter(out));
    each.clear();
  }
  return out;
}

std::vector<Change> diff(const catalog::Database& before, const catalog::Database& after) {
  Changes changes;
  diff_schemas(before, after, changes);
  diff_extensions(before, after, changes);
  diff_enum_types(before, after, changes);
  diff_sequences(before, after, changes);
  diff_tables(before, after, changes);
  diff_definitions(before, after, changes);
  auto found = changes.take();
  diff_access(before, after, found);
  return found;
}

std::string from_to(std::string_view word, const std::string& before, const std::string& after) {
  const std::string start = std::string(word) + " ";
  if (before.empty()) return start + after + " added";
  if (after.empty()) return start + before + " dropped";
  return start + before + " to " + after;
}

std::string on_off(std::string_view word, bool after) {
  return std::string(word) + (after ? " added" : " dropped");
}

std::string text_of(const catalog::StorageParameters& options) {
  return join_with(options, ", ", [](const auto& option) { return option.first + "=" + option.second; });
}

std::string parenthesised(const std::string& text) { return text.empty() ? text : "(" + text + ")"; }

std::string text_of(const std::vector<std::string>& columns) {
  if (columns.empty()) return {};
  return "(" + join_with(columns, ", ", [](const std::string& column) { return quote_identifier(column); }) +
         ")";
}

}  // namespace migrate::diff
