#include "cli/command.hpp"
#include "cli/database_rows.hpp"
#include "cli/editor.hpp"
#include "util/files.hpp"
#include "util/json.hpp"

namespace migrate::cli {
namespace {

class Edit : public Command {
 public:
  std::string name() const override { return "edit"; }
  std::string description() const override { return "Open a script in $VISUAL or $EDITOR"; }

  void declare(Arguments& arguments) override {
    arguments.option("revision", revision_,
                     "an id, its beginning, head (the default), current, LABEL@head …");
  }

  ExitCode run(Context& context) override {
    const auto target = revision::parse_target(revision_);
    const auto rows = rows_for(context, {target});
    const auto& header = context.graph().at(revision::resolve_one(context.graph(), target, rows));
    open_editor(header.path);
    context.directory().load(header);  // what no longer reads is said now
    nlohmann::ordered_json document;
    document["revision"] = header.id;
    document["path"] = display_path(header.path);
    context.out().json(document.dump(2));
    return ExitCode::ok;
  }

 private:
  std::string revision_ = "head";
};

}  // namespace

std::unique_ptr<Command> make_edit() { return std::make_unique<Edit>(); }

}  // namespace migrate::cli
