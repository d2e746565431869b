#include "postgres/introspect/reader.hpp"
#include "util/quote.hpp"

namespace migrate::postgres::introspection {
namespace {

// A function by its name, as CREATE TYPE takes it: nothing of pg_catalog needs its schema.
std::string read_function(Cells& cells) {
  const bool none = cells.null();
  const catalog::Name name = cells.name();
  if (none) return {};
  return name.schema == "pg_catalog" ? quote_identifier(name.name) : name.sql();
}

// makeMultirangeTypeName() of PostgreSQL: "range" becomes "multirange", else "_multirange" follows.
bool is_usual_multirange(const catalog::Name& range, const catalog::Name& multirange) {
  std::string usual = range.name;
  if (const auto at = usual.find("range"); at != std::string::npos)
    usual.insert(at, "multi");
  else
    usual += "_multirange";
  return multirange.schema == range.schema && multirange.name == usual;
}

}  // namespace

void read_range_types(Reader& reader) {
  const Rows rows = reader.connection.query(
      "SELECT t.oid, n.nspname, t.typname, pg_catalog.format_type(r.rngsubtype, NULL), "
      "CASE WHEN NOT oc.opcdefault THEN ocn.nspname END, oc.opcname, cn.nspname, co.collname, "
      "fn.nspname, f.proname, gn.nspname, g.proname, mn.nspname, m.typname, d.description "
      "FROM pg_catalog.pg_range r JOIN pg_catalog.pg_type t ON t.oid = r.rngtypid "
      "JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace "
      "JOIN pg_catalog.pg_type s ON s.oid = r.rngsubtype "
      "JOIN pg_catalog.pg_opclass oc ON oc.oid = r.rngsubopc "
      "JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace "
      "LEFT JOIN pg_catalog.pg_collation co ON co.oid = r.rngcollation AND r.rngcollation <> s.typcollation "
      "LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace "
      "LEFT JOIN pg_catalog.pg_proc f ON f.oid = r.rngcanonical "
      "LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace "
      "LEFT JOIN pg_catalog.pg_proc g ON g.oid = r.rngsubdiff "
      "LEFT JOIN pg_catalog.pg_namespace gn ON gn.oid = g.pronamespace "
      "LEFT JOIN pg_catalog.pg_type m ON " +
          since(reader, 140000, "m.oid = r.rngmultitypid", "false") +
          " LEFT JOIN pg_catalog.pg_namespace mn ON mn.oid = m.typnamespace" +
          join_comment("pg_type", "t.oid") + "WHERE t.typnamespace = ANY ($1::oid[]) AND " +
          not_in_extension("pg_type", "t.oid"),
      {reader.schemas});
  for (const Row row : rows) {
    Cells cells(row);
    const Oid oid = cells.integer();
    catalog::RangeType range;
    range.name = cells.name();
    range.subtype = cells.text();
    const bool usual_opclass = cells.null();
    const catalog::Name opclass = cells.name();
    if (!usual_opclass) range.opclass = opclass.sql();
    const bool usual_collation = cells.null();
    const catalog::Name collation = cells.name();
    if (!usual_collation) range.collation = collation.sql();
    range.canonical = read_function(cells);
    range.subtype_diff = read_function(cells);
    const bool without_multirange = cells.null();
    catalog::Name multirange = cells.name();
    if (!without_multirange && !is_usual_multirange(range.name, multirange))
      range.multirange = std::move(multirange);
    range.comment = cells.text();
    reader.objects[{in::pg_type, oid}] = range.id();
    reader.database.range_types.push_back(std::move(range));
  }
}

}  // namespace migrate::postgres::introspection
