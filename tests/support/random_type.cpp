// Domains, composite types and ranges, and columns that are of them.
#include "tests/support/random_statements.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::test {

using catalog::Kind;

std::string RandomStatements::create_domain(const Database& database) {
  const std::string type = random_type(database);
  std::string out = "CREATE DOMAIN " + fresh(database) + " AS " + type;
  if (chance(30)) out += " DEFAULT " + value(database, type);
  if (chance(40))
    out += " CONSTRAINT " + quote_identifier(fresh_name()) + " CHECK (VALUE IS NOT NULL OR 1 = 1)";
  if (chance(30) && (type == "integer" || type == "bigint")) out += " CHECK (VALUE > -5)";
  if (chance(20) && type == "text") out += " COLLATE \"C\"";
  return out;
}

std::string RandomStatements::create_composite(const Database& database) {
  const std::string name = fresh(database);
  std::vector<std::string> attributes;
  for (int n = below(4); n >= 0; --n)
    attributes.push_back(quote_identifier(fresh_name()) + " " + random_type(database));
  return "CREATE TYPE " + name + " AS (" + join(attributes, ", ") + ")" +
         (chance(30) ? "; COMMENT ON TYPE " + name + " IS 'parts'" : "");
}

std::string RandomStatements::create_range(const Database& database) {
  const std::string name = fresh(database);
  std::vector<std::string> subtypes{"integer", "text", "date", "numeric", "timestamp with time zone", "text"};
  for (const auto& each : database.domains) subtypes.push_back(each.name.sql());
  for (const auto& each : database.enums) subtypes.push_back(each.name.sql());
  const std::string subtype = any(subtypes);
  std::string parts = "subtype = " + subtype;
  if (subtype == "text" && chance(60)) parts += ", collation = \"C\"";
  if (subtype == "text" && chance(40)) parts += ", subtype_opclass = text_pattern_ops";
  if (version_ >= 140000 && chance(40)) parts += ", multirange_type_name = " + fresh(database);
  return "CREATE TYPE " + name + " AS RANGE (" + parts + ")";
}

// A type that somebody made, where a type may stand.
std::string RandomStatements::use_type(const Database& database) {
  std::vector<std::string> types;
  for (const auto& each : database.domains) types.push_back(each.name.sql());
  for (const auto& each : database.composite_types) types.push_back(each.name.sql());
  for (const auto& each : database.range_types) {
    types.push_back(each.name.sql());
    if (!each.multirange.empty()) types.push_back(each.multirange.sql());
  }
  const auto tables = relations(database, true);
  if (types.empty() || tables.empty()) return {};
  const std::string type = any(types) + (chance(20) ? "[]" : "");
  const std::string head = "ALTER TABLE " + any(tables).name.sql() + " ";
  switch (below(7)) {
    case 0:
      return "CREATE FUNCTION " + fresh(database) + "(a " + type + ") RETURNS " + type +
             " LANGUAGE sql AS $$ SELECT a $$";
    case 1:
      return "CREATE VIEW " + fresh(database) + " AS SELECT NULL::" + type + " AS v, 1 AS n";
    case 2: {
      const Relation& table = any(tables);
      const auto at = static_cast<std::size_t>(below(static_cast<int>(table.columns.size())));
      return "ALTER TABLE " + table.name.sql() + " ALTER " + quote_identifier(table.columns[at]) + " TYPE " +
             type;
    }
    case 3: {
      const std::string column = quote_identifier(fresh_name());
      return head + "ADD " + column + " " + type + ", ADD CONSTRAINT " + quote_identifier(fresh_name()) +
             " CHECK (" + column + " IS NULL OR " + column + " = " + column + ")";
    }
    case 4:
      return "CREATE DOMAIN " + fresh(database) + " AS " + type;
    default:
      return head + "ADD " + quote_identifier(fresh_name()) + " " + type +
             (chance(30) ? " DEFAULT NULL::" + type : "");
  }
}

std::string RandomStatements::change_domain(const Database& database, Data data) {
  if (database.domains.empty()) return {};
  const auto& domain = any(database.domains);
  const std::string head = "ALTER DOMAIN " + domain.name.sql() + " ";
  switch (below(data == Data::kept ? 6 : 8)) {
    case 0:
      return comment(domain.id());
    case 1:
      return head + (domain.default_value.empty() ? "SET DEFAULT NULL::" + domain.type : "DROP DEFAULT");
    case 2:
      return head + (domain.not_null ? "DROP NOT NULL" : "SET NOT NULL");
    case 3:
      return head + "ADD CONSTRAINT " + quote_identifier(fresh_name()) +
             " CHECK (VALUE IS NOT NULL OR 2 = 2)" + one_of({"", " NOT VALID"});
    case 4:
      if (domain.constraints.empty()) return {};
      return head + one_of({"DROP CONSTRAINT ", "VALIDATE CONSTRAINT "}) +
             quote_identifier(any(domain.constraints).name);
    case 5:
      if (domain.constraints.empty()) return {};
      return chance(50) ? head + "RENAME CONSTRAINT " + quote_identifier(any(domain.constraints).name) +
                              " TO " + quote_identifier(fresh_name())
                        : "COMMENT ON CONSTRAINT " + quote_identifier(any(domain.constraints).name) +
                              " ON DOMAIN " + domain.name.sql() + " IS 'why'";
    case 6: {
      // Of another type, its columns with it.
      std::string out, back;
      for (const auto& table : database.tables)
        for (const auto& column : table.columns)
          if (column.type == domain.name.sql()) {
            const std::string alter =
                "; ALTER TABLE " + table.name.sql() + " ALTER " + quote_identifier(column.name) + " TYPE ";
            out += alter + "text" + " USING NULL";
            back += alter + domain.name.sql() + " USING NULL";
          }
      const std::string rest = out + "; DROP DOMAIN " + domain.name.sql() + " CASCADE; CREATE DOMAIN " +
                               domain.name.sql() + " AS " + one_of({"text", "bigint"}) + back;
      return rest.substr(2);
    }
    default:
      return head + "RENAME TO " + quote_identifier(fresh_name());
  }
}

std::string RandomStatements::change_composite(const Database& database, Data data) {
  if (database.composite_types.empty()) return {};
  const auto& type = any(database.composite_types);
  const std::string head = "ALTER TYPE " + type.name.sql() + " ";
  const std::string cascade = one_of({"", " CASCADE"});
  const std::string attribute =
      type.attributes.empty() ? "none" : quote_identifier(any(type.attributes).name);
  switch (below(data == Data::kept ? 3 : 6)) {
    case 0:
      return comment(type.id());
    case 1:
      return head + "ADD ATTRIBUTE " + quote_identifier(fresh_name()) + " " + random_type(database) + cascade;
    case 2:
      return "COMMENT ON COLUMN " + type.name.sql() + "." + attribute + " IS 'part'";
    case 3:
      return head + "DROP ATTRIBUTE " + attribute + cascade;
    case 4:
      return head + "ALTER ATTRIBUTE " + attribute + " TYPE " + random_type(database) + cascade;
    default:
      return head + "RENAME ATTRIBUTE " + attribute + " TO " + quote_identifier(fresh_name()) + cascade;
  }
}

}  // namespace migrate::test
