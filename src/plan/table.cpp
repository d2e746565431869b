#include <algorithm>
#include <optional>

#include "plan/attach.hpp"
#include "plan/column_parts.hpp"
#include "plan/fragments.hpp"
#include "plan/planner.hpp"
#include "plan/table_parts.hpp"
#include "plan/type_parts.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

// A partition whose indexes have names of their own cannot be made by PARTITION OF, which chooses the names,
// nor one whose columns differ from the parent's: it is made as a table of its own and attached.
bool made_apart(const Planner& planner, const catalog::Table& table) {
  if (table.partition_of.empty()) return false;
  const auto attached = [](const auto& each) { return !each.attached_to.empty(); };
  const auto* parent = planner.after.table(table.partition_of);
  const auto differs = [&](const catalog::Column& each) {
    const auto* theirs = parent ? parent->column(each.name) : nullptr;
    return !each.inherited || !theirs || theirs->default_value != each.default_value ||
           theirs->not_null != each.not_null || theirs->generated != each.generated ||
           theirs->storage != each.storage || theirs->compression != each.compression;
  };
  return std::any_of(table.constraints.begin(), table.constraints.end(), attached) ||
         std::any_of(table.indexes.begin(), table.indexes.end(), attached) ||
         std::any_of(table.columns.begin(), table.columns.end(), differs);
}

// ATTACH PARTITION takes the first index that fits for its part of the parent's: what the partition has of
// its own comes after it.
bool comes_after_attach(const Planner& planner, const catalog::Table& table,
                        const catalog::Constraint& constraint) {
  return made_apart(planner, table) && owns_index(constraint) && constraint.attached_to.empty();
}

// Of two keys over the same columns, and of two equal exclusion constraints, CREATE TABLE silently makes only
// one.
bool is_swallowed(const Planner& planner, const catalog::Table& table,
                  const catalog::Constraint& constraint) {
  if (constraint.type == catalog::ConstraintType::exclusion)
    return std::any_of(table.constraints.begin(), table.constraints.end(),
                       [&](const catalog::Constraint& other) {
                         return other.type == constraint.type && other.name < constraint.name &&
                                other.elements == constraint.elements && other.method == constraint.method;
                       });
  return constraint.type == catalog::ConstraintType::unique &&
         std::any_of(
             table.constraints.begin(), table.constraints.end(), [&](const catalog::Constraint& other) {
               return other.columns == constraint.columns && !comes_after_attach(planner, table, other) &&
                      (other.type == catalog::ConstraintType::primary_key ||
                       (other.type == catalog::ConstraintType::unique && other.name < constraint.name));
             });
}

bool is_inline(const Planner& planner, const catalog::Table& table, const catalog::Constraint& constraint) {
  if (constraint.inherited && !made_apart(planner, table)) return false;
  if (constraint.not_valid || constraint.only || comes_after_attach(planner, table, constraint) ||
      is_swallowed(planner, table, constraint))
    return false;
  if (constraint.type == catalog::ConstraintType::check && constraint.inherited) return true;
  if (constraint.type != catalog::ConstraintType::foreign_key &&
      constraint.type != catalog::ConstraintType::check)
    return true;
  return !constraint.inherited && planner.late_keys.count(constraint_id(table.name, constraint.name)) == 0;
}

std::string with_clauses(const catalog::Table& table) {
  std::string out;
  if (!table.partition_key.empty()) out += " PARTITION BY " + table.partition_key;
  if (!table.access_method.empty()) out += " USING " + quote_identifier(table.access_method);
  if (!table.options.empty()) out += " WITH (" + parameters(table.options) + ")";
  if (!table.tablespace.empty()) out += " TABLESPACE " + quote_identifier(table.tablespace);
  return out;
}

catalog::Column without_late_default(const Planner& planner, const catalog::Table& table,
                                     catalog::Column column) {
  if (planner.late_defaults.count(column_id(table.name, column.name)) > 0) column.default_value.clear();
  return column;
}

// PostgreSQL before 16 takes no expression for a column that a parent generates too: it is the parent's.
catalog::Column without_parents_expression(const Planner& planner, const catalog::Table& table,
                                           catalog::Column column) {
  if (planner.server_version < 160000 && column.generated &&
      std::any_of(table.inherits.begin(), table.inherits.end(), [&](const catalog::Name& parent) {
        const auto* from = planner.after.table(parent);
        return from && from->column(column.name);
      }))
    column.generated.reset();
  return column;
}

std::string create_sql(const Planner& planner, const catalog::Table& table) {
  std::string out =
      std::string("CREATE ") + (table.unlogged ? "UNLOGGED " : "") + "TABLE " + table.name.sql();
  const bool apart = made_apart(planner, table);
  std::vector<std::string> lines;
  for (const auto& column : table.columns)
    if (!column.inherited || apart)
      lines.push_back(column_clause(
          with_name_of_not_null(
              planner, table,
              without_parents_expression(planner, table, without_late_default(planner, table, column))),
          planner.serial_type(table.name, column), planner.server_version));
  for (const auto& constraint : table.constraints)
    if (is_inline(planner, table, constraint)) lines.push_back(constraint_clause(constraint));
  const bool partition_of = !table.partition_of.empty() && !apart;
  if (partition_of) out += " PARTITION OF " + table.partition_of->sql();
  if (!lines.empty())
    out += " (\n  " + join(lines, ",\n  ") + "\n)";
  else if (!partition_of)
    out += " ()";
  if (partition_of) out += " " + table.partition_bound;
  if (!table.inherits.empty())
    out += " INHERITS (" +
           join_with(table.inherits, ", ", [](const catalog::Name& name) { return name.sql(); }) + ")";
  return out + with_clauses(table);
}

void check_versions(const Planner& planner, const catalog::Table& table) {
  for (const auto& column : table.columns) check_version(planner, table.name, column);
  for (const auto& constraint : table.constraints) check_version(planner, table.name, constraint);
}

// What the catalogue has once CREATE TABLE has run: what comes later by statements of its own is not in it
// yet.
catalog::Table bare_table(const Planner& planner, const catalog::Table& table) {
  catalog::Table bare = table;
  bare.comment.clear();
  bare.row_security = bare.force_row_security = false;
  bare.of_type = {};
  bare.replica_identity.clear();
  bare.indexes.clear();
  erase_if(bare.constraints, [&](const auto& each) {
    return (!each.inherited || !each.attached_to.empty()) && !is_inline(planner, table, each);
  });
  for (auto& constraint : bare.constraints) constraint.comment.clear();
  for (auto& column : bare.columns) {
    column.comment.clear();
    column = without_late_default(planner, table, std::move(column));
  }
  return bare;
}

void add_part(Planner& planner, const catalog::Table& table, const std::string& sql, const Effect& effect,
              bool rewrites) {
  Action action;
  action.rank = Rank::column;
  action.part_of = table.name;
  action.statement.sql = sql;
  action.statement.lock = Lock::access_exclusive;
  action.statement.locks = table.name.text();
  action.statement.rewrites_table = rewrites;
  action.needs = {table_id(table.name)};
  action.effect = effect;
  planner.add(std::move(action));
}

template <class Member>
Effect set_member(const catalog::Table& now, Member member) {
  return [name = now.name, value = now.*member, member](catalog::Database& database) {
    if (auto* table = database.table(name)) table->*member = value;
  };
}

void alter_row_security(Planner& planner, const catalog::Table& was, const catalog::Table& now) {
  const auto step = [&](const char* sql, bool catalog::Table::*member) {
    if (was.*member == now.*member) return;
    add_part(planner, now, sql, set_member(now, member), false);
    if (planner.before.table(now.name)) return;
    planner.actions().back().rank = Rank::table;
    planner.actions().back().statement.lock = Lock::none;
    planner.actions().back().statement.locks.clear();
    planner.actions().back().needs.push_back(copied_rows(now.name));
  };
  step(now.row_security ? "ENABLE ROW LEVEL SECURITY" : "DISABLE ROW LEVEL SECURITY",
       &catalog::Table::row_security);
  step(now.force_row_security ? "FORCE ROW LEVEL SECURITY" : "NO FORCE ROW LEVEL SECURITY",
       &catalog::Table::force_row_security);
}

// Parts of the parent's indexes and keys, in the order of these, the attachment, then what is its own.
void create_parts_of_table(Planner& planner, const catalog::Table& table, bool apart) {
  const auto create = [&](bool early) {
    for (const auto& constraint : table.constraints)
      if ((!constraint.inherited || (apart && !constraint.attached_to.empty())) &&
          !is_inline(planner, table, constraint) && early != comes_after_attach(planner, table, constraint))
        create_constraint(planner, table, constraint);
    std::vector<const catalog::Index*> indexes;
    for (const auto& index : table.indexes)
      if (!apart || early != index.attached_to.empty()) indexes.push_back(&index);
    std::stable_sort(indexes.begin(), indexes.end(), [](const auto* a, const auto* b) {
      return a->attached_to.get() < b->attached_to.get();
    });
    for (const auto* index : indexes) create_index(planner, table, *index);
  };
  create(true);
  if (!apart) return;
  attach(planner, table);
  const std::size_t attached = planner.actions().size() - 1;
  create(false);
  for (std::size_t n = attached + 1; n < planner.actions().size(); ++n)
    planner.action(n).after.push_back(attached);
}

// Owner, privileges, comments and labels that a table that is made anew is to have as the old one has them
// when the script runs.
std::vector<catalog::ObjectId> preserved(const catalog::Table& was) {
  std::vector<catalog::ObjectId> out{table_id(was.name)};
  for (const auto& column : was.columns)
    if (column.identity) out.push_back(sequence_id(sequence_of(was.name, column)));
  return out;
}

// PostgreSQL checks that the columns are those of the type.
void alter_type(Planner& planner, const catalog::Table& now) {
  const catalog::Table* was = planner.before.table(now.name);
  if (was && !now.of_type.empty()) refuse_other_order(planner, *was, now);
  Action action;
  action.rank = was ? Rank::after_column : Rank::table;
  action.statement.sql = "ALTER TABLE " + now.name.sql() +
                         (now.of_type.empty() ? std::string(" NOT OF") : " OF " + now.of_type->sql());
  if (was) {
    action.statement.lock = Lock::access_exclusive;
    action.statement.locks = now.name.text();
  }
  const auto type = [](const catalog::Name& name) {
    return catalog::ObjectId{catalog::Kind::composite_type, name, ""};
  };
  action.needs = {table_id(now.name)};
  if (!now.of_type.empty()) action.needs.push_back(type(now.of_type));
  if (was && !was->of_type.empty()) {
    action.releases = {type(was->of_type)};
    if (now.of_type.empty()) action.rank = Rank::release;
  }
  action.effect = [name = now.name, of_type = now.of_type](catalog::Database& database) {
    if (auto* table = database.table(name)) table->of_type = of_type;
  };
  planner.add(std::move(action));
}

void create(Planner& planner, const catalog::ObjectId& id) {
  const catalog::Table& table = *planner.after.table(id.name);
  check_versions(planner, table);
  Action action;
  action.rank = Rank::table;
  action.statement.sql = create_sql(planner, table);
  action.creates = {id};
  action.needs = {schema_id(table.name.schema)};
  action.takes = {table.name};
  catalog::Database made;
  for (const auto& column : table.columns) {
    action.creates.push_back(column_id(table.name, column.name));
    const std::string serial = planner.serial_type(table.name, column);
    if (!serial.empty()) {
      catalog::Sequence sequence =
          *planner.after.sequence({table.name.schema, table.name.name + "_" + column.name + "_seq"});
      sequence.comment.clear();
      made.sequences.push_back(sequence);
      action.creates.push_back(sequence_id(sequence.name));
      action.takes.push_back(sequence.name);
    } else {
      for (const auto& type : planner.mentioned_types(column))
        if (type != id) action.needs.push_back(type);
    }
  }
  for (const auto& constraint : table.constraints) {
    if (!is_inline(planner, table, constraint)) continue;
    action.creates.push_back(constraint_id(table.name, constraint.name));
    if (owns_index(constraint)) action.takes.push_back({table.name.schema, constraint.name});
    for (const auto& need : needs_of(planner, planner.after, table, constraint))
      if (need.name != table.name) action.needs.push_back(need);
  }
  for (const auto& parent : table.inherits) {
    action.needs.push_back(table_id(parent));
    action.needs.push_back(columns_of(parent));
  }
  const bool apart = made_apart(planner, table);
  if (!table.partition_of.empty() && !apart) {
    action.needs.push_back(table_id(table.partition_of));
    action.takes.push_back(room_in(table.partition_of));
  }
  catalog::Table bare = bare_table(planner, table);
  if (apart) {
    bare.partition_of = {};
    bare.partition_bound.clear();
    for (auto& column : bare.columns) column.inherited = false;
    for (auto& constraint : bare.constraints) constraint.attached_to = {};
  }
  made.tables.push_back(bare);
  action.effect = [made](catalog::Database& database) {
    put(database.tables, made.tables.front());
    for (const auto& sequence : made.sequences) put(database.sequences, sequence);
  };
  const catalog::Table* was = planner.aside.find(table.name) ? planner.in_place->table(table.name) : nullptr;
  if (was) action.preserve = preserved(*was);
  planner.add(std::move(action));

  for (const auto& column : table.columns) {
    if (planner.late_defaults.count(column_id(table.name, column.name)) > 0)
      put_default(planner, table, column, true);
    set_up_column(planner, table, column);
  }
  if (!table.of_type.empty()) alter_type(planner, table);
  create_parts_of_table(planner, table, apart);
  alter_row_security(planner, bare, table);
  planner.set_fate(id, Fate::created);
  // What is put back at the end of the step must not be a comment that is taken off.
  const auto comment_was = [&](const auto* old, const std::string& now) {
    return old && now.empty() ? std::string(old->comment) : std::string();
  };
  planner.comment(id, comment_was(was, table.comment), table.comment,
                  [name = table.name, text = table.comment](catalog::Database& database) {
                    if (auto* each = database.table(name)) each->comment = text;
                  });
  for (const auto& column : table.columns) {
    planner.set_fate(column_id(table.name, column.name), Fate::created);
    comment_column(planner, table.name, comment_was(was ? was->column(column.name) : nullptr, column.comment),
                   column);
  }
  for (const auto& constraint : table.constraints)
    if (is_inline(planner, table, constraint)) {
      planner.set_fate(constraint_id(table.name, constraint.name), Fate::created);
      comment_constraint(planner, table.name, "", constraint);
    }
}

// A foreign key to a partitioned table that stays does not let go of a partition before it is detached.
bool is_referenced(const Planner& planner, const catalog::Table& table) {
  const catalog::Table* parent = planner.before.table(table.partition_of);
  if (!parent || planner.fate(table_id(parent->name)) == Fate::dropped) return false;
  const auto refers = [&](const catalog::Constraint& key) {
    return key.type == catalog::ConstraintType::foreign_key && key.references == parent->name;
  };
  return is_referenced(planner, *parent) ||
         std::any_of(planner.before.tables.begin(), planner.before.tables.end(), [&](const auto& each) {
           return std::any_of(each.constraints.begin(), each.constraints.end(), refers);
         });
}

void drop(Planner& planner, const catalog::ObjectId& id) {
  const catalog::Table& table = *planner.before.table(id.name);
  // Keys in a circle of tables that go go first.
  for (const auto& constraint : table.constraints)
    if (planner.early_keys.count(constraint_id(table.name, constraint.name)) > 0)
      drop_constraint(planner, table, constraint);
  for (const auto& column : table.columns)
    if (planner.early_defaults.count(column_id(table.name, column.name)) > 0)
      put_default(planner, table, column, false);
  Action action;
  // DROP TABLE of a partition locks out those who use the others.
  auto detached = table.partition_of.empty() ? std::nullopt : detach_concurrently(planner, table);
  if (!detached && is_referenced(planner, table)) detached = detach(planner, table);
  if (detached) {
    action.after = {*detached};
    planner.action(*detached).rank = Rank::drop;
  }
  action.rank = Rank::drop_table;
  action.statement.sql = "DROP TABLE " + table.name.sql();
  action.statement.loses_data = true;
  action.statement.lock = Lock::access_exclusive;
  action.statement.locks = table.name.text();
  action.drops = {id};
  action.frees = {table.name};
  if (!table.partition_of.empty()) action.frees.push_back(room_in(table.partition_of));
  action.releases = {schema_id(table.name.schema)};
  for (const auto& column : table.columns) {
    action.drops.push_back(column_id(table.name, column.name));
    for (const auto& type : planner.mentioned_types(column))
      if (type != id) action.releases.push_back(type);
  }
  for (const auto& constraint : table.constraints) {
    action.drops.push_back(constraint_id(table.name, constraint.name));
    if (owns_index(constraint)) action.frees.push_back({table.name.schema, constraint.name});
    for (const auto& need : needs_of(planner, planner.before, table, constraint))
      if (need.name != table.name &&
          planner.early_keys.count(constraint_id(table.name, constraint.name)) == 0)
        action.releases.push_back(need);
  }
  for (const auto& index : table.indexes) {
    action.drops.push_back(index_id(table.name, index.name));
    action.frees.push_back({table.name.schema, index.name});
  }
  for (const auto& parent : table.inherits) action.releases.push_back(table_id(parent));
  if (!table.of_type.empty()) action.releases.push_back({catalog::Kind::composite_type, table.of_type, ""});
  if (!table.partition_of.empty()) action.releases.push_back(table_id(table.partition_of));
  for (const auto& sequence : planner.before.sequences)
    if (sequence.owned_by_table == table.name && planner.fate(sequence_id(sequence.name)) == Fate::dropped) {
      action.drops.push_back(sequence_id(sequence.name));
      action.frees.push_back(sequence.name);
    }
  action.reversal = Reversal::data_lost;
  action.loss = "the rows of " + table.name.text() + " are not given back";
  action.effect = [name = table.name](catalog::Database& database) {
    std::erase_if(database.tables, [&](const auto& each) { return each.name == name; });
    std::erase_if(database.sequences, [&](const auto& each) { return each.owned_by_table == name; });
  };
  planner.add(std::move(action));
}

void alter_options(Planner& planner, const catalog::Table& was, const catalog::Table& now) {
  const ParameterChange change = parameter_change(was.options, now.options);
  for (const std::string& part : {change.set, change.reset}) {
    if (part.empty()) continue;
    add_part(planner, now, part, set_member(now, &catalog::Table::options), false);
    planner.actions().back().statement.lock = Lock::share_update_exclusive;
    planner.actions().back().part_of = {};
    planner.actions().back().statement.sql = "ALTER TABLE " + now.name.sql() + " " + part;
  }
}

// SET LOGGED and SET UNLOGGED take the sequences along that the table owns, since PostgreSQL 15.
void keep_sequences(Planner& planner, const catalog::Table& now, std::size_t altered) {
  if (planner.server_version < 150000) return;
  for (const auto& sequence : planner.after.sequences) {
    const auto* was = planner.before.sequence(sequence.name);
    if (!was || was->owned_by_table != now.name || sequence.owned_by_table != now.name) continue;
    if (sequence.unlogged == now.unlogged) continue;
    Action action;
    action.rank = Rank::after_column;
    action.statement.sql =
        "ALTER SEQUENCE " + sequence.name.sql() + (sequence.unlogged ? " SET UNLOGGED" : " SET LOGGED");
    action.needs = {sequence_id(sequence.name)};
    action.after = {altered};
    action.effect = [](catalog::Database&) {};
    planner.add(std::move(action));
  }
}

// A logged table cannot refer to an unlogged one, so the two ends of a key change in order.
void alter_logging(Planner& planner, const catalog::Table& now) {
  add_part(planner, now, now.unlogged ? "SET UNLOGGED" : "SET LOGGED",
           set_member(now, &catalog::Table::unlogged), true);
  Action& action = planner.actions().back();
  const auto logging = [](const catalog::Name& name) {
    return catalog::ObjectId{catalog::Kind::table, name, "logging"};
  };
  (now.unlogged ? action.drops : action.creates).push_back(logging(now.name));
  for (const auto& constraint : now.constraints)
    if (constraint.type == catalog::ConstraintType::foreign_key && constraint.references != now.name)
      (now.unlogged ? action.releases : action.needs).push_back(logging(constraint.references));
  action.effect = [own = std::move(action.effect), now,
                   sequences = planner.after.sequences](catalog::Database& database) {
    own(database);
    for (const auto& each : sequences)
      if (auto* sequence = database.sequence(each.name); sequence && sequence->owned_by_table == now.name)
        sequence->unlogged = each.unlogged;
  };
  keep_sequences(planner, now, planner.actions().size() - 1);
}

// INHERIT puts a parent behind those that are there: what is to stand behind it leaves and comes back.
std::size_t parents_that_stay(const std::vector<catalog::Name>& was, const std::vector<catalog::Name>& now) {
  std::size_t stay = 0;
  for (auto at = was.begin(); stay < now.size(); ++stay, ++at)
    if (at = std::find(at, was.end(), now[stay]); at == was.end()) break;
  return stay;
}

void inherit(Planner& planner, const catalog::Table& now, const catalog::Name& parent, Action& action) {
  action.rank = Rank::after_column;
  action.needs.push_back(table_id(parent));
  wait_for_parent(planner, parent, action);
  if (const auto* was = planner.before.table(now.name); !was || !was->is_child_of(parent))
    action.needs.push_back(columns_of(parent));
  const auto* table = planner.after.table(parent);
  if (!table) return;
  for (const auto& column : table->columns) {
    action.needs.push_back(column_id(parent, column.name));
    action.needs.push_back(column_id(now.name, column.name));
    if (column.not_null) action.needs.push_back(not_null_of(now.name, column.name));
  }
  for (const auto& check : table->constraints)
    if (check.type == catalog::ConstraintType::check && !check.no_inherit)
      action.needs.push_back(constraint_id(now.name, check.name));
}

void alter_parents(Planner& planner, const catalog::Table& was, const catalog::Table& now) {
  const std::size_t stay = parents_that_stay(was.inherits, now.inherits);
  const auto stays = now.inherits.begin() + static_cast<std::ptrdiff_t>(stay);
  std::vector<std::size_t> leaving;
  for (const auto& parent : was.inherits) {
    if (std::find(now.inherits.begin(), stays, parent) != stays) continue;
    add_part(planner, now, "NO INHERIT " + parent.sql(), set_member(now, &catalog::Table::inherits), false);
    Action& action = planner.actions().back();
    const bool comes_back = std::find(stays, now.inherits.end(), parent) != now.inherits.end() &&
                            planner.fate(table_id(parent)) != Fate::created && !planner.aside.find(parent);
    if (comes_back) {  // with what becomes of the parent meanwhile
      action.rank = Rank::after_column;
      wait_for_parent(planner, parent, action);
      action.needs.push_back(columns_of(parent));
      for (const auto& column : planner.after.table(parent)->columns)
        action.needs.push_back(column_id(parent, column.name));
      for (const auto& constraint : planner.after.table(parent)->constraints)
        if (constraint.type == catalog::ConstraintType::check)
          action.needs.push_back(constraint_id(parent, constraint.name));
    } else {
      action.rank = Rank::release;
      action.releases = {table_id(parent)};
      action.about = table_id(now.name);
      action.creates = {left(now.name, parent)};
    }
    // In one statement with it a column would still count as inherited.
    action.part_of = {};
    action.statement.sql = "ALTER TABLE " + now.name.sql() + " " + action.statement.sql;
    leaving.push_back(planner.actions().size() - 1);
  }
  for (auto parent = stays; parent != now.inherits.end(); ++parent) {
    add_part(planner, now, "INHERIT " + parent->sql(), set_member(now, &catalog::Table::inherits), false);
    Action& action = planner.actions().back();
    inherit(planner, now, *parent, action);
    action.after = leaving;
    leaving = {planner.actions().size() - 1};
  }
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>& fields) {
  const catalog::Table& was = *planner.before.table(id.name);
  const catalog::Table& now = *planner.after.table(id.name);
  const auto differs = [&](const char* field) {
    return std::find(fields.begin(), fields.end(), field) != fields.end();
  };
  if (differs("unlogged")) alter_logging(planner, now);
  if (differs("access_method")) {
    planner.require(150000, "changing the access method", id);
    add_part(planner, now,
             "SET ACCESS METHOD " + quote_identifier(now.access_method.empty() ? "heap" : now.access_method),
             set_member(now, &catalog::Table::access_method), true);
  }
  if (differs("tablespace"))
    add_part(planner, now,
             "SET TABLESPACE " + quote_identifier(now.tablespace.empty() ? "pg_default" : now.tablespace),
             set_member(now, &catalog::Table::tablespace), true);
  if (differs("options")) alter_options(planner, was, now);
  alter_row_security(planner, was, now);
  if (differs("of_type"))
    was.of_type == now.of_type ? alter_under_type(planner, was, now) : alter_type(planner, now);
  if (differs("inherits")) alter_parents(planner, was, now);
  if (differs("partition_of") || differs("partition_bound")) change_parent(planner, was, now);
  planner.comment(id, was.comment, now.comment, set_member(now, &catalog::Table::comment));
}

void rename(Planner& planner, const diff::Rename& rename) {
  planner.add_rename(rename, "ALTER TABLE ", rename.from.name, rename.to.name);
}

}  // namespace

const KindPlanner table_planner{create, drop, alter, rename};

}  // namespace migrate::plan
