#include <fmt/format.h>

#include <algorithm>

#include "cli/command.hpp"
#include "postgres/bookkeeping.hpp"
#include "report/time.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

using nlohmann::ordered_json;
using postgres::LogEntry;
using postgres::LogKind;
using postgres::StepState;
using report::Style;

class Log : public Command {
 public:
  std::string name() const override { return "log"; }
  std::string description() const override {
    return "Show what was run on the database: who, when, how long";
  }
  void declare(Arguments& arguments) override {
    arguments.option("-n,--limit", limit_, "so many rows, the newest (the default is 20); 0: all");
    arguments.option("--revision", revision_, "of this revision alone, or those whose id begins so");
  }

  ExitCode run(Context& context) override {
    if (limit_ < 0) throw Error(ExitCode::usage, "-n takes a number of rows, not " + std::to_string(limit_));
    context.config({.database = true});
    const postgres::Bookkeeping bookkeeping(context.session(), context.bookkeeping_names());
    auto rows = bookkeeping.log();
    std::reverse(rows.begin(), rows.end());
    if (revision_)
      std::erase_if(rows, [&](const LogEntry& entry) {
        const auto ids = split(entry.revision, ' ');  // a stamp has several
        return std::none_of(ids.begin(), ids.end(),
                            [&](std::string_view id) { return id.starts_with(*revision_); });
      });
    if (limit_ > 0 && rows.size() > static_cast<std::size_t>(limit_))
      rows.resize(static_cast<std::size_t>(limit_));
    ordered_json document = ordered_json::array();
    for (const auto& entry : rows) document.push_back(as_json(entry));
    auto& out = context.out();
    out.json(document.dump(2));
    for (const auto& entry : rows) print(out, entry);
    if (rows.empty()) out.note(revision_ ? "the log has nothing of " + *revision_ : "the log is empty");
    return ExitCode::ok;
  }

 private:
  static void print(report::Output& out, const LogEntry& entry) {
    const bool good = entry.state == StepState::done;
    std::string what =
        std::string(postgres::text_of(entry.kind)) + " " + (entry.revision.empty() ? "base" : entry.revision);
    if (entry.kind != LogKind::stamp) what += fmt::format(", step {} of {}", entry.step, entry.steps);
    std::string how(postgres::text_of(entry.state));
    if (entry.kind == LogKind::resolve) how = good ? "said to be done" : "said to be undone";
    const bool took_time = entry.kind == LogKind::up || entry.kind == LogKind::down;
    out.result(fmt::format("{}  {}: {}{}, by {} ({} on {}, {}, {})", report::time(entry.started_at),
                           out.styled(what, Style::strong),
                           out.styled(how, good ? Style::good : Style::warning),
                           took_time ? " in " + report::duration(entry.milliseconds) : "", entry.role,
                           entry.os_user, entry.host, entry.application, entry.tool_version));
    if (!entry.error.empty()) out.result("    error: " + one_line(entry.error));
  }

  static ordered_json as_json(const LogEntry& entry) {
    return {{"id", entry.id},
            {"run", entry.run},
            {"revision", entry.revision},
            {"parents", entry.parents},
            {"kind", std::string(postgres::text_of(entry.kind))},
            {"step", entry.step},
            {"steps", entry.steps},
            {"last", entry.last},
            {"state", std::string(postgres::text_of(entry.state))},
            {"statements_done", entry.statements_done},
            {"started_at", entry.started_at},
            {"ended_at", entry.ended_at.empty() ? ordered_json() : ordered_json(entry.ended_at)},
            {"milliseconds", entry.milliseconds},
            {"error", entry.error.empty() ? ordered_json() : ordered_json(entry.error)},
            {"tool_version", entry.tool_version},
            {"application", entry.application},
            {"os_user", entry.os_user},
            {"host", entry.host},
            {"role", entry.role}};
  }

  int limit_ = 20;
  std::optional<std::string> revision_;
};

}  // namespace

std::unique_ptr<Command> make_log() { return std::make_unique<Log>(); }

}  // namespace migrate::cli
