#include "postgres/introspect/reader.hpp"
#include "util/text.hpp"

namespace migrate::postgres::introspection {
namespace {

std::string without_semicolon(std::string text) {
  while (!text.empty() && (text.back() == ';' || text.back() == ' ' || text.back() == '\n')) text.pop_back();
  return std::string(trim(text));
}

}  // namespace

void read_views(Reader& reader) {
  const Rows rows = reader.connection.query(
      "SELECT c.oid, n.nspname, c.relname, c.reloptions, pg_catalog.pg_get_viewdef(c.oid, true), "
      "d.description "
      "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" +
          join_comment("pg_class", "c.oid") +
          "WHERE c.relkind = 'v' AND c.relpersistence <> 't' AND c.relnamespace = ANY ($1::oid[]) AND " +
          not_in_extension("pg_class", "c.oid"),
      {reader.schemas});
  std::unordered_map<Oid, std::size_t> places;
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
    places[oid] = reader.database.views.size();
    reader.database.views.push_back(std::move(view));
  }
  if (places.empty()) return;
  const Rows columns = reader.connection.query(
      "SELECT a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), "
      "pg_catalog.pg_get_expr(ad.adbin, ad.adrelid), d.description "
      "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
      "LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum "
      "LEFT JOIN pg_catalog.pg_description d ON d.classoid = 1259 AND d.objoid = a.attrelid AND d.objsubid = "
      "a.attnum "
      "WHERE c.relkind = 'v' AND c.relnamespace = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped "
      "ORDER BY a.attrelid, a.attnum",
      {reader.schemas});
  for (const Row row : columns) {
    Cells cells(row);
    const auto place = places.find(cells.integer());
    if (place == places.end()) continue;
    catalog::ViewColumn column;
    column.name = cells.text();
    column.type = cells.text();
    column.default_value = cells.text();
    column.comment = cells.text();
    reader.database.views[place->second].columns.push_back(std::move(column));
  }
}

}  // namespace migrate::postgres::introspection
