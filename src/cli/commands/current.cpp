#include <algorithm>

#include "cli/command.hpp"
#include "cli/running.hpp"
#include "run/state.hpp"
#include "util/files.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

using nlohmann::ordered_json;
using report::Style;

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

class Current : public Command {
 public:
  std::string name() const override { return "current"; }
  std::string description() const override { return "Say at which revision the database is"; }
  void declare(Arguments& arguments) override {
    arguments.flag("--check-heads", check_heads_,
                   "exit code 3 if the database is not at the newest revision");
  }

  ExitCode run(Context& context) override {
    context.connect_ahead();
    const auto& graph = context.graph();
    const auto& state = context.database_state();
    // Rows are not compared with heads: a head that another revision depends on has no row of its own.
    const bool at_heads =
        state.unknown.empty() && state.half_done.empty() && state.applied.size() == graph.size();
    context.out().json(as_json(state, graph, at_heads).dump(2));
    print(context, state, graph);
    if (check_heads_ && !at_heads) {
      const auto heads = graph.effective_heads();
      context.out().note((heads.size() > 1 ? "the newest revisions are " : "the newest revision is ") +
                         rows_text(heads));
      return ExitCode::differences;
    }
    return ExitCode::ok;
  }

 private:
  static ordered_json as_json(const run::State& state, const revision::Graph& graph, bool at_heads) {
    ordered_json out;
    out["revisions"] = ordered_json::array();
    for (const auto& row : state.versions) {
      const auto id = graph.revision_of_row(row);
      const bool known = id.has_value();
      const auto* entry = state.newest(row);
      ordered_json one;
      one["id"] = row;
      one["message"] = known ? ordered_json(graph.at(*id).message) : ordered_json();
      one["file"] = known ? ordered_json(display_path(graph.at(*id).path)) : ordered_json();
      one["known"] = known;
      one["head"] = known && has(graph.heads(), *id);
      one["applied_at"] =
          entry != nullptr && !entry->ended_at.empty() ? ordered_json(entry->ended_at) : ordered_json();
      out["revisions"].push_back(std::move(one));
    }
    out["half_done"] = ordered_json::array();
    for (const auto& id : state.half_done) {
      const auto& progress = state.progress.at(id);
      ordered_json one;
      one["id"] = id;
      one["steps"] = progress.steps;
      one["done"] = ordered_json::array();
      for (int step = 1; step <= progress.steps; ++step)
        if (state.applied.contains(id) ? !progress.undone.contains(step) : progress.up.contains(step))
          one["done"].push_back(step);
      one["open"] = progress.open != nullptr
                        ? ordered_json{{"direction", std::string(postgres::text_of(progress.open->kind))},
                                       {"step", progress.open->step},
                                       {"state", std::string(postgres::text_of(progress.open->state))},
                                       {"statements_done", progress.open->statements_done},
                                       {"started_at", progress.open->started_at}}
                        : ordered_json();
      out["half_done"].push_back(std::move(one));
    }
    out["state"] = run::describe(state);
    out["at_heads"] = at_heads;
    return out;
  }

  static void print(Context& context, const run::State& state, const revision::Graph& graph) {
    auto& out = context.out();
    if (state.versions.empty() && state.half_done.empty()) out.result("base");
    for (const auto& row : state.versions) {
      if (state.is_half_done(row)) continue;
      std::string line = out.styled(row, Style::strong);
      const auto id = graph.revision_of_row(row);
      if (!id) line += out.styled(" (no script here has it)", Style::warning);
      if (id && *id != row) line += " (replaced by " + *id + ")";
      if (id && has(graph.heads(), *id)) line += out.styled(" (head)", Style::good);
      if (id && !graph.at(*id).message.empty()) line += " " + graph.at(*id).message;
      out.result(line);
      if (context.globals().verbose) details(context, state, graph, row);
    }
    for (const auto& id : state.half_done) {
      out.result(out.styled(run::describe_progress(state, id), Style::warning) +
                 (graph.contains(id) && !graph.at(id).message.empty() ? " " + graph.at(id).message : ""));
      if (context.globals().verbose) details(context, state, graph, id);
      const auto* open = state.progress.at(id).open;
      if (context.globals().verbose && open != nullptr && !open->error.empty())
        out.result("  error: " + open->error);
    }
  }

  static void details(Context& context, const run::State& state, const revision::Graph& graph,
                      const std::string& id) {
    auto& out = context.out();
    if (graph.contains(id)) {
      out.result("  file: " + display_path(graph.at(id).path));
      out.result("  parents: " + rows_text(graph.at(id).down_revisions));
    }
    if (const auto* entry = state.newest(id))
      out.result("  applied: " + entry->ended_at + " by " + entry->role + " (" + entry->os_user + " on " +
                 entry->host + ", " + entry->application + ", " + entry->tool_version + ")");
  }

  bool check_heads_ = false;
};

}  // namespace

std::unique_ptr<Command> make_current() { return std::make_unique<Current>(); }

}  // namespace migrate::cli
