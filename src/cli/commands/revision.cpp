#include "cli/autogenerate_revision.hpp"
#include "cli/command.hpp"
#include "cli/comparing.hpp"
#include "util/files.hpp"
#include "util/json.hpp"

namespace migrate::cli {
namespace {

class Revision : public Command {
 public:
  std::string name() const override { return "revision"; }
  std::string description() const override {
    return "Write a new script on top of a head: an empty one, or with --autogenerate what the models "
           "differ by";
  }

  void declare(Arguments& arguments) override {
    arguments.option("-m,--message", arguments_.message, "what it does, in a few words", true);
    arguments_.placement.declare(arguments);
    arguments.flag("--sql", arguments_.print, "print the script instead of writing it");
    arguments.flag("--autogenerate", autogenerate_,
                   "compare the models with the database and write the changes");
    arguments.flag("--from-history", arguments_.from_history,
                   "with --autogenerate: compare with a scratch database built from the scripts");
    arguments.options("--rename", arguments_.renames,
                      "with --autogenerate: OLD=NEW is a rename; may be repeated");
    arguments.flag("--no-renames", arguments_.no_renames,
                   "with --autogenerate: what looks like a rename is none");
    arguments.options("--drop", arguments_.drop,
                      "with --autogenerate: drop this object that the models never had; may be repeated");
    arguments.flag("--drop-unmanaged", arguments_.drop_unmanaged,
                   "with --autogenerate: drop every object that the models never had");
    arguments.flag("--strict", arguments_.strict, std::string("with --autogenerate: ") + strict_help);
  }

  ExitCode run(Context& context) override {
    if (autogenerate_) return autogenerate_revision(context, arguments_);
    refuse_autogenerate_options();
    return write_empty(context);
  }

 private:
  void refuse_autogenerate_options() const {
    const auto refuse = [](bool given, const std::string& option) {
      if (given) throw Error(ExitCode::usage, option + " goes with --autogenerate");
    };
    refuse(arguments_.from_history, "--from-history");
    refuse(!arguments_.renames.empty(), "--rename");
    refuse(arguments_.no_renames, "--no-renames");
    refuse(!arguments_.drop.empty(), "--drop");
    refuse(arguments_.drop_unmanaged, "--drop-unmanaged");
    refuse(arguments_.strict, "--strict");
  }

  ExitCode write_empty(Context& context) const {
    const auto& graph = context.graph();
    auto& directory = context.directory();
    revision::Script script;
    auto& header = script.header;
    header = arguments_.placement.header(context);
    if (const auto problem = directory.head_problem(graph)) context.out().note("note: " + *problem);
    header.message = arguments_.message;
    script.up.emplace_back();
    script.down.emplace_back().direction = revision::Direction::down;
    if (arguments_.print) return print_revision(context, script, arguments_.placement.folder());
    const auto written = directory.write(script, arguments_.placement.folder());
    const auto path = display_path(written);
    run_post_write_hooks(context, written);

    nlohmann::ordered_json document;
    document["revision"] = header.id;
    document["down_revisions"] = header.down_revisions;
    document["path"] = path;
    context.out().result("Wrote " + path);
    context.out().json(document.dump(2));
    return ExitCode::ok;
  }

  AutogenerateArguments arguments_;
  bool autogenerate_ = false;
};

}  // namespace

std::unique_ptr<Command> make_revision() { return std::make_unique<Revision>(); }

}  // namespace migrate::cli
