#include "cli/running.hpp"

#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "cli/preview.hpp"
#include "postgres/interrupt.hpp"
#include "report/time.hpp"
#include "run/variables.hpp"
#include "util/duration.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

using report::Style;

void check_time(const std::optional<std::string>& value, const std::string& option) {
  if (value && !parse_duration(*value))
    throw Error(ExitCode::usage, option + " takes a time such as 500ms, 5s or 1min, not \"" + *value + "\"");
}

int retries_of(const std::string& text) {
  int out = -1;
  const auto* last = text.data() + text.size();
  const auto read = std::from_chars(text.data(), last, out);
  if (read.ec != std::errc() || read.ptr != last || out < 0)
    throw Error(ExitCode::usage, "--lock-retries takes a number from 0, not \"" + text + "\"");
  return out;
}

run::Transaction transaction_of(const std::string& text) {
  if (text == "step") return run::Transaction::step;
  if (text == "revision") return run::Transaction::revision;
  if (text == "all") return run::Transaction::all;
  throw Error(ExitCode::usage, "--transaction takes step, revision or all, not \"" + text + "\"");
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
  out["rolled_back"] = result.rolled_back;
  if (result.rolled_back) out["reached"] = result.reached;
  return out;
}

double total_seconds(const run::Result& result) {
  double out = 0;
  for (const auto& step : result.steps) out += step.seconds;
  return out;
}

}  // namespace

void RunningArguments::declare_bookkeeping(Arguments& arguments) {
  arguments.option("--wait", wait, "how long to wait for another runner: 30s, 5min");
  arguments.option("--tag", tag, "a text for the log, which scripts read as current_setting('migrate.tag')");
}

void RunningArguments::declare(Arguments& arguments) {
  declare_bookkeeping(arguments);
  arguments.option("--lock-timeout", lock_timeout,
                   "how long a statement may wait for a lock before its step is retried");
  arguments.option("--lock-retries", lock_retries, "how often, with growing pauses");
  arguments.option("--statement-timeout", statement_timeout,
                   "how long a statement may run; 0: as long as it takes");
  arguments.option("--transaction", transaction, "what is one transaction: step, revision or all");
  arguments.flag("--dry-run", dry_run, "say what would be done, and do nothing to the database");
  arguments.flag("--sql", sql, "print the script for psql instead of running it; also of a range FROM:TO");
  arguments.flag("--rollback", rollback, "run it for real in one transaction, and roll that back");
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
  if (!is_utf8(arguments.tag)) throw Error(ExitCode::usage, "--tag: the text is not UTF-8");
  const auto& config = context.config({.steps = true});
  run::Options out;
  out.names = context.bookkeeping_names();
  out.lock_timeout = arguments.lock_timeout.value_or(config.migrations.lock_timeout);
  out.statement_timeout = arguments.statement_timeout.value_or(config.migrations.statement_timeout);
  out.lock_retries =
      arguments.lock_retries ? retries_of(*arguments.lock_retries) : config.migrations.lock_retries;
  out.wait = arguments.wait ? *parse_duration(*arguments.wait) : config.migrations.wait;
  out.search_path = config.models.search_path;
  out.transaction = transaction_of(arguments.transaction.value_or(config.migrations.transaction));
  out.rollback = arguments.rollback;
  out.variables = run::parse_variables(context.globals().variables);
  out.tag = arguments.tag;
  out.accept_edited = arguments.accept_edited;
  out.tool_version = MIGRATE_VERSION;
  out.command = command;
  return out;
}

run::Events running_events(Context& context, bool timed) {
  auto& out = context.out();
  run::Events events;
  events.step_begins = [&out](const run::StepInfo& step) {
    out.note(fmt::format("[{}/{}] {} {}{}{}", step.number, step.total, direction_name(step.direction),
                         out.styled_note(step.revision, Style::strong),
                         step.message.empty() ? "" : " " + step.message,
                         step.steps > 1 ? fmt::format(", step {} of {}", step.step, step.steps) : ""));
  };
  events.step_ends = [&out, timed](const run::StepInfo& step) {
    if (step.seconds >= 1 || timed)
      out.note(fmt::format("      done in {:.{}f} s", step.seconds, timed ? 3 : 1));
  };
  const auto step_now = std::make_shared<std::string>();
  const auto begins = events.step_begins;
  events.step_begins = [begins, step_now](const run::StepInfo& step) {
    *step_now =
        fmt::format("[{}/{}] {} {}", step.number, step.total, direction_name(step.direction), step.revision);
    begins(step);
  };
  if (!context.globals().quiet)
    events.progress = [&out, step_now](const postgres::StatementProgress& progress) {
      out.progress(fmt::format("{}: {}{}{}, {}", *step_now,
                               report::duration(progress.running.count() / 1000 * 1000),
                               progress.phase.empty() ? "" : ", " + progress.phase,
                               progress.percent < 0 ? "" : fmt::format(" {} %", progress.percent),
                               shorten(one_line(progress.statement), 60)));
    };
  events.note = [&out](const std::string& text) { out.note("      " + text); };
  events.warning = [&out](const std::string& text) { out.warn(text); };
  events.statement = [&out](const std::string& text) { out.sql(text); };
  events.confirm_data_loss = [&context](const std::vector<std::string>& losses) {
    context.confirm_data_loss(losses);
  };
  return events;
}

ExitCode run_and_report(Context& context, const RunningArguments& arguments, const std::string& command,
                        const std::string& done, const Verb& verb, const PreviewVerb& preview) {
  if (arguments.dry_run + arguments.rollback + arguments.sql > 1)
    throw Error(ExitCode::usage, "--dry-run, --sql and --rollback exclude each other: give one of them");
  const auto options = running_options(context, arguments, command);
  context.connect_ahead();
  const auto& graph = context.graph();
  const auto connect = context.connect_options();
  // Most databases are at one of these: their scripts are hashed while the connection is made.
  revision::HistoryChecksums checksums(context.directory(), graph);
  for (const auto& head : graph.effective_heads()) checksums.of(head);
  const auto& state = context.database_state();
  postgres::install_interrupt_handlers();
  const run::Target target{context.session(), connect, context.directory(), graph, &state, &checksums};
  if (arguments.dry_run)
    return print_preview(context, preview(target, options, running_events(context)), done);
  if (arguments.sql) return print_script(context, preview(target, options, running_events(context)), options);
  const auto result = verb(target, options, running_events(context, arguments.rollback));
  auto& out = context.out();
  if (out.options().json) out.json(as_json(result).dump(2));
  const auto steps = fmt::format("{}, {:.1f} s", plural(result.steps.size(), "step"), total_seconds(result));
  if (result.nothing_to_do())
    out.result("nothing to do: the database is at " + result.state);
  else if (result.rolled_back)
    out.result(fmt::format("{} from {} to {} and rolled back: {}; the database is at {} as before", done,
                           rows_text(result.before), rows_text(result.reached), steps, result.state));
  else if (result.steps.empty())
    out.result(fmt::format("{} from {} to {}", done, rows_text(result.before), result.state));
  else
    out.result(fmt::format("{} from {} to {}: {}", done, rows_text(result.before), result.state, steps));
  return ExitCode::ok;
}

bool print_sql_of_range(Context& context, const RunningArguments& arguments, const std::string& command,
                        const std::string& target, const PreviewRange& preview) {
  if (target.find(':') == std::string::npos) return false;
  if (!arguments.sql || arguments.dry_run || arguments.rollback)
    throw Error(ExitCode::usage, "a range FROM:TO is for --sql, not \"" + target + "\" alone",
                "a run begins where the database is");
  const auto range = revision::parse_range(target);
  if (!range.from || !range.to)
    throw Error(ExitCode::usage, "a range has two ends, FROM:TO, not \"" + target + "\"");
  const auto options = running_options(context, arguments, command);
  const auto& graph = context.graph();
  print_script(context, preview({context.directory(), graph}, *range.from, *range.to, options), options);
  return true;
}

}  // namespace migrate::cli
