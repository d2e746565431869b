#include "plan/definition.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::Rule;

std::string enabling(const Rule& rule) {
  if (rule.enabled == "disabled") return "DISABLE RULE";
  if (rule.enabled == "replica") return "ENABLE REPLICA RULE";
  return rule.enabled == "always" ? "ENABLE ALWAYS RULE" : "ENABLE RULE";
}

void set_enabled(Planner& planner, const Rule& now) {
  alter_definition(planner, now,
                   "ALTER TABLE " + now.table.sql() + " " + enabling(now) + " " + quote_identifier(now.name));
}

// CREATE OR REPLACE instead of CREATE, whichever the definition begins with.
std::string statement(const Rule& rule, const char* start) {
  std::string rest(trim(rule.definition));
  for (const std::string_view word : {"create", "or", "replace"}) {
    if (to_lower(rest.substr(0, word.size())) != word) continue;
    rest = std::string(trim(std::string_view(rest).substr(word.size())));
  }
  if (to_lower(rest.substr(0, 4)) != "rule")
    throw Error(ExitCode::failed, rule.id().text() + ": its definition is no CREATE RULE statement",
                "write all of it: CREATE RULE name AS ON event TO table DO …");
  return start + (" " + rest);
}

void create(Planner& planner, const catalog::ObjectId& id) {
  const Rule& now = the<Rule>(planner.after, id);
  create_definition(planner, now, statement(now, "CREATE"));
  if (!now.enabled.empty()) set_enabled(planner, now);
  comment_definition(planner, now);
}

bool alters_in_place(const Planner&, const catalog::ObjectId&) { return true; }

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  const Rule& now = the<Rule>(planner.after, id);
  if (differs(planner, id, "definition")) {
    const auto number = replace_definition(planner, now, statement(now, "CREATE OR REPLACE"));
    planner.action(number).drops = {id};
  }
  if (differs(planner, id, "enabled")) set_enabled(planner, now);
  comment_definition(planner, now);
}

}  // namespace

const KindPlanner rule_planner{create, drop_definition, alter, rename_definition, alters_in_place};

}  // namespace migrate::plan
