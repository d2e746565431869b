#include "diff/kinds.hpp"

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
        changes.alter(id_of(current), catalog::differing_fields(old, current));
      });
}

std::string describe_field(const catalog::Extension& before, const catalog::Extension& after,
                           const std::string& field) {
  if (field == "schema") return from_to("schema", before.schema, after.schema);
  if (field == "version") return from_to("version", before.version, after.version);
  return field;
}

}  // namespace migrate::diff
