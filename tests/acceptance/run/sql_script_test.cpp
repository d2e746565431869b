// A script that psql has run leaves the database as the runner does.
#include "run/sql_script.hpp"

#include <atomic>
#include <future>
#include <thread>

#include "postgres/connection.hpp"
#include "postgres/lease.hpp"
#include "run/ensure_version.hpp"
#include "tests/acceptance/run/fixture.hpp"
#include "tests/support/psql.hpp"
#include "util/text.hpp"

using namespace migrate;
using namespace migrate::test;
using run::Transaction;

namespace {

PsqlOutcome psql(const Runs& runs, const std::string& script, const std::vector<std::string>& options = {}) {
  return test::psql(runs.database.url(), script, options);
}

std::string live(Runs& runs, const std::string& to = "head") {
  return runs.with_target([&](const run::Target& target) {
    return run::sql_script(
        run::preview_upgrade(target, {revision::parse_target(to)}, runs.options, runs.events()),
        runs.options);
  });
}
std::string live_down(Runs& runs, const std::string& to) {
  return runs.with_target([&](const run::Target& target) {
    return run::sql_script(
        run::preview_downgrade(target, revision::parse_target(to), runs.options, runs.events()),
        runs.options);
  });
}
std::string range(const Runs& runs, const std::string& from, const std::string& to) {
  const revision::Directory directory(runs.folder());
  const revision::Graph graph(directory.headers());
  return run::sql_script(run::preview_upgrade({directory, graph}, revision::parse_target(from),
                                              {revision::parse_target(to)}, runs.options),
                         runs.options);
}
std::string range_down(const Runs& runs, const std::string& from, const std::string& to) {
  const revision::Directory directory(runs.folder());
  const revision::Graph graph(directory.headers());
  return run::sql_script(run::preview_downgrade({directory, graph}, revision::parse_target(from),
                                                revision::parse_target(to), runs.options),
                         runs.options);
}

std::string live_stamp(Runs& runs, const std::string& to, bool purge = false) {
  return runs.with_target([&](const run::Target& target) {
    return run::sql_script(run::preview_stamp(target, {revision::parse_target(to)}, purge, runs.options),
                           runs.options);
  });
}
std::string range_stamp(const Runs& runs, const std::string& from, const std::string& to) {
  const revision::Directory directory(runs.folder());
  const revision::Graph graph(directory.headers());
  return run::sql_script(run::preview_stamp({directory, graph}, revision::parse_target(from),
                                            {revision::parse_target(to)}, false, runs.options),
                         runs.options);
}

// All that the log says but who, when, and in which run; and the version table.
std::string bookkeeping(Runs& runs) {
  return runs.database.value(
      "SELECT string_agg(concat_ws('|', format, revision, parents, kind, step, steps, undone, last, state, "
      "statements_done, statements_checksum, checksum, down_checksum, script, error, tool_version, "
      "application, "
      "os_user, host, role, tag, ended_at >= started_at), E'\\n' ORDER BY id) || '#' || (SELECT "
      "coalesce(string_agg(version_num, ',' ORDER BY 1), 'base') FROM migrate_version) FROM migrate_log");
}

const std::string awkward =
    "-- migrate:up lock_timeout:7s statement_timeout:1min\n"
    "CREATE TABLE \"A \"\"ä\" (id int PRIMARY KEY, name text);\nCOPY \"A \"\"ä\" (id, name) FROM "
    "stdin;\n1\tone\\\\two\n2\t\\N\n\\.\n"
    "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN -- ; :x %\n RETURN 'a;b'; END $f$;\n"
    "INSERT INTO \"A \"\"ä\" VALUES (3, E'\\\\; :name ''') -- the last\n;\n"
    "CREATE TABLE seen AS SELECT concat_ws(' ', current_setting('search_path'), "
    "current_setting('lock_timeout'), "
    "current_setting('statement_timeout'), current_setting('TimeZone'), current_setting('migrate.who'), "
    "current_setting('migrate.tag'), current_user) AS what;\n"
    "SET ROLE pg_monitor;\n"
    "-- migrate:up\nALTER TABLE \"A \"\"ä\" ADD n int;\nSET search_path = pg_temp;\n"
    "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY \"i x\" ON \"A \"\"ä\" (name);\n"
    "SET ROLE pg_monitor;\nSET default_transaction_read_only = on;\n"
    "-- migrate:down undoes:3 transaction:false\nDROP INDEX CONCURRENTLY \"i x\";\n"
    "-- migrate:down undoes:2\nALTER TABLE \"A \"\"ä\" DROP n;\n"
    "-- migrate:down undoes:1\nDROP TABLE seen;\nDROP FUNCTION f();\nDROP TABLE \"A \"\"ä\";\n";

void awkward_scripts(const Runs& runs) {
  runs.script("a", "none", awkward);
  runs.script("b", "a",
              "-- migrate:up\nCREATE TABLE b (id int);\n-- migrate:up\nINSERT INTO b VALUES (1);\n-- "
              "migrate:down\nDROP TABLE b;\n");
  runs.script("c", "a", "-- migrate:up\nCREATE TABLE c ();\n-- migrate:down\nDROP TABLE c;\n");
  runs.script("d", "b, c", "-- migrate:up\n-- migrate:down\n");
}

void say_who(Runs& runs) {
  runs.options.variables = {{"migrate.who", "it's \\ \"me\"; $$"}, {"migrate.user", "a keyword"}};
  runs.options.tag = "release '7'";
  runs.options.lock_timeout = "3s";
}

}  // namespace

TEST_CASE("after psql has run the script, the database is as after a run") {
  Runs online, offline;
  for (auto* each : {&online, &offline}) {
    awkward_scripts(*each);
    say_who(*each);
    each->allow_losses = true;
  }
  // The two folders differ only in their names, which the log does not hold.
  online.options.transaction = offline.options.transaction =
      GENERATE(Transaction::step, Transaction::revision);
  const bool with_server = GENERATE(true, false);
  online.upgrade();
  const auto up = psql(offline, with_server ? live(offline) : range(offline, "base", "head"));
  CHECK(up.err.empty());
  REQUIRE(up.status == 0);
  CHECK(bookkeeping(offline) == bookkeeping(online));
  CHECK(offline.tables() == online.tables());
  for (const char* look :
       {"SELECT what FROM seen", "SELECT string_agg(t::text, ';' ORDER BY id) FROM \"A \"\"ä\" t",
        "SELECT prosrc FROM pg_proc WHERE proname = 'f'"})
    CHECK(offline.database.value(look) == online.database.value(look));
  CHECK(offline.state() == "d");
  CHECK(offline.upgrade().nothing_to_do());
  CHECK(offline.warnings.empty());

  online.downgrade("a");
  const auto down = psql(offline, with_server ? live_down(offline, "a") : range_down(offline, "d", "a"));
  CHECK(down.err.empty());
  REQUIRE(down.status == 0);
  CHECK(bookkeeping(offline) == bookkeeping(online));
  CHECK(offline.upgrade().state == "d");
  CHECK(offline.downgrade("base").state == "base");
  CHECK(offline.tables().empty());
}

TEST_CASE("an edit of what psql has run is found as one of what was run") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n-- migrate:down\nDROP TABLE a;\n");
  REQUIRE(psql(runs, range(runs, "base", "a")).status == 0);
  runs.script("a", "none",
              "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:down\nDROP TABLE a CASCADE;\n");
  CHECK(refusal([&] {
          runs.upgrade();
        }).text.find("a.sql:5: the up part of revision a was edited after it was applied") == 0);
  runs.options.accept_edited = true;
  const auto script = live(runs);
  REQUIRE(psql(runs, script).status == 0);
  runs.options.accept_edited = false;
  CHECK(runs.upgrade().nothing_to_do());
  CHECK(runs.log() == "a up 1/1 done, a accept 1/1 done");
}

TEST_CASE("a script does nothing to a database that is elsewhere") {
  Runs runs;
  awkward_scripts(runs);
  say_who(runs);
  const auto refused = [&](const std::string& script, const std::string& why) {
    const auto before = runs.database.value("SELECT count(*) FROM pg_class");
    const auto ended = psql(runs, script);
    CHECK(ended.status == 3);
    INFO(ended.err);
    CHECK(ended.err.find(why) != std::string::npos);
    CHECK(runs.database.value("SELECT count(*) FROM pg_class") == before);
  };
  const auto from_base = range(runs, "base", "a"), from_a = range(runs, "a", "b"),
             live_to_a = live(runs, "a");
  refused(from_a, "ERROR:  this script is for a database at a, and this one is at base");
  REQUIRE(psql(runs, from_base).status == 0);
  refused(from_base, "ERROR:  this script is for a database at base, and this one is at a");
  refused(live_to_a, "ERROR:  this script is for a database at base, and this one is at a");
  SECTION("a half-done revision") {
    runs.script("b", "a", "-- migrate:up\nCREATE TABLE b ();\n-- migrate:up\nSELECT 1/0;\n");
    CHECK(refusal([&] { runs.upgrade("b"); }).code == 1);
    refused(from_a, "ERROR:  b is half done on this database");
    refused(range_down(runs, "a", "base"), "ERROR:  ");
    // From where it is, with a server.
    runs.script("b", "a", "-- migrate:up\nCREATE TABLE b ();\n-- migrate:up\nSELECT 1;\n");
    REQUIRE(psql(runs, live(runs, "b")).status == 0);
    CHECK(runs.state() == "b");
  }
  SECTION("something has run since") {
    const auto script = live(runs, "b");
    runs.stamp("base");
    runs.stamp("a");
    refused(script, "ERROR:  something was run on this database since the script was made");
  }
  SECTION("another runner") {
    runs.with_target([&](const run::Target& target) {
      const postgres::AdvisoryLock lock(target.session, runs.options.names, runs.options.wait);
      refused(from_a, "ERROR:  another runner holds the lock of public.migrate_version");
      return 0;
    });
  }
  SECTION("a transaction around it") {
    const auto ended = psql(runs, from_a, {"-1"});
    CHECK(ended.status == 3);
    CHECK(ended.err.find("ERROR:  this script begins and ends its transactions itself") != std::string::npos);
  }
  SECTION("a newer log") {
    runs.database.execute("UPDATE migrate_log SET format = 99");
    refused(from_a, "ERROR:  the log has format 99");
  }
}

TEST_CASE("a script that fails in the middle leaves whole steps behind, and the runner goes on") {
  Runs runs;
  runs.script("a", "none",
              "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:up\nINSERT INTO a VALUES (1);\nSELECT 1 / "
              "(SELECT count(*) FROM a WHERE id = 2);\n"
              "-- migrate:down undoes:2\nTRUNCATE a;\n-- migrate:down undoes:1\nDROP TABLE a;\n");
  const auto script = range(runs, "base", "head");
  const auto ended = psql(runs, script);
  CHECK(ended.status == 3);
  CHECK(ended.err.find("ERROR:  division by zero") != std::string::npos);
  CHECK(runs.state() == "a, 1 of 2");
  CHECK(runs.database.value("SELECT count(*) FROM a") == "0");
  CHECK(runs.downgrade().state == "base");

  runs.script("b", "none",
              "-- migrate:up\nCREATE TABLE b (id int);\nINSERT INTO b VALUES (1), (1);\n-- migrate:up "
              "transaction:false\nCREATE UNIQUE INDEX CONCURRENTLY i ON b (id);\n");
  runs.forget("a");
  CHECK(psql(runs, range(runs, "base", "b")).status == 3);
  CHECK(runs.state() == "b, 1 of 2 (step 2 was begun)");
  runs.database.execute("DELETE FROM b WHERE ctid = '(0,1)'");
  CHECK(runs.upgrade().state == "b");
  CHECK(runs.database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == "t");
}

TEST_CASE("a script that lets the lock go, or leaves another's role behind, fails as in a run") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\nSELECT pg_advisory_unlock_all();\n");
  const auto ended = psql(runs, range(runs, "base", "a"));
  CHECK(ended.status == 3);
  CHECK(ended.err.find("ERROR:  this session does not hold its lock any more") != std::string::npos);
  CHECK(runs.tables().empty());
  CHECK(runs.state() == "base");
}

TEST_CASE("all of a plan can be one transaction of a script") {
  Runs runs;
  runs.options.transaction = Transaction::all;
  runs.script("a", "none",
              "-- migrate:up\nCREATE TABLE p (id int PRIMARY KEY);\nCREATE TABLE c (id int REFERENCES p "
              "DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO c VALUES (1);\nINSERT INTO p VALUES (1);\n");
  runs.script("b", "a",
              "-- migrate:up\nALTER TABLE c ADD x int;\nINSERT INTO c VALUES (2);\nINSERT INTO p VALUES "
              "(2);\nSELECT 1 / (SELECT count(*) - 2 FROM p);\n");
  const auto failed = psql(runs, range(runs, "base", "b"));
  CHECK(failed.status == 3);
  CHECK(failed.err.find("division by zero") != std::string::npos);
  CHECK(runs.tables().empty());
  runs.script(
      "b", "a",
      "-- migrate:up\nALTER TABLE c ADD x int;\nINSERT INTO c VALUES (2);\nINSERT INTO p VALUES (2);\n");
  CHECK(psql(runs, range(runs, "base", "b")).err.empty());
  CHECK(runs.state() == "b");
  CHECK(runs.upgrade().nothing_to_do());
}

TEST_CASE("a stamp that psql has run is as one that was run") {
  Runs online, offline;
  for (auto* each : {&online, &offline}) awkward_scripts(*each);
  const auto run = [&](const std::string& script) {
    const auto ended = psql(offline, script);
    CHECK(ended.err.empty());
    REQUIRE(ended.status == 0);
  };
  for (const char* to : {"d", "a", "b", "c", "base"}) {
    INFO(to);
    const auto from = offline.state();
    // A range begins at one revision.
    const bool looks = GENERATE(false, true) || from.find(',') != std::string::npos;
    const auto script = looks ? live_stamp(offline, to) : range_stamp(offline, from, to);
    run(script);
    online.stamp(to);
    CHECK(bookkeeping(offline) == bookkeeping(online));
    // Twice is refused, and changes nothing.
    CHECK(psql(offline, script).status == 3);
    CHECK(bookkeeping(offline) == bookkeeping(online));
  }
  run(live_stamp(offline, "base"));  // nothing to do
  CHECK(bookkeeping(offline) == bookkeeping(online));
  CHECK(offline.tables().empty());
}

TEST_CASE("a script that stamps voids what is half done, and a row that no script has only to purge it") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n-- migrate:up\nSELECT 1/0;\n");
  CHECK(refusal([&] { runs.upgrade(); }).code == 1);
  CHECK(runs.state() == "a, 1 of 2");
  CHECK(psql(runs, range_stamp(runs, "base", "a"))
            .err.find("ERROR:  a is half done on this database\nHINT:  finish it with migrate, or make the "
                      "script with its --url\n") != std::string::npos);
  REQUIRE(psql(runs, live_stamp(runs, "a")).status == 0);
  CHECK(runs.state() == "a");
  CHECK(runs.log() == "a up 1/2 done, a up 2/2 failed, a stamp 0/0 done");

  runs.script("b", "none", "-- migrate:up\nCREATE TABLE b ();\n");
  runs.forget("a");
  CHECK(refusal([&] {
          live_stamp(runs, "b");
        }).text.find("the database is at revision a, which no script here has") == 0);
  REQUIRE(psql(runs, live_stamp(runs, "b", true)).status == 0);
  CHECK(runs.state() == "b");
}

TEST_CASE("a script does nothing while a runner behind a pooler has the lease") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n");
  const auto script = range(runs, "base", "a");
  const auto connect = runs.database.options();
  postgres::Session session(connect);
  { const postgres::Lease made(session, connect, runs.options.names, std::chrono::seconds(5), "x", {}); }
  runs.database.execute(
      "UPDATE migrate_lease SET token = 'other', holder = 'migrate up', expires_at = now() + interval '1 "
      "min'");
  for (const auto& each : {script, range_stamp(runs, "base", "a"), run::sql_script_of_tables(runs.options)}) {
    const auto refused = psql(runs, each);
    CHECK(refused.status == 3);
    CHECK(refused.err.find("ERROR:  another runner holds the lease of public.migrate_version: migrate up\n"
                           "HINT:  wait for it to end\n") != std::string::npos);
  }
  CHECK(runs.state() == "base");
  // The lease of a runner that was killed ends; the step that its server process is in does not.
  runs.database.execute("UPDATE migrate_lease SET expires_at = now() - interval '1 s'");
  session.begin("ISOLATION LEVEL READ COMMITTED READ WRITE");
  session.connection().execute("SELECT FROM public.migrate_lease FOR KEY SHARE");
  CHECK(psql(runs, script).err.find("another runner holds the lease") != std::string::npos);
  session.connection().rollback();
  CHECK(psql(runs, script).err.empty());
  CHECK(runs.state() == "a");
  CHECK(runs.database.value("SELECT token FROM migrate_lease").empty());
  CHECK(runs.upgrade().nothing_to_do());
}

TEST_CASE("the same plan gives the same script, but for its run") {
  Runs runs;
  awkward_scripts(runs);
  say_who(runs);
  const auto without_run = [&](const std::string& script) {
    return std::regex_replace(script, std::regex("'[0-9a-f]{12}'"), "'RUN'");
  };
  CHECK(without_run(range(runs, "base", "head")) == without_run(range(runs, "base", "head")));
  CHECK(without_run(range(runs, "base", "head")).find("RUN") != std::string::npos);
}

TEST_CASE("ensure-version makes the tables and no more, once") {
  Runs runs;
  const auto ensure = [&] {
    return runs.with_target([&](const run::Target& target) {
      return run::ensure_version(target.session, target.connect, runs.options, runs.events());
    });
  };
  SECTION("by itself") {
    CHECK(ensure());
    CHECK_FALSE(ensure());
  }
  SECTION("as a script, which can be run again") {
    CHECK(psql(runs, run::sql_script_of_tables(runs.options)).err.empty());
    CHECK(psql(runs, run::sql_script_of_tables(runs.options)).err.empty());
    CHECK_FALSE(ensure());
  }
  CHECK(runs.database.value(
            "SELECT (SELECT count(*) FROM migrate_version) + (SELECT count(*) FROM migrate_log)") == "0");
  CHECK(runs.database.value("SELECT count(*) FROM pg_class c, aclexplode(relacl) x WHERE relname LIKE "
                            "'migrate%' AND grantee = 0") == "0");
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n");
  CHECK(runs.upgrade().state == "a");
}

TEST_CASE("two that make the tables at once do not collide") {
  Runs runs;
  runs.options.names.schema = "ops";
  std::vector<std::future<void>> threads;
  std::atomic<int> made{0};
  for (int i = 0; i < 6; ++i)
    threads.push_back(std::async(std::launch::async, [&, i] {
      auto options = runs.options;
      // Half of them with another version table, and so another lock, in the same new schema.
      if (i % 2 == 1) options.names.version_table = "other_version";
      const auto connect = runs.database.options();
      postgres::Session session(connect);
      if (run::ensure_version(session, connect, options, {})) ++made;
    }));
  for (auto& thread : threads) thread.get();
  CHECK(made == 2);
}
