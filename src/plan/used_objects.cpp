#include "plan/used_objects.hpp"

#include "sql/statement.hpp"

namespace migrate::plan {

using catalog::Kind;
using catalog::ObjectId;

UsedObjects::UsedObjects(const catalog::Database& database) {
  const auto add = [](Names& names, const catalog::Name& name, const ObjectId& id) {
    names[name.name].emplace_back(name.schema, id);
  };
  for (const auto& each : database.tables) {
    add(relations_, each.name, {Kind::table, each.name, ""});
    add(types_, each.name, {Kind::table, each.name, ""});
  }
  for (const auto& each : database.sequences) add(relations_, each.name, {Kind::sequence, each.name, ""});
  for (const auto& each : database.enums) add(types_, each.name, {Kind::enum_type, each.name, ""});
  catalog::Database::definitions(database, [&](const auto& list) {
    for (const auto& each : list) {
      const ObjectId id = each.id();
      if (catalog::is_routine(id.kind)) {
        add(routines_, id.name, id);
      } else if (id.kind == Kind::view || id.kind == Kind::materialized_view) {
        add(relations_, id.name, id);
        add(types_, id.name, id);
      } else if (!catalog::is_member(id.kind) && id.kind != Kind::event_trigger) {
        add(types_, id.name, id);
      }
    }
  });
  // A range's constructor is called as the range is, its multirange's and that type's as it says, and where
  // it says.
  for (const auto& each : database.range_types) {
    add(routines_, each.name, each.id());
    if (each.multirange.empty()) continue;
    add(routines_, each.multirange, each.id());
    add(types_, each.multirange, each.id());
  }
}

std::vector<ObjectId> UsedObjects::in(std::string_view statement) const {
  std::set<ObjectId> found;
  const auto look = [&](const std::vector<sql::UsedName>& names, const Names& known) {
    for (const auto& each : names) {
      const auto at = known.find(each.name);
      if (at == known.end()) continue;
      for (const auto& [schema, id] : at->second)
        if (each.schema.empty() || each.schema == schema) found.insert(id);
    }
  };
  const auto names = sql::used_names(statement);
  look(names.relations, relations_);
  look(names.functions, routines_);
  look(names.types, types_);
  return {found.begin(), found.end()};
}

}  // namespace migrate::plan
