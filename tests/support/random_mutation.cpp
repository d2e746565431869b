#include <algorithm>
#include <map>

#include "catalog/type_name.hpp"
#include "plan/words.hpp"
#include "tests/support/random_catalog.hpp"
#include "util/quote.hpp"

namespace migrate::test {
namespace {

using catalog::Column;
using catalog::Constraint;
using catalog::ConstraintType;
using catalog::Database;
using catalog::Index;
using catalog::Name;
using catalog::Table;

bool has(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool uses(const std::vector<catalog::IndexElement>& elements, const std::string& column) {
  return std::any_of(elements.begin(), elements.end(), [&](const auto& element) {
    return element.column == column || plan::mentions_identifier(element.expression, column);
  });
}

bool uses(const Constraint& each, const std::string& column) {
  return has(each.columns, column) || has(each.include, column) ||
         plan::mentions_identifier(each.expression, column) || uses(each.elements, column);
}

bool uses(const Index& each, const std::string& column) {
  return has(each.include, column) || plan::mentions_identifier(each.where, column) ||
         uses(each.elements, column);
}

bool is_referenced(const Database& database, const Name& table) {
  return std::any_of(database.tables.begin(), database.tables.end(), [&](const Table& each) {
    return std::any_of(each.constraints.begin(), each.constraints.end(),
                       [&](const Constraint& constraint) { return constraint.references == table; });
  });
}

// Nothing stands on the column, so that its type is free.
bool is_free(const Table& table, const Column& column) {
  return !column.identity && !column.generated && !column.default_value->starts_with("nextval") &&
         std::none_of(table.constraints.begin(), table.constraints.end(),
                      [&](const Constraint& each) { return uses(each, column.name); }) &&
         std::none_of(table.indexes.begin(), table.indexes.end(),
                      [&](const Index& each) { return uses(each, column.name); }) &&
         std::none_of(table.columns.begin(), table.columns.end(), [&](const Column& each) {
           return each.generated && plan::mentions_identifier(each.generated->expression, column.name);
         });
}

bool refers(const Table& table, const Column& column) {
  return std::any_of(table.constraints.begin(), table.constraints.end(), [&](const Constraint& each) {
    return each.type == ConstraintType::foreign_key && has(each.columns, column.name);
  });
}

const std::map<std::string, std::vector<std::string>> wider{
    {"smallint", {"integer", "bigint", "numeric"}},
    {"integer", {"bigint", "numeric"}},
    {"bigint", {"numeric"}},
    {"character varying(40)", {"character varying(80)", "text"}},
    {"numeric(10,2)", {"numeric(14,2)", "numeric"}},
};

}  // namespace

bool RandomCatalog::remove_column(Database& database, Table& table) {
  if (table.columns.size() < 2) return false;
  const std::string name = any(table.columns).name;
  if (const Constraint* key = table.primary_key(); key && has(key->columns, name)) return false;
  for (const auto& each : database.tables)
    for (const auto& constraint : each.constraints)
      if (constraint.references == table.name && has(constraint.referenced_columns, name)) return false;
  std::vector<std::string> gone{name};
  for (const auto& each : table.columns)
    if (each.generated && plan::mentions_identifier(each.generated->expression, name))
      gone.push_back(each.name);
  for (const auto& column : gone) {
    erase_if(table.columns, [&](const Column& each) { return each.name == column; });
    erase_if(table.constraints, [&](const Constraint& each) { return uses(each, column); });
    erase_if(table.indexes, [&](const Index& each) { return uses(each, column); });
    std::erase_if(database.sequences, [&](const auto& each) {
      return each.owned_by_table == table.name && each.owned_by_column == column;
    });
  }
  return true;
}

void RandomCatalog::change_column(Database& database, Table& table, Data data) {
  Column& column = any_of(table.columns);
  const bool key = table.primary_key() && has(table.primary_key()->columns, column.name);
  const bool plain = !column.identity && !column.generated && !column.default_value->starts_with("nextval");
  switch (below(10)) {
    case 0:
      // Every row has the default of a column that was made just now, which refers to nothing.
      if (plain && !(data == Data::kept && refers(table, column)))
        column.default_value = chance(30) ? "" : random_default(database, column.type);
      break;
    case 1:
      if (!key && !column.identity && plain && (data == Data::none || column.not_null))
        column.not_null = !column.not_null;
      break;
    case 2: {
      const auto found = wider.find(column.type);
      if (found != wider.end() && is_free(table, column)) {
        column.type = any(found->second);
        column.default_value = column.default_value.empty() ? "" : random_default(database, column.type);
        column.not_null = column.not_null && !column.default_value.empty();
        if (!column.type->starts_with("character") && column.type != "text") column.collation.clear();
      }
      break;
    }
    case 3:
      if (data == Data::none && is_free(table, column)) {
        column.type = random_type(database);
        column.default_value = chance(50) ? random_default(database, column.type) : "";
        column.collation.clear();
        column.storage.clear();
        column.compression.clear();
      }
      break;
    case 4:
      column.comment = chance(30) ? "" : column.comment + "!";
      break;
    case 5:
      settings(column);
      break;
    case 6:
      if (column.identity) {
        column.identity->generation =
            chance(50) ? catalog::Generation::always : catalog::Generation::by_default;
        column.identity->options = random_options();
      } else if (key && column.default_value.empty()) {
        column.identity = catalog::Identity{};
      }
      break;
    case 7:  // identity to plain, serial to identity
      if (column.identity) {
        column.identity.reset();
      } else if (key && !plain) {
        column.default_value.clear();
        column.identity = catalog::Identity{};
        std::erase_if(database.sequences, [&](const auto& each) {
          return each.owned_by_table == table.name && each.owned_by_column == column.name;
        });
      }
      break;
    case 8:
      if (column.generated && column.type == "numeric") {
        column.generated->expression = replace_factor(column.generated->expression);
      } else if (column.generated && chance(50)) {
        column.generated.reset();
      }
      break;
    default:
      if (is_free(table, column) && (column.type == "text" || column.type->starts_with("character")))
        column.collation = column.collation.empty() ? "pg_catalog.\"C\"" : "";
  }
}

std::string RandomCatalog::replace_factor(const std::string& expression) {
  return "(" + expression + ") + " + std::to_string(below(9) + 1) + "::numeric";
}

void RandomCatalog::change_table(Database& database, Table& table, Data data) {
  switch (below(10)) {
    case 0:
      table.comment = table.comment.empty() ? "now with a comment" : "";
      break;
    case 1:
      table.options.edit()["fillfactor"] = std::to_string(50 + below(50));
      break;
    case 2:
      table.options.clear();
      break;
    case 3:
      if (!table.indexes.empty()) {
        Index& index = any_of(table.indexes);
        if (chance(30))
          index.elements[0].descending = !index.elements[0].descending;
        else if (chance(50))
          index.options.edit()["fillfactor"] = "55";
        else
          index.comment = index.comment + "?";
      }
      break;
    case 4:
      if (!table.indexes.empty()) table.indexes.erase(table.indexes.begin());
      break;
    case 5: {
      const Table whole = table;
      erase_if(table.constraints, [&](const Constraint& each) {
        const bool in_use =
            (each.type == ConstraintType::primary_key || each.type == ConstraintType::unique) &&
            is_referenced(database, whole.name);
        return each.type != ConstraintType::primary_key && !in_use && chance(40);
      });
      break;
    }
    case 6:
      if (!table.constraints.empty()) {
        Constraint& each = any_of(table.constraints);
        if (each.type == ConstraintType::foreign_key) {
          each.deferrable = !each.deferrable;
          each.initially_deferred = false;
          if (chance(50)) each.not_valid = false;
          if (chance(30)) each.on_delete = catalog::ForeignKeyAction::cascade;
        } else if (each.type == ConstraintType::check) {
          each.not_valid = false;
          if (chance(50)) each.expression = expression_over(table);
        } else if (each.type == ConstraintType::unique && data == Data::none) {
          each.deferrable = !each.deferrable;
        } else if (each.type == ConstraintType::primary_key && chance(50)) {
          each.name = fresh_name();
        } else {
          each.comment = each.comment + "#";
        }
      }
      break;
    case 7:
      add_constraint(database, table, data == Data::kept);
      break;
    case 8:
      add_index(table, data == Data::kept);
      break;
    default:
      if (!is_referenced(database, table.name) &&
          std::none_of(table.constraints.begin(), table.constraints.end(),
                       [](const Constraint& each) { return each.type == ConstraintType::foreign_key; }))
        table.unlogged = !table.unlogged;
  }
}

void RandomCatalog::change_enum(Database& database, Data data) {
  if (database.enums.empty()) return;
  catalog::EnumType& type = any_of(database.enums);
  if (data == Data::kept || chance(60)) {
    const auto at = type.labels.begin() + below(static_cast<int>(type.labels.size()) + 1);
    const auto label = *type.labels.insert(at, "new'" + std::to_string(++counter_));
    // Use it at once.
    for (auto& table : database.tables)
      for (auto& column : table.columns)
        if (column.type == type.name.sql() && !column.generated && chance(50))
          column.default_value = quote_literal(label) + "::" + column.type;
    return;
  }
  const std::string gone = type.labels.back();
  type.labels.pop_back();
  if (chance(50)) std::reverse(type.labels.begin(), type.labels.end());
  if (type.labels.empty()) type.labels.push_back("last");
  for (auto& table : database.tables)
    for (auto& column : table.columns) {
      const auto name = catalog::parse_type(column.type).name;
      if (name == type.name && !column.default_value.empty())
        column.default_value = random_default(database, column.type);
    }
}

void RandomCatalog::change_sequence(Database& database) {
  if (database.sequences.empty()) return;
  catalog::Sequence& sequence = any_of(database.sequences);
  if (!sequence.owned_by_table.empty()) return;
  if (chance(50))
    sequence.options = random_options();
  else
    sequence.comment += "+";
}

void RandomCatalog::drop_table(Database& database) {
  if (database.tables.size() < 2) return;
  const Name name = any(database.tables).name;
  for (auto& table : database.tables)
    erase_if(table.constraints, [&](const Constraint& each) { return each.references == name; });
  std::erase_if(database.tables, [&](const Table& each) { return each.name == name; });
  std::erase_if(database.sequences, [&](const auto& each) { return each.owned_by_table == name; });
}

Database RandomCatalog::mutate(Database database, Data data) {
  counter_ += 1000;
  for (int n = 1 + below(7); n > 0; --n) {
    Table& table = any_of(database.tables);
    switch (below(12)) {
      case 0:
        add_table(database);
        break;
      case 1:
        if (data == Data::none) drop_table(database);
        break;
      case 2:
        if (data == Data::none) remove_column(database, table);
        break;
      case 3:
        table.columns.push_back(random_column(database));
        break;
      case 4:
        change_enum(database, data);
        break;
      case 5:
        change_sequence(database);
        break;
      case 6:
      case 7:
      case 8:
        change_column(database, table, data);
        break;
      default:
        change_table(database, table, data);
    }
  }
  database.sort();
  return database;
}

}  // namespace migrate::test
