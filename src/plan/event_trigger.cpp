#include "plan/definition.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::EventTrigger;

std::string create_sql(const EventTrigger& trigger) {
  std::string out =
      "CREATE EVENT TRIGGER " + quote_identifier(trigger.name) + " ON " + quote_identifier(trigger.event);
  if (!trigger.tags.empty())
    out += "\nWHEN TAG IN (" +
           join_with(trigger.tags, ", ", [](const std::string& tag) { return quote_literal(tag); }) + ")";
  return out + "\nEXECUTE FUNCTION " + trigger.function + "()";
}

void set_enabled(Planner& planner, const std::string& was, const EventTrigger& now) {
  if (was == now.enabled) return;
  const std::string words = now.enabled == "disabled"  ? "DISABLE"
                            : now.enabled == "replica" ? "ENABLE REPLICA"
                            : now.enabled == "always"  ? "ENABLE ALWAYS"
                                                       : "ENABLE";
  const auto number =
      alter_definition(planner, now, "ALTER EVENT TRIGGER " + quote_identifier(now.name) + " " + words);
  planner.action(number).rank = Rank::event_trigger;
}

// What this plan does is none of its affairs: it comes last, and goes first.
void create(Planner& planner, const catalog::ObjectId& id) {
  const EventTrigger& now = the<EventTrigger>(planner.after, id);
  create_definition(planner, now, create_sql(now));
  set_enabled(planner, "", now);
  comment_definition(planner, now);
}

void drop(Planner& planner, const catalog::ObjectId& id) {
  const std::size_t number = planner.actions().size();
  drop_definition(planner, id);
  planner.action(number).rank = Rank::release;
}

bool alters_in_place(const Planner& planner, const catalog::ObjectId& id) {
  return only_differs_in(planner, id, {"comment", "enabled"});
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  const EventTrigger& now = the<EventTrigger>(planner.after, id);
  set_enabled(planner, the<EventTrigger>(planner.before, id).enabled, now);
  comment_definition(planner, now);
}

}  // namespace

const KindPlanner event_trigger_planner{create, drop, alter, rename_definition, alters_in_place};

}  // namespace migrate::plan
