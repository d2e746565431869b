#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/describe_revision.hpp"
#include "run/state.hpp"

namespace migrate::cli {
namespace {

using nlohmann::ordered_json;

class History : public Command {
 public:
  std::string name() const override { return "history"; }
  std::string description() const override { return "List the revisions, the newest first"; }

  void declare(Arguments& arguments) override {
    arguments.flag("-i,--indicate-current", indicate_current_, "connect, and mark where the database is");
  }

  ExitCode run(Context& context) override {
    auto& out = context.out();
    std::optional<run::State> state;
    if (indicate_current_) state = read_state(context);
    const auto current = state ? state->versions : std::vector<std::string>();
    const auto& graph = context.graph();
    ordered_json document;
    document["revisions"] = ordered_json::array();
    for (auto id = graph.order().rbegin(); id != graph.order().rend(); ++id) {
      if (out.options().json) {
        document["revisions"].push_back(as_json(graph, *id, state));
      } else if (out.options().verbose) {
        for (const auto& line : header_lines(out, graph, *id, current)) out.result(line);
        out.result("");
      } else {
        out.result(revision_line(out, graph, *id, current));
      }
    }
    if (graph.empty()) out.note("There are no revisions.");
    if (state)
      for (const auto& id : state->unknown)
        out.warn("the database is at revision " + id + ", which no script has");
    out.json(document.dump(2));
    return ExitCode::ok;
  }

 private:
  static run::State read_state(Context& context) {
    const auto& settings = context.config({.database = true}).migrations;
    return run::read_state(
        postgres::Bookkeeping(context.session(), {settings.schema, settings.version_table}), context.graph());
  }

  static ordered_json as_json(const revision::Graph& graph, const std::string& id,
                              const std::optional<run::State>& state) {
    auto out = ordered_json::parse(header_json(graph, id));
    // Absent would say "no" where nobody asked the database.
    out["applied"] = state ? ordered_json(state->applied.count(id) != 0) : ordered_json();
    out["half_done"] = state ? ordered_json(state->is_half_done(id)) : ordered_json();
    return out;
  }

  bool indicate_current_ = false;
};

}  // namespace

std::unique_ptr<Command> make_history() { return std::make_unique<History>(); }

}  // namespace migrate::cli
