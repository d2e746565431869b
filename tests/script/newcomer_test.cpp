// What a newcomer does, from an empty folder and with the example project.
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/program.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace {

namespace fs = std::filesystem;
using migrate::test::Outcome;
using migrate::test::Project;
using migrate::test::TestDatabase;

const fs::path shop = migrate::test::source_folder() / "examples/shop";

// Runs a command that must end with `status`; returns what it printed on stdout.
std::string must(const Project& project, const std::vector<std::string>& arguments, int status = 0) {
  const auto outcome = project.migrate(arguments);
  INFO(migrate::join(arguments, " ") << ": " << outcome.text());
  REQUIRE(outcome.status == status);
  return outcome.out;
}

void copy_models(const Project& project, const std::string& from) {
  fs::create_directories(project.path() / "models");
  for (const auto& entry : fs::directory_iterator(shop / from))
    fs::copy_file(entry.path(), project.path() / "models" / entry.path().filename(),
                  fs::copy_options::overwrite_existing);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// The private server of a project does not outlive its test.
struct LocalServer {
  const Project& project;
  ~LocalServer() { static_cast<void>(project.migrate({"local", "destroy", "--yes"})); }
};

}  // namespace

TEST_CASE("A new project has its first revision and its tables at once") {
  const Project project;
  must(project, {"init"});
  const LocalServer server{project};
  must(project, {"revision", "--autogenerate", "-m", "first"});
  CHECK(has(project.newest_script(), "CREATE TABLE"));
  CHECK(must(project, {"current"}) == "base\n");
  must(project, {"upgrade", "head"});
  CHECK(has(must(project, {"current"}), "(head) first"));
  CHECK(must(project, {"check"}) == "The database is as the models say.\n");
  CHECK(has(must(project, {"local", "status"}), "running, PostgreSQL "));
  must(project, {"local", "stop"});
  CHECK(has(must(project, {"local", "status"}), "stopped, PostgreSQL "));
}

TEST_CASE("The example project goes through the main job") {
  TestDatabase database;
  Project project(database.url());
  project.write("config.toml", "[database]\nurl = \"" + database.url() +
                                   "\"\n[models]\nsources = [\"models/*.cpp\"]\n[scratch]\nbeside = true\n");
  copy_models(project, "models");

  must(project, {"revision", "--autogenerate", "-m", "the shop opens", "--rev-id", "r1"});
  must(project, {"upgrade", "head"});
  must(project, {"check"});
  CHECK(database.value(
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND relname NOT LIKE 'migrate%'") == "8");
  const auto scripts = project.files("migrations").size();
  CHECK(must(project, {"revision", "--autogenerate", "-m", "nothing"}) ==
        "Nothing to write: the database is as the models say.\n");
  CHECK(project.files("migrations").size() == scripts);

  database.execute("INSERT INTO customers (email, full_name) VALUES ('a@example.org', 'Ada')");
  copy_models(project, "changed");
  const auto differences = must(project, {"check"}, 3);
  CHECK(differences ==
        "6 differences between the models and the database:\n"
        "  renames column customers.full_name to display_name\n"
        "  changes type order_state: label 'returned' added before 'cancelled'\n"
        "  creates table shipments\n"
        "  adds column customers.newsletter\n"
        "  changes column products.active: default true to false\n"
        "  drops index products_attributes_idx\n");
  must(project, {"revision", "--autogenerate", "-m", "some weeks later", "--rev-id", "r2"});
  const auto script = project.newest_script();
  INFO(script);
  CHECK(has(script, "RENAME COLUMN full_name TO display_name"));
  CHECK(has(script, "ADD VALUE 'returned'"));
  CHECK(has(script, "ADD COLUMN newsletter boolean"));
  CHECK(has(script, "CREATE TABLE public.shipments"));
  CHECK(has(script, "products_attributes_idx"));
  must(project, {"upgrade", "head"});
  must(project, {"check"});
  CHECK(database.value("SELECT display_name || ' ' || newsletter FROM customers") == "Ada false");

  must(project, {"downgrade"});
  must(project, {"check"}, 3);
  CHECK(database.value("SELECT full_name FROM customers") == "Ada");
  CHECK(database.value("SELECT enum_range(NULL::order_state)") ==
        "{placed,paid,shipped,delivered,cancelled}");
  must(project, {"upgrade", "head"});
  must(project, {"check"});
  must(project, {"downgrade", "base"});
  CHECK(database.value(
            "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND relname NOT LIKE 'migrate%'") == "0");
  CHECK(database.value("SELECT count(*) FROM pg_type WHERE typtype = 'e'") == "0");
}

TEST_CASE("A script is byte for byte the same for the same models and database") {
  TestDatabase database;
  std::vector<std::string> bodies;
  for (int run = 0; run < 2; ++run) {
    const Project project(database.url());
    project.write("config.toml",
                  "[database]\nurl = \"" + database.url() +
                      "\"\n[models]\nsources = [\"models/*.cpp\"]\n[scratch]\nbeside = true\n");
    copy_models(project, "models");
    must(project, {"revision", "--autogenerate", "-m", "again", "--rev-id", "r1"});
    const auto script = project.newest_script();
    bodies.push_back(script.substr(script.find("--\n")));
  }
  CHECK(bodies[0] == bodies[1]);
}

TEST_CASE("The checked-in scripts of the example project build what its models declare") {
  TestDatabase database;
  Project project(database.url());
  project.write("config.toml", "[database]\nurl = \"" + database.url() +
                                   "\"\n[models]\nsources = [\"models/*.cpp\"]\n[scratch]\nbeside = true\n");
  copy_models(project, "models");
  fs::copy(migrate::test::source_folder() / "migrations", project.path() / "migrations",
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  must(project, {"upgrade", "head"});
  must(project, {"check"});
}
