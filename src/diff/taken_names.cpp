#include "diff/taken_names.hpp"

#include <utility>

#include "catalog/spelling.hpp"
#include "diff/names.hpp"

namespace migrate::diff {
namespace {
bool has_index(const catalog::Constraint& constraint) {
  return constraint.type == catalog::ConstraintType::primary_key ||
         constraint.type == catalog::ConstraintType::unique ||
         constraint.type == catalog::ConstraintType::exclusion;
}
}  // namespace

void TakenNames::look(const catalog::Database& database) {
  for (const auto& sequence : database.sequences) relations_.insert(sequence.name);
  for (const auto& each : database.unhandled)
    if (catalog::Name name; catalog::from_text(each.identity, name)) relations_.insert(name);
  for (const auto& table : database.tables) {
    relations_.insert(table.name);
    for (const auto& constraint : table.constraints) add(table, constraint);
    for (const auto& index : table.indexes) add(table, index);
  }
  for (const auto& view : database.views) relations_.insert(view.name);
  for (const auto& view : database.materialized_views) {
    relations_.insert(view.name);
    for (const auto& index : view.indexes)
      if (!index.name.empty()) relations_.insert({view.name.schema, index.name});
  }
}

void TakenNames::add(const catalog::Table& table, const catalog::Constraint& constraint) {
  if (constraint.name.empty()) return;
  constraints_.insert({table.name.schema, constraint.name});
  if (has_index(constraint)) relations_.insert({table.name.schema, constraint.name});
}

void TakenNames::add(const catalog::Table& table, const catalog::Index& index) {
  if (!index.name.empty()) relations_.insert({table.name.schema, index.name});
}

void TakenNames::look_at_databases() {
  for (const auto* database : std::exchange(databases_, {})) look(*database);
}

std::string TakenNames::choose(const catalog::Table& table, const catalog::Constraint& constraint) {
  look_at_databases();
  auto named = constraint;
  named.name = choose_constraint_name(table, constraint, [&](const std::string& name) {
    const catalog::Name full{table.name.schema, name};
    return constraints_.count(full) > 0 || (has_index(constraint) && relations_.count(full) > 0);
  });
  add(table, named);
  return named.name;
}

std::string TakenNames::choose(const catalog::Table& table, const catalog::Index& index) {
  look_at_databases();
  auto named = index;
  named.name = choose_index_name(table, index, [&](const std::string& name) {
    return relations_.count({table.name.schema, name}) > 0;
  });
  add(table, named);
  return named.name;
}

}  // namespace migrate::diff
