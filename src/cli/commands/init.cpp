#include "cli/command.hpp"
#include "cli/project_files.hpp"
#include "cli/project_templates.hpp"
#include "util/files.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace fs = std::filesystem;
namespace {

class Init : public Command {
 public:
  std::string name() const override { return "init"; }
  std::string description() const override {
    return "Make a project in this folder: configuration, a first model, a folder for scripts";
  }

  void declare(Arguments& arguments) override {
    arguments.option("folder", folder_, "where, instead of here; made if it is not there");
    arguments.option("-t,--template", template_, "what kind of project: generic, cmake or sql");
    arguments.flag("--list-templates", list_, "list the kinds, and make nothing");
  }

  ExitCode run(Context& context) override {
    if (list_) return list(context);
    const auto& kind = project_template(template_);
    const fs::path folder = folder_.empty() ? fs::current_path() : fs::absolute(folder_).lexically_normal();
    refuse_existing(folder, kind);
    std::vector<std::string> written;
    for (const auto& file : kind.files) {
      write_file(folder / file.name, file.text);
      written.push_back(file.name);
    }
    for (auto& file : write_editor_files(folder)) written.push_back(std::move(file));
    make_folder(folder / "migrations");
    written.emplace_back("migrations/");

    auto& out = context.out();
    nlohmann::ordered_json document;
    document["folder"] = folder.string();
    document["written"] = written;
    out.json(document.dump(2));
    out.result("Made a project in " + folder.string() + ": " + join(written, ", "));
    out.result("");
    out.result("Next, " + std::string(folder_.empty() ? "" : "in that folder, ") +
               "write the first revision and apply it:");
    out.result("  " + kind.next);
    out.result("  migrate upgrade head");
    out.result("config.toml says where the database is: \"local\" for a private one, made on first use.");
    return ExitCode::ok;
  }

 private:
  static void refuse_existing(const fs::path& folder, const ProjectTemplate& kind) {
    std::vector<std::string> there;
    std::error_code unreadable;
    for (const auto& file : kind.files)
      if (fs::exists(fs::symlink_status(folder / file.name, unreadable))) there.push_back(file.name);
    for (const char* name : {"compile_flags.txt", "config/config.toml"})
      if (fs::exists(folder / name, unreadable)) there.emplace_back(name);
    if (!there.empty())
      throw Error(
          ExitCode::usage,
          join(there, ", ") + (there.size() == 1 ? " is" : " are") + " already there: nothing was written",
          "init makes a new project; to change one, edit its files");
  }

  static void make_folder(const fs::path& folder) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed)
      throw Error(ExitCode::failed,
                  "cannot create the folder " + display_path(folder) + ": " + failed.message());
  }

  static ExitCode list(Context& context) {
    nlohmann::ordered_json document;
    document["templates"] = nlohmann::ordered_json::array();
    for (const auto& each : project_templates()) {
      document["templates"].push_back({{"name", each.name}, {"description", each.description}});
      context.out().result(each.name + ": " + each.description);
    }
    context.out().json(document.dump(2));
    return ExitCode::ok;
  }

  std::string folder_, template_ = "generic";
  bool list_ = false;
};

}  // namespace

std::unique_ptr<Command> make_init() { return std::make_unique<Init>(); }

}  // namespace migrate::cli
