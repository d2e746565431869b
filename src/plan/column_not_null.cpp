#include "plan/column_parts.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "catalog/default_name.hpp"
#include "plan/fragments.hpp"
#include "plan/proof.hpp"
#include "plan/table_parts.hpp"
#include "util/quote.hpp"

namespace migrate::plan {

using catalog::Column;
using catalog::Table;

namespace {

void take_not_null(Column& into, const Column& from) {
  into.not_null = from.not_null;
  into.not_null_constraint = from.not_null_constraint;
  into.not_null_no_inherit = from.not_null_no_inherit;
  into.not_null_not_valid = from.not_null_not_valid;
}

}  // namespace

std::string name_of_not_null(const Table& table, const Column& column) {
  return column.not_null_constraint.empty() ? catalog::default_name(table.name.name, column.name, "not_null")
                                            : column.not_null_constraint.get();
}

namespace {

// What a child has in the end from its parent comes after that.
std::map<catalog::Name, std::set<catalog::Name>> constrained_tables(const Planner& planner) {
  std::map<catalog::Name, std::set<catalog::Name>> out;
  for (const auto* database : {&planner.before, &planner.after})
    for (const auto& table : database->tables) {
      const auto add = [&](const std::string& name) { out[{table.name.schema, name}].insert(table.name); };
      for (const auto& column : table.columns)
        if (column.not_null && !(column.inherited && database == &planner.after))
          add(name_of_not_null(table, column));
      for (const auto& constraint : table.constraints) add(constraint.name);
    }
  return out;
}

}  // namespace

Column with_name_of_not_null(const Planner& planner, const Table& table, Column column) {
  if (planner.server_version < 180000 || !column.not_null || !column.not_null_constraint.empty())
    return column;
  const auto name = name_of_not_null(table, column);
  if (!planner.constrained) planner.constrained = constrained_tables(planner);
  const auto found = planner.constrained->find({table.name.schema, name});
  if (found != planner.constrained->end() &&
      std::any_of(found->second.begin(), found->second.end(),
                  [&](const auto& each) { return each != table.name; }))
    column.not_null_constraint = name;
  return column;
}

void wait_for_name_of_not_null(const Planner& planner, const Table& table, const Column& column,
                               Action& action) {
  const Table* was = planner.before.table(table.name);
  if (planner.server_version < 180000 || !was || !column.not_null) return;
  for (const auto& other : was->columns)
    if (other.name != column.name && other.not_null && planner.is_gone(column_id(table.name, other.name)) &&
        name_of_not_null(*was, other) == name_of_not_null(table, column))
      action.needs.push_back(without(column_id(table.name, other.name)));
}

catalog::ObjectId not_null_of(const catalog::Name& table, const std::string& column) {
  return {catalog::Kind::table, table, "not null " + column};
}

namespace {

// Of the heirs, too, which get and lose it with this column.
std::vector<catalog::ObjectId> not_nulls_of(const catalog::Database& database, const catalog::Name& table,
                                            const std::string& column) {
  std::vector<catalog::ObjectId> found{not_null_of(table, column)};
  for (const auto& heir : heirs(database, table))
    if (const Column* each = database.table(heir)->column(column); each && each->inherited)
      found.push_back(not_null_of(heir, column));
  return found;
}

// Before PostgreSQL 18 an heir may take NULL where its parent does not, or the other way round.
bool heirs_differ(const Planner& planner, const Table& table, const Column& now) {
  if (planner.server_version >= 180000) return false;
  const auto all = heirs(planner.after, table.name);
  return std::any_of(all.begin(), all.end(), [&](const catalog::Name& heir) {
    const Column* theirs = planner.after.table(heir)->column(now.name);
    return theirs && theirs->not_null != now.not_null;
  });
}

void add_apart(Planner& planner, Action action, const Table& table, const Column& now) {
  add_for_heirs(
      planner, std::move(action), table.name, now,
      [](const Column& a, const Column& b) { return a.not_null == b.not_null; }, take_not_null);
}

}  // namespace

// SET NOT NULL reads the whole table under a lock that nobody passes, unless a check that is already valid
// says the same.
void set_not_null(Planner& planner, const Table& table, const Column& now, bool rewritten) {
  const std::string name = quote_identifier(now.name);
  Action set = part(planner, table.name, "ALTER COLUMN " + name + " SET NOT NULL");
  set.creates = not_nulls_of(planner.after, table.name, now.name);
  set.needs.push_back(column_id(table.name, now.name));
  set.effect = on_column(planner, table.name, now.name, true, take_not_null);
  const std::string fails = "fails if " + table.name.text() + "." + name +
                            " holds NULL: decide what becomes of such rows, with an UPDATE "
                            "above this line";
  const bool apart = heirs_differ(planner, table, now);
  if (!planner.online(table.name) || rewritten || apart) {
    set.statement.scans_table = true;
    set.statement.notes = {fails};
    if (apart)
      add_apart(planner, std::move(set), table, now);
    else
      planner.add(std::move(set));
    return;
  }
  const Proof proof = prove(planner, table.name, table.name.name + "_" + now.name, "_not_null_check",
                            name + " IS NOT NULL", {column_id(table.name, now.name)}, fails);
  set.after_commit = {proof.validated};
  drop_proof(planner, proof, planner.add(std::move(set)));
}

namespace {

// PostgreSQL 18 gives a child the NOT NULL that its parent gets, under the name that it has there. Made
// before it, the child's would take that name.
bool gets_not_null_from_parent(const Planner& planner, const Table& table, const Column& was,
                               const Column& now) {
  if (planner.server_version < 180000 || !was.inherited || !now.inherited) return false;
  const auto all = table.parents();
  return std::any_of(all.begin(), all.end(), [&](const catalog::Name& name) {
    const Table* parent = planner.after.table(name);
    const Table* parent_was = planner.before.table(name);
    if (const Table* child = planner.before.table(table.name); child && !child->is_child_of(name))
      return false;
    const Column* gets = parent ? parent->column(now.name) : nullptr;
    const Column* had = parent_was ? parent_was->column(now.name) : nullptr;
    return gets && had && !had->not_null && gets->not_null && !gets->not_null_no_inherit &&
           gets->not_null_not_valid == now.not_null_not_valid &&
           name_of_not_null(*parent, *gets) == name_of_not_null(table, now);
  });
}

// PostgreSQL 18 keeps NOT NULL as a constraint with a name, NO INHERIT and NOT VALID.
void alter_named_not_null(Planner& planner, const Table& table, const Column& was, const Column& now) {
  const auto name_of = [&](const Column& column) { return name_of_not_null(table, column); };
  const std::string head = "ALTER TABLE " + table.name.sql() + " ";
  const auto step = [&](const std::string& sql, Lock lock, const ColumnChange& change,
                        Rank rank = Rank::after_column) {
    Action action = part(planner, table.name, head + sql, lock);
    action.part_of = {};
    action.rank = rank;
    action.needs.push_back(column_id(table.name, now.name));
    action.effect = on_column(planner, table.name, now.name, true, change);
    planner.add(std::move(action));
  };
  if (name_of(was) != name_of(now))
    step(
        "RENAME CONSTRAINT " + quote_identifier(name_of(was)) + " TO " + quote_identifier(name_of(now)),
        Lock::access_exclusive,
        [](Column& into, const Column& from) { into.not_null_constraint = from.not_null_constraint; },
        Rank::column);  // an inherited one cannot be renamed: before INHERIT
  // The children let go of it once it is no longer theirs.
  if (was.not_null_no_inherit != now.not_null_no_inherit)
    step(
        "ALTER CONSTRAINT " + quote_identifier(name_of(now)) +
            (now.not_null_no_inherit ? " NO INHERIT" : " INHERIT"),
        Lock::access_exclusive,
        [](Column& into, const Column& from) { into.not_null_no_inherit = from.not_null_no_inherit; },
        now.not_null_no_inherit ? Rank::release : Rank::after_column);
  if (was.not_null_not_valid && !now.not_null_not_valid) {
    step("VALIDATE CONSTRAINT " + quote_identifier(name_of(now)), Lock::share_update_exclusive,
         [](Column& into, const Column& from) { into.not_null_not_valid = from.not_null_not_valid; });
    planner.actions().back().statement.scans_table = true;
  }
}

}  // namespace

void add_named_not_null(Planner& planner, const Table& table, const Column& now) {
  Action action =
      part(planner, table.name,
           "ALTER TABLE " + table.name.sql() + " ADD " +
               (now.not_null_constraint.empty()
                    ? ""
                    : "CONSTRAINT " + quote_identifier(now.not_null_constraint) + " ") +
               "NOT NULL " + quote_identifier(now.name) + (now.not_null_no_inherit ? " NO INHERIT" : "") +
               (now.not_null_not_valid ? " NOT VALID" : ""));
  action.part_of = {};
  action.rank = Rank::after_column;
  action.statement.scans_table = !now.not_null_not_valid && planner.in_use(table.name);
  action.creates = not_nulls_of(planner.after, table.name, now.name);
  action.needs.push_back(column_id(table.name, now.name));
  action.effect = on_column(planner, table.name, now.name, true, take_not_null);
  planner.add(std::move(action));
}

namespace {

// To PostgreSQL 18 a child's is the parents', too, until they have lost theirs.
void wait_for_parents_not_null(const Planner& planner, const catalog::Name& table, const std::string& column,
                               Action& action) {
  const Table* child = planner.before.table(table);
  if (planner.server_version < 180000 || !child) return;
  for (const auto& parent : child->parents()) {
    const Table* was = planner.before.table(parent);
    if (!was || !was->column(column)) continue;
    action.needs.push_back(without(not_null_of(parent, column)));
    wait_for_parents_not_null(planner, parent, column, action);
  }
}

}  // namespace

void alter_not_null(Planner& planner, const Table& table, const Column& was, const Column& now,
                    bool rewritten) {
  if (was.not_null && !now.not_null) {
    Action action =
        part(planner, table.name, "ALTER COLUMN " + quote_identifier(now.name) + " DROP NOT NULL");
    action.creates = {without(not_null_of(table.name, now.name))};
    action.drops = not_nulls_of(planner.before, table.name, now.name);
    action.about = column_id(table.name, now.name);
    wait_for_parents_not_null(planner, table.name, now.name, action);
    settles_columns(action, planner.before, table.name);
    action.needs.push_back(column_id(table.name, now.name));
    action.effect = on_column(planner, table.name, now.name, true, take_not_null);
    if (heirs_differ(planner, table, now))
      add_apart(planner, std::move(action), table, now);
    else
      planner.add(std::move(action));
  } else if (!was.not_null && now.not_null) {
    if (gets_not_null_from_parent(planner, table, was, now)) return;
    const auto wanted = with_name_of_not_null(planner, table, now);
    if (!wanted.not_null_constraint.empty() || now.not_null_no_inherit || now.not_null_not_valid)
      add_named_not_null(planner, table, wanted);
    else
      set_not_null(planner, table, now, rewritten);
  } else if (now.not_null) {
    alter_named_not_null(planner, table, was, now);
  }
}

}  // namespace migrate::plan
