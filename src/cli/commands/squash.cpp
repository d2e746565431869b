#include "revision/squash.hpp"

#include <algorithm>
#include <filesystem>

#include "autogenerate/ownership.hpp"
#include "cli/command.hpp"
#include "cli/write_revision.hpp"
#include "revision/path.hpp"
#include "util/files.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

class Squash : public Command {
 public:
  std::string name() const override { return "squash"; }
  std::string description() const override {
    return "Make one script of several in a row, which it replaces";
  }

  void declare(Arguments& arguments) override {
    arguments.option("range", range_, "FROM..TO, both included; each may be left out", true);
    arguments.option("-m,--message", message_, "what it does, in a few words");
    arguments.option("--rev-id", rev_id_, "its id, instead of 12 random digits");
  }

  ExitCode run(Context& context) override {
    if (!rev_id_.empty()) revision::check_revision_id(rev_id_);
    auto& directory = context.directory();
    const auto& graph = context.graph();
    const auto ids = range(graph);
    auto script = revision::squash(directory, graph, ids);
    script.header.id = rev_id_.empty() ? revision::new_revision_id() : rev_id_;
    script.header.message = message_.empty() ? "squash " + ids.front() + " to " + ids.back() : message_;
    const auto folder = graph.at(ids.back()).path.parent_path();
    const auto& folders = directory.layout().folders;
    const auto path = directory.write(
        script,
        std::find(folders.begin(), folders.end(), folder) != folders.end() ? folder : folders.front());
    carry_models(directory.models_folder(), ids, script.header.id);
    for (const auto& id : ids) directory.remove(graph.at(id));
    const auto heads = revision::Graph(directory.headers()).effective_heads();
    if (heads.size() == 1) directory.set_head(heads.front());

    nlohmann::ordered_json document;
    document["revision"] = script.header.id;
    document["replaces"] = script.header.replaces;
    document["path"] = display_path(path);
    run_post_write_hooks(context, path);
    auto& out = context.out();
    out.result("Wrote " + display_path(path) + ", which replaces " + plural(ids.size(), "script") + ": " +
               join(ids, ", "));
    out.result("A database at " + ids.back() + " or before " + ids.front() +
               " goes on by itself. One that is between them has to be upgraded to " + ids.back() +
               " with the old scripts first.");
    out.json(document.dump(2));
    return ExitCode::ok;
  }

 private:
  std::vector<std::string> range(const revision::Graph& graph) const {
    const auto dots = range_.find("..");
    if (dots == std::string::npos || range_.find("..", dots + 2) != std::string::npos)
      throw Error(ExitCode::usage, "'" + range_ + "' is not a range", "write FROM..TO, both included");
    return revision::range(graph,
                           revision::parse_range(range_.substr(0, dots) + ":" + range_.substr(dots + 2)));
  }

  // What the replaced ones led to is what the new one leads to.
  static void carry_models(const std::filesystem::path& folder, const std::vector<std::string>& ids,
                           const std::string& squash) {
    std::vector<autogenerate::Identities> all;
    std::vector<std::filesystem::path> files;
    for (const auto& id : ids) {
      const auto file = folder / (id + ".json");
      std::error_code ignored;
      if (!std::filesystem::exists(file, ignored)) continue;
      all.push_back(autogenerate::read_identities(file));
      files.push_back(file);
    }
    if (all.empty()) return;
    write_file(folder / (squash + ".json"), autogenerate::to_json(autogenerate::unite(all), squash));
    std::error_code ignored;
    for (const auto& file : files) std::filesystem::remove(file, ignored);
  }

  std::string range_, message_, rev_id_;
};

}  // namespace

std::unique_ptr<Command> make_squash() { return std::make_unique<Squash>(); }

}  // namespace migrate::cli
