#include "cli/preview.hpp"

#include <fmt/format.h>

#include "cli/running.hpp"
#include "run/sql_script.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

using nlohmann::ordered_json;
using report::Style;

std::string direction_of(const run::PlannedStep& step) {
  return std::string(postgres::text_of(step.entry.kind));
}

ordered_json as_json(const run::Preview& preview) {
  ordered_json out;
  out["dry_run"] = true;
  out["before"] = preview.before;
  out["after"] = preview.plan.rows;
  out["steps"] = ordered_json::array();
  for (std::size_t group = 0; group < preview.groups.size(); ++group)
    for (const auto number : preview.groups[group]) {
      const auto& step = preview.plan.steps[number];
      ordered_json one{{"revision", step.entry.revision},
                       {"message", step.info.message},
                       {"direction", direction_of(step)},
                       {"step", step.entry.step},
                       {"steps", step.entry.steps},
                       {"file", step.step.file},
                       {"line", step.step.line},
                       {"transaction", step.step.transactional},
                       {"group", group + 1},
                       {"lock_timeout", step.settings.lock_timeout},
                       {"statement_timeout", step.settings.statement_timeout},
                       {"notes", step.notes}};
      one["statements"] = ordered_json::array();
      for (std::size_t i = step.first; i < step.step.statements.size(); ++i)
        one["statements"].push_back(
            {{"line", step.step.statements[i].line}, {"sql", step.step.statements[i].text}});
      out["steps"].push_back(std::move(one));
    }
  out["losses"] = preview.plan.losses;
  out["accepted"] = preview.plan.accepted.size();
  out["cut_off"] = preview.cut_off;
  out["state"] = preview.state;
  return out;
}

void print_step(Context& context, const run::PlannedStep& step) {
  auto& out = context.out();
  const auto count = step.step.statements.size() - step.first;
  out.result(fmt::format(
      "[{}/{}] {} {}{}{}: {}{}", step.info.number, step.info.total, direction_of(step),
      out.styled(step.entry.revision, Style::strong),
      step.info.message.empty() ? "" : " " + step.info.message,
      step.entry.steps > 1 ? fmt::format(", step {} of {}", step.entry.step, step.entry.steps) : "",
      plural(count, "statement"), step.step.transactional ? "" : ", without a transaction"));
  for (const auto& note : step.notes) out.result("      " + note);
  if (!context.globals().verbose) return;
  for (std::size_t i = step.first; i < step.step.statements.size(); ++i) {
    const auto& statement = step.step.statements[i];
    out.result(indent(statement.text + ";", "      "));
    if (statement.has_copy_data)
      out.result("      (" + plural(lines(statement.copy_data).size(), "row") + ")");
  }
}

}  // namespace

ExitCode print_script(Context& context, const run::Preview& preview, const run::Options& options) {
  auto& out = context.out();
  for (const auto& warning : preview.plan.warnings) out.warn(warning);
  if (!preview.plan.losses.empty()) out.warn("this loses data:\n  " + join(preview.plan.losses, "\n  "));
  if (preview.plan.steps.empty() && preview.plan.accepted.empty() && !preview.stamp)
    out.note("nothing to do at " + preview.state);
  const auto script = run::sql_script(preview, options);
  out.json(ordered_json{{"sql", script}, {"before", preview.before}, {"after", preview.plan.rows}}.dump(2));
  out.result(script.substr(0, script.size() - 1));
  return ExitCode::ok;
}

ExitCode print_preview(Context& context, const run::Preview& preview, const std::string& done) {
  auto& out = context.out();
  const auto& plan = preview.plan;
  for (const auto& warning : plan.warnings) out.warn(warning);
  for (const auto& revision : preview.cut_off)
    out.warn("a run was cut off in a step of " + revision +
             ": the next one looks after that first, and goes on from what it finds");
  out.json(as_json(preview).dump(2));
  if (plan.steps.empty() && plan.accepted.empty()) {
    out.result("nothing to do: the database is at " + preview.state);
    return ExitCode::ok;
  }
  for (const auto& group : preview.groups) {
    if (group.size() > 1) out.result(fmt::format("one transaction of {}:", plural(group.size(), "step")));
    for (const auto number : group) print_step(context, plan.steps[number]);
  }
  if (!plan.losses.empty()) out.result("this loses data:\n  " + join(plan.losses, "\n  "));
  if (!plan.accepted.empty())
    out.result(fmt::format("{} accepted as edited", plural(plan.accepted.size(), "step")));
  out.result(fmt::format("nothing was run; it would be {} from {} to {}: {}", done, preview.state,
                         rows_text(plan.rows), plural(plan.steps.size(), "step")));
  return ExitCode::ok;
}

}  // namespace migrate::cli
