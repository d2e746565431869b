// What a script leaves behind in its session is harmless to the steps after it, or refused.
#include "postgres/connection.hpp"
#include "tests/acceptance/run/fixture.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

// Runs `mess` in a step, then a step that looks at the session through `look`.
std::string after(Runs& runs, const std::string& mess, const std::string& look, bool transactional = true) {
  runs.script(
      "a", "none",
      std::string("-- migrate:up") + (transactional ? "" : " transaction:false") + "\n" + mess + "\n");
  runs.script("b", "a", "-- migrate:up\nCREATE TABLE seen AS SELECT (" + look + ")::text AS what;\n");
  CHECK(runs.upgrade().state == "b");
  CHECK(runs.database.value("SELECT count(*) FROM public.migrate_log WHERE state = 'done'") == "2");
  return runs.database.value("SELECT what FROM public.seen");
}

}  // namespace

TEST_CASE("settings end with their step") {
  Runs runs;
  const bool transactional = GENERATE(true, false);
  CHECK(after(runs,
              "SET search_path = pg_temp; SET lock_timeout = 0; SET TimeZone = 'Asia/Tokyo'; SET DateStyle = "
              "'German';"
              "SET standard_conforming_strings = off; SET statement_timeout = '1h'; SET "
              "default_transaction_read_only = on;"
              "SET client_min_messages = error;",
              "concat_ws(' ', current_setting('search_path'), current_setting('lock_timeout'), "
              "current_setting('TimeZone'),"
              "current_setting('DateStyle'), current_setting('standard_conforming_strings'), "
              "current_setting('statement_timeout'),"
              "current_setting('client_min_messages'))",
              transactional) == "public 200ms UTC ISO, MDY on 0 notice");
}

TEST_CASE("roles end with their step, and the bookkeeping is written as oneself") {
  Runs runs;
  const auto role = "somebody_" + runs.database.name();
  runs.database.execute("CREATE ROLE " + role);
  const std::string mess = GENERATE("SET ROLE ", "SET SESSION AUTHORIZATION ", "SET LOCAL ROLE ");
  CHECK(after(runs, mess + role + ";", "session_user || ' ' || current_user") == "postgres postgres");
  CHECK(runs.database.value("SELECT string_agg(DISTINCT role, ' ') FROM migrate_log") == "postgres");
  runs.database.execute("DROP ROLE " + role);
}

TEST_CASE("temporary tables with the names of ours are not written to, and are gone in the next step") {
  Runs runs;
  CHECK(after(runs,
              "CREATE TEMP TABLE migrate_version (version_num text); CREATE TEMP TABLE migrate_log (id int);",
              "SELECT count(*) FROM pg_class WHERE relpersistence = 't'") == "0");
  CHECK(runs.database.value("SELECT version_num FROM public.migrate_version") == "b");
}

TEST_CASE("functions and operators in the way of ours are not used") {
  Runs runs;
  CHECK(after(runs,
              "CREATE SCHEMA trap; CREATE FUNCTION trap.clock_timestamp() RETURNS timestamptz LANGUAGE sql "
              "AS $$ SELECT NULL::timestamptz "
              "$$; CREATE FUNCTION trap.no(text, text) RETURNS bool LANGUAGE sql AS $$ SELECT false $$;"
              "CREATE OPERATOR trap.= (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.no); SET search_path "
              "= trap, pg_catalog;",
              "1") == "1");
}

TEST_CASE("cursors, listening and prepared statements end with their step") {
  Runs runs;
  CHECK(after(runs, "DECLARE c CURSOR WITH HOLD FOR SELECT 1; LISTEN news; PREPARE p AS SELECT 1;",
              "(SELECT count(*) FROM pg_cursors) + (SELECT count(*) FROM pg_listening_channels()) + "
              "(SELECT count(*) FROM pg_prepared_statements WHERE name = 'p')") == "0");
}

TEST_CASE("a database that is read-only by default, with timeouts of its own, can be upgraded") {
  Runs runs;
  runs.script("a", "none",
              "-- migrate:up\nCREATE TABLE a AS SELECT pg_sleep(0.02)::text;\n-- migrate:up "
              "transaction:false\nVACUUM a;\n");
  runs.database.execute("ALTER DATABASE " + runs.database.name() +
                        " SET default_transaction_read_only = on; ALTER DATABASE " + runs.database.name() +
                        " SET default_transaction_isolation = 'serializable'; ALTER DATABASE " +
                        runs.database.name() + " SET statement_timeout = '10ms'");
  CHECK(runs.upgrade().state == "a");
}

TEST_CASE("a deferred constraint fails in its step") {
  Runs runs;
  runs.script("a", "none",
              "-- migrate:up\nCREATE TABLE p (id int PRIMARY KEY);\nCREATE TABLE c (id int REFERENCES p "
              "DEFERRABLE INITIALLY DEFERRED);\n"
              "INSERT INTO c VALUES (1);\n");
  CHECK(refusal([&] { runs.upgrade(); }).text ==
        "a.sql:5: insert or update on table \"c\" violates foreign key constraint \"c_id_fkey\"; Key "
        "(id)=(1) is not present in table "
        "\"p\" (SQLSTATE 23503)\n  hint: the step was rolled back; the database is at base");
  CHECK(runs.tables().empty());
}

TEST_CASE("what a deferred trigger does not find is no table of migrate's own") {
  Runs runs;
  runs.script("a", "none",
              "-- migrate:up\nCREATE TABLE t (x int);\n"
              "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM FROM nowhere; END';\n"
              "CREATE CONSTRAINT TRIGGER g AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
              "EXECUTE FUNCTION f();\nINSERT INTO t VALUES (1);\n");
  const auto failed = refusal([&] { runs.upgrade(); });
  CHECK(failed.code == 1);
  CHECK(failed.text.find("relation \"nowhere\" does not exist") != std::string::npos);
  CHECK(failed.text.find("migrate's own") == std::string::npos);
}

TEST_CASE("letting the lock go fails the step") {
  Runs runs;
  const bool transactional = GENERATE(true, false);
  runs.script("a", "none",
              std::string("-- migrate:up") + (transactional ? "" : " transaction:false") +
                  "\nSELECT pg_advisory_unlock_all();\n");
  const auto failed = refusal([&] { runs.upgrade(); });
  CHECK(failed.code == 1);
  CHECK(failed.text.find("this run does not hold its lock any more") != std::string::npos);
  CHECK(runs.database.value("SELECT count(*) FROM migrate_version") == "0");
}

TEST_CASE("DISCARD ALL and COMMIT are refused before anything runs") {
  Runs runs;
  const auto [text, transactional] = GENERATE(table<std::string, bool>({{"DISCARD ALL", true},
                                                                        {"COMMIT", true},
                                                                        {"COMMIT", false},
                                                                        {"begin", false},
                                                                        {"/* */ ABORT", true},
                                                                        {"PREPARE TRANSACTION 'x'", true}}));
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n");
  runs.script(
      "b", "a",
      std::string("-- migrate:up") + (transactional ? "" : " transaction:false") + "\n" + text + ";\n");
  CHECK(refusal([&] { runs.upgrade(); }).text.find("b.sql:6:") == 0);
  CHECK(runs.tables().empty());
}

TEST_CASE("a procedure that commits cannot do so inside a step, and outside is not taken for granted") {
  Runs runs;
  runs.database.execute(
      "CREATE TABLE t (id int); CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (1); "
      "COMMIT; "
      "PERFORM 1/0; END $$");
  SECTION("in a transaction") {
    runs.script("a", "none", "-- migrate:up\nCALL p();\n");
    CHECK(refusal([&] { runs.upgrade(); }).text.find("a.sql:6: invalid transaction termination") == 0);
    CHECK(runs.database.value("SELECT count(*) FROM t") == "0");
    CHECK(runs.state() == "base");
  }
  SECTION("without one") {
    runs.script("a", "none", "-- migrate:up transaction:false\nCALL p();\n");
    const auto first = refusal([&] { runs.upgrade(); });
    CHECK(first.code == static_cast<int>(ExitCode::half_done));
    CHECK(runs.database.value("SELECT count(*) FROM t") == "1");
    CHECK(runs.state() == "a, 0 of 1 (step 1 was begun)");
    const auto again = refusal([&] { runs.upgrade(); });
    CHECK(again.code == static_cast<int>(ExitCode::half_done));
    CHECK(again.text ==
          "a.sql:6: a, step 1 of 1: a run was cut off in this statement, and whether it took effect cannot "
          "be told from the catalogue\n"
          "  in: CALL p()\n  hint: look for its effect; `migrate resolve --done` says that it is there, and "
          "the next "
          "run goes on after it; `migrate resolve --undo` that nothing of it is, and it is run again; "
          "the database is at a, 0 of 1 (step 1 was begun)");
    CHECK(runs.stamp("a").state == "a");
  }
}
