// Small catalogues in few words.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "catalog/database.hpp"

namespace migrate::test {

inline catalog::Column column(std::string name, std::string type, bool not_null = false,
                              std::string default_value = {}) {
  catalog::Column out;
  out.name = std::move(name);
  out.type = std::move(type);
  out.not_null = not_null;
  out.default_value = std::move(default_value);
  return out;
}

inline catalog::Table table(std::string name, std::vector<catalog::Column> columns,
                            std::string schema = "public") {
  catalog::Table out;
  out.name = {std::move(schema), std::move(name)};
  out.columns = std::move(columns);
  return out;
}

inline catalog::Constraint primary_key(std::string name, std::vector<std::string> columns) {
  catalog::Constraint out;
  out.name = std::move(name);
  out.type = catalog::ConstraintType::primary_key;
  out.columns = std::move(columns);
  return out;
}

inline catalog::Constraint unique(std::string name, std::vector<std::string> columns) {
  auto out = primary_key(std::move(name), std::move(columns));
  out.type = catalog::ConstraintType::unique;
  return out;
}

inline catalog::Constraint check(std::string name, std::string expression) {
  catalog::Constraint out;
  out.name = std::move(name);
  out.type = catalog::ConstraintType::check;
  out.expression = std::move(expression);
  return out;
}

inline catalog::Constraint foreign_key(std::string name, std::vector<std::string> columns,
                                       catalog::Name references, std::vector<std::string> referenced = {}) {
  auto out = primary_key(std::move(name), std::move(columns));
  out.type = catalog::ConstraintType::foreign_key;
  out.references = std::move(references);
  out.referenced_columns = std::move(referenced);
  return out;
}

inline catalog::IndexElement key(std::string column_name) {
  catalog::IndexElement out;
  out.column = std::move(column_name);
  return out;
}

inline catalog::IndexElement expression_key(std::string expression) {
  catalog::IndexElement out;
  out.expression = std::move(expression);
  return out;
}

inline catalog::Index index(std::string name, std::vector<catalog::IndexElement> elements,
                            std::string where = {}) {
  catalog::Index out;
  out.name = std::move(name);
  out.elements = std::move(elements);
  out.where = std::move(where);
  return out;
}

inline catalog::Sequence sequence(std::string name, std::string type = "bigint", catalog::Name owner = {},
                                  std::string owner_column = {}) {
  catalog::Sequence out;
  out.name = {"public", std::move(name)};
  out.type = std::move(type);
  out.owned_by_table = std::move(owner);
  out.owned_by_column = std::move(owner_column);
  return out;
}

inline catalog::EnumType enum_type(std::string name, std::vector<std::string> labels) {
  return {{"public", std::move(name)}, std::move(labels), {}};
}

inline catalog::Database database(std::vector<catalog::Table> tables,
                                  std::vector<catalog::EnumType> enums = {},
                                  std::vector<catalog::Sequence> sequences = {}) {
  catalog::Database out;
  out.schemas = {{"public", ""}};
  out.tables = std::move(tables);
  out.enums = std::move(enums);
  out.sequences = std::move(sequences);
  out.sort();
  return out;
}

}  // namespace migrate::test
