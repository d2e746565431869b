#include <algorithm>
#include <set>

#include "cli/command.hpp"
#include "cli/database_rows.hpp"
#include "cli/describe_revision.hpp"
#include "report/revision_graph.hpp"
#include "revision/path.hpp"
#include "util/json.hpp"

namespace migrate::cli {
namespace {

using nlohmann::ordered_json;

class History : public Command {
 public:
  std::string name() const override { return "history"; }
  std::string description() const override { return "List the revisions, the newest first"; }

  void declare(Arguments& arguments) override {
    arguments.option("-r,--rev-range", range_,
                     "only FROM:TO, both included; FROM:, :TO, FROM:+N, -N:TO, current: and so on");
    arguments.flag("-i,--indicate-current", indicate_current_, "connect, and mark where the database is");
    arguments.flag("-g,--graph", graph_, "draw the lines between them");
  }

  ExitCode run(Context& context) override {
    const auto range = range_ ? revision::parse_range(*range_) : revision::RangeExpression{};
    auto& out = context.out();
    std::vector<revision::TargetExpression> sides;
    if (range.from) sides.push_back(*range.from);
    if (range.to) sides.push_back(*range.to);
    const bool asks = std::any_of(sides.begin(), sides.end(), [](const auto& side) {
      return side.is(revision::TargetExpression::Anchor::current);
    });
    const run::State* state = indicate_current_ || asks ? &context.database_state() : nullptr;
    const auto& graph = context.graph();
    auto ids = revision::range(graph, range, state != nullptr ? std::optional(state->rows) : std::nullopt);
    std::reverse(ids.begin(), ids.end());
    if (out.options().json)
      print_json(out, graph, ids, state);
    else
      print(out, graph, ids, indicate_current_ ? state->rows : std::vector<std::string>());
    if (graph.empty()) out.note("There are no revisions.");
    if (state != nullptr)
      for (const auto& id : state->unknown)
        out.warn("the database is at revision " + id + ", which no script has");
    return ExitCode::ok;
  }

 private:
  void print(report::Output& out, const revision::Graph& graph, const std::vector<std::string>& ids,
             const std::vector<std::string>& current) const {
    std::vector<report::DrawnRevision> drawn;
    for (const auto& id : ids) {
      std::vector<std::string> text;
      if (out.options().verbose) {
        text = header_lines(out, graph, id, current);
        text.emplace_back();
      } else {
        text = {graph_ ? short_line(out, graph, id, current) : revision_line(out, graph, id, current)};
      }
      if (graph_)
        drawn.push_back({id, graph.at(id).down_revisions, std::move(text)});
      else
        for (const auto& line : text) out.result(line);
    }
    for (const auto& line : report::draw(drawn)) out.result(line);
  }

  static void print_json(report::Output& out, const revision::Graph& graph,
                         const std::vector<std::string>& ids, const run::State* state) {
    ordered_json document;
    document["revisions"] = ordered_json::array();
    std::set<std::string> half_done;
    if (state != nullptr) half_done.insert(state->half_done.begin(), state->half_done.end());
    for (const auto& id : ids) {
      auto one = ordered_json::parse(header_json(graph, id));
      // Absent would say "no" where nobody asked the database.
      one["applied"] = state != nullptr ? ordered_json(state->applied.count(id) != 0) : ordered_json();
      one["half_done"] = state != nullptr ? ordered_json(half_done.count(id) != 0) : ordered_json();
      document["revisions"].push_back(std::move(one));
    }
    out.json(document.dump(2));
  }

  std::optional<std::string> range_;
  bool indicate_current_ = false, graph_ = false;
};

}  // namespace

std::unique_ptr<Command> make_history() { return std::make_unique<History>(); }

}  // namespace migrate::cli
