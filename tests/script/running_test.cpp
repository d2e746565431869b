// upgrade and downgrade from outside: --dry-run, --sql, --rollback, --transaction, -x, --tag; ensure-version.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/program.hpp"

using migrate::test::Project;
using migrate::test::steady;
using migrate::test::TestDatabase;

namespace {

void two_scripts(const Project& project) {
  project.write(
      "migrations/1.sql",
      "-- migrate:revision a1\n-- migrate:down_revision none\n-- migrate:message first\n-- creates t; locks "
      "nothing that exists\n\n-- migrate:up\nCREATE TABLE t AS SELECT current_setting('migrate.who', true) "
      "AS "
      "who, current_setting('migrate.tag') AS tag;\n\n-- migrate:down\nDROP TABLE t;\n");
  project.write(
      "migrations/2.sql",
      "-- migrate:revision b2\n-- migrate:down_revision a1\n\n-- migrate:up\nDELETE FROM t;\n-- migrate:up "
      "transaction:false\nVACUUM t;\n\n-- migrate:down\n");
}

}  // namespace

TEST_CASE("upgrade --dry-run says what would be done") {
  TestDatabase database;
  const Project project(database.url());
  two_scripts(project);
  const auto outcome = project.migrate({"upgrade", "--dry-run", "-q"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  CHECK(outcome.out ==
        "[1/3] up a1 first: 1 statement\n"
        "      creates t; locks nothing that exists\n"
        "[2/3] up b2, step 1 of 2: 1 statement\n"
        "[3/3] up b2, step 2 of 2: 1 statement, without a transaction\n"
        "this loses data:\n"
        "  migrations/2.sql:5: DELETE FROM t\n"
        "nothing was run; it would be upgraded from base to b2: 3 steps\n");
  CHECK(project.migrate({"upgrade", "+1", "--dry-run", "-q", "-v"})
            .out.find("      CREATE TABLE t AS SELECT") != std::string::npos);
  const auto document = nlohmann::json::parse(project.migrate({"upgrade", "--dry-run", "--json"}).out);
  CHECK(document["dry_run"] == true);
  CHECK(document["after"] == nlohmann::json{"b2"});
  REQUIRE(document["steps"].size() == 3);
  CHECK(document["steps"][2]["transaction"] == false);
  CHECK(document["steps"][2]["group"] == 3);
  CHECK(document["steps"][2]["statements"][0]["sql"] == "VACUUM t");
  CHECK(document["losses"].size() == 1);
  CHECK(database.value("SELECT count(*) FROM pg_class WHERE relname IN ('t', 'migrate_version')") == "0");
}

TEST_CASE("upgrade --rollback says what it saw") {
  TestDatabase database;
  const Project project(database.url());
  two_scripts(project);
  const auto outcome = project.migrate({"upgrade", "a1", "--rollback"});
  CHECK(outcome.status == 0);
  CHECK(steady(outcome.out, project) ==
        "upgraded from base to a1 and rolled back: 1 step, DURATION; the database is at base as before\n");
  CHECK(outcome.err.find("      done in 0.") != std::string::npos);
  const auto refused = project.migrate({"upgrade", "--rollback", "-q"});
  CHECK(refused.status == 9);
  CHECK(refused.err.starts_with("error: --rollback makes everything one transaction"));
  CHECK(database.value("SELECT count(*) FROM pg_class WHERE relname IN ('t', 'migrate_version')") == "0");
}

TEST_CASE("upgrade --sql of a range needs no server, and no URL") {
  const Project project("${NOT_SET}");
  two_scripts(project);
  const auto outcome = project.migrate({"upgrade", "base:a1", "--sql", "-x", "who=o'hara"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  CHECK(outcome.out.starts_with(
      "-- migrate 0.1.0, migrate upgrade base:a1 --sql: from base to a1, 1 step\n--\n"));
  CHECK(outcome.out.find("-- It holds the values of -x: who\n") != std::string::npos);
  CHECK(outcome.out.find("SET migrate.who = 'o''hara';\n") != std::string::npos);
  CHECK(outcome.out.ends_with("END $$;\n"));
  CHECK(project.migrate({"downgrade", "a1:base", "--sql"}).status == 0);
  CHECK(nlohmann::json::parse(project.migrate({"downgrade", "b2:a1", "--sql", "--json"}).out)["after"] ==
        nlohmann::json{"a1"});
  CHECK(project.migrate({"ensure-version", "--sql"}).out.find("CREATE TABLE public.migrate_log") !=
        std::string::npos);

  const auto error = [&](const std::vector<std::string>& arguments) {
    const auto refused = project.migrate(arguments);
    CHECK(refused.status == 2);
    return refused.err;
  };
  CHECK(error({"upgrade", "base:a1"}) ==
        "error: a range FROM:TO is for --sql, not \"base:a1\" alone\n  hint: a run begins where the database "
        "is\n");
  CHECK(error({"upgrade", "base:", "--sql"}) == "error: a range has two ends, FROM:TO, not \"base:\"\n");
  CHECK(error({"downgrade", "--sql"}).find("NOT_SET") != std::string::npos);
}

TEST_CASE("options that are none") {
  const Project project("local");
  const auto error = [&](const std::vector<std::string>& arguments) {
    const auto refused = project.migrate(arguments);
    CHECK(refused.status == 2);
    return refused.err;
  };
  CHECK(error({"upgrade", "--transaction", "none"}) ==
        "error: --transaction takes step, revision or all, not \"none\"\n");
  CHECK(error({"upgrade", "--lock-retries", "-1"}) ==
        "error: --lock-retries takes a number from 0, not \"-1\"\n");
  CHECK(error({"upgrade", "--dry-run", "--rollback"}) ==
        "error: --dry-run, --sql and --rollback exclude each other: give one of them\n");
  CHECK(error({"upgrade", "-x", "secret"}) == "error: -x takes key=value\n  hint: write -x KEY=VALUE\n");
}

TEST_CASE("scripts get -x and --tag, and no value of -x is shown") {
  TestDatabase database;
  const Project project(database.url());
  two_scripts(project);
  const auto outcome = project.migrate({"upgrade", "+1", "-v", "-x", "who=hunter2", "--tag", "release 7"});
  CHECK(outcome.status == 0);
  CHECK((outcome.out + outcome.err).find("hunter2") == std::string::npos);
  CHECK(database.value("SELECT who || tag FROM t") == "hunter2release 7");
  CHECK(database.value("SELECT count(*) FROM migrate_log l WHERE l::text LIKE '%hunter2%'") == "0");
  CHECK(database.value("SELECT tag FROM migrate_log") == "release 7");
  CHECK(project.migrate({"stamp", "base", "--tag", "away"}).status == 0);
  CHECK(database.value("SELECT tag FROM migrate_log WHERE kind = 'stamp'") == "away");
}

TEST_CASE("ensure-version says whether it made the tables") {
  TestDatabase database;
  const Project project(database.url());
  CHECK(project.migrate({"ensure-version", "-q"}).out ==
        "made public.migrate_version and public.migrate_log\n");
  CHECK(project.migrate({"ensure-version", "-q"}).out ==
        "nothing to do: public.migrate_version and public.migrate_log are there\n");
  CHECK(nlohmann::json::parse(project.migrate({"ensure-version", "--json"}).out)["created"] == false);
}
