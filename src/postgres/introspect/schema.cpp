#include <algorithm>

#include "postgres/introspect/reader.hpp"

namespace migrate::postgres::introspection {

void read_schemas(Reader& reader) {
  // Every database is born with this comment on public: it says nothing about the user's schema.
  const Rows rows = reader.connection.query(
      "SELECT n.oid, n.nspname, CASE WHEN n.nspname = 'public' AND d.description = 'standard public schema' "
      "THEN NULL ELSE d.description END, " +
      not_in_extension("pg_namespace", "n.oid") + " FROM pg_catalog.pg_namespace n" +
      join_comment("pg_namespace", "n.oid") +
      "WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'");
  const std::vector<std::string>& wanted = reader.options.schemas;
  std::string oids;
  for (const Row row : rows) {
    Cells cells(row);
    const std::string oid = cells.text();
    catalog::Schema schema;
    schema.name = cells.text();
    schema.comment = cells.text();
    const bool own = cells.boolean();
    if (!wanted.empty() && std::none_of(wanted.begin(), wanted.end(), [&](const std::string& pattern) {
          return matches(pattern, schema.name);
        }))
      continue;
    if (!oids.empty()) oids += ',';
    oids += oid;
    // What a user puts into an extension's schema is the user's; the schema is not.
    if (!own) continue;
    reader.schema_names[std::stoll(oid)] = schema.name;
    reader.database.schemas.push_back(std::move(schema));
  }
  reader.schemas = '{' + oids + '}';
}

void read_extensions(Reader& reader) {
  // plpgsql stands in every database from the start. A schema that is a member cannot be named when the
  // extension is made: it is not there yet. The server gives the comment of the control file by itself.
  const Rows rows = reader.connection.query(
      "SELECT e.oid, e.extname, CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_depend m WHERE m.classid = "
      "'pg_catalog.pg_namespace'::pg_catalog.regclass AND m.objid = n.oid AND m.refclassid = "
      "'pg_catalog.pg_extension'::pg_catalog.regclass AND m.refobjid = e.oid AND m.deptype = 'e') "
      "THEN NULL ELSE n.nspname END, e.extversion, "
      "CASE WHEN a.name IS NOT NULL AND d.description IS DISTINCT FROM a.comment THEN d.description END, "
      "a.comment FROM pg_catalog.pg_extension e "
      "JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace "
      "LEFT JOIN pg_catalog.pg_available_extensions a ON a.name = e.extname" +
      join_comment("pg_extension", "e.oid") + "WHERE e.extname <> 'plpgsql'");
  for (const Row row : rows) {
    Cells cells(row);
    const Oid oid = cells.integer();
    catalog::Extension extension;
    extension.name = cells.text();
    extension.schema = cells.text();
    extension.version = cells.text();
    extension.comment = cells.text();
    extension.usual_comment = cells.text();
    reader.objects[{in::pg_extension, oid}] = {catalog::Kind::extension, {"", extension.name}, ""};
    reader.database.extensions.push_back(std::move(extension));
  }
}

}  // namespace migrate::postgres::introspection
