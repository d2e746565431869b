#include <algorithm>

#include "cli/command.hpp"
#include "cli/describe_revision.hpp"
#include "util/files.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

class Heads : public Command {
 public:
  std::string name() const override { return "heads"; }
  std::string description() const override { return "Show the revisions that no other comes after"; }

  void declare(Arguments& arguments) override {
    arguments.flag("--check", check_, "exit code 3 if there is more than one, or HEAD names another");
    arguments.flag("--resolve-dependencies", resolve_dependencies_,
                   "leave out those that another one depends on, as --check does");
  }

  ExitCode run(Context& context) override {
    auto& out = context.out();
    const auto& graph = context.graph();
    // One that others depend on is applied with them: it is no head to choose.
    const auto effective = graph.effective_heads();
    const auto& heads = resolve_dependencies_ ? effective : graph.heads();
    const auto problem = effective.size() > 1 ? std::nullopt : context.directory().head_problem(graph);
    nlohmann::ordered_json document;
    document["heads"] = nlohmann::ordered_json::array();
    for (const auto& id : heads) {
      auto one = nlohmann::ordered_json::parse(header_json(graph, id));
      one["labels"] = graph.labels_of(id);
      one["effective"] = has(effective, id);
      document["heads"].push_back(std::move(one));
      print(out, graph, id, effective);
    }
    document["problem"] = nullptr;
    if (heads.empty()) out.note("There are no revisions.");
    if (problem) {
      document["problem"] = *problem;
      out.warn(*problem);
    }
    if (effective.size() > 1) {
      try {
        graph.head();
      } catch (const Error& several) {
        document["problem"] = several.text();
        out.warn(several.text());
      }
    }
    out.json(document.dump(2));
    return check_ && (effective.size() > 1 || problem) ? ExitCode::differences : ExitCode::ok;
  }

 private:
  static bool has(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  }
  static void print(report::Output& out, const revision::Graph& graph, const std::string& id,
                    const std::vector<std::string>& effective) {
    if (out.options().verbose) {
      for (const auto& line : header_lines(out, graph, id)) out.result(line);
      out.result("");
      return;
    }
    std::string line = revision_line(out, graph, id);
    if (!has(effective, id)) line += " (another depends on it)";
    if (const auto labels = graph.labels_of(id); !labels.empty() && graph.at(id).branch_labels.empty())
      line += " (on " + join(labels, ", ") + ")";
    out.result(line + " (" + display_path(graph.at(id).path) + ")");
  }

  bool check_ = false, resolve_dependencies_ = false;
};

}  // namespace

std::unique_ptr<Command> make_heads() { return std::make_unique<Heads>(); }

}  // namespace migrate::cli
