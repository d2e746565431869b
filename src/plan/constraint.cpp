#include <algorithm>

#include "catalog/fields.hpp"
#include "plan/fragments.hpp"
#include "plan/planner.hpp"
#include "plan/table_parts.hpp"
#include "plan/words.hpp"
#include "util/quote.hpp"

namespace migrate::plan {
namespace {

using catalog::Constraint;
using catalog::ConstraintType;
using catalog::Table;

std::string alter_table(const Table& table) { return "ALTER TABLE " + table.name.sql() + " "; }

Action on_table(const Planner& planner, const Table& table, Lock lock) {
  Action action;
  if (planner.before.table(table.name)) {
    action.statement.lock = lock;
    action.statement.locks = table.name.text();
  }
  return action;
}

// There is one at most, so that the old one must be gone before the new one comes.
catalog::ObjectId the_primary_key(const catalog::Name& table) {
  return {catalog::Kind::table, table, "primary key"};
}

bool is_partitioned(const Table& table) { return !table.partition_key.empty(); }

Rank rank_of_constraint(const Constraint& constraint) {
  if (constraint.type == ConstraintType::foreign_key) return Rank::foreign_key;
  return constraint.type == ConstraintType::check ? Rank::check : Rank::key;
}

// The constraint as `table` and its heirs have it.
Effect put_constraint(const Planner& planner, const Table& table, Constraint constraint) {
  constraint.comment.clear();
  constraint.clustered = false;
  constraint.replica_identity = false;
  std::vector<std::pair<catalog::Name, Constraint>> all{{table.name, constraint}};
  const catalog::Name index{table.name.schema, constraint.name};
  for (const auto& heir : heirs(planner.after, table.name))
    for (const auto& each : planner.after.table(heir)->constraints)
      if ((each.inherited && each.name == constraint.name) || each.attached_to == index) {
        all.emplace_back(heir, each);
        all.back().second.comment.clear();
      }
  return [all](catalog::Database& database) {
    for (const auto& [name, each] : all)
      if (auto* into = database.table(name)) put(into->constraints, each);
  };
}

Effect erase_constraint(const Planner& planner, const catalog::Name& table, const std::string& name) {
  return [table, name, parts = droppable_parts(planner, {table.schema, name})](catalog::Database& database) {
    erase_parts(database, parts);
    for (const auto& heir : heirs(database, table))
      erase_if(database.table(heir)->constraints, [&](const Constraint& each) {
        return each.inherited && each.attached_to.empty() && each.name == name;
      });
    if (auto* from = database.table(table))
      erase_if(from->constraints, [&](const Constraint& each) { return each.name == name; });
  };
}

template <class Member>
Effect set_member(const catalog::Name& table, const Constraint& now, Member member) {
  return [table, name = now.name, value = now.*member, member](catalog::Database& database) {
    if (auto* into = database.table(table))
      if (auto* constraint = into->constraint(name)) constraint->*member = value;
    for (const auto& heir : heirs(database, table))
      if (auto* constraint = database.table(heir)->constraint(name))
        if (constraint->inherited) constraint->*member = value;
  };
}

void validate(Planner& planner, const Table& table, const Constraint& constraint,
              std::optional<std::size_t> added) {
  Action action = on_table(planner, table, Lock::share_update_exclusive);
  action.rank = rank_of_constraint(constraint);
  action.statement.sql = alter_table(table) + "VALIDATE CONSTRAINT " + quote_identifier(constraint.name);
  action.statement.scans_table = true;
  if (added) action.after_commit = {*added};
  Constraint valid = constraint;
  valid.not_valid = false;
  action.effect = set_member(table.name, valid, &Constraint::not_valid);
  planner.add(std::move(action));
}

// A check that is not valid yet comes to the heirs so, though theirs may be valid.
void validate_of_heirs(Planner& planner, const Table& table, const Constraint& check, std::size_t added) {
  const auto is_valid = [&](const catalog::Name& name) {
    const Table* each = planner.after.table(name);
    const Constraint* own = each ? each->constraint(check.name) : nullptr;
    return own && own->type == check.type && !own->not_valid;
  };
  for (const auto& heir : heirs(planner.after, table.name)) {
    const Table& child = *planner.after.table(heir);
    const auto* own = child.constraint(check.name);
    const auto above = child.parents();
    const bool by_parent = std::any_of(above.begin(), above.end(), is_valid);
    if (!own || !own->inherited || !is_valid(heir) || by_parent) continue;
    validate(planner, child, *own, std::nullopt);
    planner.actions().back().after = {added};
  }
}

// A unique index first, without a lock that blocks writers; the constraint then takes it over.
void create_with_index(Planner& planner, const Table& table, const Constraint& constraint) {
  const catalog::ObjectId id = constraint_id(table.name, constraint.name);
  const bool replaces = planner.fate(id) == Fate::rebuilt;
  catalog::Index index;
  index.name = replaces ? planner.free_name(table.name, constraint.name, "_new") : constraint.name;
  index.unique = true;
  index.nulls_not_distinct = constraint.nulls_not_distinct;
  for (const auto& column : constraint.columns) {
    catalog::IndexElement element;
    element.column = column;
    index.elements.push_back(element);
  }
  index.include = constraint.include;
  index.options = constraint.options;
  index.tablespace = constraint.tablespace;
  Action build = on_table(planner, table, Lock::share_update_exclusive);
  build.rank = Rank::key;
  build.alone = true;
  build.statement.sql = index_definition(index, table.name, index.name, true);
  build.statement.scans_table = true;
  build.statement.notes = {"fails if rows of " + table.name.text() + " are not unique in (" +
                           column_names(constraint.columns) + ")"};
  build.creates = {index_id(table.name, index.name)};
  build.takes = {{table.name.schema, index.name}};
  build.transient = {index_id(table.name, index.name)};
  for (const auto& column : constraint.columns) build.needs.push_back(column_id(table.name, column));
  for (const auto& column : constraint.include) build.needs.push_back(column_id(table.name, column));
  build.effect = [name = table.name, index](catalog::Database& database) {
    if (auto* into = database.table(name)) put(into->indexes, index);
  };
  const std::size_t built = planner.add(std::move(build));
  if (replaces) planner.built_aside[id] = built;
  // A primary key takes the place of the one before, whatever its name.
  if (const Table* was = planner.before.table(table.name);
      was && was->primary_key() && constraint.type == ConstraintType::primary_key)
    planner.built_aside[constraint_id(table.name, was->primary_key()->name)] = built;

  Action action = on_table(planner, table, Lock::access_exclusive);
  action.rank = Rank::key;
  action.statement.sql = alter_table(table) + "ADD CONSTRAINT " + quote_identifier(constraint.name) +
                         (constraint.type == ConstraintType::primary_key ? " PRIMARY KEY" : " UNIQUE") +
                         " USING INDEX " + quote_identifier(index.name) + constraint_timing(constraint);
  action.creates = {id};
  if (constraint.type == ConstraintType::primary_key) action.creates.push_back(the_primary_key(table.name));
  action.after = {built};
  action.needs = needs_of(planner, planner.after, table, constraint);
  Constraint own = constraint;
  if (stays_partition(planner, table)) own.attached_to = {};
  const Effect made = put_constraint(planner, table, own);
  action.effect = [made, name = table.name, index = index.name](catalog::Database& database) {
    if (auto* into = database.table(name))
      erase_if(into->indexes, [&](const catalog::Index& each) { return each.name == index; });
    made(database);
  };
  planner.add(std::move(action));
}

}  // namespace

bool owns_index(const Constraint& constraint) {
  return constraint.type == ConstraintType::primary_key || constraint.type == ConstraintType::unique ||
         constraint.type == ConstraintType::exclusion;
}

bool relies_on(const Constraint& constraint, const std::string& column) {
  const auto has = [&](const std::vector<std::string>& list) {
    return std::find(list.begin(), list.end(), column) != list.end();
  };
  return has(constraint.columns) || has(constraint.include) ||
         mentions_identifier(constraint.expression, column) ||
         mentions_identifier(constraint.where, column) ||
         std::any_of(constraint.elements.begin(), constraint.elements.end(),
                     [&](const catalog::IndexElement& element) {
                       return element.column == column || mentions_identifier(element.expression, column);
                     });
}

catalog::ObjectId key_behind(const catalog::Database& database, const catalog::ObjectId& foreign_key) {
  const Table* table = database.table(foreign_key.name);
  const auto* constraint = table ? table->constraint(foreign_key.member) : nullptr;
  const Table* target = constraint ? database.table(constraint->references) : nullptr;
  if (!target) return {};
  const auto keys = catalog::referable_keys(*target, *constraint);
  for (const auto& key : keys)
    if (keys.size() > 1 && std::binary_search(database.dependencies.begin(), database.dependencies.end(),
                                              catalog::Dependency{foreign_key, key}))
      return key;
  return keys.empty() ? catalog::ObjectId{} : keys.front();
}

std::vector<catalog::ObjectId> needs_of(const Planner& planner, const catalog::Database& database,
                                        const Table& table, const Constraint& constraint) {
  std::vector<catalog::ObjectId> needs{table_id(table.name)};
  for (const auto& column : table.columns)
    if (relies_on(constraint, column.name)) needs.push_back(column_id(table.name, column.name));
  std::string texts = constraint.expression + " " + constraint.where;
  for (const auto& element : constraint.elements) texts += " " + element.expression;
  for (auto& id : planner.mentioned(texts)) needs.push_back(std::move(id));
  if (constraint.type == ConstraintType::primary_key)
    for (const auto& column : constraint.columns) needs.push_back(not_null_of(table.name, column));
  if (constraint.type == ConstraintType::foreign_key) {
    needs.push_back(table_id(constraint.references));
    for (const auto& column : constraint.referenced_columns)
      needs.push_back(column_id(constraint.references, column));
    const auto key = key_behind(database, constraint_id(table.name, constraint.name));
    if (!key.name.empty()) needs.push_back(key);
  }
  return needs;
}

void check_version(const Planner& planner, const catalog::Name& table, const Constraint& constraint) {
  const auto id = constraint_id(table, constraint.name);
  if (constraint.nulls_not_distinct) planner.require(150000, "NULLS NOT DISTINCT", id);
  if (!constraint.on_delete_columns.empty()) planner.require(150000, "a column list of ON DELETE SET", id);
  if (constraint.without_overlaps) planner.require(180000, "WITHOUT OVERLAPS", id);
  if (constraint.period) planner.require(180000, "PERIOD", id);
  if (constraint.not_enforced) planner.require(180000, "NOT ENFORCED", id);
}

void create_constraint(Planner& planner, const Table& table, const Constraint& constraint) {
  check_version(planner, table.name, constraint);
  const catalog::ObjectId id = constraint_id(table.name, constraint.name);
  const bool online = planner.online(table.name);
  const bool key =
      constraint.type == ConstraintType::primary_key || constraint.type == ConstraintType::unique;
  const bool foreign_key = constraint.type == ConstraintType::foreign_key;
  const auto attach = [&] {
    if (!constraint.attached_to.empty())
      attach_part(planner, table, {table.name, constraint.name, true}, constraint.attached_to);
  };
  if (online && key && !is_partitioned(table) && !constraint.without_overlaps) {
    create_with_index(planner, table, constraint);
    attach();
    comment_constraint(planner, table.name, "", constraint);
    return;
  }
  // With the partitions' parts made, and named, before it.
  const bool only = is_partitioned(table) && owns_index(constraint) &&
                    (constraint.only || has_parts(planner, table, constraint.name));
  std::vector<catalog::ObjectId> parts;
  if (only) parts = create_parts(planner, table, constraint.name);
  const bool can_wait = (foreign_key && (!is_partitioned(table) || planner.server_version >= 180000)) ||
                        constraint.type == ConstraintType::check;
  // A new parent takes no child whose part of its check is not valid.
  const bool later = online && can_wait && !constraint.not_valid && !constraint.not_enforced &&
                     !(constraint.inherited && constraint.type == ConstraintType::check);
  Action action = on_table(planner, table, foreign_key ? Lock::share_row_exclusive : Lock::access_exclusive);
  action.rank = rank_of_constraint(constraint);
  action.statement.sql = (only ? "ALTER TABLE ONLY " + table.name.sql() + " " : alter_table(table)) + "ADD " +
                         constraint_clause(constraint) + (later || constraint.not_valid ? " NOT VALID" : "");
  action.statement.scans_table =
      planner.in_use(table.name) && !only && !later && !constraint.not_valid && !constraint.not_enforced;
  action.creates = {id};
  if (constraint.type == ConstraintType::primary_key) action.creates.push_back(the_primary_key(table.name));
  if (owns_index(constraint)) action.takes = {{table.name.schema, constraint.name}};
  action.needs = needs_of(planner, planner.after, table, constraint);
  action.needs.insert(action.needs.end(), parts.begin(), parts.end());
  if (constraint.only) wait_for_partitions(planner, table, action);
  // The server would take the oldest key that is there.
  if (const Table* target = foreign_key ? planner.before.table(constraint.references) : nullptr)
    for (const auto& old : catalog::referable_keys(*target, constraint))
      if (planner.is_gone(old)) action.needs.push_back(without(old));
  Constraint made = constraint;
  made.not_valid = later || constraint.not_valid;
  made.only = only;
  if (stays_partition(planner, table)) made.attached_to = {};
  made.comment.clear();
  made.clustered = false;
  made.replica_identity = false;
  if (only)
    action.effect = [name = table.name, made](catalog::Database& database) {
      if (auto* into = database.table(name)) put(into->constraints, made);
    };
  else
    action.effect = put_constraint(planner, table, made);
  const std::size_t added = planner.add(std::move(action));
  attach();
  if (later) validate(planner, table, constraint, added);
  if (constraint.type == ConstraintType::check && constraint.not_valid && !constraint.inherited)
    validate_of_heirs(planner, table, constraint, added);
  planner.set_fate(id, planner.fate(id) == Fate::rebuilt ? Fate::rebuilt : Fate::created);
  comment_constraint(planner, table.name, "", constraint);
}

void drop_constraint(Planner& planner, const Table& table, const Constraint& constraint) {
  const catalog::ObjectId id = constraint_id(table.name, constraint.name);
  if (planner.goes_with_whole.count(id) > 0) return;
  Action action = on_table(planner, table, Lock::access_exclusive);
  action.rank = planner.fate(id) == Fate::dropped ? Rank::drop : Rank::release;
  action.statement.sql = alter_table(table) + "DROP CONSTRAINT " +
                         (planner.if_exists.count(id) > 0 ? "IF EXISTS " : "") +
                         quote_identifier(constraint.name);
  action.about = id;
  action.drops = {id};
  action.creates = {without(id)};
  if (constraint.type == ConstraintType::check) wait_for_parents(planner, id, action);
  if (owns_index(constraint))
    drop_while_detached(planner, table.name, {table.name.schema, constraint.name}, action);
  if (constraint.type == ConstraintType::primary_key) action.drops.push_back(the_primary_key(table.name));
  if (owns_index(constraint)) action.frees = {{table.name.schema, constraint.name}};
  action.releases = needs_of(planner, planner.before, table, constraint);
  if (owns_index(constraint))
    for (const Part& part : droppable_parts(planner, {table.name.schema, constraint.name})) {
      action.drops.push_back(part.id());
      if (constraint.type == ConstraintType::primary_key) action.drops.push_back(the_primary_key(part.table));
      action.frees.push_back({part.table.schema, part.name});
    }
  action.effect = erase_constraint(planner, table.name, constraint.name);
  if (owns_index(constraint)) {
    action.reversal = Reversal::rebuild;
    action.loss = id.text() + " is built again";
  }
  planner.drop_actions[id] = planner.add(std::move(action));
}

void comment_constraint(Planner& planner, const catalog::Name& table, const std::string& was,
                        const Constraint& constraint) {
  planner.comment(constraint_id(table, constraint.name), was, constraint.comment,
                  set_member(table, constraint, &Constraint::comment));
}

bool alters_in_place(const Planner& planner, const Constraint& was, const Constraint& now) {
  const bool foreign_key = now.type == ConstraintType::foreign_key;
  for (const auto& field : catalog::differing_fields(was, now)) {
    const bool timing = field == "deferrable" || field == "initially_deferred";
    const bool ok = field == "comment" || field == "clustered" || field == "replica_identity" ||
                    field == "inherited" || (field == "attached_to" && was.attached_to.empty()) ||
                    (field == "only" && was.only) || field == "options" || field == "tablespace" ||
                    (timing && foreign_key) || (field == "not_valid" && !now.not_valid) ||
                    (field == "not_enforced" && foreign_key && planner.server_version >= 180000);
    if (!ok) return false;
  }
  return true;
}

namespace {

void create(Planner& planner, const catalog::ObjectId& id) {
  const Table& table = *planner.after.table(id.name);
  create_constraint(planner, table, *table.constraint(id.member));
}

void drop(Planner& planner, const catalog::ObjectId& id) {
  const Table& table = *planner.before.table(id.name);
  drop_constraint(planner, table, *table.constraint(id.member));
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  const Table& table = *planner.after.table(id.name);
  const Constraint& was = *planner.before.table(id.name)->constraint(id.member);
  const Constraint& now = *table.constraint(id.member);
  check_version(planner, table.name, now);
  const std::string index = "ALTER INDEX " + catalog::Name{table.name.schema, now.name}.sql() + " ";
  const auto step = [&](const std::string& sql, Lock lock, const Effect& effect) {
    Action action = on_table(planner, table, lock);
    action.rank = rank_of_constraint(now);
    action.statement.sql = sql;
    action.effect = effect;
    planner.add(std::move(action));
  };
  const std::string alter_constraint = alter_table(table) + "ALTER CONSTRAINT " + quote_identifier(now.name);
  if (was.deferrable != now.deferrable || was.initially_deferred != now.initially_deferred) {
    const std::string timing = constraint_timing(now);
    const Effect deferrable = set_member(table.name, now, &Constraint::deferrable);
    const Effect deferred = set_member(table.name, now, &Constraint::initially_deferred);
    step(alter_constraint + (timing.empty()            ? " NOT DEFERRABLE"
                             : timing == " DEFERRABLE" ? timing + " INITIALLY IMMEDIATE"
                                                       : timing),
         Lock::access_exclusive, [deferrable, deferred](catalog::Database& database) {
           deferrable(database);
           deferred(database);
         });
  }
  if (was.not_enforced != now.not_enforced)
    step(alter_constraint + (now.not_enforced ? " NOT ENFORCED" : " ENFORCED"), Lock::access_exclusive,
         set_member(table.name, now, &Constraint::not_enforced));
  if (was.not_valid && !now.not_valid) validate(planner, table, now, {});
  const ParameterChange change = parameter_change(was.options, now.options);
  for (const std::string& part : {change.set, change.reset})
    if (!part.empty())
      step(index + part, Lock::share_update_exclusive, set_member(table.name, now, &Constraint::options));
  if (was.tablespace != now.tablespace) {
    step(index + "SET TABLESPACE " + quote_identifier(now.tablespace.empty() ? "pg_default" : now.tablespace),
         Lock::access_exclusive, set_member(table.name, now, &Constraint::tablespace));
    planner.actions().back().statement.rewrites_table = true;
  }
  if (was.attached_to != now.attached_to && !now.attached_to.empty())
    attach_part(planner, table, {table.name, now.name, true}, now.attached_to);
  comment_constraint(planner, table.name, was.comment, now);
}

void rename(Planner& planner, const diff::Rename& rename) {
  planner.add_rename(rename, "ALTER TABLE " + rename.to.name.sql() + " RENAME CONSTRAINT " +
                                 quote_identifier(rename.from.member) + " TO " +
                                 quote_identifier(rename.to.member));
}

}  // namespace

const KindPlanner constraint_planner{create, drop, alter, rename};

}  // namespace migrate::plan
