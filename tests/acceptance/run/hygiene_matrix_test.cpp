// Whatever a script does to its session, to its transaction and to the runner's lock: harmless to the step
// after it, or refused, whether or not the two share a transaction.
#include "postgres/connection.hpp"

#include <chrono>
#include <thread>

#include "tests/acceptance/run/fixture.hpp"

using namespace migrate;
using namespace migrate::test;
using run::Transaction;

namespace {

enum class Mode { step, revision, all, without };

// A step with `mess`, and one that keeps `look` in the table seen, both of revision a.
void two_steps(Runs& runs, Mode mode, const std::string& mess, const std::string& look) {
  runs.options.transaction = mode == Mode::revision ? Transaction::revision
                             : mode == Mode::all    ? Transaction::all
                                                    : Transaction::step;
  runs.script("a", "none",
              std::string("-- migrate:up") + (mode == Mode::without ? " transaction:false" : "") + "\n" +
                  mess + "\n-- migrate:up\nCREATE TABLE public.seen AS SELECT (" + look +
                  ")::text AS what;\n");
}

// As a database of its own, which takes longer to make.
void begin_again(Runs& runs) { runs.database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public"); }

// A server process lets its locks go a moment after its client has left.
bool no_lock_is_left(Runs& runs) {
  for (int i = 0; i < 100; ++i) {
    if (runs.database.value(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM "
            "pg_database WHERE datname = current_database())") == "0")
      return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

constexpr auto every_mode = {Mode::step, Mode::revision, Mode::all, Mode::without};

struct Harmless {
  std::string mess, look, wanted;
};

const std::vector<Harmless> harmless{
    {"SET search_path = pg_temp;", "current_setting('search_path')", "public"},
    {"SELECT set_config('search_path', 'pg_temp', false);", "current_setting('search_path')", "public"},
    {"SET client_encoding = 'LATIN1';", "current_setting('client_encoding')", "UTF8"},
    {"SET session_replication_role = replica;", "current_setting('session_replication_role')", "origin"},
    {"SET standard_conforming_strings = off;", "current_setting('standard_conforming_strings')", "on"},
    {"SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Tokyo';",
     "current_setting('DateStyle') || current_setting('TimeZone')", "ISO, MDYUTC"},
    {"SET lock_timeout = '1ms'; SET statement_timeout = '1h';",
     "current_setting('lock_timeout') || current_setting('statement_timeout')", "200ms0"},
    {"SET default_transaction_read_only = on;", "current_setting('default_transaction_read_only')", "off"},
    {"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY, ISOLATION LEVEL SERIALIZABLE;",
     "current_setting('transaction_read_only') || current_setting('transaction_isolation') || "
     "current_setting('default_transaction_isolation')",
     "offread committedread committed"},
    {"SET ROLE pg_monitor;", "current_user || session_user", "postgrespostgres"},
    {"SET SESSION AUTHORIZATION pg_monitor;", "current_user || session_user", "postgrespostgres"},
    {"SET SESSION AUTHORIZATION pg_monitor; SET ROLE pg_monitor;", "current_user || session_user",
     "postgrespostgres"},
    {"CREATE TEMP TABLE migrate_version (version_num text); CREATE TEMP TABLE migrate_log (id int); SET "
     "search_path = "
     "pg_temp, public;",
     "SELECT count(*) FROM pg_class WHERE relpersistence = 't'", "0"},
    {"CREATE TEMP TABLE pg_class (x int); CREATE TEMP TABLE pg_locks (x int);",
     "SELECT count(*) FROM pg_catalog.pg_class WHERE relpersistence = 't'", "0"},
    {"PREPARE p AS SELECT 1;", "SELECT count(*) FROM pg_prepared_statements WHERE name = 'p'", "0"},
    {"DECLARE c CURSOR WITH HOLD FOR SELECT 1;", "SELECT count(*) FROM pg_cursors", "0"},
    {"LISTEN news; NOTIFY news;", "SELECT count(*) FROM pg_listening_channels()", "0"},
    {"DISCARD TEMP; DISCARD PLANS; DISCARD SEQUENCES;", "1", "1"},
    {"RESET ALL; RESET ROLE; RESET SESSION AUTHORIZATION;", "current_setting('search_path')", "public"},
    {"SELECT pg_advisory_lock(7);", "1", "1"},
    {"SELECT pg_advisory_lock(7); SELECT pg_advisory_unlock(7);",
     "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()", "1"},
    {"SAVEPOINT s; CREATE TABLE gone (); ROLLBACK TO s;", "SELECT to_regclass('gone') IS NULL", "true"},
    {"SET CONSTRAINTS ALL DEFERRED;", "1", "1"},
    {"DO $$ BEGIN PERFORM set_config('role', 'pg_monitor', false); END $$;", "current_user", "postgres"},
};

}  // namespace

TEST_CASE("what a script leaves in its session is gone in the next step, in every mode") {
  Runs runs;
  for (const auto& each : harmless)
    for (const auto mode : every_mode) {
      const bool savepoint = each.mess.find("SAVEPOINT") != std::string::npos;
      if (mode == Mode::without && savepoint) continue;  // refused by the server
      INFO(each.mess << " in mode " << static_cast<int>(mode));
      begin_again(runs);
      two_steps(runs, mode, each.mess, each.look);
      const auto failed = refusal([&] { runs.upgrade(); });
      CHECK(failed.text.empty());
      if (!failed.text.empty()) continue;
      CHECK(runs.database.value("SELECT what FROM public.seen") == each.wanted);
      CHECK(runs.log() == "a up 1/2 done, a up 2/2 done");
      CHECK(runs.database.value(
                "SELECT version_num || role FROM public.migrate_version, public.migrate_log WHERE last") ==
            "apostgres");
      CHECK(no_lock_is_left(runs));
      CHECK(runs.upgrade().nothing_to_do());
    }
}

TEST_CASE("the log holds a script's letters, whatever encoding the script has set") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up\nSELECT 'größe €';\nSET client_encoding = 'LATIN1';\n");
  runs.upgrade();
  CHECK(runs.database.value("SELECT script LIKE '%größe €%' FROM migrate_log") == "t");
}

TEST_CASE("constraints that a script has deferred are immediate again in the next step") {
  const auto mode = GENERATE(Mode::step, Mode::revision, Mode::all);
  Runs runs;
  runs.database.execute(
      "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int REFERENCES p DEFERRABLE INITIALLY "
      "IMMEDIATE)");
  two_steps(runs, mode, "SET CONSTRAINTS ALL DEFERRED;\nINSERT INTO c VALUES (1);\nINSERT INTO p VALUES (1);",
            "1");
  runs.script("b", "a", "-- migrate:up\nINSERT INTO c VALUES (2);\nINSERT INTO p VALUES (2);\n");
  CHECK(refusal([&] {
          runs.upgrade();
        }).text.find("b.sql:6: insert or update on table \"c\" violates foreign key") == 0);
}

TEST_CASE("what would break the runner's hold is refused, and nothing of the transaction is kept") {
  const auto mode = GENERATE(Mode::step, Mode::revision, Mode::all);
  const auto [mess, why] = GENERATE(table<std::string, std::string>(
      {{"SELECT pg_advisory_unlock_all();", "this run does not hold its lock any more"},
       {"SET TRANSACTION READ ONLY;", "cannot execute INSERT in a read-only transaction (SQLSTATE 25006)"},
       {"DO $$ BEGIN COMMIT; END $$;", "invalid transaction termination"},
       {"CREATE PROCEDURE pg_temp.p() LANGUAGE plpgsql AS $$ BEGIN ROLLBACK; END $$;\nCALL pg_temp.p();",
        "invalid transaction termination"},
       {"DELETE FROM migrate_version; INSERT INTO migrate_version VALUES ('z');",
        "was changed by somebody else"},
       {"DROP TABLE migrate_log;", "relation \"public.migrate_log\" does not exist (SQLSTATE 42P01)"}}));
  INFO(mess);
  Runs runs;
  runs.allow_losses = true;
  runs.script("zero", "none", "-- migrate:up\n");
  runs.upgrade();
  runs.options.transaction = mode == Mode::revision ? Transaction::revision
                             : mode == Mode::all    ? Transaction::all
                                                    : Transaction::step;
  runs.script(
      "a", "zero",
      "-- migrate:up\nCREATE TABLE first ();\n-- migrate:up\nCREATE TABLE second ();\n" + mess + "\n");
  const auto failed = refusal([&] { runs.upgrade(); });
  CHECK(failed.code == 1);
  INFO(failed.text);
  CHECK(failed.text.find(why) != std::string::npos);
  CHECK(runs.tables() == (mode == Mode::step ? "first" : ""));
  CHECK(runs.state() == (mode == Mode::step ? "zero, and a, 1 of 2" : "zero"));
}

TEST_CASE("statements that begin and end transactions are refused before anything runs, in every mode") {
  Runs runs;
  for (const auto mode : every_mode)
    for (const char* text : {"BEGIN", "COMMIT", "ROLLBACK", "END", "ABORT", "START TRANSACTION",
                             "PREPARE TRANSACTION 'x'", "ROLLBACK AND CHAIN", "COMMIT PREPARED 'x'"}) {
      INFO(text << " in mode " << static_cast<int>(mode));
      two_steps(runs, mode, std::string("CREATE TABLE t ();\n") + text + ";", "1");
      CHECK(refusal([&] {
              runs.upgrade();
            }).text.find("a.sql:7: a script must not begin or end transactions itself") == 0);
      CHECK(runs.database.value("SELECT to_regclass('t') IS NULL AND to_regclass('migrate_log') IS NULL") ==
            "t");
    }
}
