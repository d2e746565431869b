#include "postgres/introspect/reader.hpp"

namespace migrate::postgres::introspection {

void read_materialized_views(Reader& reader) {
  const Rows rows = reader.connection.query(
      "SELECT c.oid, n.nspname, c.relname, c.reloptions, t.reloptions, s.spcname, NULLIF(am.amname, 'heap'), "
      "c.relispopulated, pg_catalog.pg_get_viewdef(c.oid), d.description "
      "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL "
      "LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace "
      "LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam" +
          join_comment("pg_class", "c.oid") +
          "WHERE c.relkind = 'm' AND c.relnamespace = ANY ($1::oid[]) AND " +
          not_in_extension("pg_class", "c.oid"),
      {reader.schemas});
  if (rows.empty()) return;
  auto columns = read_view_columns(reader, 'm');
  for (const Row row : rows) {
    Cells cells(row);
    const Oid oid = cells.integer();
    catalog::MaterializedView view;
    view.name = cells.name();
    if (reader.is_bookkeeping(view.name)) continue;
    view.options = cells.parameters();
    for (auto& [name, value] : cells.parameters()) view.options["toast." + name] = value;
    view.tablespace = cells.text();
    view.access_method = cells.text();
    view.populated = cells.boolean();
    view.definition = without_semicolon(cells.text());
    view.comment = cells.text();
    view.columns = std::move(columns[oid]);
    reader.relations[oid].name = view.name;
    reader.objects[{in::pg_class, oid}] = view.id();
    reader.materialized_views[oid] = reader.database.materialized_views.size();
    reader.database.materialized_views.push_back(std::move(view));
  }
}

}  // namespace migrate::postgres::introspection
