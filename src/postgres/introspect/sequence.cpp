#include "catalog/default_name.hpp"
#include "postgres/introspect/reader.hpp"

namespace migrate::postgres::introspection {
namespace {

// The sequence behind an identity column.
void fill_identity(catalog::Table& table, const std::string& column_name, const catalog::Sequence& sequence) {
  catalog::Column* column = table.column(column_name);
  if (!column || !column->identity) return;
  column->identity->options = sequence.options;
  const catalog::Name usual{table.name.schema, catalog::default_name(table.name.name, column_name, "seq")};
  if (sequence.name != usual) column->identity->sequence = sequence.name;
}

}  // namespace

void read_sequences(Reader& reader) {
  const Rows rows = reader.connection.query(
      "SELECT c.oid, n.nspname, c.relname, pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, "
      "s.seqincrement, "
      "s.seqmin, s.seqmax, s.seqcache, s.seqcycle, c.relpersistence = 'u', d.description, o.deptype, "
      "o.refobjid, "
      "tn.nspname, t.relname, a.attname "
      "FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "LEFT JOIN pg_catalog.pg_depend o ON o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND "
      "o.objid = c.oid "
      "AND o.objsubid = 0 AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.refobjsubid > "
      "0 "
      "AND o.deptype IN ('a', 'i') "
      "LEFT JOIN pg_catalog.pg_class t ON t.oid = o.refobjid LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid "
      "= t.relnamespace "
      "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid" +
          join_comment("pg_class", "c.oid") +
          "WHERE c.relpersistence <> 't' AND c.relnamespace = ANY ($1::oid[]) AND " +
          not_in_extension("pg_class", "c.oid"),
      {reader.schemas});
  for (const Row row : rows) {
    Cells cells(row);
    const Oid oid = cells.integer();
    catalog::Sequence sequence;
    sequence.name = cells.name();
    sequence.type = cells.text();
    sequence.options.start = cells.integer();
    sequence.options.increment = cells.integer();
    sequence.options.min = cells.integer();
    sequence.options.max = cells.integer();
    sequence.options.cache = cells.integer();
    sequence.options.cycle = cells.boolean();
    sequence.options = catalog::without_defaults(sequence.options, sequence.type);
    sequence.unlogged = cells.boolean();
    sequence.comment = cells.text();
    const char dependency = cells.letter();
    const Oid owner = cells.integer();
    sequence.owned_by_table = cells.name();
    sequence.owned_by_column = cells.text();
    if (reader.is_bookkeeping(sequence.name) || reader.is_bookkeeping(sequence.owned_by_table)) continue;
    if (dependency == 'i') {
      if (catalog::Table* table = reader.table(owner)) {
        fill_identity(*table, sequence.owned_by_column, sequence);
        reader.identity_sequences[oid] = sequence.name;
      }
      continue;
    }
    reader.sequences[oid] = reader.database.sequences.size();
    reader.database.sequences.push_back(std::move(sequence));
  }
}

}  // namespace migrate::postgres::introspection
