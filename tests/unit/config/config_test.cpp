#include "config/config.hpp"

#include <map>

#include "tests/support/require_error.hpp"
#include "tests/support/temporary_folder.hpp"
#include "util/files.hpp"

using namespace migrate;
using namespace migrate::config;
namespace fs = std::filesystem;

namespace {

constexpr Needs everything{true, true, true};
using Variables = std::map<std::string, std::string>;
using Texts = std::vector<std::string>;

struct Project {
  test::TemporaryFolder folder;
  fs::path file = folder.path() / "config.toml";
  Overrides overrides;

  explicit Project(const std::string& text, const Variables& variables = {}) {
    write_file(file, text);
    overrides.working_folder = folder.path();
    overrides.getenv = [variables](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
  }
  Project& env(const std::string& name) {
    overrides.env = name;
    return *this;
  }
  Project& url(const std::string& text) {
    overrides.url = text;
    return *this;
  }
  Config load(const Needs& needs = everything) const { return config::load(overrides, needs); }
  std::string at(const std::string& place) const { return display_path(file) + ":" + place; }
};

const std::string environments =
    "[database]\nurl = \"postgresql://dev@localhost/shop\"\n[models]\nflags = [\"-O0\"]\n"
    "[environments.prod]\ndatabase.url = \"postgresql://${DB_PASSWORD}@db/shop\"\nmigrations.wait = "
    "\"5min\"\nprotected = true\n"
    "[environments.staging.database]\nurl = \"postgresql://staging/shop\"\n";

}  // namespace

TEST_CASE("an empty configuration has the documented defaults") {
  const Project project("");
  const auto config = project.load();
  CHECK(config.file == project.file);
  CHECK(config.project == project.folder.path());
  CHECK(config.environment.empty());
  CHECK_FALSE(config.is_protected);
  CHECK(config.database.url.empty());
  CHECK(config.migrations.directory == project.folder.path() / "migrations");
  CHECK(config.migrations.schema == "public");
  CHECK(config.migrations.version_table == "migrate_version");
  CHECK(config.migrations.linear);
  CHECK(config.migrations.lock_timeout == "3s");
  CHECK(config.migrations.statement_timeout == "0");
  CHECK(config.migrations.lock_retries == 10);
  CHECK(config.migrations.wait == std::chrono::seconds(60));
  CHECK(config.migrations.transaction == "step");
  CHECK(config.models.timeout == std::chrono::seconds(10));
  CHECK(config.models.search_path == Texts{"public"});
}

TEST_CASE("every key is read") {
  const Project project(R"(
[database]
url = "postgresql://h/d"
password_command = "pass show ${X}"
[migrations]
directory = "../db/scripts"
schema = "größe"
version_table = "alembic_version"
linear = false
lock_timeout = "500ms"
statement_timeout = "1min"
lock_retries = 3
wait = "5s"
transaction = "all"
[models]
sources = ["models/*.cpp", "more/*.cpp"]
program = "build/models"
snapshot = "schema.json"
compiler = "clang++"
flags = ["-O1"]
include = ["include"]
link = ["-lm"]
compile_commands = "build/compile_commands.json"
timeout = "2s"
search_path = ["shop", "public"]
[scratch]
url = "local"
beside = true
[autogenerate]
schemas = ["*"]
include = ["a*"]
exclude = ["b*"]
privileges = false
owners = false
)");
  const auto config = project.load();
  CHECK(config.database.url == "postgresql://h/d");
  CHECK(config.database.password_command == "pass show ${X}");  // a shell reads it
  CHECK(config.migrations.directory == project.folder.path().parent_path() / "db/scripts");
  CHECK(config.migrations.schema == "größe");
  CHECK(config.migrations.version_table == "alembic_version");
  CHECK_FALSE(config.migrations.linear);
  CHECK(config.migrations.lock_timeout == "500ms");
  CHECK(config.migrations.statement_timeout == "1min");
  CHECK(config.migrations.lock_retries == 3);
  CHECK(config.migrations.wait == std::chrono::seconds(5));
  CHECK(config.migrations.transaction == "all");
  CHECK(config.models.sources == Texts{"models/*.cpp", "more/*.cpp"});
  CHECK(config.models.program == "build/models");
  CHECK(config.models.snapshot == "schema.json");
  CHECK(config.models.compiler == "clang++");
  CHECK(config.models.flags == Texts{"-O1"});
  CHECK(config.models.include == Texts{"include"});
  CHECK(config.models.link == Texts{"-lm"});
  CHECK(config.models.compile_commands == "build/compile_commands.json");
  CHECK(config.models.timeout == std::chrono::seconds(2));
  CHECK(config.models.search_path == Texts{"shop", "public"});
  CHECK(config.scratch.url == "local");
  CHECK(config.scratch.beside);
  CHECK(config.autogenerate.schemas == Texts{"*"});
  CHECK(config.autogenerate.include == Texts{"a*"});
  CHECK(config.autogenerate.exclude == Texts{"b*"});
}

TEST_CASE("an environment lies over the rest") {
  Project project(environments, {{"DB_PASSWORD", "a/b"}});
  CHECK(project.load().database.url == "postgresql://dev@localhost/shop");
  const auto config = project.env("prod").load();
  CHECK(config.environment == "prod");
  CHECK(config.is_protected);
  CHECK(config.database.url == "postgresql://a%2Fb@db/shop");
  CHECK(config.migrations.wait == std::chrono::minutes(5));
  CHECK(config.models.flags == Texts{"-O0"});
  CHECK_FALSE(project.env("staging").load().is_protected);
  REQUIRE_ERROR(project.env("prd").load(), ExitCode::usage,
                "--env names the environment 'prd', which " + display_path(project.file) +
                    " does not have\n  hint: did you mean prod? known: prod, staging");
  Project none("");
  REQUIRE_ERROR(none.env("prod").load(), ExitCode::usage,
                "--env names the environment 'prod', which " + display_path(none.file) +
                    " does not have\n  hint: it has none; write a table [environments.prod]");
}

TEST_CASE("what overrides what") {
  const std::string from_variable = "postgresql://variable/d", from_option = "postgresql://option/d",
                    prod = "postgresql://x@db/shop";
  const Variables both{{"MIGRATE_DATABASE_URL", from_variable}, {"DB_PASSWORD", "x"}};
  CHECK(Project(environments, both).load().database.url == from_variable);
  CHECK(Project(environments, both).url(from_option).load().database.url == from_option);
  CHECK(Project(environments, both).env("prod").url(from_option).load().database.url == from_option);
  CHECK(Project(environments, {{"DB_PASSWORD", "x"}}).env("prod").load().database.url == prod);
  REQUIRE_ERROR(Project(environments, both).env("prod").load(), ExitCode::usage,
                "--env prod and $MIGRATE_DATABASE_URL name different databases\n  hint: unset the variable, "
                "or leave out --env");
  CHECK(Project(environments, {{"MIGRATE_DATABASE_URL", prod}, {"DB_PASSWORD", "x"}})
            .env("prod")
            .load()
            .database.url == prod);
  CHECK(Project("[environments.prod]\nprotected = true\n", both).env("prod").load().database.url ==
        from_variable);
  const auto by_variable = Project(environments, {{"MIGRATE_ENV", "prod"}, {"DB_PASSWORD", "x"}}).load();
  CHECK(by_variable.environment == "prod");
  CHECK(by_variable.database.url == prod);
  const auto with_url =
      Project(environments, {{"MIGRATE_ENV", "prod"}, {"MIGRATE_DATABASE_URL", from_variable}}).load();
  CHECK(with_url.is_protected);
  CHECK(with_url.database.url == from_variable);
  CHECK(Project(environments, {{"MIGRATE_ENV", ""}, {"MIGRATE_DATABASE_URL", ""}}).load().database.url ==
        "postgresql://dev@localhost/shop");
}

TEST_CASE("variables are wanted only for what is needed and not overridden") {
  const std::string text =
      "[database]\nurl = \"postgresql://${A}@h/d\"\n[models]\nprogram = \"${B}\"\n[scratch]\nurl = "
      "\"${C}\"\n";
  const Project project(text);
  CHECK(project.load({}).database.url.empty());
  REQUIRE_ERROR(project.load({true, false, false}), ExitCode::usage,
                project.at("2:7") +
                    ": database.url: the environment variable A is not set\n  hint: set it, or give the "
                    "value another way");
  REQUIRE_ERROR(project.load({false, true, false}), ExitCode::usage,
                project.at("4:11") +
                    ": models.program: the environment variable B is not set\n  hint: set it, or give the "
                    "value another way");
  REQUIRE_ERROR(project.load({false, false, true}), ExitCode::usage,
                project.at("6:7") +
                    ": scratch.url: the environment variable C is not set\n  hint: set it, or give the value "
                    "another way");
  CHECK(Project(text).url("postgresql://h/d").load({true, false, false}).database.url == "postgresql://h/d");
  CHECK(Project(text, {{"MIGRATE_DATABASE_URL", "local"}}).load({true, false, false}).database.url ==
        "local");
}

TEST_CASE("the server's own URL counts only beside the url that is used") {
  const std::string text =
      "[database]\nurl = \"postgresql://pooler/shop\"\ndirect_url = \"postgresql://db/shop\"\n"
      "[environments.prod.database]\nurl = \"postgresql://prod-pooler/shop\"\n"
      "[environments.live.database]\nurl = \"${LIVE}\"\ndirect_url = \"${DIRECT}\"\npooler = \"session\"\n";
  CHECK(Project(text).load().database.direct_url == "postgresql://db/shop");
  CHECK_FALSE(Project(text).load().database.session_pooler);
  CHECK(Project(text).url("postgresql://other/shop").load().database.direct_url.empty());
  CHECK(Project(text, {{"MIGRATE_DATABASE_URL", "postgresql://other/shop"}})
            .load()
            .database.direct_url.empty());
  CHECK(Project(text).env("prod").load().database.direct_url.empty());
  const Variables variables{{"LIVE", "postgresql://l/shop"}, {"DIRECT", "postgresql://d/shop"}};
  CHECK(Project(text, variables).env("live").load().database.direct_url == "postgresql://d/shop");
  CHECK(Project(text, variables).env("live").load().database.session_pooler);
  const Project wrong("[database]\npooler = \"none\"\n");
  REQUIRE_ERROR(wrong.load(), ExitCode::usage,
                wrong.at("2:10") + ": database.pooler is \"session\" or \"transaction\", not \"none\"");
}

TEST_CASE("a protected environment is never local") {
  const std::string text = "[database]\nurl = \"local\"\n[environments.prod]\nprotected = true\n";
  Project project(text);
  CHECK(project.load().database.url == "local");
  const std::string error =
      display_path(project.file) +
      ": the protected environment prod has the url \"local\", which is for development\n"
      "  hint: give it a database.url of its own under [environments.prod]";
  REQUIRE_ERROR(project.env("prod").load(), ExitCode::usage, error);
  CHECK(project.load({}).is_protected);
}

TEST_CASE("malformed urls, without what may be a password") {
  Project project("[database]\nurl = \"postgresql://u:${P}@h:x/d\"\n",
                  {{"P", "secret"}, {"MIGRATE_DATABASE_URL", ""}});
  const std::string problem =
      "the port is not a number from 1 to 65535; in a user name or password write @ as %40, : as %3A, / as "
      "%2F, ? as %3F, # as %23 and % as %25";
  REQUIRE_ERROR(project.load(), ExitCode::usage, project.at("2:7") + ": database.url: " + problem);
  REQUIRE_ERROR(project.url("postgresql://u:secret@h:x/d").load(), ExitCode::usage, "--url: " + problem);
  REQUIRE_ERROR(project.url("").load(), ExitCode::usage, "--url: it is empty");
  Project variable("", {{"MIGRATE_DATABASE_URL", "mysql://x"}});
  REQUIRE_ERROR(variable.load(), ExitCode::usage,
                "$MIGRATE_DATABASE_URL: a database's URL begins with postgresql://, or is \"local\"");
}

TEST_CASE("unknown keys and values of the wrong type") {
  const auto bad = [](const std::string& text, const std::string& error) {
    const Project project(text);
    REQUIRE_ERROR(project.load({}), ExitCode::usage, project.at(error));
  };
  bad("[databse]\nurl = \"local\"\n", "1:2: unknown key databse\n  hint: did you mean database?");
  bad("[migrations]\ndirectory = \"m\"\n  lock_timout = \"3s\"\n",
      "3:3: unknown key migrations.lock_timout\n  hint: did you mean migrations.lock_timeout?");
  bad("[scratch]\nxyzzy = 1\n", "2:1: unknown key scratch.xyzzy\n  hint: known here: url, beside");
  bad("[environments.prod]\ndatabase.uri = \"x\"\n",
      "2:10: unknown key environments.prod.database.uri\n  hint: did you mean "
      "environments.prod.database.url?");
  bad("[environments.prod]\nprotect = true\n",
      "2:1: unknown key environments.prod.protect\n  hint: did you mean environments.prod.protected?");
  bad("database = \"local\"\n", "1:12: database takes a table, not a string");
  bad("[environments]\nprod = 1\n", "2:8: environments.prod takes a table, not a whole number");
  bad("[environments.prod]\nprotected = \"yes\"\n",
      "2:13: environments.prod.protected takes true or false, not a string");
  bad("[database]\nurl = 5\n", "2:7: database.url takes a string, not a whole number");
  bad("[migrations]\nlinear = \"no\"\n", "2:10: migrations.linear takes true or false, not a string");
  bad("[migrations]\nlock_retries = \"3\"\n",
      "2:16: migrations.lock_retries takes a whole number, not a string");
  bad("[migrations]\nlock_retries = -1\n",
      "2:16: migrations.lock_retries takes a whole number from 0 to 1000000, not -1");
  bad("[migrations]\nlock_timeout = 3\n",
      "2:16: migrations.lock_timeout takes a time as a string, such as \"500ms\", \"3s\" or \"1min\", not a "
      "whole number");
  bad("[migrations]\nwait = \"3 seconds\"\n",
      "2:8: migrations.wait takes a time as a string, such as \"500ms\", \"3s\" or \"1min\", not \"3 "
      "seconds\"");
  bad("[migrations]\ntransaction = \"none\"\n",
      "2:15: migrations.transaction takes step, revision, all, not \"none\"");
  bad("[migrations]\nschema = \"\"\n", "2:10: migrations.schema is empty");
  bad("[models]\nsources = \"models/*.cpp\"\n", "2:11: models.sources takes a list of strings, not a string");
  bad("[models]\nflags = [\"-O1\", 2]\n", "2:17: models.flags takes strings, not a whole number");
  bad("[database]\nurl = 2026-11-22\n", "2:7: database.url takes a string, not a date or time");
}

TEST_CASE("broken TOML says where") {
  const Project project("[database]\nurl = \"local\n");
  try {
    project.load();
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::usage);
    CHECK(error.location().line == 2);
    CHECK(error.location().column > 0);
    INFO(error.text());
    CHECK(std::string(error.what()).starts_with("not TOML: "));
  }
  const Project latin1("# a\na = \"\xff\"");
  REQUIRE_ERROR(latin1.load(), ExitCode::usage, latin1.at("2") + ": this line is not UTF-8");
}

TEST_CASE("owners and privileges are compared where that is said, also without models") {
  const Project neither(""), project("[autogenerate]\nowners = true\nprivileges = true\n");
  CHECK_FALSE(neither.load().autogenerate.owners);
  CHECK_FALSE(neither.load().autogenerate.privileges);
  CHECK(project.load({true, false, false}).autogenerate.owners);
  CHECK(project.load({true, false, false}).autogenerate.privileges);
}

TEST_CASE("the configuration is found in the folders above, up to the repository's root") {
  test::TemporaryFolder folder;
  const auto root = folder.path();
  fs::create_directories(root / "repository/.git");
  fs::create_directories(root / "repository/src/deep");
  write_file(root / "config.toml", "");
  Overrides overrides;
  overrides.working_folder = root / "repository/src/deep";
  REQUIRE_ERROR(
      load(overrides, {}), ExitCode::usage,
      "no config.toml or config/config.toml in this folder or above it, up to the repository's root\n"
      "  hint: migrate init makes a project; --config names a configuration elsewhere");
  const auto none = load(overrides, {.without_file = true});
  CHECK(none.file == root / "repository/src/deep/config.toml");
  CHECK(none.project == root / "repository/src/deep");
  write_file(root / "repository/config/config.toml", "");
  CHECK(load(overrides, {.without_file = true}).file == root / "repository/config/config.toml");
  auto config = load(overrides, {});
  CHECK(config.file == root / "repository/config/config.toml");
  CHECK(config.project == root / "repository");
  CHECK(config.migrations.directory == root / "repository/migrations");
  overrides.working_folder = root / "repository/config";
  CHECK(load(overrides, {}).project == root / "repository");
  overrides.config = "../../config.toml";
  CHECK(load(overrides, {}).project == root);
  overrides.config = "gone.toml";
  REQUIRE_ERROR(
      load(overrides, {}), ExitCode::usage,
      "--config names " + display_path(root / "repository/config/gone.toml") + ", which is not a file");
  overrides.config.reset();
  overrides.working_folder = root / "repository/src";
  overrides.getenv = [&](const std::string& name) {
    return name == "MIGRATE_CONFIG" ? std::optional((root / "config.toml").string()) : std::nullopt;
  };
  CHECK(load(overrides, {}).project == root);
  overrides.getenv = nullptr;
  write_file(root / "repository/config.toml", "");
  REQUIRE_ERROR(load(overrides, {}), ExitCode::usage,
                "two configurations: " + display_path(root / "repository/config.toml") + " and " +
                    display_path(root / "repository/config/config.toml") +
                    "\n  hint: remove one, or name the one to use with --config");
}
