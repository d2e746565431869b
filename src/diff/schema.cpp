#include "diff/kinds.hpp"
#include "util/quote.hpp"

namespace migrate::diff {
namespace {
catalog::ObjectId id_of(const catalog::Schema& schema) {
  return {catalog::Kind::schema, {"", schema.name}, ""};
}
}  // namespace

void diff_schemas(const catalog::Database& before, const catalog::Database& after, Changes& changes) {
  merge(
      before.schemas, after.schemas, [&](const auto& old) { changes.drop(id_of(old)); },
      [&](const auto& current) { changes.create(id_of(current)); },
      [&](const auto& old, const auto& current) {
        changes.alter(id_of(current), catalog::differing_fields(old, current));
      });
}

std::string describe_field(const catalog::Schema& before, const catalog::Schema& after,
                           const std::string& field) {
  const auto quoted = [](const std::string& text) { return text.empty() ? text : quote_literal(text); };
  if (field == "comment") return from_to("comment", quoted(before.comment), quoted(after.comment));
  return field;
}

}  // namespace migrate::diff
