// How the kinds are planned that are made and taken away as a whole. What orders them among each other and
// with tables is added to every action from Database::dependencies (planner.cpp); a kind says only its SQL.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "plan/planner.hpp"

namespace migrate::plan {

// The value of this id in the catalogue; it must be there.
template <catalog::Definition T>
const T& the(const catalog::Database& database, const catalog::ObjectId& id) {
  return *database.find<T>(id);
}

// The table, view or materialized view that has this name.
catalog::ObjectId id_of_relation(const catalog::Database& database, const catalog::Name& name);

template <catalog::Definition T>
Effect put_effect(T value) {
  return [value = std::move(value)](catalog::Database& database) {
    T now = value;
    // The indexes of a materialized view have statements of their own.
    if constexpr (requires { now.indexes; }) {
      const auto* there = database.find<T>(now.id());
      now.indexes = there ? there->indexes : decltype(now.indexes)();
    }
    catalog::put_definition(database.list_of<T>(), std::move(now));
  };
}

// Whether relations and types of this name are in each other's way.
bool occupies_name(catalog::Kind kind);
// The same name and type, as far as the type is known.
bool same_column(const catalog::ViewColumn& a, const catalog::ViewColumn& b);

// CREATE. When it is made again, what it has at that time besides its definition is put back.
template <catalog::Definition T>
std::size_t create_definition(Planner& planner, const T& now, const std::string& sql) {
  const auto id = now.id();
  Action action;
  action.rank = rank_of(id.kind);
  action.statement.sql = sql;
  action.creates = {id};
  if (occupies_name(id.kind)) action.takes = {id.name};
  if (!id.name.schema.empty()) action.needs = {schema_id(id.name.schema)};
  if (catalog::is_member(id.kind)) action.needs.push_back(id_of_relation(planner.after, id.name));
  if (planner.fate(id) == Fate::rebuilt) action.preserve = {id};
  action.effect = put_effect(now);
  return planner.add(std::move(action));
}

// DROP. What goes with its table or view has no statement of its own.
void drop_definition(Planner& planner, const catalog::ObjectId& id);

// One statement that alters it where it stands; `now` is what it is after all of them.
template <catalog::Definition T>
std::size_t alter_definition(Planner& planner, const T& now, const std::string& sql) {
  Action action;
  action.rank = rank_of(now.id().kind);
  action.statement.sql = sql;
  action.about = now.id();
  action.needs = {now.id()};
  action.effect = put_effect(now);
  return planner.add(std::move(action));
}

// CREATE OR REPLACE: what uses its new form waits for it, and it lets go of what its old form used.
template <catalog::Definition T>
std::size_t replace_definition(Planner& planner, const T& now, const std::string& sql) {
  const auto number = alter_definition(planner, now, sql);
  planner.action(number).creates = {now.id()};
  planner.action(number).needs.clear();
  return number;
}

// COMMENT ON for one that is made, made again, or altered.
template <catalog::Definition T>
void comment_definition(Planner& planner, const T& now) {
  const auto* was = planner.fate(now.id()) == Fate::created ? nullptr : planner.before.find<T>(now.id());
  planner.comment(now.id(), was ? was->comment : std::string(), now.comment, put_effect(now));
}

// ALTER … RENAME TO, and SET SCHEMA.
void rename_definition(Planner& planner, const diff::Rename& rename);

bool differs(const Planner& planner, const catalog::ObjectId& id, const char* field);
// Whether nothing but these fields differs.
bool only_differs_in(const Planner& planner, const catalog::ObjectId& id,
                     const std::vector<std::string>& fields);

}  // namespace migrate::plan
