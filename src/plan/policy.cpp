#include "plan/definition.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::Policy;

std::string roles(const Policy& policy) {
  return policy.roles.empty()
             ? "PUBLIC"
             : join_with(policy.roles, ", ", [](const std::string& role) { return quote_identifier(role); });
}

std::string command_word(const std::string& command) {
  if (command == "select") return "SELECT";
  if (command == "insert") return "INSERT";
  return command == "update" ? "UPDATE" : command == "delete" ? "DELETE" : "ALL";
}

std::string create_sql(const Policy& policy) {
  std::string out = "CREATE POLICY " + policy.id().sql();
  if (policy.restrictive) out += " AS RESTRICTIVE";
  if (!policy.command.empty()) out += " FOR " + command_word(policy.command);
  if (!policy.roles.empty()) out += " TO " + roles(policy);
  if (!policy.using_expression.empty()) out += "\n  USING (" + policy.using_expression + ")";
  if (!policy.check_expression.empty()) out += "\n  WITH CHECK (" + policy.check_expression + ")";
  return out;
}

void lock_table(Planner& planner, std::size_t number, const catalog::Name& table) {
  if (!planner.in_use(table)) return;
  planner.action(number).statement.lock = Lock::access_exclusive;
  planner.action(number).statement.locks = table.text();
}

void create(Planner& planner, const catalog::ObjectId& id) {
  const Policy& now = the<Policy>(planner.after, id);
  lock_table(planner, create_definition(planner, now, create_sql(now)), now.table);
  comment_definition(planner, now);
}

// ALTER POLICY takes no expression away, and changes neither the command nor whether it restricts.
bool alters_in_place(const Planner& planner, const catalog::ObjectId& id) {
  const Policy& was = the<Policy>(planner.before, id);
  const Policy& now = the<Policy>(planner.after, id);
  return was.restrictive == now.restrictive && was.command == now.command &&
         (was.using_expression.empty() || !now.using_expression.empty()) &&
         (was.check_expression.empty() || !now.check_expression.empty());
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  const Policy& now = the<Policy>(planner.after, id);
  std::string change;
  if (differs(planner, id, "roles")) change += " TO " + roles(now);
  if (differs(planner, id, "using")) change += "\n  USING (" + now.using_expression + ")";
  if (differs(planner, id, "check")) change += "\n  WITH CHECK (" + now.check_expression + ")";
  if (!change.empty()) {
    const auto number = replace_definition(planner, now, "ALTER POLICY " + id.sql() + change);
    planner.action(number).drops = {id};
    lock_table(planner, number, now.table);
  }
  comment_definition(planner, now);
}

}  // namespace

const KindPlanner policy_planner{create, drop_definition, alter, rename_definition, alters_in_place};

}  // namespace migrate::plan
