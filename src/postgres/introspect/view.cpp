#include "postgres/introspect/reader.hpp"
#include "util/text.hpp"

namespace migrate::postgres::introspection {

std::string without_semicolon(std::string text) {
  while (!text.empty() && (text.back() == ';' || text.back() == ' ' || text.back() == '\n')) text.pop_back();
  return std::string(trim(text));
}

std::unordered_map<Oid, std::vector<catalog::ViewColumn>> read_view_columns(Reader& reader, char relkind) {
  std::unordered_map<Oid, std::vector<catalog::ViewColumn>> out;
  const Rows rows = reader.connection.query(
      "SELECT a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), "
      "pg_catalog.pg_get_expr(ad.adbin, ad.adrelid), "
      "CASE WHEN c.relkind = 'm' AND a.attstorage <> t.typstorage THEN a.attstorage END, " +
          since(reader, 140000, "CASE c.relkind WHEN 'm' THEN a.attcompression END", "NULL") +
          ", NULLIF(a.attstattarget, -1), a.attoptions, d.description "
          "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
          "JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
          "LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum "
          "LEFT JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass "
          "AND d.objoid = a.attrelid AND d.objsubid = a.attnum "
          "WHERE c.relkind = $2 AND c.relnamespace = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped "
          "ORDER BY a.attrelid, a.attnum",
      {reader.schemas, std::string(1, relkind)});
  for (const Row row : rows) {
    Cells cells(row);
    auto& column = out[cells.integer()].emplace_back();
    column.name = cells.text();
    column.type = cells.text();
    column.default_value = cells.text();
    column.storage = storage_name(cells.letter());
    column.compression = compression_name(cells.letter());
    if (cells.null())
      cells.text();
    else
      column.statistics = static_cast<int>(cells.integer());
    column.options = cells.parameters();
    column.comment = cells.text();
  }
  return out;
}

void read_views(Reader& reader) {
  const Rows rows = reader.connection.query(
      "SELECT c.oid, n.nspname, c.relname, c.reloptions, pg_catalog.pg_get_viewdef(c.oid), "
      "d.description "
      "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" +
          join_comment("pg_class", "c.oid") +
          "WHERE c.relkind = 'v' AND c.relpersistence <> 't' AND c.relnamespace = ANY ($1::oid[]) AND " +
          not_in_extension("pg_class", "c.oid"),
      {reader.schemas});
  if (rows.empty()) return;
  auto columns = read_view_columns(reader, 'v');
  for (const Row row : rows) {
    Cells cells(row);
    const Oid oid = cells.integer();
    catalog::View view;
    view.name = cells.name();
    if (reader.is_bookkeeping(view.name)) continue;
    view.options = cells.parameters();
    view.definition = without_semicolon(cells.text());
    view.comment = cells.text();
    reader.objects[{in::pg_class, oid}] = view.id();
    view.columns = std::move(columns[oid]);
    reader.database.views.push_back(std::move(view));
  }
}

}  // namespace migrate::postgres::introspection
