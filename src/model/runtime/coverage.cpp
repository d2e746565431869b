// Bytes of a struct that no column and no skip<>() covers: somebody added a member and forgot its column.
#include <algorithm>

#include "resolve.hpp"

namespace migrate::detail {
namespace {

// "shop::User" of &shop::User::email.
std::string owner(const Coverage::Range& range) {
  const auto text = member_text(range.member);
  return text.substr(0, text.rfind("::"));
}

void check(ModelData& model, Coverage& coverage) {
  auto ranges = coverage.ranges;
  std::sort(ranges.begin(), ranges.end(),
            [](const auto& a, const auto& b) { return a.place.offset < b.place.offset; });
  std::size_t covered = coverage.polymorphic ? sizeof(void*) : 0;
  const Coverage::Range* before = nullptr;
  const auto hole = [&](std::size_t end, std::size_t padding) {
    if (end <= covered || end - covered < padding) return;
    const auto bytes = end - covered;
    model.warnings.push_back(
        {coverage.where, coverage.owner + ": " + std::to_string(bytes) + (bytes == 1 ? " byte " : " bytes ") +
                             (before ? "after '" + member_name(before->member) + "'" : "at the start") +
                             " belong" + (bytes == 1 ? "s" : "") +
                             " to no column: declare the member, or skip<…>() it"});
  };
  std::size_t alignment = 1;
  for (const auto& range : ranges) {
    const auto begin = static_cast<std::size_t>(range.place.offset);
    // Less than the member's alignment is padding before it; at the end of a base class, less than that
    // class's alignment.
    const bool other_owner = before && owner(*before) != owner(range);
    hole(begin, other_owner ? std::max(range.place.align, before->place.owner_align) : range.place.align);
    alignment = std::max({alignment, range.place.align, range.place.owner_align});
    if (begin + range.place.size <= covered) continue;
    covered = begin + range.place.size;
    before = &range;
  }
  if (ranges.empty() && coverage.size == 1) return;  // an empty struct has one byte
  hole(coverage.size, alignment);
}

}  // namespace

void check_coverage(ModelData& model) {
  for (auto& table : model.tables)
    for (auto& coverage : table.coverage) check(model, coverage);
}

}  // namespace migrate::detail
