// Which of its indexes a table (or a materialized view) is clustered on, and a table identified by for
// replication. PostgreSQL keeps both with the index, forgets them with it, and sets them through the table.
#include "plan/definition.hpp"
#include "plan/planner.hpp"
#include "plan/table_parts.hpp"
#include "util/quote.hpp"

namespace migrate::plan {
namespace {

using catalog::Table;

struct Chosen {
  std::string name;                  // of the index
  catalog::ObjectId id;              // of the index or the constraint that owns it
  std::vector<std::string> columns;  // its keys
  bool operator==(const Chosen& other) const { return name == other.name && id == other.id; }
};

std::vector<std::string> keys_of(const catalog::Index& index) {
  std::vector<std::string> columns;
  for (const auto& element : index.elements) columns.push_back(element.column);
  return columns;
}

template <class Flag>
Chosen chosen(const Table& table, Flag&& flag) {
  for (const auto& each : table.indexes)
    if (flag(each)) return {each.name, index_id(table.name, each.name), keys_of(each)};
  for (const auto& each : table.constraints)
    if (flag(each)) return {each.name, constraint_id(table.name, each.name), each.columns};
  return {};
}

constexpr auto is_clustered = [](const auto& each) { return each.clustered; };
constexpr auto is_identity = [](const auto& each) { return each.replica_identity; };

template <class Set>
void set_flags(catalog::Database& database, const Table& now, Set&& set) {
  if (auto* indexes = catalog::indexes_on(database, now.name))
    for (auto& each : *indexes) set(each, now.index(each.name));
  if (Table* table = database.table(now.name))
    for (auto& each : table->constraints) set(each, now.constraint(each.name));
}

void add(Planner& planner, const Table& now, const Chosen& was, const Chosen& current, const std::string& sql,
         Lock lock, const Effect& effect) {
  Action action;
  const catalog::ObjectId relation = id_of_relation(planner.after, now.name);
  action.rank = planner.in_use(now.name) ? Rank::index : rank_of(relation.kind);
  action.statement.sql =
      "ALTER " + std::string(catalog::sql_kind(relation.kind)) + " " + now.name.sql() + " " + sql;
  if (planner.in_use(now.name)) {
    action.statement.lock = lock;
    action.statement.locks = now.name.text();
  }
  action.needs = {relation};
  if (!current.name.empty()) action.needs.push_back(current.id);
  // An index that goes is let go first, if nothing takes its place.
  if (!was.name.empty() && current.name.empty()) {
    action.rank = Rank::release;
    action.releases = {was.id};
  }
  action.effect = effect;
  planner.add(std::move(action));
}

void plan_clustering(Planner& planner, const Table& was, const Table& now) {
  const Chosen before = chosen(was, is_clustered);
  const Chosen after = chosen(now, is_clustered);
  if (before == after && (after.name.empty() || !planner.is_made(after.id))) return;
  if (after.name.empty() && planner.is_gone(before.id)) return;
  add(planner, now, before, after,
      after.name.empty() ? "SET WITHOUT CLUSTER" : "CLUSTER ON " + quote_identifier(after.name),
      Lock::share_update_exclusive, [now](catalog::Database& database) {
        set_flags(database, now,
                  [](auto& each, const auto* wanted) { each.clustered = wanted && wanted->clustered; });
      });
}

void plan_replica_identity(Planner& planner, const Table& was, const Table& now) {
  const Chosen before = chosen(was, is_identity);
  const Chosen after = chosen(now, is_identity);
  const bool same = before == after && was.replica_identity == now.replica_identity;
  if (same && (after.name.empty() || !planner.is_made(after.id))) return;
  const std::string word = now.replica_identity.empty()     ? "DEFAULT"
                           : now.replica_identity == "full" ? "FULL"
                                                            : "NOTHING";
  const std::size_t number = planner.actions().size();
  add(planner, now, before, after,
      "REPLICA IDENTITY " + (after.name.empty() ? word : "USING INDEX " + quote_identifier(after.name)),
      Lock::access_exclusive, [now](catalog::Database& database) {
        if (Table* table = database.table(now.name)) table->replica_identity = now.replica_identity;
        set_flags(database, now, [](auto& each, const auto* wanted) {
          each.replica_identity = wanted && wanted->replica_identity;
        });
      });
  // Its columns must be NOT NULL as long as it is the identity.
  Action& action = planner.action(number);
  for (const auto& column : after.columns) action.needs.push_back(not_null_of(now.name, column));
  for (const auto& column : before.columns) action.releases.push_back(not_null_of(now.name, column));
}

}  // namespace

void plan_table_indexes(Planner& planner) {
  for (const Table& now : planner.after.tables) {
    const Table* found = planner.before.table(now.name);
    const Table nothing;
    const Table& was = found ? *found : nothing;
    plan_clustering(planner, was, now);
    plan_replica_identity(planner, was, now);
  }
  for (const auto& now : planner.after.materialized_views) {
    const auto* was = planner.before.find<catalog::MaterializedView>(now.id());
    plan_clustering(planner, was ? catalog::bearer_of(*was) : Table(), catalog::bearer_of(now));
  }
}

}  // namespace migrate::plan
