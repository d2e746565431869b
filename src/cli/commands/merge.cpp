#include <algorithm>

#include "cli/command.hpp"
#include "cli/write_revision.hpp"
#include "revision/target.hpp"
#include "util/files.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

class Merge : public Command {
 public:
  std::string name() const override { return "merge"; }
  std::string description() const override { return "Write a script that joins several heads into one"; }

  void declare(Arguments& arguments) override {
    arguments.options("revisions", revisions_, "heads for all of them, or two or more revisions");
    arguments.option("-m,--message", message_, "what it joins, in a few words");
    placement_.declare_some(arguments);
  }

  ExitCode run(Context& context) override {
    const auto& graph = context.graph();
    std::vector<std::string> parents;
    for (const auto& target :
         revision::parse_targets(revisions_.empty() ? std::vector<std::string>{"heads"} : revisions_))
      for (const auto& id : revision::resolve(graph, target).revisions)
        if (std::find(parents.begin(), parents.end(), id) == parents.end()) parents.push_back(id);
    if (parents.size() < 2)
      throw Error(ExitCode::usage,
                  parents.empty() ? "there are no revisions to join"
                                  : "there is one revision to join, " + graph.with_files(parents) +
                                        ": nothing was written",
                  "merge joins two or more heads; migrate heads lists them");
    for (const auto& one : parents)
      for (const auto& other : parents)
        if (one != other && graph.below({one}, revision::Arrows::parents)[graph.number(other)])
          throw Error(ExitCode::usage, "there is nothing to join: " + one + " comes after " + other +
                                           " already: " + graph.with_files({other, one}));
    revision::Script script;
    script.header = placement_.header(context, parents);
    script.header.message = message_.empty() ? "merge " + join(parents, " and ") : message_;
    script.comments = {"joins " + join(parents, " and ") + ", and changes nothing"};
    script.up.emplace_back();
    script.down.emplace_back().direction = revision::Direction::down;
    const auto path = context.directory().write(script, placement_.folder());
    nlohmann::ordered_json document;
    document["revision"] = script.header.id;
    document["down_revisions"] = parents;
    document["path"] = display_path(path);
    run_post_write_hooks(context, path);
    context.out().result("Wrote " + display_path(path));
    context.out().json(document.dump(2));
    return ExitCode::ok;
  }

 private:
  std::vector<std::string> revisions_;
  std::string message_;
  PlacementArguments placement_;
};

}  // namespace

std::unique_ptr<Command> make_merge() { return std::make_unique<Merge>(); }

}  // namespace migrate::cli
