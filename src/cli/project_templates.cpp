#include "cli/project_templates.hpp"

#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::cli {
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

constexpr std::string_view config_sql_text =
    R"(# Every key is explained in docs/reference/configuration.md of migrate.

[database]
# "local" is a private PostgreSQL under .migrate/, made on first use from the server that is installed here.
url = "local"

[migrations]
directory = "migrations"

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

constexpr std::string_view cmake_text =
    R"(cmake_minimum_required(VERSION 3.25)
project(models LANGUAGES CXX)
find_package(migrate REQUIRED)
# The program that [models] program names: it prints what the models declare.
migrate_models(models SOURCES models/account.cpp)
)";

std::string with_program(std::string_view config) {
  return replace_all(std::string(config), "sources = [\"models/*.cpp\"]",
                     "# cmake -S . -B build && cmake --build build\nprogram = \"build/models\"");
}

}  // namespace

const std::vector<ProjectTemplate>& project_templates() {
  static const std::vector<ProjectTemplate> all{
      {"generic",
       "models in C++ that migrate compiles itself (the default)",
       {{"config.toml", std::string(config_text)}, {"models/account.cpp", std::string(model_text)}},
       "migrate revision --autogenerate -m first"},
      {"cmake",
       "models in C++ that your CMake build compiles",
       {{"config.toml", with_program(config_text)},
        {"models/account.cpp", std::string(model_text)},
        {"CMakeLists.txt", std::string(cmake_text)}},
       "cmake -S . -B build && cmake --build build && migrate revision --autogenerate -m first"},
      {"sql",
       "no models: scripts that are written by hand",
       {{"config.toml", std::string(config_sql_text)}},
       "migrate revision -m first"},
  };
  return all;
}

const ProjectTemplate& project_template(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& each : project_templates()) {
    if (each.name == name) return each;
    known.push_back(each.name);
  }
  throw Error(ExitCode::usage, "there is no template '" + name + "'",
              "there are " + join(known, ", ") + ": migrate init --list-templates");
}

}  // namespace migrate::cli
