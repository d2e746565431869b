#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/describe_revision.hpp"

namespace migrate::cli {
namespace {

class History : public Command {
 public:
  std::string name() const override { return "history"; }
  std::string description() const override { return "List the revisions, the newest first"; }

  void declare(Arguments&) override {}

  ExitCode run(Context& context) override {
    auto& out = context.out();
    const auto& graph = context.graph();
    nlohmann::ordered_json document;
    document["revisions"] = nlohmann::ordered_json::array();
    for (auto id = graph.order().rbegin(); id != graph.order().rend(); ++id) {
      if (out.options().json) {
        document["revisions"].push_back(nlohmann::ordered_json::parse(header_json(graph, *id)));
      } else if (out.options().verbose) {
        for (const auto& line : header_lines(out, graph, *id)) out.result(line);
        out.result("");
      } else {
        out.result(revision_line(out, graph, *id));
      }
    }
    if (graph.empty()) out.note("There are no revisions.");
    out.json(document.dump(2));
    return ExitCode::ok;
  }
};

}  // namespace

std::unique_ptr<Command> make_history() { return std::make_unique<History>(); }

}  // namespace migrate::cli
