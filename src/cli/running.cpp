#include "cli/running.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "postgres/interrupt.hpp"
#include "util/duration.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

using report::Style;

void check_time(const std::optional<std::string>& value, const std::string& option) {
  if (value && !parse_duration(*value))
    throw Error(ExitCode::usage, option + " takes a time such as 500ms, 5s or 1min, not \"" + *value + "\"");
}

std::string direction_name(revision::Direction direction) {
  return direction == revision::Direction::up ? "up" : "down";
}

nlohmann::ordered_json as_json(const run::Result& result) {
  nlohmann::ordered_json out;
  out["before"] = result.before;
  out["after"] = result.after;
  out["steps"] = nlohmann::ordered_json::array();
  for (const auto& step : result.steps)
    out["steps"].push_back({{"revision", step.revision},
                            {"message", step.message},
                            {"direction", direction_name(step.direction)},
                            {"step", step.step},
                            {"steps", step.steps},
                            {"transaction", step.transactional},
                            {"seconds", step.seconds}});
  out["state"] = result.state;
  return out;
}

double total_seconds(const run::Result& result) {
  double out = 0;
  for (const auto& step : result.steps) out += step.seconds;
  return out;
}

}  // namespace

void RunningArguments::declare(Arguments& arguments) {
  arguments.option("--wait", wait, "how long to wait for another runner: 30s, 5min");
  arguments.option("--lock-timeout", lock_timeout,
                   "how long a statement may wait for a lock before its step is retried");
  arguments.option("--statement-timeout", statement_timeout,
                   "how long a statement may run; 0: as long as it takes");
  arguments.flag("--accept-edited", accept_edited, "go on although applied scripts were edited");
}

std::string rows_text(const std::vector<std::string>& rows) {
  return rows.empty() ? "base" : join(rows, ", ");
}

run::Options running_options(Context& context, const RunningArguments& arguments,
                             const std::string& command) {
  check_time(arguments.wait, "--wait");
  check_time(arguments.lock_timeout, "--lock-timeout");
  check_time(arguments.statement_timeout, "--statement-timeout");
  const auto& config = context.config({.database = true});
  run::Options out;
  out.names = {config.migrations.schema, config.migrations.version_table};
  out.lock_timeout = arguments.lock_timeout.value_or(config.migrations.lock_timeout);
  out.statement_timeout = arguments.statement_timeout.value_or(config.migrations.statement_timeout);
  out.lock_retries = config.migrations.lock_retries;
  out.wait = arguments.wait ? *parse_duration(*arguments.wait) : config.migrations.wait;
  out.search_path = config.models.search_path;
  out.accept_edited = arguments.accept_edited;
  out.tool_version = MIGRATE_VERSION;
  out.command = command;
  return out;
}

run::Events running_events(Context& context) {
  auto& out = context.out();
  run::Events events;
  events.step_begins = [&out](const run::StepInfo& step) {
    out.note(fmt::format("[{}/{}] {} {}{}{}", step.number, step.total, direction_name(step.direction),
                         out.styled_note(step.revision, Style::strong),
                         step.message.empty() ? "" : " " + step.message,
                         step.steps > 1 ? fmt::format(", step {} of {}", step.step, step.steps) : ""));
  };
  events.step_ends = [&out](const run::StepInfo& step) {
    if (step.seconds >= 1) out.note(fmt::format("      done in {:.1f} s", step.seconds));
  };
  events.note = [&out](const std::string& text) { out.note("      " + text); };
  events.warning = [&out](const std::string& text) { out.warn(text); };
  events.statement = [&out](const std::string& text) { out.sql(text); };
  events.confirm_data_loss = [&context](const std::vector<std::string>& losses) {
    context.confirm_data_loss(losses);
  };
  return events;
}

ExitCode run_and_report(
    Context& context, const RunningArguments& arguments, const std::string& command, const std::string& done,
    const std::function<run::Result(const run::Target&, const run::Options&, const run::Events&)>& verb) {
  const auto options = running_options(context, arguments, command);
  const auto& graph = context.graph();
  const auto connect = context.connect_options();
  auto& session = context.session();
  postgres::install_interrupt_handlers();
  const auto result = verb({session, connect, context.directory(), graph}, options, running_events(context));
  auto& out = context.out();
  out.json(as_json(result).dump(2));
  if (result.nothing_to_do())
    out.result("nothing to do: the database is at " + result.state);
  else if (result.steps.empty())
    out.result(fmt::format("{} from {} to {}", done, rows_text(result.before), result.state));
  else
    out.result(fmt::format("{} from {} to {}: {}, {:.1f} s", done, rows_text(result.before), result.state,
                           plural(result.steps.size(), "step"), total_seconds(result)));
  return ExitCode::ok;
}

}  // namespace migrate::cli
