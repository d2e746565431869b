#include "postgres/introspect/reader.hpp"

namespace migrate::postgres::introspection {

void read_composite_types(Reader& reader) {
  const Rows rows = reader.connection.query(
      "SELECT t.oid, t.typrelid, n.nspname, t.typname, d.description "
      "FROM pg_catalog.pg_type t JOIN pg_catalog.pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' "
      "JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace" +
          join_comment("pg_type", "t.oid") + "WHERE t.typnamespace = ANY ($1::oid[]) AND " +
          not_in_extension("pg_type", "t.oid"),
      {reader.schemas});
  std::unordered_map<Oid, std::size_t> places;
  for (const Row row : rows) {
    Cells cells(row);
    const Oid oid = cells.integer();
    const Oid relation = cells.integer();
    catalog::CompositeType type;
    type.name = cells.name();
    type.comment = cells.text();
    reader.objects[{in::pg_type, oid}] = type.id();
    reader.objects[{in::pg_class, relation}] = type.id();  // what uses one of its attributes
    places[oid] = reader.database.composite_types.size();
    reader.database.composite_types.push_back(std::move(type));
  }
  if (places.empty()) return;
  const Rows attributes = reader.connection.query(
      "SELECT c.reltype, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), cn.nspname, "
      "co.collname, d.description "
      "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND "
      "NOT a.attisdropped "
      "JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
      "LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation "
      "LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace "
      "LEFT JOIN pg_catalog.pg_description d ON d.classoid = 1259 AND d.objoid = c.oid AND d.objsubid = "
      "a.attnum "
      "WHERE c.relkind = 'c' AND c.relnamespace = ANY ($1::oid[]) ORDER BY c.oid, a.attnum",
      {reader.schemas});
  for (const Row row : attributes) {
    Cells cells(row);
    const auto place = places.find(cells.integer());
    if (place == places.end()) continue;
    catalog::Attribute attribute;
    attribute.name = cells.text();
    attribute.type = cells.text();
    attribute.collation = cells.qualified_name();
    attribute.comment = cells.text();
    reader.database.composite_types[place->second].attributes.push_back(std::move(attribute));
  }
}

}  // namespace migrate::postgres::introspection
