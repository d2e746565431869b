#include "postgres/introspect/reader.hpp"
#include "util/quote.hpp"

namespace migrate::postgres::introspection {
namespace {

void read_parents(Reader& reader) {
  const Rows rows = reader.connection.query(
      "SELECT i.inhrelid, n.nspname, p.relname, c.relispartition, " +
          since(reader, 140000, "i.inhdetachpending", "false") +
          " FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid "
          "JOIN pg_catalog.pg_class p ON p.oid = i.inhparent JOIN pg_catalog.pg_namespace n ON n.oid = "
          "p.relnamespace "
          "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = ANY ($1::oid[]) ORDER BY i.inhrelid, "
          "i.inhseqno",
      {reader.schemas});
  for (const Row row : rows) {
    Cells cells(row);
    catalog::Table* table = reader.table(cells.integer());
    if (!table) continue;
    catalog::Name parent = cells.name();
    const bool partition = cells.boolean();
    if (cells.boolean())
      reader.database.unhandled.push_back(
          {"partition being detached",
           qualified(table->name.schema, table->name.name) + " from " + qualified(parent.schema, parent.name),
           {{catalog::Kind::table, table->name, ""}}});
    if (partition)
      table->partition_of = std::move(parent);
    else
      table->inherits.push_back(std::move(parent));
  }
}

}  // namespace

void read_tables(Reader& reader) {
  const Rows rows = reader.connection.query(
      "SELECT c.oid, n.nspname, c.relname, c.relpersistence, c.reloptions, t.reloptions, s.spcname, "
      "NULLIF(am.amname, 'heap'), CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END, "
      "pg_catalog.pg_get_expr(c.relpartbound, 0), d.description, "
      "c.relrowsecurity, c.relforcerowsecurity, " +
          not_in_extension("pg_class", "c.oid") +
          " "
          "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
          "LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL "
          "LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace LEFT JOIN pg_catalog.pg_am am ON "
          "am.oid = c.relam" +
          join_comment("pg_class", "c.oid") +
          "WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND c.relnamespace = ANY ($1::oid[])",
      {reader.schemas});
  for (const Row row : rows) {
    Cells cells(row);
    const Oid oid = cells.integer();
    catalog::Table table;
    table.name = cells.name();
    reader.relations[oid].name = table.name;
    if (reader.is_bookkeeping(table.name)) continue;
    table.unlogged = cells.letter() == 'u';
    table.options = cells.parameters();
    for (auto& [name, value] : cells.parameters()) table.options.edit()["toast." + name] = value;
    table.tablespace = cells.text();
    table.access_method = cells.text();
    table.partition_key = cells.text();
    table.partition_bound = cells.text();
    table.comment = cells.text();
    table.row_security = cells.boolean();
    table.force_row_security = cells.boolean();
    if (!cells.boolean()) continue;
    reader.tables[oid] = reader.database.tables.size();
    reader.database.tables.push_back(std::move(table));
  }
  read_parents(reader);
}

// What few tables have, and what the catalogue has no word for.
Query table_setting_query(const Reader& reader) {
  return {
      "SELECT c.oid, CASE WHEN c.relreplident <> 'i' OR NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE "
      " i.indrelid = c.oid AND i.indisreplident) THEN c.relreplident END, tn.nspname, t.typname, "
      "(SELECT array_agg(g.tgname::text ORDER BY g.tgname) FROM pg_catalog.pg_trigger g "
      " WHERE g.tgrelid = c.oid AND g.tgenabled <> 'O' AND g.tgconstraint <> 0) "
      "FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_type t ON t.oid = c.reloftype AND c.reloftype <> 0 "
      "LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace "
      "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = ANY ($1::oid[]) "
      "AND (c.relreplident <> 'd' OR c.reloftype <> 0 "
      " OR EXISTS (SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = c.oid AND g.tgenabled <> 'O' AND "
      "            g.tgconstraint <> 0))",
      {reader.schemas}};
}

void read_table_settings(Reader& reader) {
  for (const Row row : reader.rows(table_setting_query(reader))) {
    Cells cells(row);
    catalog::Table* table = reader.table(cells.integer());
    if (!table) continue;
    const std::string name = qualified(table->name.schema, table->name.name);
    const auto add = [&](const std::string& kind, const std::string& identity) {
      reader.database.unhandled.push_back({kind, identity, {{catalog::Kind::table, table->name, ""}}});
    };
    // An index that was dropped leaves the table with none.
    const char replica_identity = cells.letter();
    if (replica_identity == 'f') table->replica_identity = "full";
    if (replica_identity == 'n' || replica_identity == 'i') table->replica_identity = "nothing";
    table->of_type = cells.name();
    for (const std::string& trigger : cells.array())
      add("disabled foreign key trigger", quote_identifier(trigger) + " on " + name);
  }
}

}  // namespace migrate::postgres::introspection
