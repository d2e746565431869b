#include "catalog/access.hpp"

#include <algorithm>

#include "catalog/database.hpp"
#include "catalog/default_name.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::catalog {
namespace {

template <class List>
auto position_of(List& list, const ObjectId& id) {
  return std::lower_bound(list.begin(), list.end(), id,
                          [](const Access& each, const ObjectId& wanted) { return each.object < wanted; });
}

bool has_view_column(const Database& database, const ObjectId& id) {
  const auto has = [&](const auto* view) {
    return view && std::any_of(view->columns.begin(), view->columns.end(),
                               [&](const ViewColumn& each) { return each.name == id.member; });
  };
  return has(database.find<View>({Kind::view, id.name, ""})) ||
         has(database.find<MaterializedView>({Kind::materialized_view, id.name, ""}));
}

void spell_out(std::vector<Grant>& grants, const std::string& object, const std::vector<std::string>& all) {
  std::vector<Grant> out;
  const auto add = [&](const Grant& grant) {
    if (std::find(out.begin(), out.end(), grant) == out.end()) out.push_back(grant);
  };
  for (const Grant& each : grants) {
    if (each.privilege != "all") {
      if (std::find(all.begin(), all.end(), each.privilege) == all.end())
        throw Error(ExitCode::failed, object + ": there is no privilege \"" + each.privilege + "\"",
                    all.empty() ? "such an object is granted to nobody" : "those are: " + join(all, ", "));
      add(each);
      continue;
    }
    for (const auto& privilege : all) {
      Grant single = each;
      single.privilege = privilege;
      add(single);
    }
  }
  grants = std::move(out);
}

}  // namespace

std::string_view default_privileges_for(Kind kind) {
  switch (kind) {
    case Kind::table:
    case Kind::view:
    case Kind::materialized_view:
      return "tables";
    case Kind::sequence:
      return "sequences";
    case Kind::function:
    case Kind::procedure:
    case Kind::aggregate:
      return "functions";
    case Kind::enum_type:
    case Kind::domain:
    case Kind::composite_type:
    case Kind::range_type:
      return "types";
    case Kind::schema:
      return "schemas";
    default:
      return {};
  }
}

std::vector<std::string> privileges_on(std::string_view objects, int server_version) {
  if (objects == "tables") {
    std::vector<std::string> all{"select", "insert", "update", "delete", "truncate", "references", "trigger"};
    if (server_version >= 170000) all.emplace_back("maintain");
    return all;
  }
  if (objects == "sequences") return {"select", "update", "usage"};
  if (objects == "functions") return {"execute"};
  if (objects == "types") return {"usage"};
  if (objects == "schemas") return {"create", "usage"};
  if (objects == "large objects") return {"select", "update"};
  return {};
}

std::vector<std::string> privileges_on(Kind kind, int server_version) {
  if (kind == Kind::column) return {"select", "insert", "update", "references"};
  return privileges_on(default_privileges_for(kind), server_version);
}

bool bears_access(const Database& database, const ObjectId& id) {
  switch (id.kind) {
    case Kind::column:
      return contains(database, id) || has_view_column(database, id);
    case Kind::sequence:
      return contains(database, id) || !identity_column_of(database, id.name).name.empty();
    case Kind::event_trigger:
      return contains(database, id);
    default:
      return !default_privileges_for(id.kind).empty() && contains(database, id);
  }
}

const Access* find_access(const Database& database, const ObjectId& id) {
  const auto at = position_of(database.access, id);
  return at != database.access.end() && at->object == id ? &*at : nullptr;
}

Access& access_of(Database& database, const ObjectId& id) {
  const auto at = position_of(database.access, id);
  if (at != database.access.end() && at->object == id) return *at;
  return *database.access.insert(at, Access{id, "", {}});
}

void forget_lost_access(Database& database) {
  std::erase_if(database.access, [&](const Access& each) { return !bears_access(database, each.object); });
}

void keep_access(Database& database, bool owners, bool privileges) {
  for (Access& each : database.access) {
    if (!owners) each.owner.clear();
    if (!privileges) each.grants.clear();
  }
  std::erase_if(database.access,
                [](const Access& each) { return each.owner.empty() && each.grants.empty(); });
  if (!privileges) database.default_privileges.clear();
}

void spell_out_all(Database& database, int server_version) {
  for (Access& each : database.access)
    spell_out(each.grants, each.object.text(), privileges_on(each.object.kind, server_version));
  for (DefaultPrivileges& each : database.default_privileges) {
    spell_out(each.grants, each.id().text(), privileges_on(each.objects, server_version));
    std::sort(each.grants.begin(), each.grants.end());
  }
}

ObjectId identity_column_of(const Database& database, const Name& sequence) {
  for (const Table& table : database.tables)
    for (const Column& column : table.columns) {
      if (!column.identity) continue;
      const Name usual{table.name.schema, default_name(table.name.name, column.name, "seq")};
      if ((column.identity->sequence.empty() ? usual : column.identity->sequence) == sequence)
        return {Kind::column, table.name, column.name};
    }
  return {};
}

}  // namespace migrate::catalog
