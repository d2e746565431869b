#include <algorithm>
#include <map>
#include <optional>

#include "postgres/introspect/reader.hpp"
#include "util/quote.hpp"

namespace migrate::postgres::introspection {
namespace {

constexpr Oid default_collation = 100;  // DEFAULT_COLLATION_OID

struct OperatorClass {
  catalog::Name name;
  Oid method = 0;
  bool default_of_its_type = false, stores_another_type = false;
};

// What makes an operator class the default one of a type.
struct OperatorClasses {
  std::unordered_map<Oid, OperatorClass> all;
  // (access method, input type) of every exact default.
  std::unordered_map<Oid, std::unordered_map<Oid, Oid>> defaults;
  std::unordered_map<Oid, Oid> base_types;  // of domains

  // Whether PostgreSQL would take `opclass`, which is the default of its own input type, for a key of `type`
  // (0: unknown) by itself: unless the type has an exact default of its own that is another.
  bool is_default(Oid opclass, Oid type) const {
    for (auto base = base_types.find(type); base != base_types.end(); base = base_types.find(type))
      type = base->second;
    const auto of_method = defaults.find(all.at(opclass).method);
    if (of_method == defaults.end()) return true;
    const auto exact = of_method->second.find(type);
    return exact == of_method->second.end() || exact->second == opclass;
  }
};

OperatorClasses read_operator_classes(Reader& reader) {
  OperatorClasses out;
  const Rows rows = reader.connection.query(
      // A hash index stores hashes, which no operator class says.
      "SELECT o.opcmethod, o.opcintype, o.oid, o.opcdefault, o.opckeytype <> 0 OR m.amname = 'hash', "
      "n.nspname, "
      "o.opcname FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace "
      "JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod "
      "UNION ALL SELECT 0, oid, typbasetype, false, false, '', '' FROM pg_catalog.pg_type WHERE typtype = "
      "'d'");
  for (const Row row : rows) {
    Cells cells(row);
    const Oid method = cells.integer();
    const Oid type = cells.integer();
    const Oid oid = cells.integer();
    if (method == 0) {
      out.base_types[type] = oid;
      continue;
    }
    OperatorClass& found = out.all[oid];
    found.method = method;
    found.default_of_its_type = cells.boolean();
    found.stores_another_type = cells.boolean();
    found.name = cells.name();
    if (found.default_of_its_type) out.defaults[method][type] = oid;
  }
  return out;
}

// What is set for a key and not said by pg_index.
struct KeySettings {
  catalog::StorageParameters options;
  std::optional<int> statistics;
};

}  // namespace

Query key_setting_query(const Reader& reader) {
  return {
      "SELECT a.attrelid, a.attnum, a.attoptions, NULLIF(a.attstattarget, -1) "
      "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
      "WHERE c.relkind IN ('i', 'I') AND c.relnamespace = ANY ($1::oid[]) "
      "AND (a.attoptions IS NOT NULL OR a.attstattarget >= 0)",
      {reader.schemas}};
}

namespace {

// By index and number of the key, from 1. Few keys have any.
std::map<std::pair<Oid, Oid>, KeySettings> read_key_settings(Reader& reader) {
  std::map<std::pair<Oid, Oid>, KeySettings> out;
  const Rows rows = reader.rows(key_setting_query(reader));
  for (const Row row : rows) {
    Cells cells(row);
    const Oid index = cells.integer();
    KeySettings& settings = out[{index, cells.integer()}];
    settings.options = cells.parameters();
    if (!cells.null()) settings.statistics = static_cast<int>(cells.integer());
  }
  return out;
}

constexpr int descending = 1;   // INDOPTION_DESC
constexpr int nulls_first = 2;  // INDOPTION_NULLS_FIRST

class Keys {
 public:
  explicit Keys(Reader& reader)
      : reader_(reader), classes_(read_operator_classes(reader)), settings_(read_key_settings(reader)) {}

  // The next cells are indnkeyatts, indkey, indclass, indcollation and indoption of pg_index.
  void read(Cells& cells, Oid index, IndexRow& out) const {
    const auto keys = static_cast<std::size_t>(cells.integer());
    const auto columns = cells.numbers(), opclasses = cells.numbers(), collations = cells.numbers(),
               orders = cells.numbers();
    const Relation& table = reader_.relations.at(out.table);
    const auto expressions = reader_.expressions.keys.extract(index);
    std::size_t next_expression = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i >= keys) {
        out.index.include.edit().push_back(reader_.column(out.table, columns[i]));
        continue;
      }
      Expressions::Key expression;
      if (columns[i] == 0 && expressions && next_expression < expressions.mapped().size())
        expression = std::move(expressions.mapped()[next_expression++]);
      const auto settings = settings_.find({index, static_cast<Oid>(i) + 1});
      out.index.elements.push_back(element(table, columns[i], std::move(expression), opclasses.at(i),
                                           collations.at(i), orders.at(i),
                                           settings == settings_.end() ? KeySettings{} : settings->second));
    }
  }

 private:
  catalog::IndexElement element(const Relation& table, Oid number, Expressions::Key expression,
                                Oid opclass_oid, Oid collation, Oid order,
                                const KeySettings& settings) const {
    catalog::IndexElement out;
    out.expression = std::move(expression.text);
    const auto column = static_cast<std::size_t>(number);
    const bool is_column = number > 0 && column <= table.columns.size();
    if (is_column) out.column = table.columns[column - 1];
    const OperatorClass& opclass = classes_.all.at(opclass_oid);
    // The type that is stored (gin_trgm_ops: integer) says nothing of the text that the collation is for.
    const Oid expression_collation = opclass.stores_another_type ? default_collation : expression.collation;
    if (collation != 0 && collation != (is_column ? table.collations[column - 1] : expression_collation))
      out.collation = reader_.collation(collation);
    const Oid type = is_column ? table.types[column - 1] : opclass.stores_another_type ? 0 : expression.type;
    out.opclass_options = settings.options;
    // Options can only be written behind a name.
    if (!opclass.default_of_its_type || !out.opclass_options.empty() ||
        !classes_.is_default(opclass_oid, type))
      out.opclass =
          qualified(opclass.name.schema == "pg_catalog" ? "" : opclass.name.schema, opclass.name.name);
    out.descending = (order & descending) != 0;
    if (const bool first = (order & nulls_first) != 0; first != out.descending) out.nulls_first = first;
    out.statistics = settings.statistics;
    return out;
  }

  Reader& reader_;
  OperatorClasses classes_;
  std::map<std::pair<Oid, Oid>, KeySettings> settings_;
};

}  // namespace

Query index_query(const Reader& reader) {
  return {
      "SELECT c.oid, i.indrelid, c.relname, i.indisunique, " +
          since(reader, 150000, "i.indnullsnotdistinct", "false") +
          ", am.amname, c.reloptions, s.spcname, i.indisvalid, c.relkind = 'I', i.indisclustered, "
          "i.indisreplident, pn.nspname, p.relname, d.description, "
          "i.indnkeyatts, i.indkey, i.indclass, i.indcollation, i.indoption "
          "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
          "JOIN pg_catalog.pg_am am ON am.oid = c.relam "
          "LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace "
          "LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = c.oid LEFT JOIN pg_catalog.pg_class p ON p.oid "
          "= h.inhparent "
          "LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace" +
          join_comment("pg_class", "c.oid") +
          "WHERE c.relnamespace = ANY ($1::oid[]) AND c.relpersistence <> 't'",
      {reader.schemas}};
}

void read_indexes(Reader& reader) {
  const Keys keys(reader);
  const Rows rows = reader.rows(index_query(reader));
  reader.indexes.reserve(rows.size());
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
    if (const auto found = reader.expressions.predicates.find(oid);
        found != reader.expressions.predicates.end())
      out.index.where = std::move(found->second);
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
    keys.read(cells, oid, out);
  }
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
      if (has_text(index) && reader.options.dependencies)
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
