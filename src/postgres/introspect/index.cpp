#include <algorithm>

#include "postgres/introspect/reader.hpp"
#include "util/quote.hpp"

namespace migrate::postgres::introspection {
namespace {

constexpr Oid default_collation = 100;  // DEFAULT_COLLATION_OID

// What makes an operator class the default one of a type.
struct OperatorClasses {
  // (access method, input type) of every exact default.
  std::unordered_map<Oid, std::unordered_map<Oid, Oid>> defaults;
  std::unordered_map<Oid, Oid> base_types;  // of domains

  // Whether PostgreSQL would take `opclass`, which is the default of its own input type, for a key of `type`
  // (0: unknown) by itself: unless the type has an exact default of its own that is another.
  bool is_default(Oid method, Oid opclass, Oid type) const {
    for (auto base = base_types.find(type); base != base_types.end(); base = base_types.find(type))
      type = base->second;
    const auto of_method = defaults.find(method);
    if (of_method == defaults.end()) return true;
    const auto exact = of_method->second.find(type);
    return exact == of_method->second.end() || exact->second == opclass;
  }
};

OperatorClasses read_operator_classes(Reader& reader) {
  OperatorClasses out;
  const Rows rows = reader.connection.query(
      "SELECT opcmethod, opcintype, oid FROM pg_catalog.pg_opclass WHERE opcdefault "
      "UNION ALL SELECT 0, oid, typbasetype FROM pg_catalog.pg_type WHERE typtype = 'd'");
  for (const Row row : rows) {
    Cells cells(row);
    const Oid method = cells.integer();
    const Oid type = cells.integer();
    (method == 0 ? out.base_types : out.defaults[method])[type] = cells.integer();
  }
  return out;
}

constexpr int descending = 1;   // INDOPTION_DESC
constexpr int nulls_first = 2;  // INDOPTION_NULLS_FIRST

void read_keys(Reader& reader) {
  const OperatorClasses classes = read_operator_classes(reader);
  const Rows rows = reader.connection.query(
      "SELECT i.indexrelid, a.attnum > i.indnkeyatts, i.indkey[a.attnum - 1], "
      "CASE WHEN i.indkey[a.attnum - 1] = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, a.attnum, false) "
      "END, "
      "i.indcollation[a.attnum - 1], cn.nspname, co.collname, t.typcollation, "
      "oc.opcmethod, oc.oid, oc.opcdefault, oc.opckeytype, a.atttypid, ocn.nspname, oc.opcname, "
      "a.attoptions, i.indoption[a.attnum - 1], NULLIF(a.attstattarget, -1) "
      "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
      "JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indexrelid AND a.attnum > 0 "
      "JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
      "LEFT JOIN pg_catalog.pg_collation co ON co.oid = i.indcollation[a.attnum - 1] "
      "LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace "
      "LEFT JOIN pg_catalog.pg_opclass oc ON oc.oid = i.indclass[a.attnum - 1] AND a.attnum <= i.indnkeyatts "
      "LEFT JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace "
      "WHERE c.relnamespace = ANY ($1::oid[]) ORDER BY i.indexrelid, a.attnum",
      {reader.schemas});
  for (const Row row : rows) {
    Cells cells(row);
    const auto found = reader.indexes.find(cells.integer());
    if (found == reader.indexes.end()) continue;
    catalog::Index& index = found->second.index;
    const Relation& table = reader.relations.at(found->second.table);
    const bool included = cells.boolean();
    const auto column = static_cast<std::size_t>(cells.integer());
    if (included) {
      index.include.push_back(reader.column(found->second.table, static_cast<Oid>(column)));
      continue;
    }
    catalog::IndexElement element;
    const bool is_column = column != 0 && column <= table.columns.size();
    if (is_column) element.column = table.columns[column - 1];
    element.expression = without_outer_parentheses(cells.text());
    const Oid collation = cells.integer();
    const catalog::Name collation_name = cells.name();
    const Oid usual_collation = cells.integer();
    const Oid method = cells.integer();
    const Oid opclass = cells.integer();
    const bool default_of_its_type = cells.boolean();
    const bool stores_another_type = cells.integer() != 0;
    // The type that is stored (gin_trgm_ops: integer) says nothing of the text that the collation is for.
    const Oid expression_collation = stores_another_type ? default_collation : usual_collation;
    if (collation != 0 && collation != (is_column ? table.collations[column - 1] : expression_collation))
      element.collation = qualified(collation_name.schema, collation_name.name);
    const Oid stored_type = cells.integer();
    const Oid type = is_column ? table.types[column - 1] : stores_another_type ? 0 : stored_type;
    const catalog::Name opclass_name = cells.name();
    element.opclass_options = cells.parameters();
    // Options can only be written behind a name.
    if (!default_of_its_type || !element.opclass_options.empty() ||
        !classes.is_default(method, opclass, type))
      element.opclass =
          qualified(opclass_name.schema == "pg_catalog" ? "" : opclass_name.schema, opclass_name.name);
    const std::int64_t order = cells.integer();
    element.descending = (order & descending) != 0;
    if (const bool first = (order & nulls_first) != 0; first != element.descending)
      element.nulls_first = first;
    if (!cells.null()) element.statistics = static_cast<int>(cells.integer());
    index.elements.push_back(std::move(element));
  }
}

}  // namespace

void read_indexes(Reader& reader) {
  const Rows rows = reader.connection.query(
      "SELECT c.oid, i.indrelid, c.relname, i.indisunique, " +
          since(reader, 150000, "i.indnullsnotdistinct", "false") +
          ", am.amname, pg_catalog.pg_get_expr(i.indpred, i.indrelid), c.reloptions, s.spcname, "
          "i.indisvalid, "
          "c.relkind = 'I', i.indisclustered, i.indisreplident, pn.nspname, p.relname, d.description "
          "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
          "JOIN pg_catalog.pg_am am ON am.oid = c.relam "
          "LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace "
          "LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = c.oid LEFT JOIN pg_catalog.pg_class p ON p.oid "
          "= h.inhparent "
          "LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace" +
          join_comment("pg_class", "c.oid") +
          "WHERE c.relnamespace = ANY ($1::oid[]) AND c.relpersistence <> 't'",
      {reader.schemas});
  for (const Row row : rows) {
    Cells cells(row);
    const Oid oid = cells.integer();
    const Oid table = cells.integer();
    if (!reader.table(table) && !reader.materialized_view(table)) continue;
    IndexRow& out = reader.indexes[oid];
    out.table = table;
    out.index.name = cells.text();
    out.index.unique = cells.boolean();
    out.index.nulls_not_distinct = cells.boolean();
    out.index.method = cells.text();
    out.index.where = without_outer_parentheses(cells.text());
    out.index.options = cells.parameters();
    out.index.tablespace = cells.text();
    const bool valid = cells.boolean();
    // That of a partitioned table is invalid until every partition has its part of it.
    const bool partitioned = cells.boolean();
    out.index.valid = valid || partitioned;
    out.index.only = !valid && partitioned;
    out.index.clustered = cells.boolean();
    out.index.replica_identity = cells.boolean();
    out.index.attached_to = cells.name();
    out.index.comment = cells.text();
  }
  read_keys(reader);
}

void hand_out_indexes(Reader& reader) {
  const auto has_text = [](const catalog::Index& index) {
    return !index.where.empty() ||
           std::any_of(index.elements.begin(), index.elements.end(),
                       [](const catalog::IndexElement& each) { return !each.expression.empty(); });
  };
  for (auto& [oid, row] : reader.indexes) {
    const auto hand_to = [&, number = oid, &index = row.index](auto* relation) {
      if (!relation) return;
      if (has_text(index))
        reader.objects[{in::pg_class, number}] = {
            catalog::Kind::index, {relation->name.schema, index.name}, ""};
      relation->indexes.push_back(std::move(index));
    };
    if (auto* table = reader.table(row.table))
      hand_to(table);
    else
      hand_to(reader.materialized_view(row.table));
  }
}

}  // namespace migrate::postgres::introspection
