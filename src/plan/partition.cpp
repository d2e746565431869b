// The parts that partitions have of their parents' indexes and keys: a part goes when the parent's goes, can
// neither be dropped nor let go alone, and one that is there already can be taken in.
#include <algorithm>

#include "plan/planner.hpp"
#include "plan/table_parts.hpp"

namespace migrate::plan {
namespace {

using catalog::Database;
using catalog::Name;
using catalog::ObjectId;
using catalog::Table;

void add_parts(const Database& database, const Name& index, std::vector<Part>& parts) {
  const auto add = [&](const Table& table, const auto& each, bool key) {
    if (each.attached_to != index) return;
    parts.push_back({table.name, each.name, key});
    add_parts(database, {table.name.schema, each.name}, parts);
  };
  for (const Table& table : database.tables) {
    if (table.partition_of.empty()) continue;
    for (const auto& each : table.indexes) add(table, each, false);
    for (const auto& each : table.constraints) add(table, each, true);
  }
}

}  // namespace

ObjectId Part::id() const { return key ? constraint_id(table, name) : index_id(table, name); }

std::vector<Part> parts_of(const Database& database, const Name& index) {
  std::vector<Part> parts;
  add_parts(database, index, parts);
  return parts;
}

std::vector<Part> droppable_parts(const Planner& planner, const Name& index) {
  auto parts = parts_of(planner.before, index);
  std::erase_if(parts, [&](const Part& part) { return planner.reattached.count(part.table) > 0; });
  return parts;
}

void erase_parts(Database& database, const std::vector<Part>& parts) {
  for (const Part& part : parts) {
    Table* table = database.table(part.table);
    if (!table) continue;
    if (part.key)
      erase_if(table->constraints, [&](const auto& each) { return each.name == part.name; });
    else
      erase_if(table->indexes, [&](const auto& each) { return each.name == part.name; });
  }
}

ObjectId whole_of(const Database& database, const Table& partition, const Name& attached_to) {
  const Table* parent = attached_to.empty() ? nullptr : database.table(partition.partition_of);
  if (!parent) return {};
  if (parent->index(attached_to.name)) return index_id(parent->name, attached_to.name);
  if (parent->constraint(attached_to.name)) return constraint_id(parent->name, attached_to.name);
  return {};
}

bool stays_partition(const Planner& planner, const Table& table) {
  const Table* was = planner.before.table(table.name);
  return was && !table.partition_of.empty() && planner.reattached.count(table.name) == 0 &&
         was->partition_of == table.partition_of && was->partition_bound == table.partition_bound;
}

bool has_parts(const Planner& planner, const Table& table, const std::string& name) {
  const Name index{table.name.schema, name};
  const auto attached = [&](const auto& each) { return each.attached_to == index; };
  return planner.in_use(table.name) &&
         std::any_of(planner.after.tables.begin(), planner.after.tables.end(), [&](const Table& each) {
           return each.partition_of == table.name && stays_partition(planner, each) &&
                  (std::any_of(each.indexes.begin(), each.indexes.end(), attached) ||
                   std::any_of(each.constraints.begin(), each.constraints.end(), attached));
         });
}

std::vector<ObjectId> create_parts(Planner& planner, const Table& table, const std::string& name) {
  std::vector<ObjectId> made;
  const Name whole{table.name.schema, name};
  // What is planned as a change of its own is not made here.
  const auto is_new = [&](const ObjectId& id, bool was_there) {
    return planner.fate(id) == Fate::untouched && !was_there;
  };
  for (const Table& each : planner.after.tables) {
    if (each.partition_of != table.name || !stays_partition(planner, each)) continue;
    const Table& was = *planner.before.table(each.name);
    for (const auto& child : each.indexes) {
      if (child.attached_to != whole) continue;
      made.push_back(index_id(each.name, child.name));
      if (is_new(made.back(), was.index(child.name) != nullptr)) create_index(planner, each, child);
    }
    for (const auto& child : each.constraints) {
      if (child.attached_to != whole) continue;
      made.push_back(constraint_id(each.name, child.name));
      if (is_new(made.back(), was.constraint(child.name) != nullptr)) create_constraint(planner, each, child);
    }
  }
  return made;
}

void attach_part(Planner& planner, const Table& table, const Part& part, const Name& attached_to) {
  if (!stays_partition(planner, table)) return;  // ATTACH PARTITION of the table takes it in
  Action action;
  action.rank = part.key ? Rank::key : Rank::index;
  if (planner.in_use(table.name)) {
    action.statement.lock = Lock::access_exclusive;
    action.statement.locks = table.name.text();
  }
  action.statement.sql =
      "ALTER INDEX " + attached_to.sql() + " ATTACH PARTITION " + Name{table.name.schema, part.name}.sql();
  action.needs = {part.id(), whole_of(planner.after, table, attached_to), table_id(table.name),
                  table_id(table.partition_of)};
  // The last one makes the whole valid: it is as it is in the end from the first one on.
  bool whole_only = false;
  if (const Table* parent = planner.after.table(table.partition_of)) {
    if (const auto* index = parent->index(attached_to.name)) whole_only = index->only;
    if (const auto* key = parent->constraint(attached_to.name)) whole_only = key->only;
  }
  action.effect = [part, attached_to, whole_only, parent = table.partition_of](Database& database) {
    const auto change = [&](auto* list) {
      if (!list) return;
      list->attached_to = attached_to;
    };
    if (Table* into = database.table(part.table)) {
      part.key ? change(into->constraint(part.name)) : change(into->index(part.name));
      if (auto* key = part.key ? into->constraint(part.name) : nullptr) key->inherited = true;
    }
    if (Table* from = database.table(parent)) {
      if (auto* index = from->index(attached_to.name)) index->only = whole_only;
      if (auto* key = from->constraint(attached_to.name)) key->only = whole_only;
    }
  };
  planner.add(std::move(action));
}

// No name of an object has this letter.
Name room_in(const Name& parent) { return {parent.schema, parent.name + '\0'}; }
ObjectId attachment(const Name& partition) { return {catalog::Kind::table, partition, "attached"}; }

void drop_while_detached(const Planner& planner, const Name& table, const Name& index, Action& action) {
  const auto wait = [&](const Name& partition) {
    if (planner.reattached.count(partition) == 0) return;
    action.needs.push_back(detachment(partition));
    action.creates.push_back({catalog::Kind::table, partition, "cleared"});
  };
  wait(table);
  for (const Part& part : parts_of(planner.before, index)) wait(part.table);
}

ObjectId detachment(const Name& partition) { return {catalog::Kind::table, partition, "detached"}; }

void wait_for_partitions(const Planner& planner, const Table& table, Action& action) {
  for (const Table& each : planner.after.tables)
    if (each.partition_of == table.name) action.needs.push_back(attachment(each.name));
}

ObjectId deciding_column(const Planner& planner, const Database& database, const Table& table,
                         const std::string& column) {
  const ObjectId own = column_id(table.name, column);
  const auto* found = table.column(column);
  if (planner.fate(own) != Fate::untouched || !found || !found->inherited) return own;
  for (const Name& name : table.parents()) {
    const Table* parent = database.table(name);
    if (!parent || !parent->column(column)) continue;
    const ObjectId id = deciding_column(planner, database, *parent, column);
    if (planner.fate(id) != Fate::untouched) return id;
  }
  return own;
}

}  // namespace migrate::plan
