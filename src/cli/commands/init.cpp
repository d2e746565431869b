#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/project_files.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view config_text =
    R"(# Every key is explained in docs/reference/configuration.md of migrate.

[database]
# "local" is a private PostgreSQL under .migrate/, made on first use from the server that is installed here.
# Another one: "postgresql://user:${DB_PASSWORD}@host:5432/database"
url = "local"

[migrations]
directory = "migrations"

[models]
sources = ["models/*.cpp"]

# migrate --env prod …
[environments.prod]
database.url = "${DATABASE_URL}"
protected = true # downgrade and whatever loses data ask for the environment's name
)";

// A delimiter that clang-format does not take for C++ to be formatted.
constexpr std::string_view model_text = R"model(// What the database is to hold. Change this, then let migrate
// write the script that takes the database there:
//   migrate revision --autogenerate -m "what changed" && migrate upgrade head
#include <migrate/model.hpp>

#include <cstdint>
#include <optional>
#include <string>

struct Account {
  std::int64_t id;
  std::string email;                     // NOT NULL, as every member …
  std::optional<std::string> full_name;  // … that is not a std::optional
  migrate::timestamptz created_at;
};

// Once in every file of models.
MIGRATE_MODELS(m) {
  auto accounts = m.table<Account>("accounts");
  accounts.column<&Account::id>().identity();
  accounts.columns<&Account::email, &Account::full_name>();
  accounts.column<&Account::created_at>().default_sql("now()");
  accounts.primary_key<&Account::id>();
  accounts.unique<&Account::email>();
  accounts.check("accounts_email_has_at", "position('@' in email) > 1");
}
)model";

struct File {
  std::string name;
  std::string_view text;
};

class Init : public Command {
 public:
  std::string name() const override { return "init"; }
  std::string description() const override {
    return "Make a project in this folder: configuration, a first model, a folder for scripts";
  }

  void declare(Arguments& arguments) override {
    arguments.option("folder", folder_, "where, instead of here; made if it is not there");
  }

  ExitCode run(Context& context) override {
    const fs::path folder = folder_.empty() ? fs::current_path() : fs::absolute(folder_).lexically_normal();
    const std::vector<File> files{{"config.toml", config_text}, {"models/account.cpp", model_text}};
    refuse_existing(folder, files);
    std::vector<std::string> written;
    for (const auto& file : files) {
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
               "write the first revision from models/account.cpp and apply it:");
    out.result("  migrate revision --autogenerate -m first");
    out.result("  migrate upgrade head");
    out.result("config.toml says where the database is: \"local\" for a private one, made on first use.");
    return ExitCode::ok;
  }

 private:
  static void refuse_existing(const fs::path& folder, const std::vector<File>& files) {
    std::vector<std::string> there;
    std::error_code unreadable;
    for (const auto& file : files)
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

  std::string folder_;
};

}  // namespace

std::unique_ptr<Command> make_init() { return std::make_unique<Init>(); }

}  // namespace migrate::cli
