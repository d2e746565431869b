// migrate status, log and resolve, as their users see them.
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/program.hpp"
#include "util/text.hpp"

using migrate::test::Project;
using migrate::test::TestDatabase;

namespace {

// With times, durations and who it was replaced.
std::string steady(std::string text) {
  text = std::regex_replace(text, std::regex(R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC)"), "TIME");
  text = std::regex_replace(text, std::regex(R"(\b\d+(\.\d)? m?s\b)"), "DURATION");
  text = std::regex_replace(text, std::regex(R"(postgres \([^ ]+ on [^ ,)]+)"), "postgres (WHO on HOST");
  return std::regex_replace(text, std::regex(R"((migrate [a-z]+[^,()]*), \d+\.\d+\.\d+[^)]*\))"),
                            "$1, VERSION)");
}

void script(const Project& project, const std::string& id, const std::string& parent,
            const std::string& body) {
  project.write("migrations/" + id + ".sql", "-- migrate:revision " + id + "\n-- migrate:down_revision " +
                                                 parent + "\n-- migrate:message make " + id + "\n\n" + body);
}

}  // namespace

TEST_CASE("status says where the database stands, log what was run") {
  TestDatabase database;
  const Project project(database.url());
  script(project, "a1", "none", "-- migrate:up\nCREATE TABLE a ();\n-- migrate:down\nDROP TABLE a;\n");
  script(project, "b2", "a1", "-- migrate:up\nCREATE TABLE b ();\n-- migrate:up\nSELECT 1/0;\n");
  script(project, "c3", "b2", "-- migrate:up\nCREATE TABLE c ();\n");

  auto status = project.migrate({"status", "-q", "--check"});
  CHECK(status.status == 3);
  CHECK(status.out ==
        "at:       base\npending:  3 revisions\n          a1 make a1\n          b2 make b2\n          c3 "
        "make c3\n"
        "drift:    not looked at; --drift compares the database with what its revisions make\n");
  CHECK(database.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'migrate%'") == "0");
  const auto nothing = project.migrate({"log"});
  CHECK(nothing.status == 0);
  CHECK(nothing.err.ends_with("the log is empty\n"));

  CHECK(project.migrate({"upgrade", "head", "-q"}).status == 1);
  status = project.migrate({"status", "-q"});
  CHECK(status.status == 0);
  CHECK(
      steady(status.out) ==
      "at:       a1, and b2, 1 of 2\n          a1 make a1, applied TIME by postgres\npending:  2 revisions\n"
      "          b2 make b2\n          c3 make c3\nhalf done: b2, 1 of 2\n"
      "last:     TIME  migrate upgrade head, postgres (WHO on HOST): 2 steps up, 1 failed: division by zero, "
      "DURATION\ndrift:    not looked at; --drift compares the database with what its revisions make\n");
  CHECK(steady(project.migrate({"log", "-q", "-n", "2"}).out) ==
        "TIME  up b2, step 2 of 2: failed in DURATION, by postgres (WHO on HOST, migrate upgrade head, "
        "VERSION)\n"
        "    error: division by zero\n"
        "TIME  up b2, step 1 of 2: done in DURATION, by postgres (WHO on HOST, migrate upgrade head, "
        "VERSION)\n");

  script(project, "b2", "a1", "-- migrate:up\nCREATE TABLE b ();\n-- migrate:up\nSELECT 1;\n");
  CHECK(project.migrate({"upgrade", "head", "-q"}).status == 0);
  CHECK(project.migrate({"status", "-q", "--check"}).status == 0);
  script(project, "a1", "none", "-- migrate:up\nCREATE TABLE a2 ();\n-- migrate:down\nDROP TABLE a2;\n");
  std::filesystem::remove(project.path() / "migrations/c3.sql");
  status = project.migrate({"status", "-q", "--check"});
  CHECK(status.status == 3);
  CHECK(steady(status.out)
            .find("unknown:  c3, which no script here has, applied TIME by postgres (WHO on HOST) above b2\n"
                  "pending:  nothing\n") != std::string::npos);
  CHECK(steady(project.migrate({"status", "-q"}).out).find("edited:") != std::string::npos);

  const auto rows = nlohmann::json::parse(project.migrate({"log", "--json", "--revision", "b"}).out);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0]["state"] == "done");
  CHECK(rows[1]["error"] == "division by zero");
  CHECK(rows[2]["step"] == 1);
  const auto document = nlohmann::json::parse(project.migrate({"status", "--json"}).out);
  CHECK(document["state"] == "c3");
  CHECK(document["settled"] == false);
  CHECK(document["unknown"][0]["above"] == nlohmann::json::array({"b2"}));
  CHECK(document["runs"].size() == 2);
  CHECK(document["runs"][0]["up"] == 2);
  CHECK(document["at_work"].is_null());
}

TEST_CASE("status names scripts that were edited since they ran") {
  TestDatabase database;
  const Project project(database.url());
  script(project, "a1", "none", "-- migrate:up\nCREATE TABLE a ();\n-- migrate:down\nDROP TABLE a;\n");
  REQUIRE(project.migrate({"upgrade", "head", "-q"}).status == 0);
  script(project, "a1", "none", "-- migrate:up\nCREATE TABLE a2 ();\n-- migrate:down\nDROP TABLE a2;\n");
  const auto status = project.migrate({"status", "-q", "--check"});
  CHECK(status.status == 3);
  CHECK(steady(status.out)
            .find("pending:  nothing\nedited:   migrations/a1.sql:5: step 1 of a1 is another one since TIME\n"
                  "edited:   migrations/a1.sql: the down part of a1 was edited since it was applied\n") !=
        std::string::npos);
}

TEST_CASE("resolve records a decision and the next run goes on") {
  TestDatabase database;
  const Project project(database.url());
  script(project, "a1", "none",
         "-- migrate:up transaction:false\nSELECT pg_terminate_backend(pg_backend_pid());\n");
  CHECK(project.migrate({"resolve", "a1", "-q"}).err ==
        "error: resolve takes --done or --undo, one of them\n");
  CHECK(project.migrate({"resolve", "a1", "--done", "--undo", "-q"}).status == 2);
  const auto none = project.migrate({"resolve", "a1", "--done", "-q"});
  CHECK(none.status == 1);
  CHECK(none.err ==
        "error: there is nothing to resolve: revision a1 is not half done; the database is at base\n");
  CHECK(project.migrate({"upgrade", "head", "-q"}).status == 5);
  CHECK(project.migrate({"upgrade", "head", "-q"}).status == 7);
  const auto undone = project.migrate({"resolve", "a1", "--undo", "-q"});
  CHECK(undone.status == 0);
  CHECK(undone.out ==
        "resolved as undone: the database is at base; `migrate upgrade` or `migrate downgrade` goes on from "
        "there\n");
  CHECK(project.migrate({"upgrade", "head", "-q"}).status == 5);
  const auto done = project.migrate({"resolve", "a", "1", "--done", "-q"});
  CHECK(done.status == 0);
  CHECK(done.out ==
        "resolved as done: the database is at a1, 0 of 1 (step 1 failed, 1 statement of it done); `migrate "
        "upgrade` or "
        "`migrate downgrade` goes on from there\n");
  CHECK(project.migrate({"upgrade", "head", "-q"}).status == 0);
  CHECK(project.migrate({"current", "-q"}).out == "a1 (head) make a1\n");
  CHECK(steady(project.migrate({"log", "-q", "-n", "2"}).out)
            .find("TIME  resolve a1, step 1 of 1: said to be done, by postgres (WHO on HOST, migrate resolve "
                  "a --done, "
                  "VERSION)\n") != std::string::npos);
}
