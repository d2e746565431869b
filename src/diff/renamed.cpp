#include "diff/rename.hpp"
#include "diff/rename_text.hpp"

namespace migrate::diff {

using catalog::Kind;
using catalog::ObjectId;

Rename inverse(const Rename& rename) { return {rename.to, rename.from, rename.to_label, rename.from_label}; }

ObjectId renamed(ObjectId id, const Rename& rename) {
  if (!rename.from_label.empty()) return id;
  if (id == rename.from) return rename.to;
  const auto kind = rename.from.kind;
  if (kind == Kind::schema) {
    if (id.name.schema == rename.from.name.name) id.name.schema = rename.to.name.name;
    if (catalog::is_routine(id.kind))
      id.member = rename_schema(id.member, rename.from.name.name, rename.to.name.name);
    return id;
  }
  const bool holds = kind == Kind::table || kind == Kind::view || kind == Kind::materialized_view;
  if (holds && catalog::is_member(id.kind) && id.name == rename.from.name) id.name = rename.to.name;
  const bool is_type = holds || kind == Kind::enum_type || kind == Kind::domain ||
                       kind == Kind::composite_type || kind == Kind::range_type;
  if (is_type && catalog::is_routine(id.kind))
    id.member = rename_argument(id.member, rename.from.name, rename.to.name);
  return id;
}

ObjectId renamed(ObjectId id, const std::vector<Rename>& renames) {
  for (const auto& rename : renames) id = renamed(std::move(id), rename);
  return id;
}

}  // namespace migrate::diff
