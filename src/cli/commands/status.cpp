#include "run/status.hpp"

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/comparing.hpp"
#include "cli/running.hpp"
#include "report/time.hpp"
#include "util/files.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

using nlohmann::ordered_json;
using report::Style;

constexpr std::size_t most_runs = 5, most_pending = 20;

class Status : public Command {
 public:
  std::string name() const override { return "status"; }
  std::string description() const override {
    return "Say where the database stands: what is pending, half done, edited, and what ran last";
  }
  void declare(Arguments& arguments) override {
    arguments.flag("--check", check_,
                   "exit code 3 if anything is pending, half done, edited or unknown, or --drift finds any");
    arguments.flag("--drift", drift_,
                   "compare the database with what its revisions make in a scratch database, too");
  }

  ExitCode run(Context& context) override {
    context.config({.database = true});
    const auto& graph = context.graph();
    const auto connect = context.connect_options();
    auto& session = context.session();
    const auto status = run::read_status({session, connect, context.directory(), graph},
                                         context.bookkeeping_names(), most_runs);
    std::optional<std::vector<std::string>> drift;
    if (drift_ && status.unknown.empty()) drift = look_for_drift(context, status);
    auto document = as_json(status, graph);
    document["drift"] = drift ? ordered_json(*drift) : ordered_json();
    context.out().json(document.dump(2));
    print(context.out(), status, graph);
    print_drift(context.out(), drift, status);
    return check_ && (!status.settled() || (drift && !drift->empty())) ? ExitCode::differences : ExitCode::ok;
  }

 private:
  static std::string titled(const revision::Graph& graph, const std::string& id) {
    return graph.contains(id) && !graph.at(id).message.empty() ? id + " " + graph.at(id).message : id;
  }

  static std::string absence(const revision::Graph& graph, const run::Unknown& unknown) {
    const auto* squash = graph.replaced_by(unknown.revision);
    return squash == nullptr ? ", which no script here has" : ", a part of what " + squash->id + " replaces";
  }

  static void print(report::Output& out, const run::Status& status, const revision::Graph& graph) {
    const auto& state = status.state;
    out.result("at:       " + out.styled(run::describe(state), Style::strong));
    for (const auto& row : state.versions)
      if (const auto* entry = state.newest(row); entry != nullptr)
        if (const auto id = graph.revision_of_row(row))
          out.result("          " + titled(graph, *id) + (*id == row ? "" : ", which replaces " + row) +
                     ", applied " + report::time(entry->ended_at) + " by " + entry->role);
    for (const auto& unknown : status.unknown)
      out.result("unknown:  " + out.styled(unknown.revision, Style::warning) + absence(graph, unknown) +
                 (unknown.by.empty() ? ", nor does the log know it"
                                     : ", applied " + report::time(unknown.applied_at) + " by " + unknown.by +
                                           " above " + rows_text(unknown.above)));
    if (status.pending.empty()) {
      out.result("pending:  nothing");
    } else {
      out.result("pending:  " + plural(status.pending.size(), "revision"));
      for (std::size_t i = 0; i < std::min(status.pending.size(), most_pending); ++i)
        out.result("          " + titled(graph, status.pending[i]));
      if (status.pending.size() > most_pending)
        out.result(fmt::format("          and {} more", status.pending.size() - most_pending));
    }
    for (const auto& id : state.half_done)
      out.result("half done: " + out.styled(run::describe_progress(state, id), Style::warning));
    for (const auto& step : status.edited.up)
      out.result("edited:   " + Location{step.file, step.line, 0}.text() + ": step " +
                 std::to_string(step.step) + " of " + step.revision + " is another one since " +
                 report::time(step.applied_at));
    for (const auto& warning : status.edited.warnings) out.result("edited:   " + warning);
    if (!status.holder.empty()) out.result("at work:  " + status.holder);
    for (std::size_t i = 0; i < status.runs.size(); ++i)
      out.result((i == 0 ? "last:     " : "          ") + sentence(status.runs[i]));
  }

  // What the revisions of the database build in a scratch database stands where `check` has the models.
  static std::vector<std::string> look_for_drift(Context& context, const run::Status& status) {
    const auto& graph = context.graph();
    std::vector<std::string> revisions;
    for (const auto& row : status.state.versions)
      if (const auto id = graph.revision_of_row(row)) revisions.push_back(*id);
    if (revisions.empty()) revisions = {"base"};
    const auto history = history_database(context, context.directory(), graph, revisions);
    model::Document made;
    auto view = in_view(context, {});
    if (context.config().autogenerate.schemas.empty()) view.schemas.clear();  // all that they made
    made.database = postgres::introspect(history->session(), view);
    auto live = postgres::introspect(context.session(), in_view(context, made.database));
    autogenerate::CompareOptions options;
    options.owned = owned_by_database(context);
    options.no_renames = true;
    options.identities = false;
    const auto comparison = compare(context, made, std::move(live), options);
    note_left_alone(context, made, comparison, false);
    return all_difference_lines(made, comparison);
  }

  static void print_drift(report::Output& out, const std::optional<std::vector<std::string>>& drift,
                          const run::Status& status) {
    if (!drift) {
      out.result(status.unknown.empty()
                     ? "drift:    not looked at; --drift compares the database with what its revisions make"
                     : "drift:    not known, since scripts are missing here");
      return;
    }
    if (drift->empty()) {
      out.result("drift:    none: the database is as its revisions make it");
      return;
    }
    out.result(
        "drift:    " +
        out.styled(plural(drift->size(), "difference") + " between what its revisions make and the database",
                   Style::warning) +
        (status.state.half_done.empty() ? "" : ", which what is half done may explain"));
    for (const auto& line : *drift) out.result("          " + line);
  }

  static std::string sentence(const run::PastRun& run) {
    std::vector<std::string> parts;
    if (run.up > 0) parts.push_back(plural(static_cast<std::size_t>(run.up), "step") + " up");
    if (run.down > 0) parts.push_back(plural(static_cast<std::size_t>(run.down), "step") + " down");
    if (run.failed > 0)
      parts.push_back(std::to_string(run.failed) + " failed: " + shorten(one_line(run.error), 80));
    return report::time(run.started_at) + "  " + run.command + ", " + run.who +
           (parts.empty() ? "" : ": " + join(parts, ", ") + ", " + report::duration(run.milliseconds));
  }

  static ordered_json text_or_null(const std::string& text) {
    return text.empty() ? ordered_json() : ordered_json(text);
  }

  static ordered_json as_json(const run::Status& status, const revision::Graph& graph) {
    const auto& state = status.state;
    ordered_json out;
    out["state"] = run::describe(state);
    out["versions"] = state.versions;
    out["settled"] = status.settled();
    out["pending"] = ordered_json::array();
    for (const auto& id : status.pending)
      out["pending"].push_back(
          {{"id", id}, {"message", graph.at(id).message}, {"file", display_path(graph.at(id).path)}});
    out["half_done"] = ordered_json::array();
    for (const auto& id : state.half_done)
      out["half_done"].push_back({{"id", id}, {"state", run::describe_progress(state, id)}});
    out["unknown"] = ordered_json::array();
    for (const auto& unknown : status.unknown)
      out["unknown"].push_back({{"id", unknown.revision},
                                {"applied_at", text_or_null(unknown.applied_at)},
                                {"by", text_or_null(unknown.by)},
                                {"above", unknown.above}});
    out["edited"] = ordered_json::array();
    for (const auto& step : status.edited.up)
      out["edited"].push_back(
          {{"revision", step.revision}, {"step", step.step}, {"file", step.file}, {"line", step.line}});
    out["warnings"] = status.edited.warnings;
    out["at_work"] = text_or_null(status.holder);
    out["runs"] = ordered_json::array();
    for (const auto& run : status.runs)
      out["runs"].push_back({{"command", run.command},
                             {"who", run.who},
                             {"started_at", run.started_at},
                             {"ended_at", text_or_null(run.ended_at)},
                             {"milliseconds", run.milliseconds},
                             {"up", run.up},
                             {"down", run.down},
                             {"failed", run.failed},
                             {"error", text_or_null(run.error)}});
    return out;
  }

  bool check_ = false, drift_ = false;
};

}  // namespace

std::unique_ptr<Command> make_status() { return std::make_unique<Status>(); }

}  // namespace migrate::cli
