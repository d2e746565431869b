#include "plan/definition.hpp"

#include <algorithm>

#include "util/error.hpp"
#include "util/quote.hpp"

namespace migrate::plan {

bool same_column(const catalog::ViewColumn& a, const catalog::ViewColumn& b) {
  return a.name == b.name && (a.type == b.type || a.type.empty() || b.type.empty());
}

bool occupies_name(catalog::Kind kind) {
  return kind == catalog::Kind::view || kind == catalog::Kind::materialized_view ||
         kind == catalog::Kind::domain || kind == catalog::Kind::composite_type ||
         kind == catalog::Kind::range_type;
}

namespace {

// Something else that goes and may need the table itself: this lets go of it before either goes.
bool uses_others_that_go(const Planner& planner, const catalog::ObjectId& id) {
  const auto& used = planner.used_before(id);
  return std::any_of(used.begin(), used.end(), [&](const catalog::ObjectId& each) {
    if (!planner.is_gone(each)) return false;
    if (each.name != id.name && !catalog::is_routine(each.kind) && !catalog::is_member(each.kind))
      return true;
    const auto& under = planner.used_before(each);
    return catalog::is_routine(each.kind) &&
           std::any_of(under.begin(), under.end(),
                       [&](const catalog::ObjectId& other) { return other.name == id.name; });
  });
}

}  // namespace

void drop_definition(Planner& planner, const catalog::ObjectId& id) {
  Action action;
  const bool goes_along = catalog::is_member(id.kind) &&
                          planner.is_gone(id_of_relation(planner.before, id.name)) &&
                          !uses_others_that_go(planner, id);
  const auto effect = [id](catalog::Database& database) { catalog::erase_definition(database, id); };
  if (goes_along) {
    planner.goes_with(id_of_relation(planner.before, id.name), id, effect);
    return;
  }
  action.rank = rank_of(id.kind) == Rank::type ? Rank::drop_type : Rank::drop;
  action.statement.sql = "DROP " + std::string(catalog::sql_kind(id.kind)) + " " + id.sql();
  action.drops = {id};
  if (occupies_name(id.kind)) action.frees = {id.name};
  if (!id.name.schema.empty()) action.releases = {schema_id(id.name.schema)};
  if (catalog::is_member(id.kind)) action.releases.push_back(id_of_relation(planner.before, id.name));
  action.effect = effect;
  planner.add(std::move(action));
}

catalog::ObjectId id_of_relation(const catalog::Database& database, const catalog::Name& name) {
  for (const auto kind : {catalog::Kind::view, catalog::Kind::materialized_view})
    if (const catalog::ObjectId id{kind, name, ""}; catalog::contains(database, id)) return id;
  return table_id(name);
}

void rename_definition(Planner& planner, const diff::Rename& rename) {
  const std::string head = "ALTER " + std::string(catalog::sql_kind(rename.from.kind)) + " ";
  if (catalog::is_member(rename.from.kind)) {
    planner.add_rename(rename, head + rename.from.sql() + " RENAME TO " + quote_identifier(rename.to.member));
    return;
  }
  if (!catalog::is_routine(rename.from.kind)) {
    planner.add_rename(rename, head, rename.from.name, rename.to.name);
    return;
  }
  auto there = rename;
  there.to.name.schema = rename.from.name.schema;
  if (there.from != there.to)
    planner.add_rename(there,
                       head + there.from.sql() + " RENAME TO " + quote_identifier(rename.to.name.name));
  const diff::Rename moved{there.to, rename.to, "", ""};
  if (moved.from != moved.to)
    planner.add_rename(moved,
                       head + moved.from.sql() + " SET SCHEMA " + quote_identifier(rename.to.name.schema));
}

bool differs(const Planner& planner, const catalog::ObjectId& id, const char* field) {
  const auto found = planner.fields.find(id);
  return found != planner.fields.end() &&
         std::find(found->second.begin(), found->second.end(), field) != found->second.end();
}

bool only_differs_in(const Planner& planner, const catalog::ObjectId& id,
                     const std::vector<std::string>& fields) {
  const auto found = planner.fields.find(id);
  return found == planner.fields.end() ||
         std::all_of(found->second.begin(), found->second.end(), [&](const std::string& each) {
           return std::find(fields.begin(), fields.end(), each) != fields.end();
         });
}

}  // namespace migrate::plan
