#include "tests/support/random_catalog.hpp"

#include <algorithm>
#include <array>

#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::test {
namespace {

using catalog::Column;
using catalog::Constraint;
using catalog::ConstraintType;
using catalog::Database;
using catalog::Index;
using catalog::Name;
using catalog::Table;

const std::vector<std::string> stems{
    "users", "Order", "select", "naïve",     "two words", "quo\"te",  "日本",        "semi;colon",
    "it's",  "x",     "table",  "CamelCase", "$dollar",   "per%cent", "back\\slash", "a.b"};

bool is_used(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool is_plain(const Column& column) { return !column.identity && !column.generated; }

bool has_order(const std::string& type) {
  return type != "json" && type != "xml" && type != "point" && type.find("[]") == std::string::npos;
}

bool is_number(const std::string& type) {
  return type == "smallint" || type == "integer" || type == "bigint" || type.compare(0, 7, "numeric") == 0 ||
         type == "double precision";
}

bool is_text(const std::string& type) {
  return type == "text" || type.compare(0, 17, "character varying") == 0;
}

}  // namespace

RandomCatalog::RandomCatalog(std::uint64_t seed, int server_version)
    : engine_(seed), version_(server_version) {}

std::string RandomCatalog::fresh_name() { return any(stems) + "_" + std::to_string(++counter_); }

std::string RandomCatalog::random_type(const Database& database) {
  static const std::vector<std::string> types{"smallint",
                                              "integer",
                                              "bigint",
                                              "numeric(10,2)",
                                              "numeric",
                                              "text",
                                              "text",
                                              "character varying(40)",
                                              "boolean",
                                              "date",
                                              "timestamp with time zone",
                                              "uuid",
                                              "jsonb",
                                              "json",
                                              "bytea",
                                              "integer[]",
                                              "text[]",
                                              "double precision",
                                              "inet",
                                              "interval"};
  if (!database.enums.empty() && chance(25)) return any(database.enums).name.sql() + (chance(20) ? "[]" : "");
  return any(types);
}

std::string RandomCatalog::random_default(const Database& database, const std::string& type) {
  for (const auto& each : database.enums) {
    if (type == each.name.sql()) return quote_literal(any(each.labels)) + "::" + type;
    if (type == each.name.sql() + "[]")
      return "ARRAY[" + quote_literal(any(each.labels)) + "::" + each.name.sql() + "]";
  }
  if (is_number(type)) return std::to_string(below(90) + 1);
  if (is_text(type)) return quote_literal(any(stems)) + "::text";
  if (type == "boolean") return chance(50) ? "true" : "false";
  if (type == "date") return chance(50) ? "CURRENT_DATE" : "'2020-02-02'::date";
  if (type == "timestamp with time zone") return "now()";
  if (type == "jsonb" || type == "json") return "'{\"a\": [1]}'::" + type;
  if (type == "uuid") return "gen_random_uuid()";
  if (type == "integer[]" || type == "text[]") return "'{}'::" + type;
  return {};
}

catalog::SequenceOptions RandomCatalog::random_options() {
  catalog::SequenceOptions options;
  if (chance(40)) options.increment = below(5) + 1;
  if (chance(40)) options.start = below(100) + 10;
  if (chance(30)) options.cache = below(20) + 2;
  if (chance(20)) options.max = 30000;
  options.cycle = chance(20);
  return options;
}

void RandomCatalog::settings(Column& column) {
  if (chance(15) && (is_text(column.type) || column.type == "bytea"))
    column.storage = chance(50) ? "external" : "main";
  if (chance(15) && is_text(column.type) && version_ >= 140000) column.compression = "pglz";
  if (chance(15)) column.statistics = below(900) + 10;
  if (chance(10)) column.options.edit()["n_distinct"] = std::to_string(below(90) + 5);
  if (chance(20)) column.comment = any(stems) + " 'quoted' \"comment\"";
}

Column RandomCatalog::random_column(const Database& database) {
  Column column;
  column.name = fresh_name();
  column.type = random_type(database);
  if (chance(60)) column.default_value = random_default(database, column.type);
  column.not_null = !column.default_value.empty() && chance(60);
  if (is_text(column.type) && chance(20)) column.collation = "pg_catalog.\"C\"";
  settings(column);
  return column;
}

void RandomCatalog::add_identifier(Database& database, Table& table) {
  Column id;
  id.name = chance(70) ? "id" : "Id " + std::to_string(++counter_);
  id.type = chance(50) ? "bigint" : "integer";
  id.not_null = true;
  const int how = below(3);
  if (how == 0) {
    id.identity = catalog::Identity{
        chance(50) ? catalog::Generation::always : catalog::Generation::by_default, random_options(), {}};
  } else if (how == 1) {
    catalog::Sequence sequence;
    sequence.name = {table.name.schema, table.name.name + "_" + id.name + "_seq"};
    sequence.type = id.type;
    sequence.owned_by_table = table.name;
    sequence.owned_by_column = id.name;
    id.default_value = "nextval(" + quote_literal(sequence.name.sql()) + "::regclass)";
    database.sequences.push_back(sequence);
  }
  table.columns.insert(table.columns.begin(), id);
  Constraint key;
  key.name = fresh_name();
  key.type = ConstraintType::primary_key;
  key.columns = {id.name};
  if (chance(10)) key.options.edit()["fillfactor"] = "80";
  table.constraints.push_back(key);
}

std::string RandomCatalog::expression_over(const Table& table) {
  for (int tries = 0; tries < 10; ++tries) {
    const Column& column = any(table.columns);
    const std::string name = quote_identifier(column.name);
    if (column.generated) continue;
    if (is_number(column.type)) return "(" + name + " > '-" + std::to_string(below(9) + 1) + "'::integer)";
    if (is_text(column.type)) return "(length(" + name + "::text) < " + std::to_string(below(50) + 100) + ")";
    if (column.type == "boolean" || column.type == "date")
      return "(" + name + " IS NOT NULL OR " + name + " IS NULL)";
  }
  return "(1 = 1)";
}

void RandomCatalog::add_generated(Table& table) {
  for (const auto& column : table.columns) {
    if (!is_plain(column) || !(is_number(column.type) || is_text(column.type))) continue;
    Column made;
    made.name = fresh_name();
    made.type = is_number(column.type) ? "numeric" : "integer";
    const std::string name = quote_identifier(column.name);
    made.generated = catalog::Generated{
        is_number(column.type) ? name + "::numeric * 2::numeric" : "length(" + name + "::text)", true};
    table.columns.push_back(made);
    return;
  }
}

void RandomCatalog::add_constraint(Database& database, Table& table, bool data) {
  Constraint made;
  made.name = fresh_name();
  const int kind = below(data ? 2 : 4);
  if (kind == 0) {
    made.type = ConstraintType::check;
    made.expression = expression_over(table);
    made.no_inherit = chance(10);
    made.not_valid = chance(10);
  } else if (kind == 1) {
    const Table& target = any(database.tables);
    const Constraint* key = target.primary_key();
    if (!key || key->columns.size() != 1 || target.unlogged != table.unlogged) return;
    Column column;
    column.name = fresh_name();
    column.type = target.column(key->columns[0])->type;
    table.columns.push_back(column);
    made.type = ConstraintType::foreign_key;
    made.columns = {column.name};
    made.references = target.name;
    made.referenced_columns = key->columns;
    const std::array<catalog::ForeignKeyAction, 4> actions{
        catalog::ForeignKeyAction::no_action, catalog::ForeignKeyAction::cascade,
        catalog::ForeignKeyAction::set_null, catalog::ForeignKeyAction::restrict_};
    made.on_delete = any(actions);
    made.on_update = any(actions);
    made.deferrable = chance(25);
    made.initially_deferred = made.deferrable && chance(50);
    made.not_valid = chance(10);
    if (chance(10)) made.match = catalog::ForeignKeyMatch::full;
  } else {
    const Column& column = any(table.columns);
    if (!has_order(column.type) || column.type->find('.') != std::string::npos) return;
    if (kind == 2) {
      made.type = ConstraintType::unique;
      made.columns = {column.name};
      if (const Column& second = any(table.columns);
          second.name != column.name && has_order(second.type) && chance(40))
        made.columns.push_back(second.name);
      made.nulls_not_distinct = version_ >= 150000 && chance(25);
      made.deferrable = chance(20);
      if (chance(20))
        for (const auto& other : table.columns)
          if (!is_used(made.columns, other.name) && made.include.empty()) made.include = {other.name};
    } else {
      made.type = ConstraintType::exclusion;
      made.method = "hash";
      catalog::IndexElement element;
      element.column = column.name;
      element.exclusion_operator = "=";
      made.elements = std::vector{element};
    }
  }
  if (chance(20)) made.comment = "why " + made.name;
  table.constraints.push_back(made);
}

void RandomCatalog::add_index(Table& table, bool data) {
  Index made;
  made.name = fresh_name();
  const int keys = 1 + below(2);
  for (int n = 0; n < keys; ++n) {
    const Column& column = any(table.columns);
    if (!has_order(column.type)) return;
    catalog::IndexElement element;
    if (is_text(column.type) && chance(30)) {
      element.expression = "lower(" + quote_identifier(column.name) + "::text)";
      if (chance(30)) element.statistics = 200;
    } else {
      element.column = column.name;
      if (is_text(column.type) && chance(20)) element.opclass = "text_pattern_ops";
    }
    element.descending = chance(30);
    if (chance(20)) element.nulls_first = chance(50);
    made.elements.push_back(element);
  }
  if (chance(25)) made.where = expression_over(table);
  made.unique = !data && chance(25);
  if (chance(15)) made.options.edit()["fillfactor"] = "60";
  if (chance(15)) made.comment = "index " + made.name;
  table.indexes.push_back(made);
}

void RandomCatalog::add_table(Database& database) {
  Table table;
  table.name = {any(database.schemas).name, fresh_name()};
  const int columns = 1 + below(6);
  for (int n = 0; n < columns; ++n) table.columns.push_back(random_column(database));
  add_identifier(database, table);
  if (chance(40)) add_generated(table);
  if (chance(20)) table.options.edit()["fillfactor"] = std::to_string(50 + below(50));
  if (chance(15)) table.options.edit()["autovacuum_enabled"] = "false";
  if (chance(30)) table.comment = "all " + table.name.name;
  database.tables.push_back(table);
  Table& made = database.tables.back();
  const int constraints = below(4), indexes = below(3);
  for (int n = 0; n < constraints; ++n) add_constraint(database, made, false);
  for (int n = 0; n < indexes; ++n) add_index(made, false);
}

Database RandomCatalog::make() {
  Database database;
  database.schemas.push_back({"public", ""});
  if (chance(60)) database.schemas.push_back({fresh_name(), chance(50) ? "a comment" : ""});
  for (int n = below(3); n > 0; --n) {
    catalog::EnumType type;
    type.name = {any(database.schemas).name, fresh_name()};
    for (int labels = 2 + below(3); labels > 0; --labels)
      type.labels.push_back("l " + any(stems) + std::to_string(++counter_));
    if (chance(30)) type.comment = "labels";
    database.enums.push_back(type);
  }
  for (int n = below(3); n > 0; --n) {
    catalog::Sequence sequence;
    sequence.name = {any(database.schemas).name, fresh_name()};
    sequence.options = random_options();
    if (chance(30)) sequence.comment = "numbers";
    database.sequences.push_back(sequence);
  }
  for (int n = 1 + below(4); n > 0; --n) add_table(database);
  // Circles of keys: constraints may point at tables that came later.
  for (int n = below(3); n > 0; --n) add_constraint(database, any_of(database.tables), true);
  database.sort();
  return database;
}

std::vector<std::string> RandomCatalog::rows(const Database& database, int count) {
  std::vector<std::string> statements;
  for (int row = 1; row <= count; ++row)
    for (const auto& table : database.tables) {
      std::vector<std::string> columns, values;
      for (const auto& column : table.columns) {
        const Constraint* key = table.primary_key();
        if (!is_plain(column)) continue;
        if (is_number(column.type) && (column.not_null || chance(60)) && column.default_value.empty()) {
          columns.push_back(quote_identifier(column.name));
          values.push_back(std::to_string(row));
        } else if (is_text(column.type) && chance(70)) {
          columns.push_back(quote_identifier(column.name));
          values.push_back(quote_literal("r" + std::to_string(row) + any(stems)));
        }
        if (key && is_used(key->columns, column.name) && column.default_value.empty() &&
            !is_used(columns, quote_identifier(column.name))) {
          columns.push_back(quote_identifier(column.name));
          values.push_back(std::to_string(row));
        }
      }
      statements.push_back("INSERT INTO " + table.name.sql() +
                           (columns.empty()
                                ? " DEFAULT VALUES"
                                : " (" + join(columns, ", ") + ") VALUES (" + join(values, ", ") + ")"));
    }
  return statements;
}

}  // namespace migrate::test
