// What a person says of a step that was cut off, where the catalogue cannot tell.
#include "run/resolve.hpp"

#include "postgres/connection.hpp"
#include "tests/acceptance/run/fixture.hpp"

using namespace migrate;
using namespace migrate::test;
using run::Decision;

namespace {

// The second statement cuts its connection, unless the table flag has a row.
constexpr const char* cut_off_once =
    "-- migrate:up transaction:false\nCREATE TABLE x ();\nSELECT CASE WHEN (SELECT count(*) FROM flag) = 0 "
    "THEN "
    "pg_terminate_backend(pg_backend_pid()) END;\nCREATE TABLE y ();\n-- migrate:down\nDROP TABLE IF EXISTS "
    "x, y;\n";

run::Result resolve(Runs& runs, const std::string& id, Decision decision, int step = 0) {
  return runs.with_target([&](const run::Target& target) {
    return run::resolve(target, id, step, decision, runs.options, runs.events());
  });
}

}  // namespace

TEST_CASE("a step that was cut off in a statement nobody can judge waits for a person's word") {
  Runs runs;
  runs.database.execute("CREATE TABLE flag (id int)");
  runs.script("abc", "none", cut_off_once);
  const auto cut = refusal([&] { runs.upgrade(); });
  CHECK(cut.code == static_cast<int>(ExitCode::no_connection));
  CHECK(cut.text.find("the database is at abc, 0 of 1 (step 1 was begun, 1 statement of it done)") !=
        std::string::npos);
  const auto waits = refusal([&] { runs.upgrade(); });
  CHECK(waits.code == static_cast<int>(ExitCode::half_done));
  CHECK(waits.text ==
        "abc.sql:7: abc, step 1 of 1: a run was cut off in this statement, and whether it took effect cannot "
        "be told "
        "from the catalogue\n  in: SELECT CASE WHEN (SELECT count(*) FROM flag) = 0 THEN "
        "pg_terminate_backend(pg_backend_pid()) END\n  hint: look for its effect; `migrate resolve --done` "
        "says that "
        "it is there, and the next run goes on after it; `migrate resolve --undo` that nothing of it is, and "
        "it is run "
        "again; the database is at abc, 0 of 1 (step 1 was begun, 1 statement of it done)");
  runs.database.execute("INSERT INTO flag VALUES (1)");
  const bool done = GENERATE(true, false);
  const auto statements = done ? "2 statements" : "1 statement";
  SECTION("with the script in this checkout") {}
  SECTION("with the one in the log") {
    runs.forget("abc");
    CHECK(refusal([&] { resolve(runs, "ab", Decision::done, 2); }).text ==
          "there is nothing to resolve in step 2 of abc: what is open is step 1 of 1");
  }
  const auto resolved = resolve(runs, "ab", done ? Decision::done : Decision::undone);
  CHECK(resolved.state == std::string("abc, 0 of 1 (step 1 failed, ") + statements + " of it done)");
  runs.script("abc", "none", cut_off_once);
  CHECK(runs.upgrade().state == "abc");
  CHECK(runs.tables() == "flag x y");
  CHECK(runs.log() == std::string("abc up 1/1 failed, abc resolve 1/1 ") + (done ? "done" : "failed") +
                          ", abc up 1/1 done");
  CHECK(runs.database.value(
            "SELECT statements_done || ' ' || application || ' ' || (os_user <> '') FROM migrate_log "
            "WHERE kind = 'resolve'") == std::string(done ? "2" : "1") + " test true");
}

TEST_CASE("a step that failed after some of its statements can be said to be done or undone as a whole") {
  Runs runs;
  const std::string body =
      "-- migrate:up transaction:false\nCREATE TABLE x ();\nSELECT 1/0;\n-- migrate:up\nCREATE TABLE z "
      "();\n-- "
      "migrate:down undoes:2\nDROP TABLE z;\n-- migrate:down undoes:1\nDROP TABLE x;\n";
  runs.script("a", "none", body);
  CHECK(refusal([&] { runs.upgrade(); }).code == 1);
  CHECK(runs.state() == "a, 0 of 2 (step 1 failed, 1 statement of it done)");
  SECTION("done") {
    CHECK(resolve(runs, "a", Decision::done).state == "a, 0 of 2 (step 1 failed, 2 statements of it done)");
    CHECK(runs.upgrade().state == "a");
    CHECK(runs.tables() == "x z");
    CHECK(runs.downgrade().state == "base");
  }
  SECTION("undone") {
    runs.database.execute("DROP TABLE x");
    CHECK(resolve(runs, "a", Decision::undone).state == "base");
    runs.script("a", "none", "-- migrate:up\nCREATE TABLE other ();\n");
    CHECK(runs.upgrade().state == "a");
  }
}

TEST_CASE("where there is nothing to resolve, that is said") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n-- migrate:up\nSELECT 1/0;\n");
  CHECK(refusal([&] { resolve(runs, "a", Decision::done); }).text ==
        "there is nothing to resolve: revision a is not half done; the database is at base");
  CHECK(refusal([&] { runs.upgrade(); }).code == 1);
  const auto clean = refusal([&] { resolve(runs, "a", Decision::done); });
  CHECK(clean.code == static_cast<int>(ExitCode::failed));
  CHECK(clean.text ==
        "there is nothing to resolve: revision a, 1 of 2, and each of its steps ended cleanly\n  hint: "
        "`migrate upgrade` "
        "goes on with it, `migrate downgrade` takes it back");
  CHECK(runs.log() == "a up 1/2 done, a up 2/2 failed");
}
