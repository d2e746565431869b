#include "cli/command.hpp"
#include "cli/comparing.hpp"
#include "model/document.hpp"
#include "model/generate_cpp.hpp"
#include "plan/plan.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

class Inspect : public Command {
 public:
  std::string name() const override { return "inspect"; }
  std::string description() const override {
    return "Print the live database as models, as a snapshot or as SQL";
  }

  void declare(Arguments& arguments) override {
    arguments.choice(
        "--format", format_, {"cpp", "json", "sql"},
        "cpp: models that compile; json: a snapshot; sql: the statements that build it, in one transaction");
    arguments.option("-o,--output", output_, "the file to write; default: standard output");
    arguments.flag("--strict", strict_, strict_help);
  }

  ExitCode run(Context& context) override {
    auto view = in_view(context, {});
    if (context.config().autogenerate.schemas.empty()) view.schemas = {"*"};
    view.dependencies = format_ != "cpp";
    if (format_ == "sql") view.check_bodies_with = context.config().models.search_path;
    auto database = postgres::introspect(context.session(), view);
    catalog::keep_access(database, view.owners, view.privileges);
    tell_unhandled(context, database.unhandled, "left out", strict_);
    const auto text = print(database, context.config().models.search_path);
    if (output_.empty()) {
      context.out().result(text);
      return ExitCode::ok;
    }
    write_file(output_, text);
    context.out().note("wrote " + output_ + ": " + plural(database.tables.size(), "table"));
    return ExitCode::ok;
  }

 private:
  std::string print(const catalog::Database& database, const std::vector<std::string>& search_path) const {
    if (format_ == "json") return model::write_document(database);
    if (format_ == "cpp") return model::generate_cpp(database, search_path);
    std::string out = "BEGIN;\n\n";
    for (const auto& statement : plan::build_statements(database, database.server_version))
      out += statement.sql + ";\n\n";
    return out + "COMMIT;\n";
  }

  std::string format_ = "cpp";
  std::string output_;
  bool strict_ = false;
};

}  // namespace

std::unique_ptr<Command> make_inspect() { return std::make_unique<Inspect>(); }

}  // namespace migrate::cli
