#include <map>

#include "plan/definition.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::Trigger;

std::string events_sql(const Trigger& trigger) {
  return join_with(trigger.events, " OR ", [&](const std::string& event) {
    if (event == "insert") return std::string("INSERT");
    if (event == "delete") return std::string("DELETE");
    if (event == "truncate") return std::string("TRUNCATE");
    return "UPDATE" + (trigger.columns.empty()
                           ? std::string()
                           : " OF " + join_with(trigger.columns, ", ", [](const std::string& column) {
                               return quote_identifier(column);
                             }));
  });
}

std::string create_sql(const Trigger& trigger, bool replaces) {
  std::string out = std::string("CREATE ") + (replaces ? "OR REPLACE " : "") +
                    (trigger.constraint ? "CONSTRAINT " : "") + "TRIGGER " + quote_identifier(trigger.name) +
                    "\n";
  out += trigger.timing == "before" ? "BEFORE " : trigger.timing == "after" ? "AFTER " : "INSTEAD OF ";
  out += events_sql(trigger) + " ON " + trigger.table.sql();
  if (!trigger.from_table.empty()) out += " FROM " + trigger.from_table.sql();
  if (trigger.deferrable)
    out += std::string(" DEFERRABLE") + (trigger.initially_deferred ? " INITIALLY DEFERRED" : "");
  if (!trigger.old_table.empty() || !trigger.new_table.empty()) {
    out += "\nREFERENCING";
    if (!trigger.old_table.empty()) out += " OLD TABLE AS " + quote_identifier(trigger.old_table);
    if (!trigger.new_table.empty()) out += " NEW TABLE AS " + quote_identifier(trigger.new_table);
  }
  out += std::string("\nFOR EACH ") + (trigger.for_each_row ? "ROW" : "STATEMENT");
  if (!trigger.condition.empty()) out += "\nWHEN (" + trigger.condition + ")";
  return out + "\nEXECUTE FUNCTION " + trigger.function + "(" +
         join_with(trigger.arguments, ", ", [](const std::string& text) { return quote_literal(text); }) +
         ")";
}

const char* enabling_words(const std::string& enabled) {
  if (enabled == "disabled") return "DISABLE";
  if (enabled == "replica") return "ENABLE REPLICA";
  return enabled == "always" ? "ENABLE ALWAYS" : "ENABLE";
}

// A lock is said of what is there and stays.
void say_lock(Planner& planner, std::size_t number, const Trigger& trigger, Lock lock) {
  if (planner.mode == Mode::build || planner.is_made(id_of_relation(planner.after, trigger.table))) return;
  planner.action(number).statement.lock = lock;
  planner.action(number).statement.locks = trigger.table.text();
}

void enable(Planner& planner, const Trigger& now, const std::string& table, const std::string& enabled) {
  const auto number = alter_definition(
      planner, now,
      "ALTER TABLE " + table + " " + enabling_words(enabled) + " TRIGGER " + quote_identifier(now.name));
  say_lock(planner, number, now, Lock::share_row_exclusive);
}

// `was`: what is there before these statements; made anew it is enabled as usual. What is said of the parent
// reaches its partitions.
void set_enabled(Planner& planner, const std::string& was, const std::map<std::string, std::string>& apart,
                 const Trigger& now) {
  const bool changes = was != now.enabled;
  if (changes) enable(planner, now, now.table.sql(), now.enabled);
  for (const auto& [partition, enabled] : apart)
    if (!changes && now.partitions.count(partition) == 0) enable(planner, now, partition, now.enabled);
  for (const auto& [partition, enabled] : now.partitions) {
    const auto had = apart.find(partition);
    if (changes || had == apart.end() || had->second != enabled) enable(planner, now, partition, enabled);
  }
}

void create(Planner& planner, const catalog::ObjectId& id) {
  const Trigger& now = the<Trigger>(planner.after, id);
  say_lock(planner, create_definition(planner, now, create_sql(now, false)), now, Lock::share_row_exclusive);
  set_enabled(planner, "", {}, now);
  comment_definition(planner, now);
}

void drop(Planner& planner, const catalog::ObjectId& id) {
  const std::size_t count = planner.actions().size();
  drop_definition(planner, id);
  if (planner.actions().size() > count)
    say_lock(planner, count, the<Trigger>(planner.before, id), Lock::access_exclusive);
}

// https://www.postgresql.org/docs/current/sql-createtrigger.html on OR REPLACE, which came with PostgreSQL 14
bool alters_in_place(const Planner& planner, const catalog::ObjectId& id) {
  if (only_differs_in(planner, id, {"comment", "enabled", "partitions"})) return true;
  return planner.server_version >= 140000 && !the<Trigger>(planner.before, id).constraint &&
         !the<Trigger>(planner.after, id).constraint;
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  const Trigger& was = the<Trigger>(planner.before, id);
  const Trigger& now = the<Trigger>(planner.after, id);
  if (only_differs_in(planner, id, {"comment", "enabled", "partitions"})) {
    set_enabled(planner, was.enabled, was.partitions, now);
  } else {
    say_lock(planner, replace_definition(planner, now, create_sql(now, true)), now,
             Lock::share_row_exclusive);
    set_enabled(planner, "", {}, now);
  }
  comment_definition(planner, now);
}

}  // namespace

const KindPlanner trigger_planner{create, drop, alter, rename_definition, alters_in_place};

}  // namespace migrate::plan
