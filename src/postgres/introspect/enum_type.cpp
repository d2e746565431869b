#include "postgres/introspect/reader.hpp"

namespace migrate::postgres::introspection {

void read_enum_types(Reader& reader) {
  const Rows rows = reader.connection.query(
      "SELECT t.oid, n.nspname, t.typname, "
      "(SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE "
      "e.enumtypid = t.oid), "
      "d.description FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace" +
          join_comment("pg_type", "t.oid") +
          "WHERE t.typtype = 'e' AND t.typnamespace = ANY ($1::oid[]) AND " +
          not_in_extension("pg_type", "t.oid"),
      {reader.schemas});
  for (const Row row : rows) {
    Cells cells(row);
    const Oid oid = cells.integer();
    catalog::EnumType type;
    type.name = cells.name();
    type.labels = cells.array();
    type.comment = cells.text();
    reader.enums[oid] = type.name;
    reader.database.enums.push_back(std::move(type));
  }
}

}  // namespace migrate::postgres::introspection
