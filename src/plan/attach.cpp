#include "plan/attach.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "diff/children.hpp"
#include "plan/proof.hpp"
#include "plan/table_parts.hpp"
#include "plan/words.hpp"
#include "util/quote.hpp"

namespace migrate::plan {

std::size_t attach(Planner& planner, const catalog::Table& table) {
  Action action;
  action.rank = Rank::table;
  action.statement.sql = "ALTER TABLE " + table.partition_of->sql() + " ATTACH PARTITION " +
                         table.name.sql() + " " + table.partition_bound;
  action.creates = {attachment(table.name)};
  action.takes = {room_in(table.partition_of)};
  action.needs = {table_id(table.name), table_id(table.partition_of)};
  const auto* was = planner.before.table(table.name);
  if (!was || was->partition_of != table.partition_of) {
    action.needs.push_back(columns_of(table.partition_of));
    action.needs.push_back(columns_of(table.name));
  }
  if (planner.in_use(table.partition_of)) {
    action.statement.lock = Lock::share_update_exclusive;
    action.statement.locks = table.partition_of->text();
  }
  if (planner.in_use(table.name)) action.statement.scans_table = true;
  for (const auto& index : table.indexes)
    if (!index.attached_to.empty()) {
      action.needs.push_back(index_id(table.name, index.name));
      action.needs.push_back(whole_of(planner.after, table, index.attached_to));
    }
  for (const auto& constraint : table.constraints) {
    if (!constraint.attached_to.empty())
      action.needs.push_back(whole_of(planner.after, table, constraint.attached_to));
    if (!constraint.attached_to.empty() || (!constraint.inherited && !owns_index(constraint)))
      action.needs.push_back(constraint_id(table.name, constraint.name));
  }
  action.effect = [table](catalog::Database& database) {
    if (auto* into = database.table(table.name)) {
      into->partition_of = table.partition_of;
      into->partition_bound = table.partition_bound;
      for (auto& column : into->columns)
        if (const auto* wanted = table.column(column.name)) {
          column.inherited = wanted->inherited;
          column.not_null = wanted->not_null;
        }
      for (const auto& constraint : table.constraints)
        if (constraint.inherited || !constraint.attached_to.empty()) put(into->constraints, constraint);
      for (const auto& index : table.indexes)
        if (auto* each = into->index(index.name)) each->attached_to = index.attached_to;
    }
  };
  return planner.add(std::move(action));
}

std::size_t detach(Planner& planner, const catalog::Table& was) {
  Action action;
  action.rank = Rank::release;
  action.statement.sql = "ALTER TABLE " + was.partition_of->sql() + " DETACH PARTITION " + was.name.sql();
  action.statement.lock = Lock::access_exclusive;
  action.statement.locks = was.partition_of->text();
  action.creates = {detachment(was.name)};
  action.frees = {room_in(was.partition_of)};
  action.releases = {table_id(was.partition_of)};
  for (const auto& each : was.indexes)
    if (!each.attached_to.empty()) action.releases.push_back(whole_of(planner.before, was, each.attached_to));
  for (const auto& each : was.constraints)
    if (!each.attached_to.empty()) action.releases.push_back(whole_of(planner.before, was, each.attached_to));
  action.effect = [name = was.name](catalog::Database& database) {
    if (auto* table = database.table(name)) diff::leave_parents(*table);
  };
  return planner.add(std::move(action));
}

namespace {

// DETACH PARTITION … CONCURRENTLY does not lock out those who use the other partitions.
bool detaches_concurrently(const Planner& planner, const catalog::Table& partition) {
  const auto is_default = [&](const catalog::Table& each) {
    return each.partition_of == partition.partition_of && each.partition_bound == "DEFAULT";
  };
  return planner.server_version >= 140000 && planner.online(partition.partition_of) &&
         std::none_of(planner.before.tables.begin(), planner.before.tables.end(), is_default);
}

}  // namespace

std::optional<std::size_t> detach_concurrently(Planner& planner, const catalog::Table& was) {
  if (!detaches_concurrently(planner, was)) return std::nullopt;
  const std::size_t number = detach(planner, was);
  Action& action = planner.action(number);
  action.alone = true;
  action.statement.sql += " CONCURRENTLY";
  action.statement.lock = Lock::share_update_exclusive;
  // It leaves a check that repeats the bounds.
  catalog::Constraint check;
  check.type = catalog::ConstraintType::check;
  check.name = check_of_detached(planner.before, was);
  check.expression = bound_as_check(*planner.before.table(was.partition_of), was).value_or("true");
  action.transient = {constraint_id(was.name, check.name)};
  action.effect = [own = action.effect, name = was.name, check](catalog::Database& database) {
    own(database);
    if (auto* table = database.table(name); table && !table->constraint(check.name))
      put(table->constraints, check);
  };
  return number;
}

namespace {

void detach_in_use(Planner& planner, const catalog::Table& was) {
  const auto concurrently = detach_concurrently(planner, was);
  if (!concurrently) {
    detach(planner, was);
    return;
  }
  const std::string check = check_of_detached(planner.before, was);
  Action clear;
  clear.rank = Rank::release;
  clear.statement.sql =
      "ALTER TABLE " + was.name.sql() + " DROP CONSTRAINT IF EXISTS " + quote_identifier(check);
  clear.statement.notes = {"DETACH PARTITION CONCURRENTLY leaves a check that repeats the bounds."};
  clear.statement.lock = Lock::access_exclusive;
  clear.statement.locks = was.name.text();
  clear.about = table_id(was.name);
  clear.after = {*concurrently};
  clear.effect = [name = was.name, check](catalog::Database& database) {
    if (auto* table = database.table(name))
      erase_if(table->constraints, [&](const auto& each) { return each.name == check; });
  };
  planner.add(std::move(clear));
}

// ATTACH PARTITION reads the whole table, unless a check that is already valid says that its rows fit.
std::optional<Proof> prove_bound(Planner& planner, const catalog::Table& now) {
  const auto* parent = planner.after.table(now.partition_of);
  if (!parent || !planner.online(now.name)) return {};
  const auto check = bound_as_check(*parent, now);
  const auto changes = [&](const catalog::Column& column) {
    return planner.fate(column_id(now.name, column.name)) != Fate::untouched &&
           mentions_identifier(parent->partition_key, column.name);
  };
  if (!check || std::any_of(now.columns.begin(), now.columns.end(), changes)) return {};
  return prove(planner, now.name, now.name.name, "_bound_check", *check, {table_id(now.name)},
               "fails if " + now.name.text() + " holds rows that do not fit its bounds");
}

void attach_in_use(Planner& planner, const catalog::Table& was, const catalog::Table& now) {
  const auto proof = prove_bound(planner, now);
  std::optional<std::size_t> detached;
  if (!was.partition_of.empty()) detached = detach(planner, was);
  const std::size_t attached = attach(planner, now);
  Action& action = planner.action(attached);
  if (detached) {
    action.after = {*detached};
    action.needs.push_back({catalog::Kind::table, now.name, "cleared"});
  }
  if (!proof) return;
  // Nobody is to see it detached in between.
  if (detached) planner.action(*detached).after_commit = {proof->validated};
  action.after_commit.push_back(proof->validated);
  action.statement.scans_table = false;
  drop_proof(planner, *proof, attached);
}

}  // namespace

void change_parent(Planner& planner, const catalog::Table& was, const catalog::Table& now) {
  if (now.partition_of.empty())
    detach_in_use(planner, was);
  else
    attach_in_use(planner, was, now);
}

}  // namespace migrate::plan
