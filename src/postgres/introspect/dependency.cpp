#include <map>
#include <set>

#include "postgres/introspect/reader.hpp"
#include "util/text.hpp"

namespace migrate::postgres::introspection {

// A view's dependencies are those of its rule, a composite type's those of its pg_class row, a domain's those
// of its constraints, a column's default those of pg_attrdef. An array stands for its elements' type, a row
// type for its table, a multirange for its range. What tables say of each other by themselves is left out.
Query dependency_query(const Reader& reader) {
  const std::string multirange =
      since(reader, 140000, "LEFT JOIN pg_catalog.pg_range mr ON mr.rngmultitypid = t.oid ",
            "LEFT JOIN pg_catalog.pg_range mr ON false ");
  return {
      "SELECT CASE WHEN ad.oid IS NOT NULL THEN 1259 WHEN r.rulename = '_RETURN' THEN 1259 "
      "WHEN ct.oid IS NOT NULL OR k.contypid <> 0 THEN 1247 ELSE x.classid::bigint END, "
      "CASE WHEN ad.oid IS NOT NULL THEN ad.adrelid WHEN r.rulename = '_RETURN' THEN r.ev_class "
      "WHEN ct.oid IS NOT NULL THEN ct.oid WHEN k.contypid <> 0 THEN k.contypid ELSE x.objid END, "
      "CASE WHEN ad.oid IS NOT NULL THEN ad.adnum WHEN x.classid = 1259 AND o.relkind IN ('r', 'p') THEN "
      "x.objsubid ELSE 0 END, "
      "CASE WHEN t.typrelid <> 0 AND tc.relkind <> 'c' THEN 1259 ELSE x.refclassid::bigint END, "
      "CASE WHEN t.typrelid <> 0 AND tc.relkind <> 'c' THEN t.typrelid WHEN mr.rngtypid IS NOT NULL THEN "
      "mr.rngtypid ELSE coalesce(t.oid, x.refobjid) END, "
      "x.refobjsubid "
      "FROM pg_catalog.pg_depend x "
      "LEFT JOIN pg_catalog.pg_rewrite r ON x.classid = 2618 AND r.oid = x.objid "
      "LEFT JOIN pg_catalog.pg_class o ON x.classid = 1259 AND o.oid = x.objid "
      "LEFT JOIN pg_catalog.pg_type ct ON o.relkind = 'c' AND ct.typrelid = o.oid "
      "LEFT JOIN pg_catalog.pg_attrdef ad ON x.classid = 2604 AND ad.oid = x.objid "
      "LEFT JOIN pg_catalog.pg_constraint k ON x.classid = 2606 AND k.oid = x.objid "
      "LEFT JOIN pg_catalog.pg_type named ON x.refclassid = 1247 AND named.oid = x.refobjid "
      "LEFT JOIN pg_catalog.pg_type t ON t.oid = "
      "CASE WHEN named.typelem <> 0 AND named.typlen = -1 THEN named.typelem ELSE named.oid END "
      "LEFT JOIN pg_catalog.pg_class tc ON tc.oid = t.typrelid AND t.typrelid <> 0 " +
          multirange +
          "LEFT JOIN pg_catalog.pg_class u ON x.refclassid = 1259 AND u.oid = x.refobjid "
          "WHERE x.deptype IN ('n', 'a') AND x.refobjid >= 16384 AND (u.oid IS NULL OR u.relkind = 'c' OR "
          "NOT "
          "(x.classid IN (2604, 2606) OR x.classid = 1259 AND o.relkind IN ('r', 'p', 'S', 'i', 'I', 't')))",
      {}};
}

namespace {

// What is used: a table or a sequence by its own maps, whatever else by `objects`.
void add_used(Reader& reader, const Key& key, std::int64_t column, std::set<catalog::ObjectId>& used) {
  if (const auto found = reader.objects.find(key); found != reader.objects.end()) {
    used.insert(found->second);
  } else if (key.first == in::pg_type) {
    if (const auto type = reader.enums.find(key.second); type != reader.enums.end())
      used.insert({catalog::Kind::enum_type, type->second, ""});
  } else if (key.first == in::pg_class) {
    if (const auto* table = reader.table(key.second)) {
      used.insert({catalog::Kind::table, table->name, ""});
      if (column > 0) used.insert({catalog::Kind::column, table->name, reader.column(key.second, column)});
    } else if (const auto sequence = reader.sequences.find(key.second); sequence != reader.sequences.end()) {
      used.insert({catalog::Kind::sequence, reader.database.sequences[sequence->second].name, ""});
    }
  }
}

// The server takes the oldest of several keys over the same columns, and lets none go that it took.
void add_keys(Reader& reader, std::set<catalog::Dependency>& found) {
  struct Choice {
    catalog::ObjectId foreign_key;
    std::vector<catalog::ObjectId> keys;
  };
  std::multimap<Oid, Choice> by_index;
  for (const auto& each : reader.foreign_keys) {
    const auto* table = reader.table(each.table);
    const auto* target = reader.table(each.target);
    const auto* constraint = table && target ? table->constraint(each.name) : nullptr;
    if (!constraint) continue;
    auto keys = catalog::referable_keys(*target, *constraint);
    if (keys.size() > 1)
      by_index.emplace(each.index,
                       Choice{{catalog::Kind::constraint, table->name, each.name}, std::move(keys)});
  }
  if (by_index.empty()) return;
  std::vector<std::string> oids;
  for (const auto& [oid, choice] : by_index) oids.push_back(std::to_string(oid));
  for (const Row row :
       reader.rows({"SELECT oid, relname FROM pg_catalog.pg_class WHERE oid = ANY ($1::oid[])",
                    {"{" + join(oids, ",") + "}"}})) {
    const auto [first, last] = by_index.equal_range(row.integer(0));
    for (auto each = first; each != last; ++each)
      for (const auto& key : each->second.keys)
        if ((key.kind == catalog::Kind::constraint ? key.member : key.name.name) == row.text(1))
          found.insert({each->second.foreign_key, key});
  }
}

}  // namespace

void read_dependencies(Reader& reader) {
  std::set<catalog::Dependency> found;
  add_keys(reader, found);
  for (const Row row : reader.rows(dependency_query(reader))) {
    Cells cells(row);
    const Oid catalogue = cells.integer();
    const Key from{catalogue, cells.integer()};
    const std::int64_t from_column = cells.integer();
    const Oid target_catalogue = cells.integer();
    const Key to{target_catalogue, cells.integer()};
    const std::int64_t to_column = cells.integer();
    if (from == to) continue;
    catalog::ObjectId object;
    bool of_table = false;
    if (const auto known = reader.objects.find(from); known != reader.objects.end()) {
      object = known->second;
      of_table = object.kind == catalog::Kind::constraint || object.kind == catalog::Kind::index;
    } else if (const auto* table = from.first == in::pg_class ? reader.table(from.second) : nullptr) {
      object = {catalog::Kind::table, table->name, ""};
      if (from_column > 0)
        object = {catalog::Kind::column, table->name, reader.column(from.second, from_column)};
      of_table = true;
    } else {
      continue;
    }
    std::set<catalog::ObjectId> used;
    add_used(reader, to, to_column, used);
    for (const auto& each : used) {
      const bool said_by_table = each.kind == catalog::Kind::enum_type || each.kind == catalog::Kind::table ||
                                 each.kind == catalog::Kind::column || each.kind == catalog::Kind::sequence;
      if (each != object && !(of_table && said_by_table)) found.insert({object, each});
    }
  }
  reader.database.dependencies.assign(found.begin(), found.end());
}

}  // namespace migrate::postgres::introspection
