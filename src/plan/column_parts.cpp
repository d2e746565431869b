#include "plan/column_parts.hpp"

#include <algorithm>
#include <cstdlib>

#include "plan/fragments.hpp"
#include "plan/table_parts.hpp"
#include "util/quote.hpp"

namespace migrate::plan {

using catalog::Column;
using catalog::Table;

Action part(const Planner& planner, const catalog::Name& table, const std::string& sql, Lock lock) {
  Action action;
  action.rank = Rank::column;
  action.part_of = table;
  action.statement.sql = sql;
  action.needs = {table_id(table)};
  if (planner.before.table(table)) {
    action.statement.lock = lock;
    action.statement.locks = table.text();
  }
  return action;
}

// Changes the column in the table, and in the heirs that have it from there, to what `after` says by
// `change`.
Effect on_column(const Planner& planner, const catalog::Name& table, const std::string& column,
                 bool with_heirs, const ColumnChange& change) {
  std::vector<std::pair<catalog::Name, Column>> all;
  const auto add = [&](const catalog::Name& name) {
    const Table* found = planner.after.table(name);
    if (const Column* each = found ? found->column(column) : nullptr) all.emplace_back(name, *each);
  };
  add(table);
  if (with_heirs)
    for (const auto& heir : heirs(planner.after, table)) add(heir);
  return [all, change](catalog::Database& database) {
    for (const auto& [name, from] : all)
      if (auto* into = database.table(name))
        if (auto* each = into->column(from.name)) change(*each, from);
  };
}

std::size_t add_for_heirs(Planner& planner, Action action, const catalog::Name& table, const Column& now,
                          const SameColumn& same, const ColumnChange& change) {
  std::vector<catalog::Name> following;
  bool all_follow = true;
  for (const auto& heir : heirs(planner.after, table)) {
    const Column* theirs = planner.after.table(heir)->column(now.name);
    if (!theirs) continue;
    if (!same(*theirs, now)) {
      all_follow = false;
      continue;
    }
    const Table* was = planner.before.table(heir);
    const Column* before = was ? was->column(now.name) : nullptr;
    if (theirs->inherited && before && !same(*before, now) &&
        planner.fate(column_id(heir, now.name)) == Fate::untouched)
      following.push_back(heir);
  }
  action.effect = on_column(planner, table, now.name, all_follow, change);
  if (all_follow) return planner.add(std::move(action));
  const std::string sql = action.statement.sql;
  const auto on = [&](Action& each, const catalog::Name& name) {
    each.part_of = {};
    each.statement.sql = "ALTER TABLE ONLY " + name.sql() + " " + sql;
  };
  for (const auto& heir : following) {
    Action own = action;
    own.statement.locks = heir.text();
    own.needs.push_back(column_id(heir, now.name));
    own.effect = on_column(planner, heir, now.name, false, change);
    on(own, heir);
    planner.add(std::move(own));
  }
  on(action, table);
  return planner.add(std::move(action));
}

catalog::ObjectId row_form(const catalog::Name& table) { return {catalog::Kind::table, table, "row form"}; }
catalog::ObjectId old_row_form(const catalog::Name& table) {
  return {catalog::Kind::table, table, "old row form"};
}

catalog::ObjectId columns_of(const catalog::Name& table) { return {catalog::Kind::table, table, "columns"}; }

void settles_columns(Action& action, const catalog::Database& database, const catalog::Name& table) {
  action.creates.push_back(columns_of(table));
  for (const auto& heir : heirs(database, table)) action.creates.push_back(columns_of(heir));
}

catalog::Name sequence_of(const catalog::Name& table, const Column& column) {
  if (!column.identity->sequence.empty()) return column.identity->sequence;
  return {table.schema, table.name + "_" + column.name + "_seq"};
}

void continue_numbering(Planner& planner, const catalog::Name& table, const Column& column,
                        const std::string& sequence, const catalog::SequenceOptions& options,
                        std::size_t after) {
  const auto full = catalog::with_defaults(options, column.type);
  const bool up = *full.increment > 0;
  const std::string name = quote_identifier(column.name);
  Action action;
  action.rank = Rank::after_column;
  action.statement.sql = "SELECT pg_catalog.setval(" + sequence + ", " + (up ? "greatest" : "least") +
                         "(coalesce(" + (up ? "max(" : "min(") + name + ")" + (up ? " + " : " - ") +
                         std::to_string(std::abs(*full.increment)) + ", " + std::to_string(*full.start) +
                         "), " + std::to_string(*full.start) + "), false) FROM " + table.sql();
  action.statement.scans_table = true;
  action.after = {after};
  action.effect = [](catalog::Database&) {};
  planner.add(std::move(action));
}

}  // namespace migrate::plan
