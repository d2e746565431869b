#include "diff/access.hpp"
#include "plan/definition.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::DefaultPrivileges;

// One statement for each grantee. They come after everything that is made: new objects are granted what holds
// before the plan, whatever the order of its steps.
void change(Planner& planner, const DefaultPrivileges& was, const DefaultPrivileges& now) {
  const auto& known = was.role.empty() ? now : was;
  const auto id = known.id();
  const std::string start = "ALTER DEFAULT PRIVILEGES FOR ROLE " + quote_identifier(known.role) +
                            (known.schema.empty() ? "" : " IN SCHEMA " + quote_identifier(known.schema)) +
                            " ";
  std::vector<std::size_t> makers;
  for (std::size_t n = 0; n < planner.actions().size(); ++n) {
    const auto& creates = planner.action(n).creates;
    if (std::any_of(creates.begin(), creates.end(),
                    [](const auto& each) { return !catalog::default_privileges_for(each.kind).empty(); }))
      makers.push_back(n);
  }
  std::optional<std::size_t> previous;
  for (const auto& each : diff::grant_changes(was.grants, now.grants)) {
    const std::string target =
        join_with(each.privileges, ", ", [](const auto& privilege) { return to_upper(privilege); }) + " ON " +
        to_upper(known.objects);
    Action action;
    action.rank = Rank::default_privileges;
    action.statement.sql = start + grant_sql(each, target);
    action.about = id;
    action.after = makers;
    if (previous) action.after.push_back(*previous);
    if (!known.schema.empty()) {
      action.needs = {schema_id(known.schema)};
      if (now.role.empty()) action.releases = {schema_id(known.schema)};
    }
    action.effect = [id, now](catalog::Database& database) {
      if (now.role.empty())
        catalog::erase_definition(database, id);
      else
        catalog::put_definition(database.default_privileges, now);
    };
    previous = planner.add(std::move(action));
  }
}

void create(Planner& planner, const catalog::ObjectId& id) {
  change(planner, {}, the<DefaultPrivileges>(planner.after, id));
}
void drop(Planner& planner, const catalog::ObjectId& id) {
  change(planner, the<DefaultPrivileges>(planner.before, id), {});
}
void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  change(planner, the<DefaultPrivileges>(planner.before, id), the<DefaultPrivileges>(planner.after, id));
}
void refuse_rename(Planner&, const diff::Rename& rename) {
  throw Error(ExitCode::usage, rename.from.text() + " cannot be renamed", "declare them for the new role");
}
bool alters_in_place(const Planner&, const catalog::ObjectId&) { return true; }

}  // namespace

const KindPlanner default_privileges_planner{create, drop, alter, refuse_rename, alters_in_place};

}  // namespace migrate::plan
