#include "diff/kinds.hpp"
#include "util/quote.hpp"

namespace migrate::diff {
namespace {
catalog::ObjectId id_of(const catalog::Extension& extension) {
  return {catalog::Kind::extension, {"", extension.name}, ""};
}
}  // namespace

void diff_extensions(const catalog::Database& before, const catalog::Database& after, Changes& changes) {
  merge(
      before.extensions, after.extensions, [&](const auto& old) { changes.drop(id_of(old)); },
      [&](const auto& current) { changes.create(id_of(current)); },
      [&](const auto& old, const auto& current) {
        auto fields = catalog::differing_fields(old, current);
        std::erase(fields, "usual_comment");
        changes.alter(id_of(current), std::move(fields));
      });
}

std::string describe_field(const catalog::Extension& before, const catalog::Extension& after,
                           const std::string& field) {
  if (field == "schema") return from_to("schema", before.schema, after.schema);
  const auto quoted = [](const std::string& text) { return text.empty() ? text : quote_literal(text); };
  if (field == "comment") return from_to("comment", quoted(before.comment), quoted(after.comment));
  if (field == "version") return from_to("version", before.version, after.version);
  return field;
}

}  // namespace migrate::diff
