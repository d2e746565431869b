// Which of its indexes a table is clustered on and identified by for replication. PostgreSQL keeps both with
// the index, forgets them with it, and sets them through the table.
#include "plan/planner.hpp"
#include "plan/table_parts.hpp"
#include "util/quote.hpp"

namespace migrate::plan {
namespace {

using catalog::Table;

struct Chosen {
  std::string name;      // of the index
  catalog::ObjectId id;  // of the index or the constraint that owns it
  bool operator==(const Chosen&) const = default;
};

template <class Flag>
Chosen chosen(const Table& table, Flag&& flag) {
  for (const auto& each : table.indexes)
    if (flag(each)) return {each.name, index_id(table.name, each.name)};
  for (const auto& each : table.constraints)
    if (flag(each)) return {each.name, constraint_id(table.name, each.name)};
  return {};
}

constexpr auto is_clustered = [](const auto& each) { return each.clustered; };
constexpr auto is_identity = [](const auto& each) { return each.replica_identity; };

template <class Set>
void set_flags(catalog::Database& database, const Table& now, Set&& set) {
  Table* table = database.table(now.name);
  if (!table) return;
  for (auto& each : table->indexes) set(each, now.index(each.name));
  for (auto& each : table->constraints) set(each, now.constraint(each.name));
}

void add(Planner& planner, const Table& now, const Chosen& was, const Chosen& current, const std::string& sql,
         Lock lock, const Effect& effect) {
  Action action;
  action.rank = planner.in_use(now.name) ? Rank::index : Rank::table;
  action.statement.sql = "ALTER TABLE " + now.name.sql() + " " + sql;
  if (planner.in_use(now.name)) {
    action.statement.lock = lock;
    action.statement.locks = now.name.text();
  }
  action.needs = {table_id(now.name)};
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
  add(planner, now, before, after,
      "REPLICA IDENTITY " + (after.name.empty() ? word : "USING INDEX " + quote_identifier(after.name)),
      Lock::access_exclusive, [now](catalog::Database& database) {
        if (Table* table = database.table(now.name)) table->replica_identity = now.replica_identity;
        set_flags(database, now, [](auto& each, const auto* wanted) {
          each.replica_identity = wanted && wanted->replica_identity;
        });
      });
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
}

}  // namespace migrate::plan
