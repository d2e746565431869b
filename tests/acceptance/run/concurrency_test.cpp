// Several runners at once, and runners among other sessions.
#include <atomic>
#include <future>
#include <thread>

#include "postgres/connection.hpp"
#include "postgres/lease.hpp"
#include "run/sql_script.hpp"
#include "tests/acceptance/run/fixture.hpp"
#include "tests/support/psql.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

// A session in an open transaction that has done `sql`.
class Blocker {
 public:
  Blocker(Runs& runs, const std::string& sql) : session_(runs.database.options()) {
    session_.connection().begin();
    session_.connection().execute(sql);
  }
  void end() { session_.connection().rollback_quietly(); }
  ~Blocker() { end(); }

 private:
  postgres::Session session_;
};

}  // namespace

TEST_CASE("eight runners at once: each step is run once, and every runner ends well") {
  Runs runs;
  runs.script("a", "none",
              "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:up transaction:false\nCREATE INDEX "
              "CONCURRENTLY i ON a (id);\n");
  runs.script(
      "b", "a",
      "-- migrate:up\nCREATE TABLE b ();\nSELECT pg_sleep(0.2);\n-- migrate:up\nCREATE TABLE c ();\n");
  runs.script("d", "b", "-- migrate:up transaction:false\nDROP INDEX CONCURRENTLY i;\n");
  const bool half_way = GENERATE(false, true);
  if (half_way) runs.upgrade("a");
  std::vector<std::future<void>> threads;
  std::atomic<int> failures{0}, steps{0};
  for (int i = 0; i < 8; ++i)
    threads.push_back(std::async(std::launch::async, [&] {
      try {
        steps += static_cast<int>(runs.upgrade().steps.size());
      } catch (const std::exception&) {
        ++failures;
      }
    }));
  for (auto& thread : threads) thread.get();
  CHECK(failures == 0);
  CHECK(steps == (half_way ? 3 : 5));
  CHECK(runs.log() == "a up 1/2 done, a up 2/2 done, b up 1/2 done, b up 2/2 done, d up 1/1 done");
  CHECK(runs.state() == "d");
}

TEST_CASE("upgrades and downgrades at once leave a state that is whole") {
  Runs runs;
  for (const auto& [name, parent] : {std::pair{"a", "none"}, {"b", "a"}, {"c", "b"}})
    runs.script(name, parent,
                std::string("-- migrate:up\nCREATE TABLE ") + name + " ();\n-- migrate:down\nDROP TABLE " +
                    name + ";\n");
  runs.upgrade("a");
  std::vector<std::future<void>> threads;
  for (int i = 0; i < 6; ++i)
    threads.push_back(std::async(std::launch::async, [&, i] {
      for (int round = 0; round < 3; ++round) {
        try {
          i % 2 == 0 ? runs.upgrade("head") : runs.downgrade("a");
        } catch (const Error&) {
          // "already past" and the like: what counts is what is left behind.
        }
      }
    }));
  for (auto& thread : threads) thread.get();
  const auto state = runs.state();
  CHECK((state == "a" || state == "c"));
  CHECK(runs.tables() == (state == "a" ? "a" : "a b c"));
}

TEST_CASE("a runner that waits too long says who holds the lock") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n");
  postgres::Session other(runs.database.options());
  const postgres::AdvisoryLock lock(other, runs.options.names, std::chrono::seconds(0));
  runs.options.wait = std::chrono::milliseconds(300);
  const auto refused = refusal([&] { runs.upgrade(); });
  CHECK(refused.code == static_cast<int>(ExitCode::lock_timeout));
  CHECK(refused.text ==
        "another runner holds the lock of public.migrate_version since more than 0.3 s: process N\n"
        "  hint: wait for it to end, give more time with --wait, or end it with SELECT "
        "pg_terminate_backend(pid)");
  CHECK(runs.noted("waiting for another runner: process " + std::to_string(other.connection().backend_pid()) +
                   " (migrate on the socket as "
                   "postgres, connected since "));
  CHECK(runs.database.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'migrate%'") == "0");

  SECTION("another version table of the same database has a lock of its own") {
    runs.options.names.version_table = "other_version";
    CHECK(runs.upgrade().state == "a");
  }
}

TEST_CASE("a lock that went with its session is a lost connection, whoever is asked first") {
  Runs runs;
  postgres::Session session(runs.database.options()), other(runs.database.options());
  const postgres::AdvisoryLock lock(session, runs.options.names, std::chrono::seconds(0));
  lock.check_held(other.connection());
  const auto pid = std::to_string(session.connection().backend_pid());
  SECTION("the session lives") {
    session.connection().query("SELECT pg_advisory_unlock_all()");
    CHECK(refusal([&] { lock.check_held(other.connection()); }).code == static_cast<int>(ExitCode::failed));
  }
  SECTION("its server process is ended") {
    other.connection().query("SELECT pg_terminate_backend($1::int)", {pid});
    while (lock.held(other.connection())) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const auto lost = refusal([&] { lock.check_held(other.connection()); });
    CHECK(lost.code == static_cast<int>(ExitCode::no_connection));
    CHECK(lost.text.starts_with("the connection to the server was lost: "));
  }
}

TEST_CASE("who waits for the lock does not hold up CREATE INDEX CONCURRENTLY") {
  Runs runs;
  runs.script("a", "none",
              "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:up transaction:false\nCREATE INDEX "
              "CONCURRENTLY i ON a (id);\n");
  postgres::Session other(runs.database.options());
  std::future<void> waiting;
  {
    const postgres::AdvisoryLock lock(other, runs.options.names, std::chrono::seconds(0));
    waiting = std::async(std::launch::async, [&] { runs.upgrade(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    runs.database.execute("CREATE TABLE z (id int)");
    runs.database.execute("SET statement_timeout = '5s'");
    runs.database.execute("CREATE INDEX CONCURRENTLY z_i ON z (id)");
  }
  waiting.get();
  CHECK(runs.state() == "a");
}

TEST_CASE("a step that meets lock_timeout is rolled back and tried again until the lock is free") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a (id int);\n");
  runs.upgrade();
  runs.script("b", "a", "-- migrate:up\nCREATE TABLE b ();\nALTER TABLE a ADD COLUMN name text;\n");
  runs.options.lock_timeout = "50ms";
  SECTION("free in time") {
    Blocker blocker(runs, "SELECT * FROM public.a");
    auto ending = std::async(std::launch::async, [&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(400));
      blocker.end();
    });
    CHECK(runs.upgrade().state == "b");
    ending.get();
    CHECK(runs.noted("b, step 1 of 1: canceling statement due to lock timeout; trying again in "));
    CHECK(runs.log() == "a up 1/1 done, b up 1/1 done");
  }
  SECTION("never free") {
    const Blocker blocker(runs, "SELECT * FROM public.a");
    runs.options.lock_retries = 2;
    const auto failed = refusal([&] { runs.upgrade(); });
    CHECK(failed.code == static_cast<int>(ExitCode::lock_timeout));
    CHECK(failed.text ==
          "b.sql:7: canceling statement due to lock timeout (SQLSTATE 55P03)\n  in: ALTER TABLE a ADD COLUMN "
          "name text\n"
          "  hint: the step was rolled back; the database is at a");
    CHECK(runs.notes.size() == 2);
    CHECK(runs.tables() == "a");
  }
  SECTION("a section's own lock_timeout") {
    const Blocker blocker(runs, "SELECT * FROM public.a");
    runs.script("b", "a", "-- migrate:up lock_timeout:1ms\nALTER TABLE a ADD COLUMN name text;\n");
    runs.options.lock_timeout = "10min";
    runs.options.lock_retries = 0;
    CHECK(refusal([&] { runs.upgrade(); }).code == static_cast<int>(ExitCode::lock_timeout));
  }
}

TEST_CASE("a deadlock is tried again") {
  Runs runs;
  runs.database.execute("CREATE TABLE x (id int); CREATE TABLE y (id int)");
  runs.script("a", "none",
              "-- migrate:up lock_timeout:20s\nLOCK TABLE x;\nSELECT pg_sleep(0.3);\nLOCK TABLE y;\nCREATE "
              "TABLE a ();\n");
  postgres::Session other(runs.database.options());
  other.connection().begin();
  other.connection().execute("SET LOCAL deadlock_timeout = '1min'; LOCK TABLE public.y");
  auto crossing = std::async(std::launch::async, [&] {
    const auto locked =
        "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'public.x'::regclass AND granted AND mode = "
        "'AccessExclusiveLock')";
    for (int i = 0; i < 3000 && other.connection().value(locked) != "t"; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    other.connection().execute("LOCK TABLE public.x");
    other.connection().rollback_quietly();
  });
  CHECK(runs.upgrade().state == "a");
  crossing.get();
  CHECK(runs.noted("deadlock detected"));
}

TEST_CASE("CREATE INDEX CONCURRENTLY waits for other transactions, but not for ever") {
  Runs runs;
  runs.database.execute("CREATE TABLE a (id int)");
  runs.script("b", "none", "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY \"I x\" ON a (id);\n");
  runs.options.lock_timeout = "10ms";  // of no account here
  SECTION("long enough") {
    Blocker blocker(runs, "INSERT INTO public.a VALUES (1)");
    auto ending = std::async(std::launch::async, [&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
      blocker.end();
    });
    CHECK(runs.upgrade().state == "b");
    ending.get();
  }
  SECTION("too long: the invalid index is taken away once it can be, and the next run builds it") {
    Blocker blocker(runs, "INSERT INTO public.a VALUES (1)");
    runs.options.wait = std::chrono::milliseconds(400);
    const auto failed = refusal([&] { runs.upgrade(); });
    CHECK(failed.code == static_cast<int>(ExitCode::lock_timeout));
    CHECK(failed.text ==
          "b.sql:6: it waited for more than 400 ms for process N\n  in: CREATE INDEX CONCURRENTLY \"I x\" ON "
          "a (id)\n"
          "  hint: wait for that transaction to end, end it with SELECT pg_terminate_backend(pid), or give "
          "more time with --wait; an "
          "invalid index \"I x\" is left behind, which the next run drops and builds again; the database is "
          "at b, 0 of 1 (step 1 was "
          "begun)");
    blocker.end();
    CHECK(runs.upgrade().state == "b");
    CHECK(runs.noted("dropping the invalid index public.\"I x\" that an interrupted run left behind"));
    CHECK(runs.database.value(
              "SELECT string_agg(indisvalid::text, ',') FROM pg_index WHERE indrelid = 'a'::regclass") ==
          "true");
  }
}

TEST_CASE("who writes the log of a step without a transaction keeps others off, also when the lock is gone") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up transaction:false\nSELECT pg_sleep(0.7);\n");
  auto impatient = runs.options;
  impatient.wait = std::chrono::milliseconds(300);
  const auto another = [&] {
    return refusal([&] {
      runs.with_target([&](const run::Target& target) {
        return run::upgrade(target, {revision::parse_target("head")}, impatient, runs.events());
      });
    });
  };
  Refusal lost;
  auto runner = std::async(std::launch::async, [&] { lost = refusal([&] { runs.upgrade(); }); });
  const auto sleeps = [&](const std::string& what) {
    return runs.database.value("SELECT " + what +
                               " FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep' AND datname = "
                               "current_database()");
  };
  while (sleeps("count(*) FILTER (WHERE state = 'active')") == "0")
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  {
    // The statement ends, its row cannot be written yet, and then the session with the lock ends.
    const Blocker blocker(runs, "LOCK TABLE public.migrate_log IN SHARE ROW EXCLUSIVE MODE");
    while (runs.database.value("SELECT count(*) FROM pg_locks WHERE NOT granted") == "0")
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    CHECK(sleeps("bool_and(pg_terminate_backend(pid))") == "t");
    const auto refused = another();
    CHECK(refused.code == static_cast<int>(ExitCode::lock_timeout));
    CHECK(refused.text.find("another runner holds the lock of public.migrate_version since more than 0.3 s: "
                            "process N") == 0);
    CHECK(runs.state() == "a, 0 of 1 (step 1 was begun)");
  }
  runner.get();
  CHECK(lost.code == static_cast<int>(ExitCode::no_connection));
  CHECK(lost.text.find("the database is at a") != std::string::npos);
  CHECK(another().code == 0);
  CHECK(runs.log() == "a up 1/1 done");
  CHECK(runs.state() == "a");
}

TEST_CASE(
    "a second connection keeps off runners of every kind until it ends, and none joins without the lock") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n");
  runs.options.wait = std::chrono::milliseconds(100);
  const auto connect = runs.database.options();
  postgres::Session first(connect);
  const postgres::AdvisoryLock lock(first, runs.options.names, std::chrono::seconds(0));
  {
    postgres::Session second(connect);
    lock.join(second.connection());
    CHECK(runs.database.value("SELECT pg_terminate_backend(" +
                              std::to_string(first.connection().backend_pid()) + ")") == "t");
    CHECK(refusal([&] { runs.upgrade(); }).code == static_cast<int>(ExitCode::lock_timeout));
    CHECK(refusal([&] {
            const postgres::Lease lease(second, connect, runs.options.names, runs.options.wait, "x", {});
          }).code == static_cast<int>(ExitCode::lock_timeout));
    CHECK(psql(runs.database.url(), run::sql_script_of_tables(runs.options))
              .err.find("ERROR:  another runner holds the lock of public.migrate_version") !=
          std::string::npos);
    CHECK(refusal([&] {
            postgres::Session third(connect);
            lock.join(third.connection());
          }).text.find("another runner is still at work over a second connection: process N") == 0);
  }
  runs.options.wait = std::chrono::seconds(20);
  CHECK(runs.upgrade().state == "a");
  postgres::Session second(connect);
  CHECK(refusal([&] { lock.join(second.connection()); }).code == static_cast<int>(ExitCode::no_connection));
}
