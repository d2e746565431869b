#include "diff/kinds.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

catalog::ObjectId id_of(const catalog::EnumType& type) { return {catalog::Kind::enum_type, type.name, ""}; }

bool has(const std::vector<std::string>& labels, const std::string& label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

std::string describe_labels(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  std::vector<std::string> parts;
  for (const auto& label : before)
    if (!has(after, label)) parts.push_back("label " + quote_literal(label) + " dropped");
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (has(before, after[i])) continue;
    std::string where;
    if (i + 1 == after.size())
      where = " at the end";
    else
      where = " before " + quote_literal(after[i + 1]);
    parts.push_back("label " + quote_literal(after[i]) + " added" + where);
  }
  std::vector<std::string> kept_before, kept_after;
  for (const auto& label : before)
    if (has(after, label)) kept_before.push_back(label);
  for (const auto& label : after)
    if (has(before, label)) kept_after.push_back(label);
  if (kept_before != kept_after) {
    const auto list = [](const std::vector<std::string>& labels) {
      return join_with(labels, ", ", quote_literal);
    };
    parts.push_back("order of labels " + list(kept_before) + " to " + list(kept_after));
  }
  return join(parts, ", ");
}

}  // namespace

void diff_enum_types(const catalog::Database& before, const catalog::Database& after, Changes& changes) {
  merge(
      before.enums, after.enums, [&](const auto& old) { changes.drop(id_of(old)); },
      [&](const auto& current) { changes.create(id_of(current)); },
      [&](const auto& old, const auto& current) {
        changes.alter(id_of(current), catalog::differing_fields(old, current));
      });
}

std::string describe_field(const catalog::EnumType& before, const catalog::EnumType& after,
                           const std::string& field) {
  const auto quoted = [](const std::string& text) { return text.empty() ? text : quote_literal(text); };
  if (field == "labels") return describe_labels(before.labels, after.labels);
  if (field == "comment") return from_to("comment", quoted(before.comment), quoted(after.comment));
  return field;
}

}  // namespace migrate::diff
