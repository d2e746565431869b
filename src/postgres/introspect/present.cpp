#include "postgres/introspect/reader.hpp"

namespace migrate::postgres::introspection {

// What initdb made has an oid below 16384 (FirstNormalObjectId).
Query present_query(const Reader& reader) {
  return {
      "SELECT (SELECT pg_catalog.string_agg(k.kind, '') FROM (SELECT DISTINCT t.typtype::text FROM "
      "pg_catalog.pg_type t WHERE t.typnamespace = ANY ($1::oid[])) AS k (kind)), "
      "(SELECT pg_catalog.string_agg(k.kind, '') FROM (SELECT DISTINCT c.relkind::text FROM "
      "pg_catalog.pg_class c WHERE c.relnamespace = ANY ($1::oid[])) AS k (kind)), "
      "EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql'), "
      "EXISTS (SELECT FROM pg_catalog.pg_proc WHERE oid >= 16384), "
      "EXISTS (SELECT FROM pg_catalog.pg_policy), "
      "EXISTS (SELECT FROM pg_catalog.pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN'), "
      "EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE NOT tgisinternal), "
      "EXISTS (SELECT FROM pg_catalog.pg_event_trigger)",
      {reader.schemas}};
}

Present read_present(Reader& reader) {
  const Rows rows = reader.rows(present_query(reader));
  Cells cells(rows[0]);
  Present out;
  out.types = cells.text();
  out.relations = cells.text();
  out.extensions = cells.boolean();
  out.routines = cells.boolean();
  out.policies = cells.boolean();
  out.rules = cells.boolean();
  out.triggers = cells.boolean();
  out.event_triggers = cells.boolean();
  return out;
}

}  // namespace migrate::postgres::introspection
