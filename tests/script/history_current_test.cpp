// history -i: where the database is.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/program.hpp"

using migrate::test::Project;

TEST_CASE("history -i marks where the database is") {
  migrate::test::TestDatabase database;
  const Project project(database.url());
  project.write(
      "migrations/1.sql",
      "-- migrate:revision a1\n-- migrate:down_revision none\n\n-- migrate:up\nCREATE TABLE \"T\" ();\n");
  project.write("migrations/2.sql", "-- migrate:revision b2\n-- migrate:down_revision a1\n\n-- migrate:up\n");
  CHECK(project.migrate({"history", "-i"}).out == "a1 -> b2 (head)\n<base> -> a1\n");
  REQUIRE(project.migrate({"upgrade", "a1"}).status == 0);
  CHECK(project.migrate({"history", "-i"}).out == "a1 -> b2 (head)\n<base> -> a1 (current)\n");
  const auto document = nlohmann::json::parse(project.migrate({"history", "-i", "--json"}).out);
  CHECK(document["revisions"][0]["applied"] == false);
  CHECK(document["revisions"][1]["applied"] == true);
  CHECK(document["revisions"][1]["half_done"] == false);
  CHECK(
      nlohmann::json::parse(project.migrate({"history", "--json"}).out)["revisions"][1]["applied"].is_null());

  REQUIRE(project.migrate({"upgrade", "head"}).status == 0);
  std::filesystem::remove(project.path() / "migrations/2.sql");
  const auto ahead = project.migrate({"history", "-i", "-q"});
  CHECK(ahead.status == 0);
  CHECK(ahead.out == "<base> -> a1 (head)\n");
  CHECK(ahead.err == "warning: the database is at revision b2, which no script has\n");
}
