#include <algorithm>

#include "resolve.hpp"

namespace migrate::detail {
namespace {

std::string what(const ColumnData& column) {
  return "column " + display(column.table->name) + "." + column.name;
}

void name_column(ModelData& model, ColumnData& column) {
  if (column.name.empty() && column.member) {
    column.name = member_name(column.member);
    if (model.column_names) column.name = model.column_names(column.name);
  }
  column.name = column.group->prefix + column.name;
}

const EnumData* enum_of(const ModelData& model, Spelling type) {
  for (const auto& enumeration : model.enums)
    if (enumeration.type == type) return &enumeration;
  return nullptr;
}

std::string lower(const std::string& text) {
  std::string out;
  for (char c : text) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

void type_column(ModelData& model, ColumnData& column) {
  if (!column.type.empty()) {
    const auto given = lower(column.type);
    const bool small = given == "smallserial" || given == "serial2",
               big = given == "bigserial" || given == "serial8";
    if (!small && !big && given != "serial" && given != "serial4") return;
    column.serial = true;
    column.type = small ? "smallint" : big ? "bigint" : "integer";
    return;
  }
  if (!column.from_type.sql.empty()) {
    column.type = column.from_type.sql;
  } else if (const auto* enumeration = enum_of(model, column.from_type.type)) {
    column.type = quoted(enumeration->name);
  } else if (column.from_type.type) {
    report(model, column.where,
           what(column) + ": the enum " + type_text(column.from_type.type) +
               " is not declared: m.enum_type<" + type_text(column.from_type.type) + ">(\"…\")");
    return;
  } else {
    report(model, column.where, what(column) + " has no type");
    return;
  }
  for (int dimension = 0; dimension < column.from_type.dimensions; ++dimension) column.type += "[]";
}

void resolve_default(ModelData& model, ColumnData& column) {
  if (!column.default_enumerator) return;
  const auto& wanted = *column.default_enumerator;
  const auto* enumeration = enum_of(model, wanted.type);
  if (!enumeration) {
    report(model, column.where,
           what(column) + ": the enum " + type_text(wanted.type) + " of its default is not declared");
    return;
  }
  const auto& known = enumeration->enumerators;
  const auto at =
      std::find_if(known.begin(), known.end(), [&](const auto& each) { return each.first == wanted.value; });
  if (at == known.end() || known.size() != enumeration->labels.size()) {
    report(model, column.where,
           what(column) + ": which label of " + display(enumeration->name) +
               " its default is cannot be told from the enumerator: use default_value(\"label\")");
    return;
  }
  column.default_sql = literal(enumeration->labels[static_cast<std::size_t>(at - known.begin())]);
}

// "bigint" for any spelling of it; empty for a type that no sequence has.
std::string integer_type(const std::string& type) {
  const auto name = lower(type);
  if (name == "smallint" || name == "int2") return "smallint";
  if (name == "integer" || name == "int" || name == "int4") return "integer";
  if (name == "bigint" || name == "int8") return "bigint";
  return {};
}

void check_kinds(ModelData& model, ColumnData& column) {
  const bool has_default = !column.default_sql.empty() || column.default_enumerator;
  const int kinds = int{has_default} + int{column.identity.has_value()} + int{column.serial} +
                    int{column.generated.has_value()};
  if (kinds > 1)
    report(model, column.where,
           what(column) + ": only one of default, identity, serial and generated can be given");
  if (column.identity && integer_type(column.type).empty() && !column.type.empty())
    report(model, column.where,
           what(column) + " is an identity and must be smallint, integer or bigint, not " + column.type);
  if (column.serial && integer_type(column.type).empty() && !column.type.empty())
    report(model, column.where,
           what(column) + " is serial and must be smallint, integer or bigint, not " + column.type);
  if (!column.identity_sequence.empty() && !column.identity)
    report(model, column.where, what(column) + " has an identity_sequence() but is no identity()");
}

void settle_null(ModelData& model, ColumnData& column) {
  const bool by_type = column.from_type.nullable || column.group->optional;
  const bool nullable = column.nullable.value_or(by_type);
  const bool numbers_itself = column.identity || column.serial;
  column.not_null = !nullable || numbers_itself;
  const bool said = column.nullable ? *column.nullable : column.typed && by_type;
  if (numbers_itself && said && nullable)
    report(model, column.where,
           what(column) + (column.identity ? " is an identity" : " is serial") +
               " and cannot be NULL: take the std::optional off the member");
}

// What serial stands for: https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL
void make_serial(ModelData& model, ColumnData& column) {
  auto& sequence = model.sequences.emplace_back();
  sequence.model = &model;
  sequence.where = column.where;
  sequence.name = {column.table->name.schema, postgres_name(column.table->name.name, column.name, "seq")};
  sequence.type = integer_type(column.type);
  sequence.owner = column.table->name;
  sequence.owner_column.column = &column;
  column.default_sql = "nextval(" + literal(quoted(sequence.name)) + "::regclass)";
}

// The column of the nearest parent that declares it.
ColumnData* parents_column(ModelData& model, const TableData& table, const std::string& name,
                           std::vector<const TableData*>& seen) {
  if (std::find(seen.begin(), seen.end(), &table) != seen.end()) return nullptr;
  seen.push_back(&table);
  auto parents = table.inherits;
  if (!table.partition_of.name.empty()) parents.push_back(table.partition_of);
  for (const auto& parent_name : parents) {
    auto* parent = find_table(model, parent_name);
    if (!parent) continue;
    for (auto& column : parent->columns)
      if (column.name == name) return &column;
    if (auto* column = parents_column(model, *parent, name, seen)) return column;
  }
  return nullptr;
}

// What an inherited column does not say is as the parent's has it.
void settle_inherited(ModelData& model, ColumnData& column) {
  if (!column.inherited || column.settled) return;
  column.settled = true;
  std::vector<const TableData*> seen;
  auto* found = parents_column(model, *column.table, column.name, seen);
  if (!found) {
    report(model, column.where, what(column) + " is said to be inherited, but no parent of it declares it");
    return;
  }
  settle_inherited(model, *found);
  const auto take = [](std::string& own, const std::string& parents) {
    if (own.empty()) own = parents;
  };
  take(column.type, found->type);
  column.not_null = column.nullable ? !*column.nullable : found->not_null;
  if (!column.no_default) take(column.default_sql, found->default_sql);
  if (!column.generated) column.generated = found->generated;
  take(column.collation, found->collation);
  take(column.storage, found->storage);
  take(column.compression, found->compression);
}

}  // namespace

void resolve_columns(ModelData& model) {
  for (auto& table : model.tables) {
    for (auto& column : table.columns) name_column(model, column);
    for (auto& column : table.columns) {
      if (column.inherited) {
        resolve_default(model, column);
        continue;
      }
      type_column(model, column);
      check_kinds(model, column);
      resolve_default(model, column);
      settle_null(model, column);
      if (column.serial) make_serial(model, column);
    }
  }
  for (auto& table : model.tables)
    for (auto& column : table.columns) settle_inherited(model, column);
}

}  // namespace migrate::detail
