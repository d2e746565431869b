#include "plan/plan.hpp"

#include <utility>

#include "plan/planner.hpp"
#include "util/quote.hpp"

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
  if (const auto* schema = whole.schema("public"))
    empty.schemas.push_back({"public", schema->comment.empty() ? "" : "standard public schema"});
  const PlannedSteps planned = planned_steps(empty, whole, server_version, {}, Mode::build);
  std::vector<BuildStatement> extensions, statements;
  for (const auto& extension : whole.extensions)
    if (extension.name != "plpgsql")
      extensions.push_back(
          {"CREATE EXTENSION IF NOT EXISTS " + quote_identifier(extension.name) +
               (extension.schema.empty() ? "" : " WITH SCHEMA " + quote_identifier(extension.schema)),
           {catalog::Kind::extension, {"", extension.name}, ""}});
  bool placed = false;
  for (const ActionStep& step : planned.steps)
    for (auto& [statement, object] : statements_of(step)) {
      if (!placed && object.kind != catalog::Kind::schema) {
        statements.insert(statements.end(), extensions.begin(), extensions.end());
        placed = true;
      }
      statements.push_back({std::move(statement.sql), std::move(object)});
    }
  if (!placed) statements.insert(statements.end(), extensions.begin(), extensions.end());
  return statements;
}

}  // namespace migrate::plan
