#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"
#include "util/process.hpp"
#include "util/text.hpp"

using migrate::test::Project;

TEST_CASE("init makes a project in an empty folder") {
  const Project project;
  const auto outcome = project.migrate({"init"});
  CHECK(outcome.status == 0);
  CHECK(
      migrate::test::steady(outcome.out, project) ==
      "Made a project in PATH: config.toml, models/account.cpp, compile_flags.txt, .gitignore, migrations/\n"
      "\n"
      "Next, write the first revision and apply it:\n"
      "  migrate revision --autogenerate -m first\n"
      "  migrate upgrade head\n"
      "config.toml says where the database is: \"local\" for a private one, made on first use.\n");
  CHECK(project.read(".gitignore") == ".migrate/\n");
  CHECK(project.read("compile_flags.txt") == "-std=c++20\n-I.migrate/include/current\n");
  CHECK(project.migrate({"history"}).err == "There are no revisions.\n");
  CHECK(project.read(".migrate/include/current/migrate/model.hpp").find("MIGRATE_MODELS") !=
        std::string::npos);
}

TEST_CASE("an editor that reads compile_flags.txt compiles the first model") {
  const Project project;
  REQUIRE(project.migrate({"init"}).status == 0);
  migrate::Command compile;
  compile.arguments = {"c++"};
  const auto flags = project.read("compile_flags.txt");
  for (const auto flag : migrate::lines(flags)) compile.arguments.emplace_back(flag);
  compile.arguments.insert(compile.arguments.end(),
                           {"-Wall", "-Wextra", "-Werror", "-fsyntax-only", "models/account.cpp"});
  compile.directory = project.path();
  const auto result = run_process(compile);
  INFO(result.err);
  CHECK(result.status == 0);
}

TEST_CASE("init writes over nothing") {
  const Project project;
  project.write("compile_flags.txt", "mine");
  project.write("config/config.toml", "");
  const auto outcome = project.migrate({"init"});
  CHECK(outcome.status == 2);
  CHECK(outcome.err ==
        "error: compile_flags.txt, config/config.toml are already there: nothing was written\n"
        "  hint: init makes a new project; to change one, edit its files\n");
  CHECK(project.files() == std::vector<std::string>{"compile_flags.txt", "config/config.toml"});
  CHECK(project.read("compile_flags.txt") == "mine");
}

TEST_CASE("init keeps a .gitignore and adds its line") {
  const Project project;
  project.write(".gitignore", "build/");
  CHECK(project.migrate({"init"}).status == 0);
  CHECK(project.read(".gitignore") == "build/\n.migrate/\n");
  const Project other;
  other.write("new/.gitignore", ".migrate\n");
  const auto outcome = other.migrate({"init", "new/", "--json"});
  CHECK(outcome.status == 0);
  CHECK(nlohmann::json::parse(outcome.out)["written"] ==
        nlohmann::json{"config.toml", "models/account.cpp", "compile_flags.txt", "migrations/"});
  CHECK(other.read("new/.gitignore") == ".migrate\n");
}

TEST_CASE("configurations that are wrong") {
  const auto wrong = [](const Project& project, const std::string& error) {
    const auto outcome = project.migrate({"history"});
    CHECK(outcome.status == 2);
    CHECK(outcome.out.empty());
    CHECK(migrate::test::steady(outcome.err, project) == error);
  };
  Project project;
  project.write(".git/HEAD", "");
  wrong(
      project,
      "error: no config.toml or config/config.toml in this folder or above it, up to the repository's root\n"
      "  hint: migrate init makes a project; --config names a configuration elsewhere\n");
  project.write("config.toml", "[migrations]\ndirectry = \"x\"\n");
  wrong(project,
        "error: config.toml:2:1: unknown key migrations.directry\n  hint: did you mean "
        "migrations.directory?\n");
  project.write("config.toml", "[migrations\n");
  CHECK(
      project.migrate({"history"}).err.starts_with("error: config.toml:1:12: not TOML: while parsing table"));
  project.write("config/config.toml", "");
  wrong(project,
        "error: two configurations: config.toml and config/config.toml\n"
        "  hint: remove one, or name the one to use with --config\n");
}

TEST_CASE("init -t makes other kinds of projects") {
  const Project project;
  CHECK(project.migrate({"init", "--list-templates"}).out ==
        "generic: models in C++ that migrate compiles itself (the default)\n"
        "cmake: models in C++ that your CMake build compiles\n"
        "sql: no models: scripts that are written by hand\n");
  CHECK(project.files().empty());
  CHECK(project.migrate({"init", "plain", "-t", "sql"}).status == 0);
  CHECK(project.migrate({"revision", "-m", "first", "--rev-id", "a1"}, "plain").status == 0);
  CHECK(project.read("plain/config.toml").find("[models]") == std::string::npos);
  CHECK(project.migrate({"init", "built", "--template", "cmake"}).status == 0);
  CHECK(project.read("built/CMakeLists.txt").find("migrate_models(models") != std::string::npos);
  CHECK(project.read("built/config.toml").find("program = \"build/models\"\n") != std::string::npos);
  CHECK(project.migrate({"heads"}, "built").status == 0);
  const auto unknown = project.migrate({"init", "-t", "async"});
  CHECK(unknown.status == 2);
  CHECK(unknown.err ==
        "error: there is no template 'async'\n  hint: there are generic, cmake, sql: migrate init "
        "--list-templates\n");
}
