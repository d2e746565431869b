#include "plan/plan.hpp"

#include <utility>

#include "plan/planner.hpp"

namespace migrate::plan {

Plan make_plan(const catalog::Database& before, const catalog::Database& after, const Options& options) {
  const PlannedSteps planned =
      planned_steps(before, after, options.server_version, options.renames, Mode::online);
  Plan plan;
  for (const ActionStep& step : planned.steps) plan.steps.push_back(written(step));
  plan.summary = summary_of(planned, plan.steps, after, options.renames);
  return plan;
}

std::vector<BuildStatement> build_statements(const catalog::Database& database, int server_version) {
  catalog::Database whole = database;
  whole.sort();
  catalog::Database empty;  // but for what every new database has
  if (const auto* plpgsql = whole.extension("plpgsql")) empty.extensions.push_back(*plpgsql);
  if (const auto* schema = whole.schema("public"))
    empty.schemas.push_back({"public", schema->comment.empty() ? "" : "standard public schema"});
  const PlannedSteps planned = planned_steps(empty, whole, server_version, {}, Mode::build);
  std::vector<BuildStatement> statements;
  for (const ActionStep& step : planned.steps)
    for (auto& [statement, object] : statements_of(step))
      statements.push_back({std::move(statement.sql), std::move(object)});
  return statements;
}

}  // namespace migrate::plan
