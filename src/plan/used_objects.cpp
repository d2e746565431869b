#include "plan/used_objects.hpp"

#include "sql/statement.hpp"

namespace migrate::plan {

using catalog::Kind;
using catalog::ObjectId;

UsedObjects::UsedObjects(const catalog::Database& database) {
  for (const auto& each : database.tables) {
    relations_[each.name.name].push_back({Kind::table, each.name, ""});
    types_[each.name.name].push_back({Kind::table, each.name, ""});
  }
  for (const auto& each : database.sequences)
    relations_[each.name.name].push_back({Kind::sequence, each.name, ""});
  for (const auto& each : database.enums) types_[each.name.name].push_back({Kind::enum_type, each.name, ""});
  catalog::Database::definitions(database, [&](const auto& list) {
    for (const auto& each : list) {
      const ObjectId id = each.id();
      const auto& name = id.name.name;
      if (catalog::is_routine(id.kind)) {
        routines_[name].push_back(id);
      } else if (id.kind == Kind::view || id.kind == Kind::materialized_view) {
        relations_[name].push_back(id);
        types_[name].push_back(id);
      } else if (!catalog::is_member(id.kind) && id.kind != Kind::event_trigger) {
        types_[name].push_back(id);
      }
    }
  });
  // A range's constructor is called as the range is, its multirange's and that type's as it says.
  for (const auto& each : database.range_types) {
    routines_[each.name.name].push_back(each.id());
    if (each.multirange.empty()) continue;
    routines_[each.multirange.name].push_back(each.id());
    types_[each.multirange.name].push_back(each.id());
  }
}

std::vector<ObjectId> UsedObjects::in(std::string_view statement) const {
  std::set<ObjectId> found;
  const auto look = [&](const std::vector<sql::UsedName>& names, const Names& known) {
    for (const auto& each : names) {
      const auto at = known.find(each.name);
      if (at == known.end()) continue;
      for (const auto& id : at->second)
        if (each.schema.empty() || each.schema == id.name.schema) found.insert(id);
    }
  };
  const auto names = sql::used_names(statement);
  look(names.relations, relations_);
  look(names.functions, routines_);
  look(names.types, types_);
  return {found.begin(), found.end()};
}

}  // namespace migrate::plan
