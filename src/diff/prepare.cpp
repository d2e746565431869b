#include "diff/prepare.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "catalog/default_name.hpp"
#include "catalog/type_name.hpp"
#include "diff/domain.hpp"
#include "diff/normal_form.hpp"
#include "diff/sql_tokens.hpp"
#include "diff/taken_names.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

using catalog::Database;
using catalog::Table;

std::string serial_type(const std::string& type) {
  static const std::map<std::string, std::string> types{{"smallserial", "smallint"}, {"serial2", "smallint"},
                                                        {"serial", "integer"},       {"serial4", "integer"},
                                                        {"bigserial", "bigint"},     {"serial8", "bigint"}};
  const auto found = types.find(to_lower(trim(type)));
  return found == types.end() ? std::string() : found->second;
}

void prepare(catalog::StorageParameters& options) {
  catalog::StorageParameters out;
  for (const auto& [name, value] : options) {
    const auto tokens = tokenize(value);
    const auto literal = tokens.size() == 1 ? tokens.front().literal() : std::nullopt;
    out[to_lower(name)] = literal ? *literal : std::string(trim(value));
  }
  options = std::move(out);
}

void prepare(Sparse<catalog::StorageParameters>& options) {
  options.update([](catalog::StorageParameters& each) { prepare(each); });
}

void prepare(std::optional<int>& statistics) {
  if (statistics == -1) statistics.reset();
}

std::string without_default_collation(const std::string& collation) {
  return normal_name(collation) == "\"default\"" ? std::string() : collation;
}

void prepare(const Table& table, catalog::IndexElement& element) {
  prepare(element.opclass_options);
  prepare(element.statistics);
  element.collation = without_default_collation(element.collation);
  if (element.nulls_first == element.descending) element.nulls_first.reset();
  if (element.expression.empty()) return;
  // (email) is the column email to PostgreSQL, too.
  const auto tokens = tokenize(normal_form(element.expression));
  if (tokens.size() != 1 || !tokens[0].is_identifier()) return;
  const auto name = tokens[0].identifier();
  if (!table.column(name)) return;
  element.column = name;
  element.expression.clear();
}

class Preparation {
 public:
  explicit Preparation(const Database& models) { out_.database = models; }

  Prepared run() {
    auto& database = out_.database;
    for (auto& sequence : database.sequences) prepare_sequence(sequence);
    for (auto& table : database.tables) prepare_table(table);
    for (auto& domain : database.domains) prepare_domain(domain);
    for (auto& policy : database.policies) prepare_policy(policy);
    for (auto& view : database.views) prepare(view.options);
    for (auto& view : database.materialized_views) prepare_view(view);
    declare_schemas();
    database.sort();
    for (auto& table : database.tables) complete_foreign_keys(table);
    name_everything();
    database.sort();
    return std::move(out_);
  }

 private:
  static void prepare_sequence(catalog::Sequence& sequence) {
    sequence.type = sequence.type.empty() ? "bigint" : catalog::parse_type(sequence.type).sql();
    sequence.options = catalog::without_defaults(sequence.options, sequence.type);
  }

  void prepare_domain(catalog::Domain& domain) {
    domain.type = catalog::parse_type(domain.type).sql();
    domain.collation = without_default_collation(domain.collation);
    for (const auto& name : name_constraints(domain))
      out_.made_up.insert({catalog::Kind::constraint, domain.name, name});
  }

  static void prepare_policy(catalog::Policy& policy) {
    policy.command = to_lower(policy.command);
    if (policy.command == "all") policy.command.clear();
    auto& roles = policy.roles;
    std::sort(roles.begin(), roles.end());
    roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
    if (std::find(roles.begin(), roles.end(), "public") != roles.end()) roles.clear();
  }

  void prepare_table(Table& table) {
    prepare(table.options);
    if (table.access_method == "heap") table.access_method.clear();
    if (table.tablespace == "pg_default") table.tablespace.clear();
    table.columns.update([&](auto& column) { prepare_column(table, column); });
    table.constraints.update([&](auto& constraint) { prepare_constraint(table, constraint); });
    table.indexes.update([&](auto& index) { prepare_index(table, index); });
  }

  static void prepare_index(const Table& table, catalog::Index& index) {
    prepare(index.options);
    if (index.method.empty()) index.method = "btree";
    for (auto& element : index.elements) prepare(table, element);
  }

  static void prepare_view(catalog::MaterializedView& view) {
    prepare(view.options);
    if (view.access_method == "heap") view.access_method.clear();
    if (view.tablespace == "pg_default") view.tablespace.clear();
    const Table bearer = catalog::bearer_of(view);
    view.indexes.update([&](auto& index) { prepare_index(bearer, index); });
  }

  void prepare_column(Table& table, catalog::Column& column) {
    const auto [known, is_new] = types_.try_emplace(column.type);
    auto& type = known->second;
    if (is_new) type = {serial_type(column.type), catalog::parse_type(column.type).sql()};
    column.type = type.printed;
    if (!type.serial.empty()) take_serial_apart(table, column, type.serial);
    column.collation = without_default_collation(column.collation);
    column.storage = to_lower(column.storage);
    prepare(column.statistics);
    prepare(column.options);
    if (column.identity) {
      column.not_null = true;
      column.identity->options = catalog::without_defaults(column.identity->options, column.type);
    }
  }

  // https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL
  void take_serial_apart(const Table& table, catalog::Column& column, const std::string& integer) {
    column.type = integer;
    column.not_null = true;
    if (!column.default_value.empty()) return;
    catalog::Sequence sequence;
    sequence.name = {table.name.schema, catalog::default_name(table.name.name, column.name, "seq")};
    sequence.type = integer;
    sequence.owned_by_table = table.name;
    sequence.owned_by_column = column.name;
    column.default_value = "nextval(" + quote_literal(sequence.name.sql()) + "::regclass)";
    out_.database.sequences.push_back(std::move(sequence));
  }

  static void prepare_constraint(Table& table, catalog::Constraint& constraint) {
    prepare(constraint.options);
    constraint.elements.update([&](auto& elements) {
      for (auto& element : elements) prepare(table, element);
    });
    constraint.deferrable |= constraint.initially_deferred;
    if (constraint.type == catalog::ConstraintType::exclusion && constraint.method.empty())
      constraint.method = "btree";
    if (constraint.type != catalog::ConstraintType::primary_key) return;
    table.columns.update([&](catalog::Column& column) {
      const auto& key = constraint.columns;
      column.not_null |= std::find(key.begin(), key.end(), column.name) != key.end();
    });
  }

  void declare_schemas() {
    auto& database = out_.database;
    std::set<std::string> used;
    for (const auto& each : database.enums) used.insert(each.name.schema);
    for (const auto& each : database.sequences) used.insert(each.name.schema);
    for (const auto& each : database.tables) used.insert(each.name.schema);
    catalog::Database::definitions(database, [&](const auto& list) {
      for (const auto& each : list) used.insert(each.id().name.schema);
    });
    for (const auto& each : database.schemas) used.erase(each.name);
    for (const auto& name : used)
      if (!name.empty()) database.schemas.push_back({name, {}});
  }

  void complete_foreign_keys(Table& table) {
    table.constraints.update([&](catalog::Constraint& constraint) {
      if (constraint.type != catalog::ConstraintType::foreign_key || !constraint.referenced_columns.empty())
        return;
      const auto* target = out_.database.table(constraint.references);
      const auto* key = target ? target->primary_key() : nullptr;
      if (key) constraint.referenced_columns = key->columns;
    });
  }

  void name_index(const Table& table, catalog::Index& index, TakenNames& taken) {
    if (!index.name.empty()) return;
    index.name = taken.choose(table, index);
    out_.made_up.insert({catalog::Kind::index, {table.name.schema, index.name}, {}});
  }

  void name_everything() {
    TakenNames taken;
    taken.add(out_.database);
    for (auto& table : out_.database.tables) {
      table.constraints.update([&](catalog::Constraint& constraint) {
        if (!constraint.name.empty()) return;
        constraint.name = taken.choose(table, constraint);
        out_.made_up.insert({catalog::Kind::constraint, table.name, constraint.name});
      });
      table.indexes.update([&](auto& index) { name_index(table, index, taken); });
    }
    for (auto& view : out_.database.materialized_views)
      view.indexes.update([&](auto& index) { name_index(catalog::bearer_of(view), index, taken); });
  }

  struct Type {
    std::string serial, printed;  // the integer behind a serial; empty: it is none
  };
  std::unordered_map<std::string, Type> types_;  // by what was written: big models write the same few
  Prepared out_;
};

}  // namespace

Prepared prepare(const Database& models) { return Preparation(models).run(); }

}  // namespace migrate::diff
