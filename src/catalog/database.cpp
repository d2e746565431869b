#include "catalog/database.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <type_traits>

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
  const auto less = [](const auto& a, const auto& b) { return a.name < b.name; };
  const auto& now = list;  // a list that is shared stays so
  if (!std::is_sorted(now.begin(), now.end(), less)) std::stable_sort(list.begin(), list.end(), less);
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
const Index* MaterializedView::index(const std::string& index_name) const {
  return find_named(indexes, index_name);
}

std::vector<ObjectId> referable_keys(const Table& target, const Constraint& foreign_key) {
  const auto sorted = [](std::vector<std::string> list) {
    std::sort(list.begin(), list.end());
    return list;
  };
  const auto wanted = sorted(foreign_key.referenced_columns);
  const auto fits = [&](std::vector<std::string> columns) {
    return columns.size() == wanted.size() && sorted(std::move(columns)) == wanted;
  };
  std::vector<ObjectId> out;
  for (const auto& each : target.constraints) {
    const bool primary = each.type == ConstraintType::primary_key;
    const bool key = primary || each.type == ConstraintType::unique;
    if (wanted.empty() ? primary : key && !each.deferrable && fits(each.columns))
      out.push_back({Kind::constraint, target.name, each.name});
  }
  for (const auto& each : target.indexes) {
    if (!each.unique || !each.where.empty() || wanted.empty()) continue;
    std::vector<std::string> columns;
    for (const auto& element : each.elements) columns.push_back(element.column);
    if (fits(std::move(columns))) out.push_back({Kind::index, {target.name.schema, each.name}, ""});
  }
  return out;
}

const Constraint* Table::primary_key() const {
  const auto found = std::find_if(constraints.begin(), constraints.end(), [](const Constraint& each) {
    return each.type == ConstraintType::primary_key;
  });
  return found == constraints.end() ? nullptr : &*found;
}

bool Table::is_child_of(const Name& parent) const {
  return partition_of == parent || std::find(inherits.begin(), inherits.end(), parent) != inherits.end();
}

std::vector<Name> Table::parents() const {
  auto out = inherits;
  if (!partition_of.empty()) out.push_back(partition_of);
  return out;
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
  definitions(*this, [](auto& list) { sort_definitions(list); });
  for (auto& each : materialized_views) sort_by_name(each.indexes);
  for (auto& each : domains) sort_by_name(each.constraints);
  std::sort(access.begin(), access.end(),
            [](const Access& a, const Access& b) { return a.object < b.object; });
  for (auto& each : default_privileges) std::sort(each.grants.begin(), each.grants.end());
  std::sort(dependencies.begin(), dependencies.end());
  dependencies.erase(std::unique(dependencies.begin(), dependencies.end()), dependencies.end());
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
  Database::definitions(database, [&](const auto& list) {
    for (const auto& each : list) out.push_back(each.id());
  });
  for (const auto& view : database.materialized_views)
    for (const auto& each : view.indexes) out.push_back({Kind::index, {view.name.schema, each.name}, ""});
  return out;
}

std::set<std::string> named_schemas(const Database& database) {
  std::set<std::string> out;
  std::string last;
  const auto add = [&](const std::string& name) {
    if (name.empty() || name == last) return;
    out.insert(name);
    last = name;
  };
  for (const auto& each : database.schemas) add(each.name);
  for (const auto& each : database.enums) add(each.name.schema);
  for (const auto& each : database.sequences) add(each.name.schema);
  for (const auto& each : database.tables) add(each.name.schema);
  Database::definitions(database, [&](const auto& list) {
    for (const auto& each : list) add(each.id().name.schema);
  });
  return out;
}

bool Database::operator==(const Database& other) const {
  std::vector<const void*> mine;
  fields(*this, [&](std::string_view, const auto& field) { mine.push_back(&field); });
  bool equal = true;
  std::size_t at = 0;
  fields(other, [&](std::string_view name, const auto& field) {
    using Field = std::remove_cvref_t<decltype(field)>;
    const auto* own = static_cast<const Field*>(mine[at++]);
    if (name != "dependencies" && name != "refused_bodies" && !(*own == field)) equal = false;
  });
  return equal;
}

bool contains(const Database& database, const ObjectId& id) {
  const auto* table = database.table(id.name);
  const auto has_index = [&](const auto& list) {
    return std::any_of(list.begin(), list.end(), [&](const auto& each) {
      return each.name.schema == id.name.schema && find_named(each.indexes, id.name.name) != nullptr;
    });
  };
  switch (id.kind) {
    case Kind::schema:
      return database.schema(id.name.name) != nullptr;
    case Kind::extension:
      return database.extension(id.name.name) != nullptr;
    case Kind::enum_type:
      return database.enum_type(id.name) != nullptr;
    case Kind::sequence:
      return database.sequence(id.name) != nullptr;
    case Kind::table:
      return table != nullptr;
    case Kind::column:
      return table != nullptr && table->column(id.member) != nullptr;
    case Kind::constraint:
      return table != nullptr && table->constraint(id.member) != nullptr;
    case Kind::index:
      return has_index(database.tables) || has_index(database.materialized_views);
    default:
      break;
  }
  bool found = false;
  Database::definitions(database, [&](const auto& list) { found |= find_definition(list, id) != nullptr; });
  return found;
}

Table bearer_of(const MaterializedView& view) {
  Table out;
  out.name = view.name;
  for (const auto& each : view.columns) {
    Column column;
    column.name = each.name;
    column.type = each.type;
    out.columns.push_back(std::move(column));
  }
  out.indexes = view.indexes;
  return out;
}

SharedVector<Index>* indexes_with(Database& database, const Name& index) {
  const auto in = [&](auto& list) -> SharedVector<Index>* {
    for (auto& each : list)
      if (each.name.schema == index.schema && each.index(index.name)) return &each.indexes;
    return nullptr;
  };
  auto* found = in(database.tables);
  return found ? found : in(database.materialized_views);
}

SharedVector<Index>* indexes_on(Database& database, const Name& relation) {
  if (auto* table = database.table(relation)) return &table->indexes;
  auto* view = find_definition(database.materialized_views, ObjectId{Kind::materialized_view, relation, ""});
  return view ? &view->indexes : nullptr;
}

void erase_definition(Database& database, const ObjectId& id) {
  Database::definitions(
      database, [&](auto& list) { std::erase_if(list, [&](const auto& each) { return each.id() == id; }); });
}

}  // namespace migrate::catalog
