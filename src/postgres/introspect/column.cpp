#include <algorithm>
#include <compare>
#include <map>
#include <span>

#include "catalog/default_name.hpp"
#include "postgres/introspect/reader.hpp"
#include "util/text.hpp"

namespace migrate::postgres::introspection {

std::string storage_name(char storage) {
  switch (storage) {
    case 'p':
      return "plain";
    case 'm':
      return "main";
    case 'e':
      return "external";
    case 'x':
      return "extended";
    default:
      return {};
  }
}

std::string compression_name(char compression) {
  switch (compression) {
    case 'p':
      return "pglz";
    case 'l':
      return "lz4";
    default:
      return {};
  }
}

namespace {

// Sorted here by relation and number: the server would move the whole rows about, for a third of its time.
struct Place {
  std::uint32_t relation, number, row;
  auto operator<=>(const Place&) const = default;
};

std::vector<Place> sorted(const Rows& rows) {
  std::vector<Place> out;
  out.reserve(rows.size());
  for (std::uint32_t i = 0; i < rows.size(); ++i)
    out.push_back(
        {static_cast<std::uint32_t>(rows[i].integer(0)), static_cast<std::uint32_t>(rows[i].integer(1)), i});
  std::sort(out.begin(), out.end());
  return out;
}

using Type = std::pair<Oid, std::int64_t>;  // with its modifier

// As they are written. Most columns have one of few types: the server is asked once for each.
using Types = std::map<Type, Interned>;

Types read_types(Reader& reader, const Rows& columns) {
  constexpr int type = 2, modifier = 3;
  Types out;
  for (const Row row : columns) out[{row.integer(type), row.integer(modifier)}];
  const auto list = [&](auto&& part) {
    return "{" + join_with(out, ",", [&](const auto& each) { return std::to_string(part(each.first)); }) +
           "}";
  };
  for (const Row row :
       reader.connection.query("SELECT t.type, t.modifier, pg_catalog.format_type(t.type, t.modifier) "
                               "FROM ROWS FROM (pg_catalog.unnest($1::oid[]), pg_catalog.unnest($2::int[])) "
                               "AS t (type, modifier)",
                               {list([](const Type& each) { return each.first; }),
                                list([](const Type& each) { return each.second; })}))
    out[{row.integer(0), row.integer(1)}] = row.text(2);
  return out;
}

// PostgreSQL 18: NOT NULL is a constraint with a name.
void read_not_null(Cells& cells, const catalog::Table& table, catalog::Column& column) {
  auto name = cells.text();
  column.not_null_no_inherit = cells.boolean();
  column.not_null_not_valid = !cells.boolean() && !name.empty();
  if (name != catalog::default_name(table.name.name, column.name, "not_null"))
    column.not_null_constraint = std::move(name);
}

// Those of one relation.
void read_columns_of(Reader& reader, const Rows& rows, std::span<const Place> places, const Types& types) {
  const Oid oid = places.front().relation;
  const std::size_t width = places.back().number;
  Relation& relation = reader.relations[oid];
  relation.columns.resize(width);
  relation.types.resize(width);
  relation.collations.resize(width);
  catalog::Table* table = reader.table(oid);
  if (table) table->columns.reserve(places.size());
  for (const Place& place : places) {
    Cells cells(rows[place.row], 2);  // after the place
    const std::size_t at = place.number - 1;
    const Type type{cells.integer(), cells.integer()};
    relation.types[at] = type.first;
    relation.collations[at] = cells.integer();
    catalog::Column column;
    column.name = cells.text();
    relation.columns[at] = column.name;
    if (!table) continue;
    column.type = types.at(type);
    column.not_null = cells.boolean();
    const char identity = cells.letter();
    const char generated = cells.letter();
    if (generated != '\0') column.generated = catalog::Generated{{}, generated == 's'};
    if (const Oid collation = cells.integer(); collation != 0) column.collation = reader.collation(collation);
    column.storage = storage_name(cells.letter());
    column.compression = compression_name(cells.letter());
    if (cells.null())
      cells.text();
    else
      column.statistics = static_cast<int>(cells.integer());
    column.options = cells.parameters();
    column.inherited = cells.boolean();
    column.comment = cells.text();
    // The sequence of an identity column fills the rest in. A partition's column (PostgreSQL 17) has none: it
    // is its parent's.
    if (identity != '\0' && !column.inherited) {
      column.identity.emplace();
      column.identity->generation =
          identity == 'a' ? catalog::Generation::always : catalog::Generation::by_default;
    }
    if (reader.version >= 180000) read_not_null(cells, *table, column);
    table->columns.push_back(std::move(column));
  }
}

}  // namespace

void read_columns(Reader& reader) {
  const Rows rows = reader.connection.copy_out(
      "SELECT a.attrelid, a.attnum, a.atttypid, a.atttypmod, a.attcollation, a.attname, a.attnotnull, "
      "a.attidentity, a.attgenerated, NULLIF(a.attcollation, t.typcollation), "
      "CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END, " +
          since(reader, 140000, "a.attcompression", "''") +
          ", NULLIF(a.attstattarget, -1), a.attoptions, NOT a.attislocal, d.description" +
          since(reader, 180000, ", nn.conname, nn.connoinherit, nn.convalidated", "") +
          " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
          "JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
          "LEFT JOIN pg_catalog.pg_description d ON d.objoid = a.attrelid AND d.objsubid = a.attnum "
          "AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass " +
          since(reader, 180000,
                "LEFT JOIN pg_catalog.pg_constraint nn ON nn.conrelid = a.attrelid AND nn.contype = 'n' "
                "AND nn.conkey[1] = a.attnum AND a.attnotnull ",
                "") +
          "WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND c.relnamespace = ANY "
          "($1::oid[]) "
          "AND a.attnum > 0 AND NOT a.attisdropped",
      {reader.schemas});
  const auto types = read_types(reader, rows);
  const auto places = sorted(rows);
  for (auto first = places.begin(); first != places.end();) {
    const auto end = std::find_if(first, places.end(),
                                  [&](const Place& place) { return place.relation != first->relation; });
    read_columns_of(reader, rows, {first, end}, types);
    first = end;
  }
}

}  // namespace migrate::postgres::introspection
