#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/describe_revision.hpp"
#include "util/files.hpp"

namespace migrate::cli {
namespace {

class Heads : public Command {
 public:
  std::string name() const override { return "heads"; }
  std::string description() const override { return "Show the revisions that no other comes after"; }

  void declare(Arguments& arguments) override {
    arguments.flag("--check", check_, "exit code 3 if there is more than one, or HEAD names another");
  }

  ExitCode run(Context& context) override {
    auto& out = context.out();
    const auto& graph = context.graph();
    // One that others depend on is applied with them: it is no head to choose.
    const auto heads = graph.effective_heads();
    const auto problem = heads.size() > 1 ? std::nullopt : context.directory().head_problem(graph);
    nlohmann::ordered_json document;
    document["heads"] = nlohmann::ordered_json::array();
    for (const auto& id : heads) {
      document["heads"].push_back(nlohmann::ordered_json::parse(header_json(graph, id)));
      out.result(revision_line(out, graph, id) + " (" + display_path(graph.at(id).path) + ")");
    }
    document["problem"] = nullptr;
    if (heads.empty()) out.note("There are no revisions.");
    if (problem) {
      document["problem"] = *problem;
      out.warn(*problem);
    }
    if (heads.size() > 1) {
      try {
        graph.head();
      } catch (const Error& several) {
        document["problem"] = several.text();
        out.warn(several.text());
      }
    }
    out.json(document.dump(2));
    return check_ && (heads.size() > 1 || problem) ? ExitCode::differences : ExitCode::ok;
  }

 private:
  bool check_ = false;
};

}  // namespace

std::unique_ptr<Command> make_heads() { return std::make_unique<Heads>(); }

}  // namespace migrate::cli
