#include "catalog/database.hpp"

#include <algorithm>
#include <tuple>

namespace migrate::catalog {
namespace {

template <class List, class Key>
auto* find_sorted(List& list, const Key& key) {
  const auto less = [](const auto& object, const Key& wanted) { return object.name < wanted; };
  const auto at = std::lower_bound(list.begin(), list.end(), key, less);
  return at != list.end() && at->name == key ? &*at : nullptr;
}

template <class List>
auto* find_named(List& list, const std::string& name) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const auto& object) { return object.name == name; });
  return found == list.end() ? nullptr : &*found;
}

template <class List>
void sort_by_name(List& list) {
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

}  // namespace

const Column* Table::column(const std::string& column_name) const { return find_named(columns, column_name); }
Column* Table::column(const std::string& column_name) { return find_named(columns, column_name); }
const Constraint* Table::constraint(const std::string& constraint_name) const {
  return find_named(constraints, constraint_name);
}
Constraint* Table::constraint(const std::string& constraint_name) {
  return find_named(constraints, constraint_name);
}
const Index* Table::index(const std::string& index_name) const { return find_named(indexes, index_name); }
Index* Table::index(const std::string& index_name) { return find_named(indexes, index_name); }

const Constraint* Table::primary_key() const {
  const auto found = std::find_if(constraints.begin(), constraints.end(), [](const Constraint& each) {
    return each.type == ConstraintType::primary_key;
  });
  return found == constraints.end() ? nullptr : &*found;
}

const Table* Database::table(const Name& name) const { return find_sorted(tables, name); }
Table* Database::table(const Name& name) { return find_sorted(tables, name); }
const EnumType* Database::enum_type(const Name& name) const { return find_sorted(enums, name); }
EnumType* Database::enum_type(const Name& name) { return find_sorted(enums, name); }
const Sequence* Database::sequence(const Name& name) const { return find_sorted(sequences, name); }
Sequence* Database::sequence(const Name& name) { return find_sorted(sequences, name); }
const Schema* Database::schema(const std::string& name) const { return find_sorted(schemas, name); }
const Extension* Database::extension(const std::string& name) const { return find_sorted(extensions, name); }

void Database::sort() {
  sort_by_name(extensions);
  sort_by_name(schemas);
  sort_by_name(enums);
  sort_by_name(sequences);
  sort_by_name(tables);
  for (auto& each : tables) {
    sort_by_name(each.constraints);
    sort_by_name(each.indexes);
  }
  std::sort(unhandled.begin(), unhandled.end(), [](const Unhandled& a, const Unhandled& b) {
    return std::tie(a.kind, a.identity) < std::tie(b.kind, b.identity);
  });
}

std::vector<ObjectId> object_ids(const Database& database) {
  std::vector<ObjectId> out;
  for (const auto& each : database.schemas) out.push_back({Kind::schema, {"", each.name}, ""});
  for (const auto& each : database.extensions) out.push_back({Kind::extension, {"", each.name}, ""});
  for (const auto& each : database.enums) out.push_back({Kind::enum_type, each.name, ""});
  for (const auto& each : database.sequences) out.push_back({Kind::sequence, each.name, ""});
  for (const auto& table : database.tables) {
    out.push_back({Kind::table, table.name, ""});
    for (const auto& each : table.columns) out.push_back({Kind::column, table.name, each.name});
    for (const auto& each : table.constraints) out.push_back({Kind::constraint, table.name, each.name});
    for (const auto& each : table.indexes) out.push_back({Kind::index, {table.name.schema, each.name}, ""});
  }
  return out;
}

}  // namespace migrate::catalog
