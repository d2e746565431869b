#include "catalog/default_name.hpp"
#include "postgres/introspect/reader.hpp"

namespace migrate::postgres::introspection {
namespace {

void read_constraints_of_domains(Reader& reader, const std::unordered_map<Oid, std::size_t>& places) {
  const Rows rows = reader.connection.query(
      "SELECT k.contypid, k.contype, k.conname, pg_catalog.pg_get_expr(k.conbin, 0), k.convalidated, "
      "d.description FROM pg_catalog.pg_constraint k" +
          join_comment("pg_constraint", "k.oid") +
          "JOIN pg_catalog.pg_type t ON t.oid = k.contypid WHERE t.typnamespace = ANY ($1::oid[]) "
          "ORDER BY k.contypid, k.conname",
      {reader.schemas});
  for (const Row row : rows) {
    Cells cells(row);
    const auto place = places.find(cells.integer());
    if (place == places.end()) continue;
    catalog::Domain& domain = reader.database.domains[place->second];
    const bool not_null = cells.letter() == 'n';  // PostgreSQL 17
    std::string name = cells.text();
    if (not_null) {
      if (name != catalog::default_name(domain.name.name, "", "not_null"))
        domain.not_null_constraint = std::move(name);
      continue;
    }
    catalog::DomainConstraint constraint;
    constraint.name = std::move(name);
    constraint.expression = without_outer_parentheses(cells.text());
    constraint.not_valid = !cells.boolean();
    constraint.comment = cells.text();
    domain.constraints.push_back(std::move(constraint));
  }
}

}  // namespace

void read_domains(Reader& reader) {
  const Rows rows = reader.connection.query(
      "SELECT t.oid, n.nspname, t.typname, pg_catalog.format_type(t.typbasetype, t.typtypmod), t.typnotnull, "
      "COALESCE(pg_catalog.pg_get_expr(t.typdefaultbin, 0), t.typdefault), cn.nspname, co.collname, "
      "d.description FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace "
      "JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype "
      "LEFT JOIN pg_catalog.pg_collation co ON co.oid = t.typcollation AND t.typcollation <> b.typcollation "
      "LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace" +
          join_comment("pg_type", "t.oid") +
          "WHERE t.typtype = 'd' AND t.typnamespace = ANY ($1::oid[]) AND " +
          not_in_extension("pg_type", "t.oid"),
      {reader.schemas});
  std::unordered_map<Oid, std::size_t> places;
  for (const Row row : rows) {
    Cells cells(row);
    const Oid oid = cells.integer();
    catalog::Domain domain;
    domain.name = cells.name();
    domain.type = cells.text();
    domain.not_null = cells.boolean();
    domain.default_value = cells.text();
    domain.collation = cells.qualified_name();
    domain.comment = cells.text();
    reader.objects[{in::pg_type, oid}] = domain.id();
    places[oid] = reader.database.domains.size();
    reader.database.domains.push_back(std::move(domain));
  }
  if (!places.empty()) read_constraints_of_domains(reader, places);
}

}  // namespace migrate::postgres::introspection
