#include <algorithm>
#include <optional>

#include "catalog/fields.hpp"
#include "catalog/type_name.hpp"
#include "plan/cast.hpp"
#include "plan/column_parts.hpp"
#include "plan/fragments.hpp"
#include "plan/planner.hpp"
#include "plan/table_parts.hpp"
#include "plan/type_parts.hpp"
#include "plan/words.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::Column;
using catalog::Table;

// now() and the like are evaluated once; anything else that is called may differ from row to row and then
// rewrites the table.
bool is_volatile(const std::string& expression) {
  static const std::vector<std::string> constant{"now",
                                                 "transaction_timestamp",
                                                 "statement_timestamp",
                                                 "current_setting",
                                                 "timezone",
                                                 "lower",
                                                 "upper",
                                                 "md5",
                                                 "make_date",
                                                 "to_char",
                                                 "numeric",
                                                 "varchar",
                                                 "varying",
                                                 "character",
                                                 "bit",
                                                 "timestamp",
                                                 "time",
                                                 "interval"};
  return calls_other_than(expression, constant);
}

bool is_filled(const Column& column) {
  return !column.default_value.empty() || column.identity || column.generated || !column.not_null;
}

// The same column of the heirs.
std::vector<catalog::ObjectId> heir_columns(const catalog::Database& database, const catalog::Name& table,
                                            const std::string& column) {
  std::vector<catalog::ObjectId> found;
  for (const auto& heir : heirs(database, table))
    if (database.table(heir)->column(column)) found.push_back(column_id(heir, column));
  return found;
}

void set_default(Planner& planner, const catalog::Name& table, const Column& was, const Column& now,
                 bool put_back) {
  if (was.default_value == now.default_value && !put_back) return;
  const std::string column = "ALTER COLUMN " + quote_identifier(now.name);
  if (now.default_value.empty() && put_back) return;
  Action action = part(
      planner, table,
      now.default_value.empty() ? column + " DROP DEFAULT" : column + " SET DEFAULT " + now.default_value);
  action.about = column_id(table, now.name);
  action.releases = planner.mentioned(was.default_value);
  action.needs.push_back(column_id(table, now.name));
  for (auto& id : planner.mentioned(now.default_value)) action.needs.push_back(std::move(id));
  // A default that must go before the sequence or type behind it goes early.
  if (now.default_value.empty()) action.rank = Rank::release;
  const std::size_t set = add_for_heirs(
      planner, std::move(action), table, now,
      [](const Column& a, const Column& b) { return a.default_value == b.default_value; },
      [](Column& into, const Column& from) { into.default_value = from.default_value; });
  for (const auto& id : planner.mentioned(now.default_value))
    if (id.kind == catalog::Kind::sequence && planner.fate(id) == Fate::created &&
        planner.mode != Mode::build)
      continue_numbering(planner, table, now, quote_literal(id.name.sql()),
                         planner.after.sequence(id.name)->options, set);
}

std::size_t drop_default(Planner& planner, const catalog::Name& table, const Column& was) {
  Action off = part(planner, table, "ALTER COLUMN " + quote_identifier(was.name) + " DROP DEFAULT");
  off.about = column_id(table, was.name);
  off.releases = planner.mentioned(was.default_value);
  off.effect = on_column(planner, table, was.name, true,
                         [](Column& into, const Column&) { into.default_value.clear(); });
  if (planner.suspended_defaults.count(off.about) > 0) off.rank = Rank::release;
  return planner.add(std::move(off));
}

}  // namespace

Conversion conversion_of(const Planner& planner, const std::string& name, const Column& was,
                         const Column& now) {
  return conversion_of(planner, name, was.type, now.type);
}

namespace {

// Of a composite type, or of a table's rows.
std::optional<catalog::CompositeType> attributes_of(const catalog::Database& database,
                                                    const catalog::Name& type) {
  if (const auto* composite =
          database.find<catalog::CompositeType>(type_id(catalog::Kind::composite_type, type)))
    return *composite;
  const Table* table = database.table(type);
  if (!table) return std::nullopt;
  catalog::CompositeType rows{type, {}, ""};
  for (const Column& column : table->columns)
    rows.attributes.push_back({column.name, column.type, column.collation, ""});
  return rows;
}

// A type that has casts from and to text alone; a range also one to its multirange.
bool is_by_text(const catalog::Database& database, const std::string& type, const catalog::Database& others,
                const std::string& other) {
  const auto name = catalog::parse_type(type).name;
  if (database.enum_type(name) || attributes_of(database, name)) return true;
  const auto is_range = [](const catalog::Database& where, const catalog::Name& each) {
    return where.find<catalog::RangeType>(type_id(catalog::Kind::range_type, each)) != nullptr;
  };
  const auto others_name = catalog::parse_type(other);
  return is_range(database, name) &&
         (others_name.builtin || others.enum_type(others_name.name) || is_range(others, others_name.name));
}

}  // namespace

Conversion conversion_of(const Planner& planner, const std::string& value, const std::string& from,
                         const std::string& to) {
  const catalog::TypeName was = catalog::parse_type(from), now = catalog::parse_type(to);
  const auto parts = attributes_of(planner.before, was.name),
             new_parts = attributes_of(planner.after, now.name);
  if (parts && new_parts && (was.dimensions > 0) == (now.dimensions > 0))
    return recomposed(planner, value, *parts, *new_parts, to);
  const auto* range = planner.after.find<catalog::RangeType>(type_id(catalog::Kind::range_type, now.name));
  if (range && from == to) {
    Conversion how;
    how.using_expression = value + "::" + to;
    how.may_fail = true;
    return how;
  }
  const std::string base = base_type(planner.before, from), new_base = base_type(planner.after, to);
  Conversion how =
      conversion(value, base, new_base, is_by_text(planner.before, base, planner.after, new_base),
                 is_by_text(planner.after, new_base, planner.before, base));
  const auto* domain = planner.after.find<catalog::Domain>(type_id(catalog::Kind::domain, now.name));
  if (!domain) return how;
  if (!how.using_expression.empty()) how.using_expression += "::" + to;
  if (domain->not_null || !domain->constraints.empty()) how.rewrites = how.may_fail = true;
  return how;
}

namespace {

// Where there cannot be two of a type at a time: the values wait as text.
std::size_t change_to_text(Planner& planner, const catalog::Name& table, const Column& was,
                           const std::size_t* after) {
  const std::string name = quote_identifier(was.name);
  const std::string text = catalog::parse_type(was.type).dimensions > 0 ? "text[]" : "text";
  Action action =
      part(planner, table, "ALTER COLUMN " + name + " TYPE " + text + " USING " + name + "::" + text);
  if (after) action.after = {*after};
  action.rank = Rank::release;
  action.statement.rewrites_table = true;
  action.drops = {column_id(table, was.name)};
  action.about = table_id(table);
  action.releases = planner.mentioned_types(was);
  action.effect = [](catalog::Database&) {};
  return planner.add(std::move(action));
}

void change_type(Planner& planner, const catalog::Name& table, const Column& was, const Column& now) {
  const std::string name = quote_identifier(now.name);
  const auto id = column_id(table, now.name);
  const catalog::Name type = catalog::parse_type(now.type).name;
  const catalog::Name old_type = catalog::parse_type(was.type).name;
  const bool replaced = planner.old_types.count(type) > 0 && type == old_type;
  const bool default_off = !was.default_value.empty();
  const std::size_t dropped = default_off ? drop_default(planner, table, was) : 0;
  const Conversion how = conversion_of(planner, name, was, now);
  const bool by_text = was.type == now.type && !replaced && was.collation == now.collation;
  std::size_t as_text = 0;
  if (by_text) as_text = change_to_text(planner, table, was, default_off ? &dropped : nullptr);
  std::string sql = "ALTER COLUMN " + name + " TYPE " + now.type;
  if (!now.collation.empty()) sql += " COLLATE " + now.collation;
  if (!how.using_expression.empty()) sql += " USING " + how.using_expression;
  Action action = part(planner, table, sql);
  if (default_off) action.after = {dropped};
  if (by_text) action.after = {as_text};
  action.statement.rewrites_table = how.rewrites || replaced;
  action.statement.loses_data = how.lossy;
  if (!how.note.empty()) action.statement.notes.push_back(how.note);
  if (how.may_fail && !replaced && how.note.empty())
    action.statement.notes.push_back("fails if a value of " + quote_identifier(now.name) + " does not fit " +
                                     now.type);
  if (how.lossy && how.note.empty())
    action.statement.notes.push_back("values of " + name + " lose what " + now.type + " cannot hold");
  action.drops = {id, old_row_form(table)};
  action.creates = {id, row_form(table)};
  settles_columns(action, planner.before, table);
  for (const auto& heir : heir_columns(planner.before, table, was.name)) {
    action.drops.push_back(heir);
    action.creates.push_back(heir);
  }
  for (auto& each : planner.mentioned_types(now)) action.needs.push_back(std::move(each));
  action.releases = planner.mentioned_types(was);
  if (by_text) {
    action.releases.clear();
    action.drops.clear();
    action.about = table_id(table);
    if (default_off) planner.action(dropped).about = action.about;
  }
  if (how.lossy) {
    action.reversal = Reversal::data_lost;
    action.loss = "values of " + table.text() + "." + name + " stay as " + now.type + " left them";
  } else {
    action.reversal = Reversal::rebuild;
    action.loss = "values of " + table.text() + "." + name + " are converted back";
  }
  action.effect = on_column(planner, table, now.name, true, [](Column& into, const Column& from) {
    into.type = from.type;
    into.collation = from.collation;
    into.storage.clear();
    into.compression.clear();
  });
  planner.add(std::move(action));
  if (default_off) set_default(planner, table, was, now, true);
}

// What is kept with a column beside its definition. `fresh`: the column has just been made, or lost its
// settings with its type.
void alter_settings(Planner& planner, const catalog::Name& table, const Column& was, const Column& now,
                    Rank rank) {
  const std::string head = "ALTER COLUMN " + quote_identifier(now.name) + " ";
  // `same`: of what PostgreSQL carries to the heirs.
  const auto step = [&](const std::string& sql, Lock lock, const SameColumn& same,
                        const ColumnChange& change) {
    Action action = part(planner, table, head + sql, lock);
    action.rank = rank;
    action.needs.push_back(column_id(table, now.name));
    if (same) {
      add_for_heirs(planner, std::move(action), table, now, same, change);
      return;
    }
    action.effect = on_column(planner, table, now.name, false, change);
    planner.add(std::move(action));
  };
  if (was.storage != now.storage) {
    std::string storage = now.storage.empty() ? default_storage(now.type) : now.storage.get();
    if (storage.empty()) storage = planner.server_version >= 160000 ? "default" : "extended";
    std::transform(storage.begin(), storage.end(), storage.begin(),
                   [](char c) { return static_cast<char>(c - 32); });
    step(
        "SET STORAGE " + storage, Lock::access_exclusive,
        [](const Column& a, const Column& b) { return a.storage == b.storage; },
        [](Column& into, const Column& from) { into.storage = from.storage; });
  }
  if (was.compression != now.compression) {
    planner.require(140000, "compression", column_id(table, now.name));
    step("SET COMPRESSION " + (now.compression.empty() ? "DEFAULT" : quote_identifier(now.compression)),
         Lock::access_exclusive, {},
         [](Column& into, const Column& from) { into.compression = from.compression; });
  }
  if (was.statistics != now.statistics)
    step(
        "SET STATISTICS " + std::to_string(now.statistics.value_or(-1)), Lock::share_update_exclusive,
        [](const Column& a, const Column& b) { return a.statistics == b.statistics; },
        [](Column& into, const Column& from) { into.statistics = from.statistics; });
  const ParameterChange change = parameter_change(was.options, now.options);
  for (const std::string& each : {change.set, change.reset})
    if (!each.empty())
      step(each, Lock::share_update_exclusive, {},
           [](Column& into, const Column& from) { into.options = from.options; });
}

}  // namespace

bool changes_type(const Column& was, const Column& now) {
  return was.type != now.type || was.collation != now.collation;
}

bool type_changes(const Planner& planner, const catalog::ObjectId& column) {
  const auto found = planner.fields.find(column);
  if (planner.fate(column) != Fate::altered || found == planner.fields.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(),
                     [](const std::string& field) { return field == "type" || field == "collation"; });
}

bool alters_in_place(const Planner& planner, const Column& was, const Column& now) {
  if (was.generated == now.generated) return true;
  if (!now.generated) return was.generated->stored;
  return was.generated && was.generated->stored == now.generated->stored && planner.server_version >= 170000;
}

void check_version(const Planner& planner, const catalog::Name& table, const Column& column) {
  const auto id = column_id(table, column.name);
  if (!column.compression.empty()) planner.require(140000, "compression", id);
  if (column.generated && !column.generated->stored)
    planner.require(180000, "a virtual generated column", id);
  if (!column.not_null_constraint.empty()) planner.require(180000, "a named NOT NULL", id);
  if (column.not_null_no_inherit || column.not_null_not_valid)
    planner.require(180000, "NOT NULL with NO INHERIT or NOT VALID", id);
}

namespace {

// As a child gets the column from these parents.
std::optional<Column> as_inherited(const Planner& planner, const std::vector<catalog::Name>& parents,
                                   const std::string& column) {
  std::optional<Column> out;
  for (const auto& name : parents) {
    const Table* parent = planner.after.table(name);
    const Column* theirs = parent ? parent->column(column) : nullptr;
    if (!theirs) continue;
    if (!out) {
      out = *theirs;
      out->not_null = false;
    }
    out->not_null |= theirs->not_null && !theirs->not_null_no_inherit;
    if (out->default_value.empty()) out->default_value = theirs->default_value;
  }
  return out;
}

}  // namespace

void set_up_column(Planner& planner, const Table& table, const Column& column) {
  Column made = column;
  made.storage.clear();
  // The storage of an inherited column is the parent's; a partition that is made apart has none yet.
  if (column.inherited)
    for (const auto& name : table.inherits)
      if (const Table* parent = planner.after.table(name); parent && parent->column(column.name))
        made.storage = parent->column(column.name)->storage;
  made.statistics.reset();
  made.options.clear();
  const Rank rank = planner.before.table(table.name) ? Rank::after_column : Rank::table;
  alter_settings(planner, table.name, made, column, rank);
  if (column.not_null && column.not_null_not_valid) add_named_not_null(planner, table, column);
  // A column has its parents' default and NOT NULL unless it has its own.
  const auto from = as_inherited(planner, table.inherits, column.name);
  if (!from) return;
  const bool lacks = !from->default_value.empty() && column.default_value.empty();
  if (column.inherited ? from->default_value != column.default_value : lacks && !column.generated)
    set_default(planner, table.name, *from, column, false);
  if (column.not_null ? column.inherited && !from->not_null : from->not_null)
    alter_not_null(planner, table, *from, column, false);
}

void comment_column(Planner& planner, const catalog::Name& table, const std::string& was,
                    const Column& column) {
  planner.comment(column_id(table, column.name), was, column.comment,
                  on_column(planner, table, column.name, false,
                            [](Column& into, const Column& from) { into.comment = from.comment; }));
}

namespace {

// Not with a parent that the table gets only now: it must have the column before.
bool comes_with_parent(const Planner& planner, const catalog::Name& name, const Column& column) {
  const Table* was = planner.before.table(name);
  const Table* now = planner.after.table(name);
  if (!was || !now) return column.inherited;
  const auto comes_with = [&](const catalog::Name& parent) {
    const Table* table = planner.after.table(parent);
    return table && table->column(column.name) && was->is_child_of(parent);
  };
  const auto all = now->parents();
  return std::any_of(all.begin(), all.end(), comes_with);
}

// It comes as the parent's, whatever the child has of its own.
void set_up_inherited(Planner& planner, const Table& table, const Column& now) {
  if (const auto from = as_inherited(planner, table.parents(), now.name)) {
    alter_settings(planner, table.name, *from, now, Rank::after_column);
    if (from->default_value != now.default_value) set_default(planner, table.name, *from, now, false);
    if (from->not_null != now.not_null) alter_not_null(planner, table, *from, now, false);
  }
  comment_column(planner, table.name, "", now);
}

void create(Planner& planner, const catalog::ObjectId& id) {
  const Table& table = *planner.after.table(id.name);
  const Column& now = *table.column(id.member);
  check_version(planner, table.name, now);
  if (planner.goes_with_parent.count(id) > 0 || comes_with_parent(planner, table.name, now))
    return set_up_inherited(planner, table, now);
  const std::string serial = planner.serial_type(table.name, now);
  Column added = with_name_of_not_null(planner, table, now);
  // PostgreSQL 18 marks the children's columns all the same, and then finds no constraint of theirs to drop.
  const bool not_null_apart = now.not_null_no_inherit && !heirs(planner.after, table.name).empty();
  if (not_null_apart) added.not_null = false;
  Action action =
      part(planner, table.name, "ADD COLUMN " + column_clause(added, serial, planner.server_version));
  wait_for_name_of_not_null(planner, table, now, action);
  action.creates = {id, not_null_of(table.name, now.name), row_form(table.name)};
  action.drops = {old_row_form(table.name)};
  settles_columns(action, planner.before, table.name);
  for (auto& heir : heir_columns(planner.after, table.name, now.name))
    action.creates.push_back(std::move(heir));
  if (!is_filled(now)) {
    action.statement.notes = {
        now.name + " is NOT NULL and has no default: if " + table.name.text() +
            " has rows, the statement below fails",
        "decide: give it a DEFAULT, or add it without NOT NULL, fill it, then SET NOT NULL"};
  }
  action.statement.rewrites_table = !serial.empty() || now.identity ||
                                    (now.generated && now.generated->stored) ||
                                    (!now.default_value.empty() && is_volatile(now.default_value));
  if (serial.empty())
    for (auto& each : planner.mentioned_types(now)) action.needs.push_back(std::move(each));
  if (now.generated)
    for (const auto& column : table.columns)
      if (column.name != now.name && mentions_identifier(now.generated->expression, column.name))
        action.needs.push_back(column_id(table.name, column.name));
  if (now.identity) action.takes = {sequence_of(table.name, now)};
  std::vector<catalog::Sequence> sequences;
  if (!serial.empty()) {
    sequences.push_back(
        *planner.after.sequence({table.name.schema, table.name.name + "_" + now.name + "_seq"}));
    sequences.back().comment.clear();
    action.takes.push_back(sequences.back().name);
    action.creates.push_back(sequence_id(sequences.back().name));
  }
  std::vector<std::pair<catalog::Name, Column>> all{{table.name, now}};
  for (const auto& heir : heirs(planner.after, table.name))
    if (const Column* each = planner.after.table(heir)->column(now.name)) {
      all.emplace_back(heir, *each);
      all.back().second.inherited = true;
    }
  for (auto& [name, column] : all) {
    column.comment.clear();
    column.storage.clear();
    column.statistics.reset();
    column.options.clear();
  }
  action.effect = [all, sequences](catalog::Database& database) {
    for (const auto& [name, column] : all)
      if (auto* into = database.table(name))
        if (!into->column(column.name)) into->columns.push_back(column);
    for (const auto& sequence : sequences) put(database.sequences, sequence);
  };
  if (planner.fate(id) == Fate::rebuilt) action.preserve = {id};
  planner.add(std::move(action));
  set_up_column(planner, table, now);
  if (not_null_apart && !now.not_null_not_valid) add_named_not_null(planner, table, now);
  // What is made again keeps its comment unless that is taken off.
  comment_column(planner, table.name,
                 planner.fate(id) == Fate::rebuilt
                     ? planner.before.table(table.name)->column(now.name)->comment.get()
                     : std::string(),
                 now);
}

void drop(Planner& planner, const catalog::ObjectId& id) {
  const Table& table = *planner.before.table(id.name);
  const Column& was = *table.column(id.member);
  const bool rebuilt = planner.fate(id) == Fate::rebuilt;
  if ((was.inherited && rebuilt) || planner.goes_with_parent.count(id) > 0) return;
  Action action = part(planner, table.name, "DROP COLUMN " + quote_identifier(was.name));
  action.rank = rebuilt ? Rank::release : Rank::drop;
  action.statement.loses_data = !was.generated;
  action.drops = {id, not_null_of(table.name, was.name)};
  settles_columns(action, planner.before, table.name);
  action.creates.push_back(without(id));
  wait_for_parents(planner, id, action);
  wait_for_leavers(planner, table.name, action);
  const bool alone = planner.dropped_alone.count(id) > 0;
  if (alone) {
    action.statement.sql = "ALTER TABLE ONLY " + table.name.sql() + " " + action.statement.sql;
    action.part_of = {};
  } else {
    for (auto& heir : heir_columns(planner.before, table.name, was.name))
      if (planner.before.table(heir.name)->column(was.name)->inherited)
        action.drops.push_back(std::move(heir));
  }
  action.releases = planner.mentioned_types(was);
  if (was.generated)
    for (const auto& column : table.columns)
      if (column.name != was.name && mentions_identifier(was.generated->expression, column.name))
        action.releases.push_back(column_id(table.name, column.name));
  if (was.identity) action.frees = {sequence_of(table.name, was)};
  for (const auto& sequence : planner.before.sequences)
    if (sequence.owned_by_table == table.name && sequence.owned_by_column == was.name &&
        planner.fate(sequence_id(sequence.name)) == Fate::dropped) {
      action.drops.push_back(sequence_id(sequence.name));
      action.frees.push_back(sequence.name);
    }
  const std::string shown = table.name.text() + "." + quote_identifier(was.name);
  const bool last = table.columns.back().name == was.name;
  action.reversal = !was.generated ? Reversal::data_lost
                    : last         ? Reversal::rebuild
                                   : Reversal::column_order_lost;
  action.loss = was.generated ? shown + (last ? " is computed again" : " comes back as the last column")
                              : "the values of " + shown + " are not given back" +
                                    (last ? "" : ", and it comes back as the last column");
  action.effect = [name = table.name, column = was.name, alone](catalog::Database& database) {
    for (const auto& heir : heirs(database, name)) {
      auto& child = *database.table(heir);
      auto* own = child.column(column);
      if (!own || !own->inherited) continue;
      if (!alone)
        erase_if(child.columns, [&](const Column& each) { return each.name == column; });
      else if (child.is_child_of(name))
        own->inherited = false;
    }
    if (auto* from = database.table(name))
      erase_if(from->columns, [&](const Column& each) { return each.name == column; });
    std::erase_if(database.sequences, [&](const auto& each) {
      return each.owned_by_table == name && each.owned_by_column == column;
    });
  };
  planner.add(std::move(action));
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  const Table& table = *planner.after.table(id.name);
  const Column& was = *planner.before.table(id.name)->column(id.member);
  const Column& now = *table.column(id.member);
  check_version(planner, table.name, now);
  const bool with_parent = type_comes_with_parent(planner, id);
  const bool typed = type_changes(planner, id) && !with_parent;
  if (was.generated && !now.generated) {
    Action action =
        part(planner, table.name, "ALTER COLUMN " + quote_identifier(now.name) + " DROP EXPRESSION");
    action.releases = planner.mentioned(was.generated->expression);
    for (const auto& column : planner.before.table(id.name)->columns)
      if (column.name != was.name && mentions_identifier(was.generated->expression, column.name))
        action.releases.push_back(column_id(table.name, column.name));
    action.reversal = Reversal::data_lost;
    action.loss = "values of " + table.name.text() + "." + quote_identifier(now.name) + " are computed anew";
    action.effect = on_column(planner, table.name, now.name, true,
                              [](Column& into, const Column&) { into.generated.reset(); });
    planner.add(std::move(action));
  } else if (was.generated && now.generated && was.generated != now.generated) {
    Action action = part(planner, table.name,
                         "ALTER COLUMN " + quote_identifier(now.name) + " SET EXPRESSION AS (" +
                             now.generated->expression + ")");
    action.statement.rewrites_table = now.generated->stored;
    action.about = id;
    for (const auto& column : table.columns)
      if (column.name != now.name && mentions_identifier(now.generated->expression, column.name))
        action.needs.push_back(column_id(table.name, column.name));
    for (const auto& column : planner.before.table(table.name)->columns)
      if (column.name != now.name && mentions_identifier(was.generated->expression, column.name))
        action.releases.push_back(column_id(table.name, column.name));
    action.effect = on_column(planner, table.name, now.name, true,
                              [](Column& into, const Column& from) { into.generated = from.generated; });
    planner.add(std::move(action));
  }
  bool rewritten = false;
  if (typed) {
    change_type(planner, table.name, was, now);
    rewritten = std::any_of(
        planner.actions().end() -
            std::min<std::ptrdiff_t>(2, static_cast<std::ptrdiff_t>(planner.actions().size())),
        planner.actions().end(), [](const Action& each) { return each.statement.rewrites_table; });
  }
  const bool old_type =
      std::any_of(planner.old_types.begin(), planner.old_types.end(),
                  [&](const auto& type) { return mentions_name(now.default_value, type.first); });
  const bool suspended = !typed && planner.suspended_defaults.count(column_id(table.name, now.name)) > 0;
  if (suspended) drop_default(planner, table.name, was);
  if (!typed || was.default_value.empty())
    set_default(planner, table.name, was, now, old_type || suspended || with_parent);
  alter_not_null(planner, table, was, now, rewritten);
  alter_identity(planner, table, was, now);
  Column settings = was;
  if (typed) {
    settings.storage.clear();
    settings.compression.clear();
  }
  alter_settings(planner, table.name, settings, now, Rank::after_column);
  comment_column(planner, table.name, was.comment, now);
}

void rename(Planner& planner, const diff::Rename& rename) {
  planner.add_rename(rename, "ALTER TABLE " + rename.to.name.sql() + " RENAME COLUMN " +
                                 quote_identifier(rename.from.member) + " TO " +
                                 quote_identifier(rename.to.member));
}

}  // namespace

const KindPlanner column_planner{create, drop, alter, rename};

}  // namespace migrate::plan
