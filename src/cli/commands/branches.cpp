#include "cli/command.hpp"
#include "cli/describe_revision.hpp"
#include "util/files.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

using nlohmann::ordered_json;

class Branches : public Command {
 public:
  std::string name() const override { return "branches"; }
  std::string description() const override {
    return "Show where the revisions part into branches, and what the labels name";
  }
  void declare(Arguments&) override {}

  ExitCode run(Context& context) override {
    auto& out = context.out();
    const auto& graph = context.graph();
    ordered_json document;
    document["branch_points"] = ordered_json::array();
    document["labels"] = ordered_json::array();
    for (const auto& id : graph.order()) {
      if (!graph.is_branch_point(id)) continue;
      auto one = ordered_json::parse(header_json(graph, id));
      one["children"] = graph.children(id);
      document["branch_points"].push_back(std::move(one));
      if (out.options().verbose)
        for (const auto& line : header_lines(out, graph, id)) out.result(line);
      else
        out.result(revision_line(out, graph, id));
      for (const auto& child : graph.children(id)) {
        out.result("  -> " + short_line(out, graph, child) + " (" + display_path(graph.at(child).path) + ")");
      }
    }
    for (const auto& id : graph.order())
      for (const auto& label : graph.at(id).branch_labels) {
        const auto later = graph.above({id}, revision::Arrows::parents);
        std::vector<std::string> heads;
        for (const auto& head : graph.heads())
          if (later[graph.number(head)]) heads.push_back(head);
        document["labels"].push_back({{"label", label}, {"revision", id}, {"heads", heads}});
        out.result(out.styled(label, report::Style::strong) + ": " + id +
                   (heads == std::vector<std::string>{id} ? "" : ", up to " + join(heads, ", ")));
      }
    if (document["branch_points"].empty() && document["labels"].empty())
      out.note("There are no branches and no labels.");
    out.json(document.dump(2));
    return ExitCode::ok;
  }
};

}  // namespace

std::unique_ptr<Command> make_branches() { return std::make_unique<Branches>(); }

}  // namespace migrate::cli
