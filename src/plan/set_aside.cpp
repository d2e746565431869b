#include "plan/set_aside.hpp"

#include <algorithm>
#include <utility>

#include "catalog/type_name.hpp"
#include "diff/children.hpp"
#include "plan/column_parts.hpp"
#include "plan/planner.hpp"
#include "plan/rename.hpp"
#include "plan/table_parts.hpp"
#include "plan/words.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::Column;
using catalog::Database;
using catalog::Kind;
using catalog::Name;
using catalog::Table;

bool has_replaced_enum(const Database& before, const Database& after, const Column& column) {
  const Name name = catalog::parse_type(column.type).name;
  const auto* was = before.enum_type(name);
  const auto* now = after.enum_type(name);
  return was && now && !only_adds_labels(*was, *now);
}

// PostgreSQL neither changes a partition key nor a column that is part of one.
bool is_out_of_reach(const Database& before, const Database& after, const Table& was, const Table& now) {
  if (was.partition_key != now.partition_key) return true;
  if (was.partition_key.empty()) return false;
  return std::any_of(was.columns.begin(), was.columns.end(), [&](const Column& column) {
    const Column* other = now.column(column.name);
    return other && mentions_identifier(was.partition_key, column.name) &&
           (column.type != other->type || column.collation != other->collation ||
            has_replaced_enum(before, after, column));
  });
}

// From the parent upwards.
std::vector<Name> ancestors(const Database& database, const Name& table) {
  std::vector<Name> found;
  for (const Table* each = database.table(table); each && !each->partition_of.empty();
       each = database.table(each->partition_of))
    found.push_back(each->partition_of);
  return found;
}

bool contains(const std::vector<Name>& names, const Name& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::set<Name> names_to_set_aside(const Database& before, const Database& after) {
  std::set<Name> found;
  for (const Table& now : after.tables)
    if (const Table* was = before.table(now.name); was && is_out_of_reach(before, after, *was, now))
      found.insert(now.name);
  // Their partitions come with them, and are made anew with them.
  for (bool again = !found.empty(); again;) {
    again = false;
    for (const Table& now : after.tables) {
      const Table* was = before.table(now.name);
      if (was && found.count(was->partition_of) > 0 && found.count(now.partition_of) > 0)
        again |= found.insert(now.name).second;
    }
  }
  return found;
}

bool is_needed(const Database& after, const Name& name) {
  return is_occupied(after, name) || !catalog::identity_column_of(after, name).name.empty();
}

// Access stays with the name: who may use the table is compared, and put back, as of one table.
void stand_aside(Database& database, const AsideTable& table) {
  const auto access = database.access;
  const auto carry_out = [&](const diff::Rename& rename) {
    std::vector<diff::Rename> one{rename};
    database = renamed(std::move(database), one);
  };
  carry_out({table_id(table.name), table_id(table.aside), "", ""});
  for (const diff::Rename& each : table.keys) carry_out(each);
  if (Table* aside = database.table(table.aside)) {
    if (!table.detached_from.empty()) diff::leave_parents(*aside);
    for (const auto& [column, sequence] : table.sequences)
      if (Column* each = aside->column(column); each && each->identity) each->identity->sequence = sequence;
  }
  database.access = access;
}

AsideTable describe_aside(Planner& names, const Table& was, const Database& after) {
  AsideTable table;
  table.name = was.name;
  const auto free = [&](const std::string& base) {
    return Name{was.name.schema, names.free_name(was.name, base, "_old")};
  };
  table.aside = free(was.name.name);
  for (const auto& index : was.indexes) {
    const auto id = index_id(was.name, index.name);
    if (is_needed(after, id.name)) table.keys.push_back({id, {Kind::index, free(index.name), ""}, "", ""});
  }
  for (const auto& key : was.constraints)
    if (owns_index(key) && is_needed(after, {was.name.schema, key.name}))
      table.keys.push_back(
          {constraint_id(table.aside, key.name), constraint_id(table.aside, free(key.name).name), "", ""});
  for (const Column& column : was.columns) {
    if (!column.identity) continue;
    const Name sequence = sequence_of(was.name, column);
    table.sequences_were[column.name] = sequence;
    table.sequences[column.name] = is_needed(after, sequence) ? free(sequence.name) : sequence;
  }
  return table;
}

Action rename_action(const std::string& kind, const Name& from, const Name& to) {
  Action action;
  action.rank = Rank::release;
  action.statement.sql = "ALTER " + kind + " " + from.sql() + " RENAME TO " + quote_identifier(to.name);
  action.frees = {from};
  action.effect = [](Database&) {};
  return action;
}

// What one table's copy must wait for and what waits for it, at all levels.
std::vector<Name> partitions_of(const Database& database, const Name& table) {
  std::vector<Name> found;
  for (const Table& each : database.tables)
    if (contains(ancestors(database, each.name), table)) found.push_back(each.name);
  return found;
}

std::string copied_value(const Planner& planner, const Column& was, const Column& now) {
  const std::string name = quote_identifier(was.name);
  if (planner.old_types.count(catalog::parse_type(was.type).name) == 0 && was.type == now.type) return name;
  const auto how = conversion_of(planner, name, was, now);
  return how.using_expression.empty() ? name + "::" + now.type : how.using_expression;
}

std::size_t add_copy(Planner& planner, const AsideTable& table) {
  const Table& was = *planner.before.table(table.aside);
  const Table& now = *planner.after.table(table.name);
  Action copy;
  copy.rank = Rank::table;
  copy.reversal = Reversal::rebuild;
  copy.loss = "all rows of " + now.name.text() + " are copied again";
  std::vector<std::string> columns, values;
  bool identity = false;
  for (const Column& column : was.columns) {
    const Column* other = now.column(column.name);
    if (!other && !column.generated) {
      copy.statement.loses_data = true;
      copy.reversal = Reversal::data_lost;
      copy.loss +=
          "; the values of " + now.name.text() + "." + quote_identifier(column.name) + " are not given back";
    }
    if (!other || other->generated) continue;
    columns.push_back(quote_identifier(column.name));
    values.push_back(copied_value(planner, column, *other));
    identity |= other->identity.has_value();
    for (const auto& type : planner.mentioned_types(*other)) copy.needs.push_back(type);
  }
  copy.statement.sql = "INSERT INTO " + now.name.sql() +
                       (columns.empty() ? "" : " (" + join(columns, ", ") + ")") +
                       (identity ? " OVERRIDING SYSTEM VALUE" : "") + "\n  SELECT " + join(values, ", ") +
                       (was.partition_key.empty() ? " FROM ONLY " : " FROM ") + was.name.sql();
  copy.statement.scans_table = true;
  copy.about = table_id(now.name);
  copy.creates = {copied_rows(now.name)};
  copy.needs.push_back(table_id(now.name));
  for (const Name& each : partitions_of(planner.after, now.name)) {
    copy.needs.push_back(table_id(each));
    copy.needs.push_back(attachment(each));
  }
  copy.preserve = {table_id(now.name)};  // in one step with what sets aside
  copy.releases = {table_id(was.name)};
  for (const Name& each : partitions_of(planner.before, was.name)) copy.releases.push_back(table_id(each));
  copy.effect = [](Database&) {};
  if (was.row_security) {
    Action open;
    open.rank = Rank::table;
    open.statement.sql = "ALTER TABLE " + was.name.sql() + " DISABLE ROW LEVEL SECURITY";
    open.about = table_id(was.name);
    open.effect = [](Database&) {};
    copy.after.push_back(planner.add(std::move(open)));
  }
  return planner.add(std::move(copy));
}

void continue_sequences(Planner& planner, const AsideTable& table, std::size_t copied) {
  const Table& was = *planner.before.table(table.aside);
  for (const Column& now : planner.after.table(table.name)->columns) {
    const Column* old = was.column(now.name);
    if (!now.identity || !old) continue;
    const std::string sequence = quote_literal(sequence_of(table.name, now).sql());
    if (!old->identity) {
      continue_numbering(planner, table.name, now, sequence, now.identity->options, copied);
      continue;
    }
    const auto options = catalog::with_defaults(now.identity->options, now.type);
    Action action;
    action.rank = Rank::after_column;
    action.statement.sql = "SELECT pg_catalog.setval(" + sequence + ", greatest(least(last_value, " +
                           std::to_string(*options.max) + "), " + std::to_string(*options.min) +
                           "), is_called) FROM " + table.sequences.at(now.name).sql();
    action.about = table_id(table.name);
    action.after = {copied};
    action.releases = {table_id(table.aside)};
    action.effect = [](Database&) {};
    planner.add(std::move(action));
  }
}

// Of the table that stands aside or is copied with it.
const AsideTable* copied_with(const Planner& planner, const Name& table) {
  auto names = ancestors(planner.before, table);
  names.insert(names.begin(), table);
  for (const Name& each : names)
    if (const auto* aside = planner.aside.find_aside(each); aside && aside->copied) return aside;
  return nullptr;
}

void order_foreign_key(const Planner& planner, const catalog::ObjectId& id, Action& action) {
  const Table* table = planner.after.table(id.name);
  const auto* key = table ? table->constraint(id.member) : nullptr;
  if (!key || key->type != catalog::ConstraintType::foreign_key) return;
  for (const AsideTable& each : planner.aside.tables)
    if (each.copied && (planner.late_keys.count(id) > 0 || each.name != table->name) &&
        (each.name == table->name || each.name == key->references ||
         planner.aside.loosened.count(key->references) > 0))
      action.needs.push_back(copied_rows(each.name));
}

// What has its rows elsewhere by then goes without a loss.
void order(Planner& planner, Action& action) {
  for (const auto& id : action.drops) {
    if (id.kind != Kind::table || !id.member.empty() || !copied_with(planner, id.name)) continue;
    action.statement.loses_data = false;
    action.statement.lock = Lock::none;
    action.statement.locks.clear();
    action.reversal = Reversal::rebuild;
    action.loss.clear();
  }
  // Keys of the old form stay with the partitions that stay.
  for (const auto& id : action.drops)
    if (id.kind == Kind::constraint && planner.aside.find_aside(id.name))
      for (const Name& each : partitions_of(planner.before, id.name))
        action.needs.push_back(detachment(each));
  const auto creates = action.creates;
  for (const auto& id : creates) {
    const Table* was = planner.before.table(id.name);
    if (was && id == detachment(id.name))
      if (const auto* aside = copied_with(planner, was->partition_of))
        action.needs.push_back(copied_rows(aside->name));
    if (id.kind == Kind::constraint) order_foreign_key(planner, id, action);
    if (id.kind == Kind::trigger || id.kind == Kind::rule)
      for (const AsideTable& each : planner.aside.tables)
        if (each.copied && (each.name == id.name || contains(ancestors(planner.after, id.name), each.name)))
          action.needs.push_back(copied_rows(each.name));
  }
}

// A trigger of a partition makes way for its parent's of the same name.
void order_triggers(Planner& planner) {
  std::map<catalog::ObjectId, std::size_t> droppers;
  for (std::size_t n = 0; n < planner.actions().size(); ++n)
    for (const auto& id : planner.action(n).drops)
      if (id.kind == Kind::trigger) droppers.emplace(id, n);
  for (Action& action : planner.actions()) {
    if (action.creates.empty() || action.creates.front().kind != Kind::trigger) continue;
    const auto& id = action.creates.front();
    for (const Name& each : partitions_of(planner.after, id.name))
      if (const auto found = droppers.find({Kind::trigger, each, id.member}); found != droppers.end())
        action.after.push_back(found->second);
  }
}

bool speaks_of(const Action& action, const AsideTable& table) {
  return action.part_of == table.aside || mentions_name(action.statement.sql, table.aside);
}

}  // namespace

const AsideTable* SetAside::find(const Name& name) const {
  const auto at =
      std::find_if(tables.begin(), tables.end(), [&](const auto& each) { return each.name == name; });
  return at == tables.end() ? nullptr : &*at;
}

const AsideTable* SetAside::find_aside(const Name& aside) const {
  const auto at =
      std::find_if(tables.begin(), tables.end(), [&](const auto& each) { return each.aside == aside; });
  return at == tables.end() ? nullptr : &*at;
}

catalog::ObjectId copied_rows(const Name& table) { return {Kind::table, table, "rows"}; }

SetAside set_aside(const Database& before, const Database& after, int server_version) {
  SetAside out;
  const auto names = names_to_set_aside(before, after);
  if (names.empty()) return out;
  Planner free_names(before, after, server_version, Mode::online);
  for (const Name& name : names) {
    const Table& was = *before.table(name);
    AsideTable table = describe_aside(free_names, was, after);
    if (!was.partition_of.empty() && names.count(was.partition_of) == 0) {
      table.detached_from = was.partition_of;
      for (const Name& each : ancestors(before, name))
        if (names.count(each) == 0) out.loosened.insert(each);
    }
    const auto over = ancestors(before, name);
    const auto over_now = ancestors(after, name);
    table.copied = std::none_of(over_now.begin(), over_now.end(), [&](const Name& each) {
      return names.count(each) > 0 && contains(over, each);
    });
    out.tables.push_back(std::move(table));
  }
  out.before = before;
  for (const AsideTable& each : out.tables) stand_aside(out.before, each);
  return out;
}

void plan_set_aside(Planner& planner) {
  for (const AsideTable& table : planner.aside.tables) {
    std::vector<Action> actions;
    if (!table.detached_from.empty()) {
      Action detach;
      detach.rank = Rank::release;
      detach.statement.sql =
          "ALTER TABLE " + table.detached_from.sql() + " DETACH PARTITION " + table.name.sql();
      detach.statement.lock = Lock::access_exclusive;
      detach.statement.locks = table.detached_from.text();
      detach.frees = {room_in(table.detached_from)};
      detach.effect = [](Database&) {};
      actions.push_back(std::move(detach));
    }
    Action aside = rename_action("TABLE", table.name, table.aside);
    aside.drops = {table_id(table.name)};
    aside.creates = {{Kind::table, table.aside, "aside"}};
    aside.statement.lock = Lock::access_exclusive;
    aside.statement.locks = table.name.text();
    aside.statement.rewrites_table = true;
    if (table.copied)
      aside.statement.notes = {
          "PostgreSQL cannot change how " + table.name.text() +
              " is partitioned: it is made anew, and all "
              "its rows are copied.",
          "Until that is done nobody can use it, and its rows take their space twice; run ANALYZE after it."};
    aside.effect = [table](Database& database) { stand_aside(database, table); };
    actions.push_back(std::move(aside));
    for (const diff::Rename& each : table.keys) {
      const bool index = each.from.kind == Kind::index;
      const std::string& schema = table.name.schema;
      actions.push_back(rename_action("INDEX", index ? each.from.name : Name{schema, each.from.member},
                                      index ? each.to.name : Name{schema, each.to.member}));
    }
    for (const auto& [column, sequence] : table.sequences)
      if (const Name& was = table.sequences_were.at(column); was != sequence)
        actions.push_back(rename_action("SEQUENCE", was, sequence));
    std::optional<std::size_t> last;
    for (Action& action : actions) {
      if (last) action.after.push_back(*last);
      if (action.about.name.empty()) action.about = table_id(table.name);
      last = planner.add(std::move(action));
    }
  }
}

void plan_copies(Planner& planner) {
  if (planner.aside.tables.empty()) return;
  std::vector<std::size_t> renamed;
  for (std::size_t n = 0; n < planner.actions().size(); ++n) {
    Action& action = planner.action(n);
    for (const AsideTable& table : planner.aside.tables) {
      const catalog::ObjectId done{Kind::table, table.aside, "aside"};
      const bool itself =
          std::find(action.creates.begin(), action.creates.end(), done) != action.creates.end();
      if (!itself && action.statement.sql.find(" RENAME TO ") == std::string::npos &&
          speaks_of(action, table))
        action.needs.push_back(done);
    }
    // Foreign keys to what loses a partition for a while.
    const bool detaches =
        action.rank == Rank::release && action.statement.sql.find(" DETACH PARTITION ") != std::string::npos;
    if (detaches)
      for (const auto& [id, number] : planner.drop_actions) {
        const Table* table = id.kind == Kind::constraint ? planner.before.table(id.name) : nullptr;
        const auto* key = table ? table->constraint(id.member) : nullptr;
        if (key && planner.aside.loosened.count(key->references) > 0 && number != n)
          action.after.push_back(number);
      }
    order(planner, action);
    const auto is_locked = [&](const AsideTable& table) {
      return action.statement.locks == table.aside.text();
    };
    if (std::any_of(planner.aside.tables.begin(), planner.aside.tables.end(), is_locked)) {
      action.statement.lock = Lock::none;
      action.statement.locks.clear();
    }
  }
  order_triggers(planner);
  for (const AsideTable& table : planner.aside.tables)
    if (table.copied) continue_sequences(planner, table, add_copy(planner, table));
  for (Action& action : planner.actions())
    for (const AsideTable& table : planner.aside.tables)
      if (action.creates == std::vector{copied_rows(table.name)})
        action.needs.push_back({Kind::table, table.aside, "aside"});
}

}  // namespace migrate::plan
