#include <set>

#include "postgres/introspect/reader.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::postgres::introspection {
namespace {

using catalog::ConstraintType;

ConstraintType type_of(char letter) {
  switch (letter) {
    case 'p':
      return ConstraintType::primary_key;
    case 'u':
      return ConstraintType::unique;
    case 'f':
      return ConstraintType::foreign_key;
    case 'x':
      return ConstraintType::exclusion;
    default:
      return ConstraintType::check;
  }
}

catalog::ForeignKeyAction action_of(char letter) {
  switch (letter) {
    case 'r':
      return catalog::ForeignKeyAction::restrict_;
    case 'c':
      return catalog::ForeignKeyAction::cascade;
    case 'n':
      return catalog::ForeignKeyAction::set_null;
    case 'd':
      return catalog::ForeignKeyAction::set_default;
    default:
      return catalog::ForeignKeyAction::no_action;
  }
}

std::vector<std::string> column_names(const Reader& reader, Oid table, const std::vector<Oid>& numbers) {
  std::vector<std::string> names;
  names.reserve(numbers.size());
  for (const Oid number : numbers) names.push_back(reader.column(table, number));
  return names;
}

std::string operator_text(const std::string& schema, const std::string& name) {
  return schema == "pg_catalog" ? name : "OPERATOR(" + quote_identifier(schema) + "." + name + ")";
}

// Moves what stands in the index into the constraint that owns it.
void take_index(catalog::Constraint& constraint, catalog::Index&& index) {
  constraint.nulls_not_distinct = index.nulls_not_distinct;
  constraint.include = std::move(index.include);
  constraint.options = std::move(index.options);
  constraint.tablespace = index.tablespace;
  constraint.attached_to = std::move(index.attached_to);
  constraint.only = index.only;
  constraint.clustered = index.clustered;
  constraint.replica_identity = index.replica_identity;
  if (constraint.type != ConstraintType::exclusion) return;
  constraint.method = index.method;
  constraint.where = index.where;
  constraint.elements = std::move(index.elements);
}

}  // namespace

// A foreign key to a partitioned table has a row more for each partition there, on the same table as its
// parent row: not objects of anybody's.
Query constraint_query(const Reader& reader) {
  return {
      "SELECT k.conrelid, k.conname, k.contype, k.condeferrable, k.condeferred, k.convalidated, "
      "k.connoinherit, "
      "k.conislocal, k.conindid, k.conkey, d.description, "
      "k.confrelid, k.confkey, k.confupdtype, k.confdeltype, k.confmatchtype, " +
          since(reader, 150000, "k.confdelsetcols", "NULL") + ", " +
          since(reader, 180000, "k.conperiod, NOT k.conenforced", "false, false") +
          ", CASE WHEN k.conexclop IS NOT NULL THEN "
          "(SELECT array_agg(o.oprname::text ORDER BY x.place) FROM unnest(k.conexclop) WITH ORDINALITY x "
          "(number, place) "
          " JOIN pg_catalog.pg_operator o ON o.oid = x.number) END, "
          "CASE WHEN k.conexclop IS NOT NULL THEN "
          "(SELECT array_agg(n.nspname::text ORDER BY x.place) FROM unnest(k.conexclop) WITH ORDINALITY x "
          "(number, place) "
          " JOIN pg_catalog.pg_operator o ON o.oid = x.number "
          " JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace) END, k.oid "
          "FROM pg_catalog.pg_constraint k" +
          join_comment("pg_constraint", "k.oid") +
          "WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND k.conrelid <> 0 AND k.connamespace = ANY "
          "($1::oid[]) "
          "AND (k.conparentid = 0 OR k.conrelid IS DISTINCT FROM (SELECT kp.conrelid FROM "
          "pg_catalog.pg_constraint kp WHERE kp.oid = k.conparentid))",
      {reader.schemas}};
}

namespace {

void read_targets_out_of_view(Reader& reader, const Rows& constraints) {
  constexpr int confrelid = 11;
  std::set<Oid> unknown;
  for (const Row row : constraints)
    if (const Oid target = row.integer(confrelid); target != 0 && !reader.relations.contains(target))
      unknown.insert(target);
  if (unknown.empty()) return;
  const auto oids = join_with(unknown, ",", [](Oid oid) { return std::to_string(oid); });
  for (const Row row : reader.connection.query(
           "SELECT c.oid, n.nspname, c.relname, a.attnum, a.attname FROM pg_catalog.pg_class c "
           "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
           "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
           "WHERE c.oid = ANY ($1::oid[]) ORDER BY c.oid, a.attnum",
           {"{" + oids + "}"})) {
    Cells cells(row);
    Relation& target = reader.relations[cells.integer()];
    target.name = cells.name();
    target.columns.resize(static_cast<std::size_t>(cells.integer()));
    target.columns.back() = cells.text();
  }
}

}  // namespace

void read_constraints(Reader& reader) {
  const Rows rows = reader.rows(constraint_query(reader));
  read_targets_out_of_view(reader, rows);
  for (const Row row : rows) {
    Cells cells(row);
    const Oid oid = cells.integer();
    catalog::Table* table = reader.table(oid);
    if (!table) continue;
    catalog::Constraint constraint;
    constraint.name = cells.text();
    constraint.type = type_of(cells.letter());
    constraint.deferrable = cells.boolean();
    constraint.initially_deferred = cells.boolean();
    constraint.not_valid = !cells.boolean();
    const bool no_inherit = cells.boolean();
    constraint.no_inherit = constraint.type == ConstraintType::check && no_inherit;
    constraint.inherited = !cells.boolean();
    const Oid index_oid = cells.integer();
    const std::vector<Oid> key = cells.numbers();
    constraint.comment = cells.text();
    const Oid target = cells.integer();
    const std::vector<Oid> target_key = cells.numbers();
    const char on_update = cells.letter();
    const char on_delete = cells.letter();
    const char match = cells.letter();
    constraint.on_delete_columns = column_names(reader, oid, cells.numbers());
    const bool period = cells.boolean();
    constraint.not_enforced = cells.boolean();
    if (constraint.not_enforced)
      constraint.not_valid = false;  // it never was looked at: that is no state of its own
    const std::vector<std::string> operators = cells.array();
    const std::vector<std::string> operator_schemas = cells.array();
    const catalog::ObjectId id{catalog::Kind::constraint, table->name, constraint.name};
    const Oid own_oid = cells.integer();
    if (reader.options.dependencies) reader.objects[{in::pg_constraint, own_oid}] = id;
    if (const auto found = reader.expressions.checks.find(own_oid); found != reader.expressions.checks.end())
      constraint.expression = std::move(found->second);

    if (constraint.type == ConstraintType::foreign_key) {
      constraint.columns = column_names(reader, oid, key);
      constraint.references = reader.relations.at(target).name;
      constraint.referenced_columns = column_names(reader, target, target_key);
      constraint.on_update = action_of(on_update);
      constraint.on_delete = action_of(on_delete);
      constraint.match = match == 'f' ? catalog::ForeignKeyMatch::full : catalog::ForeignKeyMatch::simple;
      constraint.period = period;
      reader.foreign_keys.push_back({oid, target, index_oid, constraint.name});
    } else if (constraint.type != ConstraintType::check) {
      constraint.without_overlaps = period && constraint.type != ConstraintType::exclusion;
      if (constraint.type != ConstraintType::exclusion) constraint.columns = column_names(reader, oid, key);
      if (const auto index = reader.indexes.find(index_oid); index != reader.indexes.end()) {
        if (!index->second.index.comment.empty())
          reader.database.unhandled.push_back({"comment on a constraint's index",
                                               qualified(table->name.schema, index->second.index.name),
                                               {{catalog::Kind::table, table->name, ""}}});
        take_index(constraint, std::move(index->second.index));
        reader.indexes.erase(index);
        // What an expression of it uses, its index does.
        if (constraint.type == ConstraintType::exclusion) reader.objects[{in::pg_class, index_oid}] = id;
      }
      constraint.elements.update([&](std::vector<catalog::IndexElement>& elements) {
        for (std::size_t i = 0; i < elements.size() && i < operators.size(); ++i)
          elements[i].exclusion_operator = operator_text(operator_schemas[i], operators[i]);
      });
    }
    table->constraints.push_back(std::move(constraint));
  }
}

}  // namespace migrate::postgres::introspection
