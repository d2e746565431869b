// Runs through a pooler in transaction mode, and beside runners with a session of their own.
#include <atomic>
#include <future>
#include <memory>
#include <thread>

#include "postgres/connection.hpp"
#include "postgres/introspect.hpp"
#include "postgres/lease.hpp"
#include "tests/acceptance/run/fixture.hpp"
#include "tests/support/pooler.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

constexpr const char* two_steps =
    "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:up\nCREATE TABLE b ();\n-- migrate:down "
    "undoes:2\nDROP "
    "TABLE b;\n-- migrate:down undoes:1\nDROP TABLE a;\n";

// What a client of the pooler gets with its server connection.
constexpr const char* inherited = R"(
SELECT (SELECT pg_catalog.string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_catalog.pg_settings
         WHERE source = 'session' AND name NOT IN ('application_name', 'client_encoding'))
  || ' | ' || current_user || ' | ' || session_user || ' | '
  || (SELECT pg_catalog.count(*) FROM pg_catalog.pg_prepared_statements) || ' | '
  || (SELECT pg_catalog.count(*) FROM pg_catalog.pg_listening_channels()) || ' | '
  || (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class WHERE relpersistence = 't') || ' | '
  || (SELECT pg_catalog.count(*) FROM pg_catalog.pg_cursors WHERE is_holdable) || ' | '
  || (SELECT pg_catalog.count(*) FROM pg_catalog.pg_locks WHERE locktype = 'advisory'))";

}  // namespace

TEST_CASE("through a pooler in transaction mode steps run under a lease") {
  Runs runs;
  const Pooler pooler;
  runs.url = pooler.url(runs.database);
  CHECK(postgres::Session(runs.connect_options()).pooled());
  CHECK_FALSE(postgres::Session(runs.database.options()).pooled());
  runs.script("a", "none", two_steps);
  CHECK(runs.upgrade().state == "a");
  CHECK(runs.log() == "a up 1/2 done, a up 2/2 done");
  CHECK(runs.database.value("SELECT token || holder FROM migrate_lease").find("test (") == 0);
  CHECK(runs.downgrade().state == "base");
  CHECK(runs.stamp("a").state == "a");
  CHECK(runs.database.value(
            "SELECT relacl IS NULL OR NOT relacl::text LIKE '%,=%' FROM pg_class WHERE relname = "
            "'migrate_lease'") == "t");
}

TEST_CASE("what a script sets does not stay in the pooler's server connection") {
  Runs runs;
  const Pooler pooler("transaction", 2);  // a step's, and the one that renews the lease
  runs.database.execute("CREATE ROLE pooler_role; GRANT ALL ON SCHEMA public TO pooler_role");
  runs.url = pooler.url(runs.database);
  auto options = runs.connect_options();
  postgres::Connection client(postgres::Connection::parse(runs.url));
  client.execute("SET work_mem = '7MB'");
  const auto before = client.value(inherited);
  CHECK(before.find("work_mem=7168") != std::string::npos);
  runs.script(
      "a", "none",
      "-- migrate:up\nCREATE TABLE a (id int);\nSET work_mem = '123MB';\nSET search_path = pg_catalog;\nSET "
      "lock_timeout = '1h';\nSET LOCAL statement_timeout = '2h';\nPREPARE p AS SELECT 1;\nLISTEN "
      "l;\nCREATE TEMP TABLE migrate_version (x int);\nDECLARE c CURSOR WITH HOLD FOR SELECT 1;\nSELECT "
      "pg_advisory_lock(4711);\nSET ROLE pooler_role;\n");
  const bool fails = GENERATE(false, true);
  if (fails) {
    runs.script("b", "a",
                "-- migrate:up\nSET work_mem = '99MB';\nSELECT pg_advisory_lock(1);\nSELECT 1/0;\n");
    CHECK(
        refusal([&] { runs.upgrade(); }).text ==
        "b.sql:8: division by zero (SQLSTATE 22012)\n  in: SELECT 1/0\n  hint: the step was rolled back; the "
        "database is at a");
  } else {
    CHECK(runs.upgrade().state == "a");
  }
  CHECK(runs.tables() == "a");
  if (!fails) CHECK(client.value(inherited) == before);
  CHECK(client.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == "0");
  CHECK(client.value("SHOW work_mem") == "7MB");
  runs.database.execute("DROP OWNED BY pooler_role; DROP ROLE pooler_role");
}

TEST_CASE("a database is read through a pooler as without one, and nothing stays behind") {
  Runs runs;
  const Pooler pooler("transaction", 1);
  runs.database.execute(
      "CREATE TABLE a (id int DEFAULT 1 + 1, at timestamptz DEFAULT '2026-01-01 00:00:00+00')");
  runs.url = pooler.url(runs.database);
  postgres::Connection client(postgres::Connection::parse(runs.url));
  client.execute("SET search_path = pg_catalog; SET TimeZone = 'Asia/Tokyo'");
  const auto before = client.value(inherited);
  postgres::Session pooled(runs.connect_options()), direct(runs.database.options());
  CHECK(postgres::introspect(pooled, {}) == postgres::introspect(direct, {}));
  CHECK(client.value(inherited) == before);
}

TEST_CASE("steps without a transaction are refused through a pooler, before the first step") {
  Runs runs;
  runs.script("a", "none",
              "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:up transaction:false\nCREATE INDEX "
              "CONCURRENTLY i ON a (id);\n");
  SECTION("in transaction mode") {
    const Pooler pooler;
    runs.url = pooler.url(runs.database);
    const auto refused = refusal([&] { runs.upgrade(); });
    CHECK(refused.code == static_cast<int>(ExitCode::usage));
    CHECK(refused.text ==
          "between this program and the server is a pooler, through which a step without a transaction "
          "cannot run: "
          "a, step 2 of 2\n  hint: name the server itself in [database] direct_url, which is then used "
          "instead of "
          "url; or say [database] pooler = \"session\" if the pooler gives each client a server connection "
          "of its "
          "own");
    CHECK(runs.tables().empty());
    CHECK(runs.database.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'migrate%'") == "0");
  }
  SECTION("a pooler that is said to keep sessions") {
    const Pooler pooler("session");
    runs.url = pooler.url(runs.database);
    runs.keeps_sessions = true;
    CHECK(runs.upgrade().state == "a");
  }
  SECTION("it was said to keep sessions, and lends another server connection: the lock is not held there") {
    const Pooler pooler("transaction", 3);
    runs.url = pooler.url(runs.database);
    runs.keeps_sessions = true;
    postgres::Session session(runs.connect_options());
    const postgres::AdvisoryLock lock(session, runs.options.names, std::chrono::seconds(0));
    lock.check_held(session.connection());
    // Somebody else is at work over the server connection that has the lock.
    const auto locked = runs.database.value("SELECT pid FROM pg_locks WHERE locktype = 'advisory'");
    std::vector<std::unique_ptr<postgres::Connection>> others;
    std::string pid;
    for (int i = 0; i < 3 && pid != locked; ++i) {
      others.push_back(std::make_unique<postgres::Connection>(postgres::Connection::parse(runs.url)));
      others.back()->begin();
      pid = others.back()->value("SELECT pg_backend_pid()");
    }
    REQUIRE(pid == locked);
    for (std::size_t i = 0; i + 1 < others.size(); ++i) others[i]->rollback();
    CHECK(refusal([&] { lock.check_held(session.connection()); }).text ==
          "this run does not hold its lock any more\n  hint: a script must not let advisory locks go; "
          "through a pooler "
          "that keeps no sessions, leave out [database] pooler = \"session\"");
  }
}

TEST_CASE("a runner with a lease and one with the advisory lock keep off each other") {
  Runs runs;
  const Pooler pooler;
  runs.script("a", "none", two_steps);
  runs.options.wait = std::chrono::milliseconds(300);
  auto pooled = runs.database.options();
  pooled.url = pooler.url(runs.database);
  const auto later =
      "\n  hint: wait for it to end, give more time with --wait, or end it with SELECT "
      "pg_terminate_backend(pid)";
  SECTION("the lease is held") {
    postgres::Session session(pooled);
    const postgres::Lease lease(session, pooled, runs.options.names, std::chrono::seconds(5),
                                "migrate upgrade head (me on here)", {});
    if (GENERATE(false, true)) runs.url = pooled.url;
    const auto refused = refusal([&] { runs.upgrade(); });
    CHECK(refused.code == static_cast<int>(ExitCode::lock_timeout));
    CHECK(std::regex_replace(refused.text, std::regex("since [0-9-]+ [0-9:]+ UTC, which ends in [0-9]+ s"),
                             "SINCE") ==
          std::string(
              "another runner holds the lock of public.migrate_version since more than 0.3 s: the lease of "
              "migrate upgrade head (me on here) SINCE unless it is renewed") +
              later);
  }
  SECTION("the advisory lock is held") {
    postgres::Session session(runs.database.options());
    const postgres::AdvisoryLock lock(session, runs.options.names, std::chrono::seconds(0));
    runs.url = pooled.url;
    CHECK(refusal([&] { runs.upgrade(); }).text ==
          std::string(
              "another runner holds the lock of public.migrate_version since more than 0.3 s: process N") +
              later);
  }
  CHECK(runs.tables().empty());
  CHECK(runs.upgrade().state == "a");
}

TEST_CASE("a lease that has ended is taken over, but not while a step is at work under it") {
  Runs runs;
  const Pooler pooler;
  runs.script("a", "none", two_steps);
  if (GENERATE(false, true)) runs.url = pooler.url(runs.database);
  postgres::Session session([&] {
    auto pooled = runs.database.options();
    pooled.url = pooler.url(runs.database);
    return pooled;
  }());
  {
    const postgres::Lease made(session, runs.database.options(), runs.options.names, std::chrono::seconds(5),
                               "x", {});
  }
  runs.database.execute(
      "UPDATE migrate_lease SET token = 'dead', expires_at = clock_timestamp() - interval '1 second'");
  SECTION("nobody is at work") { CHECK(runs.upgrade().state == "a"); }
  SECTION("a step is") {
    postgres::Session step(runs.database.options());
    step.begin("ISOLATION LEVEL READ COMMITTED READ WRITE");
    step.connection().execute("SELECT FROM public.migrate_lease WHERE token = 'dead' FOR KEY SHARE");
    runs.options.wait = std::chrono::milliseconds(300);
    const auto refused = refusal([&] { runs.upgrade(); });
    CHECK(refused.code == static_cast<int>(ExitCode::lock_timeout));
    CHECK(refused.text.find("a step that is still at work under a lease that has ended") !=
          std::string::npos);
    step.connection().rollback();
    CHECK(runs.upgrade().state == "a");
  }
  SECTION("it is renewed just then") {
    runs.database.execute("UPDATE migrate_lease SET expires_at = clock_timestamp() + interval '1 minute'");
    runs.options.wait = std::chrono::milliseconds(300);
    CHECK(refusal([&] { runs.upgrade(); }).code == static_cast<int>(ExitCode::lock_timeout));
  }
}

TEST_CASE("a runner whose lease was taken over does not go on") {
  Runs runs;
  const Pooler pooler;
  runs.url = pooler.url(runs.database);
  runs.script("a", "none", two_steps);
  auto events = runs.events();
  events.step_ends = [&](const run::StepInfo&) {
    runs.database.execute("UPDATE migrate_lease SET token = 'other'");
  };
  const auto lost = refusal([&] {
    runs.with_target([&](const run::Target& target) {
      return run::upgrade(target, {revision::parse_target("head")}, runs.options, events);
    });
  });
  CHECK(lost.code == static_cast<int>(ExitCode::failed));
  CHECK(lost.text ==
        "this run does not hold its lease any more\n  hint: it was not renewed for more than 30 s, and "
        "another runner "
        "took over: see `migrate log`; the database is at a, 1 of 2");
  CHECK(runs.database.value("SELECT token FROM migrate_lease") == "other");
}

TEST_CASE("a lease is renewed while a step is at work") {
  Runs runs;
  const Pooler pooler;
  runs.url = pooler.url(runs.database);
  runs.script("a", "none", "-- migrate:up\nSELECT pg_sleep(8);\n");
  auto running = std::async(std::launch::async, [&] { runs.upgrade(); });
  const auto renewed = "SELECT expires_at - since > interval '34 seconds' FROM migrate_lease";
  bool seen = false;
  for (int i = 0; i < 100 && !seen; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    try {
      seen = runs.database.value(renewed) == "t";
    } catch (const Error&) {
      // There is no such table yet.
    }
  }
  running.get();
  CHECK(seen);
  CHECK(runs.state() == "a");
}

TEST_CASE("thirty-two runners at once, straight, through a pooler and both") {
  Runs runs;
  const Pooler pooler("transaction", 12);
  for (const auto& [name, parent] : {std::pair{"a", "none"}, {"b", "a"}, {"c", "b"}})
    runs.script(name, parent,
                std::string("-- migrate:up\nCREATE TABLE ") + name + "1 ();\n-- migrate:up\nCREATE TABLE " +
                    name + "2 ();\nSELECT pg_sleep(0.05);\n");
  const bool half_way = GENERATE(false, true);
  const int way = GENERATE(0, 1, 2);
  if (half_way) {
    runs.script("b", "a", "-- migrate:up\nCREATE TABLE b1 ();\n-- migrate:up\nSELECT 1/0;\n");
    CHECK(refusal([&] { runs.upgrade("b"); }).code == 1);
    runs.script(
        "b", "a",
        "-- migrate:up\nCREATE TABLE b1 ();\n-- migrate:up\nCREATE TABLE b2 ();\nSELECT pg_sleep(0.05);\n");
    CHECK(runs.state() == "a, and b, 1 of 2");
  }
  runs.options.wait = std::chrono::seconds(60);
  const auto direct = runs.database.options();
  auto pooled = direct;
  pooled.url = pooler.url(runs.database);
  std::atomic<int> ended_well{0}, waited_too_long{0}, steps{0};
  std::mutex mutex;
  std::vector<std::string> errors;
  std::vector<std::future<void>> threads;
  for (int i = 0; i < 32; ++i)
    threads.push_back(std::async(std::launch::async, [&, i] {
      try {
        const auto& connect = way == 0 || (way == 2 && i % 2 == 0) ? direct : pooled;
        postgres::Session session(connect);
        const revision::Directory directory(runs.folder());
        const revision::Graph graph(directory.headers());
        steps += static_cast<int>(run::upgrade({session, connect, directory, graph},
                                               {revision::parse_target("head")}, runs.options, {})
                                      .steps.size());
        ++ended_well;
      } catch (const Error& error) {
        if (error.code() == ExitCode::lock_timeout) {
          ++waited_too_long;
        } else {
          const std::lock_guard hold(mutex);
          errors.push_back(error.text());
        }
      }
    }));
  for (auto& thread : threads) thread.get();
  CHECK(errors == std::vector<std::string>{});
  CHECK(ended_well + waited_too_long == 32);
  CHECK(ended_well > 0);
  CHECK(steps == (half_way ? 3 : 6));
  CHECK(runs.log() == std::string("a up 1/2 done, a up 2/2 done, b up 1/2 done, ") +
                          (half_way ? "b up 2/2 failed, " : "") +
                          "b up 2/2 done, c up 1/2 done, c up 2/2 done");
  CHECK(runs.state() == "c");
  CHECK(runs.tables() == "a1 a2 b1 b2 c1 c2");
}

TEST_CASE("through a pooler transactions of several steps are what they are without one") {
  Runs runs;
  const Pooler pooler;
  runs.url = pooler.url(runs.database);
  runs.options.transaction = GENERATE(run::Transaction::revision, run::Transaction::all);
  const bool all = runs.options.transaction == run::Transaction::all;
  runs.script("a", "none",
              "-- migrate:up\nCREATE TABLE a (x xid8 DEFAULT pg_current_xact_id());\nINSERT INTO a DEFAULT "
              "VALUES;\nSET search_path = pg_catalog;\nSET ROLE pg_monitor;\n-- migrate:up\nINSERT INTO a "
              "DEFAULT VALUES;\n-- migrate:down\nDROP TABLE a;\n");
  runs.script("b", "a", "-- migrate:up\nINSERT INTO a DEFAULT VALUES;\n-- migrate:up\nSELECT 1/0;\n");
  CHECK(refusal([&] { runs.upgrade(); }).text.find("b.sql:8: division by zero") == 0);
  CHECK(runs.state() == (all ? "base" : "a"));
  CHECK(runs.tables() == (all ? "" : "a"));
  runs.script("b", "a",
              "-- migrate:up\nINSERT INTO a DEFAULT VALUES;\n-- migrate:up\nSELECT 1;\n-- migrate:down "
              "undoes:2\nSELECT 1;\n-- migrate:down undoes:1\nSELECT 1;\n");
  CHECK(runs.upgrade().state == "b");
  CHECK(runs.database.value("SELECT count(*) || ' ' || count(DISTINCT x::text) FROM a") ==
        (all ? "3 1" : "3 2"));
}

TEST_CASE("through a pooler a rollback keeps nothing but the table of the lease") {
  Runs runs;
  const Pooler pooler;
  runs.url = pooler.url(runs.database);
  runs.script("a", "none", two_steps);
  runs.options.rollback = true;
  const auto tables = [&] {
    return runs.database.value(
        "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relnamespace "
        "= 'public'::regnamespace");
  };
  const auto result = runs.upgrade();
  CHECK(result.rolled_back);
  CHECK(result.reached == std::vector<std::string>{"a"});
  CHECK(result.state == "base");
  CHECK(tables() == "migrate_lease");
  CHECK(runs.database.value("SELECT token FROM migrate_lease").empty());
  runs.options.rollback = false;
  CHECK(runs.upgrade().state == "a");
  runs.options.rollback = true;
  CHECK(runs.downgrade("base").reached.empty());
  CHECK(tables() == "a b migrate_lease migrate_log migrate_version");
  CHECK(runs.state() == "a");
}

TEST_CASE("through a pooler scripts read what -x and --tag give, and nobody else does") {
  Runs runs;
  const Pooler pooler("transaction", 2);
  runs.url = pooler.url(runs.database);
  runs.options.variables = {{"migrate.who", "o'hara"}};
  runs.options.tag = "release 7";
  const std::string insert =
      "INSERT INTO seen VALUES (concat_ws(' ', current_setting('migrate.who'), "
      "current_setting('migrate.tag')));\n";
  runs.script("a", "none",
              "-- migrate:up\nCREATE TABLE seen (what text);\n" + insert +
                  "SET migrate.who = 'me';\n-- migrate:up\n" + insert);
  CHECK(runs.upgrade().state == "a");
  CHECK(runs.database.value("SELECT string_agg(what, ', ') FROM seen") ==
        "o'hara release 7, o'hara release 7");
  postgres::Connection next(postgres::Connection::parse(runs.url));
  CHECK(next.value("SELECT coalesce(current_setting('migrate.who', true), '') || "
                   "coalesce(current_setting('migrate.tag', true), '')") == "");
}
