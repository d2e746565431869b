#include "diff/variants.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <type_traits>

#include "catalog/type_name.hpp"

namespace migrate::diff {
namespace {

using catalog::Column;
using catalog::Database;
using catalog::Name;
using catalog::Table;

// Which parts of one table are in doubt.
struct Parts {
  std::set<std::string> columns, constraints, indexes;
};

std::map<Name, Parts> parts_by_table(const std::vector<TextInDoubt>& doubts) {
  std::map<Name, Parts> out;
  for (const auto& doubt : doubts) {
    auto& parts = out[doubt.table];
    if (doubt.column) parts.columns.insert(doubt.declared);
    if (doubt.constraint) parts.constraints.insert(doubt.declared);
    if (doubt.index) parts.indexes.insert(doubt.declared);
  }
  return out;
}

Column bare(const Column& column, bool keep_texts) {
  Column out;
  out.name = column.name;
  out.type = column.type;
  out.collation = column.collation;
  if (keep_texts) {
    out.default_value = column.default_value;
    out.generated = column.generated;
  }
  return out;
}

Table bare(const Table& table, const Parts& keep) {
  Table out;
  out.name = table.name;
  out.partition_key = table.partition_key;
  out.partition_of = table.partition_of;
  out.partition_bound = table.partition_bound;
  out.inherits = table.inherits;
  for (const auto& column : table.columns) {
    out.columns.push_back(bare(column, keep.columns.count(column.name) > 0));
    out.columns.back().inherited = column.inherited;
  }
  for (auto constraint : table.constraints) {
    if (keep.constraints.count(constraint.name) == 0) continue;
    constraint.tablespace.clear();
    constraint.comment.clear();
    out.constraints.push_back(std::move(constraint));
  }
  for (auto index : table.indexes) {
    if (keep.indexes.count(index.name) == 0) continue;
    index.tablespace.clear();
    index.comment.clear();
    index.attached_to = {};
    out.indexes.push_back(std::move(index));
  }
  return out;
}

// The definitions that the texts in doubt and the types of their tables' columns use, and what those use.
std::set<catalog::ObjectId> definitions_needed(const Database& database,
                                               const std::vector<TextInDoubt>& doubts) {
  std::set<catalog::ObjectId> needed;
  if (database.dependencies.empty()) return needed;
  std::set<catalog::ObjectId> tables;
  for (const auto& doubt : doubts) {
    needed.insert(doubt.id());
    tables.insert({catalog::Kind::table, doubt.table, {}});
  }
  for (std::size_t before = 0; before != needed.size();) {
    before = needed.size();
    for (const auto& [object, uses] : database.dependencies) {
      const bool of_table =
          object.kind == catalog::Kind::column && tables.count({catalog::Kind::table, object.name, {}}) > 0;
      if (!of_table && needed.count(object) == 0) continue;
      needed.insert(uses);
      if (uses.kind == catalog::Kind::table) tables.insert(uses);
    }
  }
  return needed;
}

// The tables in doubt and what they are made of.
std::set<Name> tables_needed(const Database& database, const std::vector<TextInDoubt>& doubts,
                             const std::set<catalog::ObjectId>& definitions) {
  std::set<Name> needed;
  std::vector<Name> waiting;
  for (const auto& doubt : doubts) waiting.push_back(doubt.table);
  for (const auto& id : definitions)
    if (id.kind == catalog::Kind::table) waiting.push_back(id.name);
  while (!waiting.empty()) {
    const auto name = waiting.back();
    waiting.pop_back();
    const auto* table = database.table(name);
    if (!table || !needed.insert(name).second) continue;
    for (auto& parent : table->parents()) waiting.push_back(std::move(parent));
    for (const auto& column : table->columns)
      if (column.type->find('.') != std::string::npos)
        waiting.push_back(catalog::parse_type(column.type).name);
  }
  return needed;
}

bool mentions(const Table& table, const std::string& name) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
    return column.default_value->find(name) != std::string::npos;
  });
}

void add_sequences(Database& out, const Database& from) {
  for (const auto& sequence : from.sequences) {
    if (out.sequence(sequence.name)) continue;
    if (std::none_of(out.tables.begin(), out.tables.end(),
                     [&](const Table& table) { return mentions(table, sequence.name.name); }))
      continue;
    auto bare_sequence = sequence;
    bare_sequence.owned_by_table = {};
    bare_sequence.owned_by_column.clear();
    out.sequences.insert(
        std::lower_bound(out.sequences.begin(), out.sequences.end(), sequence.name,
                         [](const auto& each, const Name& name) { return each.name < name; }),
        std::move(bare_sequence));
  }
}

void add_schema(Database& out, const std::string& name) {
  if (!name.empty() && !out.schema(name)) {
    out.schemas.push_back({name, {}});
    out.sort();
  }
}

void put_live_texts(catalog::IndexElement& element, const catalog::IndexElement& live) {
  if (!element.expression.empty() && !live.expression.empty()) element.expression = live.expression;
}

void put_live_elements(std::vector<catalog::IndexElement>& elements,
                       const std::vector<catalog::IndexElement>& live) {
  for (std::size_t i = 0; i < std::min(elements.size(), live.size()); ++i)
    put_live_texts(elements[i], live[i]);
}

}  // namespace

catalog::ObjectId TextInDoubt::id() const {
  if (index) return {catalog::Kind::index, {table.schema, declared}, {}};
  if (constraint) return {catalog::Kind::constraint, table, declared};
  if (column) return {catalog::Kind::column, table, declared};
  return {catalog::Kind::table, table, {}};
}

const void* TextInDoubt::live() const {
  if (index) return index;
  if (constraint) return constraint;
  return column;
}

Database only_in_doubt(const Database& database, const std::vector<TextInDoubt>& doubts) {
  Database out;
  out.schemas = database.schemas;
  out.enums = database.enums;
  auto parts = parts_by_table(doubts);
  const auto definitions = definitions_needed(database, doubts);
  for (const auto& name : tables_needed(database, doubts, definitions))
    out.tables.push_back(bare(*database.table(name), parts[name]));
  Database::definitions(database, [&](const auto& list) {
    for (const auto& each : list)
      if (definitions.count(each.id()) > 0)
        catalog::put_definition(out.list_of<typename std::remove_cvref_t<decltype(list)>::value_type>(),
                                each);
  });
  add_sequences(out, database);
  out.sort();
  return out;
}

Database with_live_texts(const Database& database, const Database& live,
                         const std::vector<TextInDoubt>& doubts) {
  auto out = only_in_doubt(database, doubts);
  for (const auto& doubt : doubts) {
    auto* table = out.table(doubt.table);
    const auto* live_table = live.table(doubt.table);
    if (!table || !live_table) continue;
    for (const auto& column : live_table->columns)
      if (!table->column(column.name)) table->columns.push_back(bare(column, false));
    if (!doubt.column && !doubt.constraint && !doubt.index) {
      table->partition_key = live_table->partition_key;
      table->partition_bound = live_table->partition_bound;
    }
    if (auto* column = doubt.column ? table->column(doubt.declared) : nullptr) {
      column->default_value = doubt.column->default_value;
      column->generated = doubt.column->generated;
    }
    if (auto* constraint = doubt.constraint ? table->constraint(doubt.declared) : nullptr) {
      constraint->expression = doubt.constraint->expression;
      constraint->where = doubt.constraint->where;
      constraint->elements.update(
          [&](auto& elements) { put_live_elements(elements, doubt.constraint->elements); });
    }
    if (auto* index = doubt.index ? table->index(doubt.declared) : nullptr) {
      index->where = doubt.index->where;
      put_live_elements(index->elements, doubt.index->elements);
    }
  }
  for (const auto& type : live.enums) {
    if (out.enum_type(type.name)) continue;
    add_schema(out, type.name.schema);
    out.enums.push_back(type);
    out.sort();
  }
  add_sequences(out, live);
  for (std::size_t i = 0; i < out.sequences.size(); ++i)
    add_schema(out, std::string(out.sequences[i].name.schema));
  return out;
}

}  // namespace migrate::diff
