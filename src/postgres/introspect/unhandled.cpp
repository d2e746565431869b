#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "postgres/introspect/reader.hpp"
#include "util/text.hpp"

namespace migrate::postgres::introspection {
namespace {

struct Object {
  catalog::Unhandled value;
  std::set<Key> below;  // other unhandled objects that it depends on
  std::set<catalog::ObjectId> uses;
  bool followed = false;
};

// Catalogues whose objects live in a schema and are listed as they are: name of the catalogue, its column
// with the schema.
struct InSchema {
  std::string_view catalogue, schema_column;
};
constexpr std::array<InSchema, 10> in_schema{{
    {"pg_collation", "collnamespace"},
    {"pg_conversion", "connamespace"},
    {"pg_operator", "oprnamespace"},
    {"pg_opclass", "opcnamespace"},
    {"pg_opfamily", "opfnamespace"},
    {"pg_ts_config", "cfgnamespace"},
    {"pg_ts_dict", "dictnamespace"},
    {"pg_ts_parser", "prsnamespace"},
    {"pg_ts_template", "tmplnamespace"},
    {"pg_statistic_ext", "stxnamespace"},
}};

// Those without a schema; what initdb made has an oid below 16384 (FirstNormalObjectId).
constexpr std::array<std::string_view, 7> without_schema{
    "pg_cast",        "pg_language",      "pg_transform", "pg_am", "pg_foreign_data_wrapper",
    "pg_publication", "pg_foreign_server"};

std::string listed(std::string_view catalogue, std::string_view rest, std::string_view kind = "NULL") {
  return "SELECT 'pg_catalog." + std::string(catalogue) + "'::pg_catalog.regclass::oid, o.oid, " +
         std::string(kind) + "::text FROM pg_catalog." + std::string(catalogue) + " o " + std::string(rest);
}

// A view's dependencies are those of its rule, a composite type's those of its pg_class row, a publication's
// those of its entries. An array stands for its elements' type, a row type for its table.
constexpr const char* uses_query =
    "SELECT CASE WHEN r.rulename = '_RETURN' THEN 'pg_catalog.pg_class'::pg_catalog.regclass::oid "
    " WHEN ct.oid IS NOT NULL THEN 'pg_catalog.pg_type'::pg_catalog.regclass::oid "
    " WHEN p.oid IS NOT NULL THEN 'pg_catalog.pg_publication'::pg_catalog.regclass::oid "
    " WHEN k.oid IS NOT NULL THEN 'pg_catalog.pg_type'::pg_catalog.regclass::oid ELSE x.classid END, "
    "CASE WHEN r.rulename = '_RETURN' THEN r.ev_class WHEN ct.oid IS NOT NULL THEN ct.oid WHEN p.oid IS NOT "
    "NULL THEN p.prpubid "
    " WHEN k.oid IS NOT NULL THEN k.contypid ELSE x.objid END, "
    "CASE WHEN t.typrelid <> 0 AND tc.relkind <> 'c' THEN 'pg_catalog.pg_class'::pg_catalog.regclass::oid "
    "ELSE x.refclassid END, "
    "CASE WHEN t.typrelid <> 0 AND tc.relkind <> 'c' THEN t.typrelid WHEN t.typelem <> 0 AND t.typlen = -1 "
    "THEN t.typelem "
    " ELSE x.refobjid END, x.refobjsubid "
    "FROM pg_catalog.pg_depend x "
    "LEFT JOIN pg_catalog.pg_rewrite r ON x.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid "
    "= x.objid "
    "LEFT JOIN pg_catalog.pg_class o ON x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.oid = "
    "x.objid "
    "LEFT JOIN pg_catalog.pg_type ct ON o.relkind = 'c' AND ct.typrelid = o.oid "
    "LEFT JOIN pg_catalog.pg_publication_rel p ON x.classid = "
    "'pg_catalog.pg_publication_rel'::pg_catalog.regclass "
    " AND p.oid = x.objid "
    "LEFT JOIN pg_catalog.pg_constraint k ON x.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND "
    "k.oid = x.objid "
    " AND k.contypid <> 0 "
    "LEFT JOIN pg_catalog.pg_type t ON x.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND t.oid = "
    "x.refobjid "
    "LEFT JOIN pg_catalog.pg_class tc ON tc.oid = t.typrelid AND t.typrelid <> 0 "
    "WHERE x.deptype IN ('n', 'a') AND x.refobjid >= 16384 AND "
    "(o.relkind IN ('v', 'm', 'f', 'c') OR o.relkind = 'i' AND x.refclassid = x.classid OR k.oid IS NOT NULL "
    "OR x.classid NOT IN "
    "('pg_catalog.pg_class'::pg_catalog.regclass, "
    "'pg_catalog.pg_constraint'::pg_catalog.regclass, 'pg_catalog.pg_attrdef'::pg_catalog.regclass))";

void note_use(Reader& reader, const std::map<Key, std::size_t>& places, Oid pg_class, Object& object,
              const Key& target, std::int64_t column) {
  if (places.contains(target)) {
    object.below.insert(target);
    return;
  }
  if (const auto found = reader.objects.find(target); found != reader.objects.end()) {
    object.uses.insert(found->second);
    return;
  }
  const auto [catalogue, oid] = target;
  if (catalogue == in::pg_namespace) {
    if (const auto found = reader.schema_names.find(oid); found != reader.schema_names.end())
      object.uses.insert({catalog::Kind::schema, {"", found->second}, ""});
  } else if (catalogue != pg_class) {
    if (const auto found = reader.enums.find(oid); found != reader.enums.end())
      object.uses.insert({catalog::Kind::enum_type, found->second, ""});
  } else if (const catalog::Table* table = reader.table(oid)) {
    object.uses.insert({catalog::Kind::table, table->name, ""});
    if (column > 0) object.uses.insert({catalog::Kind::column, table->name, reader.column(oid, column)});
  } else if (const auto found = reader.sequences.find(oid); found != reader.sequences.end()) {
    object.uses.insert({catalog::Kind::sequence, reader.database.sequences[found->second].name, ""});
  }
}

// Adds what the objects below use, and what is below them. A cycle is cut where it closes.
void follow(std::vector<Object>& objects, const std::map<Key, std::size_t>& places, Object& object) {
  if (object.followed) return;
  object.followed = true;
  for (const Key& key : object.below) {
    Object& other = objects[places.at(key)];
    follow(objects, places, other);
    object.uses.insert(other.uses.begin(), other.uses.end());
  }
}

}  // namespace

Query unhandled_query(const Reader& reader) {
  std::vector<std::string> parts = {
      listed("pg_class",
             "WHERE o.relkind = 'f' AND o.relpersistence <> 't' AND o.relnamespace = ANY "
             "($1::oid[])"),
      listed(
          "pg_type",
          "LEFT JOIN pg_catalog.pg_class c ON c.oid = o.typrelid WHERE o.typnamespace = ANY ($1::oid[]) AND "
          "(o.typtype = 'p' OR o.typtype = 'b' AND "
          "NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = o.oid))",
          "CASE o.typtype WHEN 'p' THEN 'shell type' ELSE 'base type' END"),
  };
  for (const auto& [catalogue, column] : in_schema)
    parts.push_back(listed(catalogue, "WHERE o." + std::string(column) + " = ANY ($1::oid[])"));
  for (const std::string_view catalogue : without_schema)
    parts.push_back(listed(catalogue, "WHERE o.oid >= 16384"));
  // What an extension or another object (a range type's functions and casts) brings with it is a part of
  // that.
  return {"SELECT u.class, u.oid, COALESCE(u.kind, i.type), i.identity FROM (" + join(parts, " UNION ALL ") +
              ") AS u (class, oid, kind), LATERAL pg_catalog.pg_identify_object(u.class, u.oid, 0) i "
              "WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = u.class AND e.objid = "
              "u.oid "
              "AND e.deptype IN ('e', 'i'))",
          {reader.schemas}};
}

void read_unhandled(Reader& reader) {
  std::vector<Object> objects;
  std::map<Key, std::size_t> places;
  for (const Row row : reader.rows(unhandled_query(reader))) {
    Cells cells(row);
    const Oid catalogue = cells.integer();
    places[{catalogue, cells.integer()}] = objects.size();
    Object object;
    object.value.kind = cells.text();
    object.value.identity = cells.text();
    objects.push_back(std::move(object));
  }
  // Its oid is not readable for everybody.
  for (const Row row :
       reader.connection.query("SELECT quote_ident(s.subname) FROM pg_catalog.pg_subscription s JOIN "
                               "pg_catalog.pg_database b ON b.oid = s.subdbid "
                               "WHERE b.datname = current_database()"))
    reader.database.unhandled.push_back({"subscription", std::string(row.text(0)), {}});
  if (objects.empty()) return;
  const Oid pg_class = 1259;  // RelationRelationId
  for (const Row row : reader.connection.query(uses_query)) {
    Cells cells(row);
    const Oid catalogue = cells.integer();
    const auto found = places.find({catalogue, cells.integer()});
    if (found == places.end()) continue;
    const Oid target_catalogue = cells.integer();
    const Key target{target_catalogue, cells.integer()};
    // It goes with its table, and is in no schema's way.
    if (catalogue == in::pg_statistic_ext && target_catalogue == in::pg_namespace) continue;
    if (target != found->first)
      note_use(reader, places, pg_class, objects[found->second], target, cells.integer());
  }
  for (Object& object : objects) {
    follow(objects, places, object);
    object.value.uses.assign(object.uses.begin(), object.uses.end());
    reader.database.unhandled.push_back(std::move(object.value));
  }
}

}  // namespace migrate::postgres::introspection
