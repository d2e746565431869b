// Servers, roles and scripts that stand in a run's way: each ends clearly.
#include <optional>
#include <thread>

#include "postgres/connection.hpp"
#include "run/resolve.hpp"
#include "run/status.hpp"
#include "tests/acceptance/run/fixture.hpp"
#include "tests/support/pooler.hpp"
#include "tests/support/standby.hpp"
#include "util/text.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

constexpr const char* one_step = "-- migrate:up\nCREATE TABLE a ();\n-- migrate:down\nDROP TABLE a;\n";

}  // namespace

TEST_CASE("a time limit of the role's hits neither the bookkeeping nor what waits for it") {
  Runs runs;
  runs.database.execute(
      "CREATE ROLE hurried LOGIN SUPERUSER; ALTER ROLE hurried SET statement_timeout = "
      "'30ms'; ALTER ROLE hurried SET lock_timeout = '30ms'; ALTER ROLE hurried SET "
      "idle_in_transaction_session_timeout = '30ms'");
  runs.url = replace_all(runs.database.url(), "user=postgres", "user=hurried");
  runs.script(
      "a", "none",
      "-- migrate:up\nCREATE TABLE a ();\n-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down "
      "undoes:2 transaction:false\nSELECT 1;\n-- migrate:down undoes:1\nDROP TABLE a;\n");
  // Everything that writes the log has to wait for it, longer than the role may.
  const auto behind_a_lock = [&](const auto& verb) {
    runs.database.execute("BEGIN; LOCK TABLE migrate_log IN SHARE ROW EXCLUSIVE MODE");
    std::thread ending([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      runs.database.execute("COMMIT");
    });
    const auto failed = refusal(verb);
    ending.join();
    CHECK(failed.text == "");
  };
  runs.stamp("base");
  runs.stamp("a");
  behind_a_lock([&] { runs.stamp("base"); });
  behind_a_lock([&] { runs.upgrade(); });
  CHECK(runs.state() == "a");
  behind_a_lock([&] { runs.downgrade("base"); });
  CHECK(runs.state() == "base");
  runs.database.execute("REASSIGN OWNED BY hurried TO postgres; DROP ROLE hurried");
}

TEST_CASE(
    "a database that is read-only by default is stamped, and a step of it resolved, also through a pooler") {
  Runs runs;
  runs.allow_losses = true;
  runs.script("a", "none", one_step);
  runs.database.execute("ALTER DATABASE " + runs.database.name() +
                        " SET default_transaction_read_only = on; ALTER DATABASE " + runs.database.name() +
                        " SET default_transaction_isolation = 'serializable'");
  std::optional<Pooler> pooler;
  if (GENERATE(false, true)) runs.url = pooler.emplace().url(runs.database);
  CHECK(runs.stamp("a").state == "a");
  CHECK(runs.stamp("base", true).state == "base");
  CHECK(runs.upgrade().state == "a");
  CHECK(runs.downgrade().state == "base");
  postgres::Session writer(runs.database.options());
  writer.begin("READ WRITE");
  writer.connection().execute(
      "UPDATE public.migrate_log SET state = 'running', statements_done = 0 WHERE id = (SELECT max(id) FROM "
      "public.migrate_log)");
  writer.connection().commit();
  CHECK(runs.state() == "a, 1 of 1 (down step 1 was begun)");
  runs.with_target([&](const run::Target& target) {
    return run::resolve(target, "a", 0, run::Decision::done, runs.options, runs.events());
  });
  CHECK(runs.log().ends_with("a down 1/1 failed, a resolve 1/1 done"));
}

TEST_CASE("a standby is read, and says what it is when it is to be changed") {
  const Standby standby;
  Runs runs;
  runs.url = standby.url();
  runs.script("a", "none", one_step);
  const std::string expected =
      "database postgres on PATH as postgres is a standby, which takes no changes\n  hint: name the primary "
      "in "
      "the URL; of several hosts target_session_attrs=read-write finds it";
  const auto refused = [&](const auto& verb) {
    const auto error = refusal(verb);
    CHECK(error.code == static_cast<int>(ExitCode::failed));
    CHECK(replace_all(error.text, standby.folder().string(), "PATH") == expected);
  };
  refused([&] { runs.upgrade(); });
  refused([&] { runs.stamp("a"); });
  runs.options.rollback = true;
  refused([&] { runs.upgrade(); });
  CHECK(runs.state() == "base");
  CHECK(runs.with_target([&](const run::Target& target) {
    return run::read_status(target, runs.options.names, 1).pending.size();
  }) == 1);
  CHECK(runs.with_target([&](const run::Target& target) {
    return run::preview_upgrade(target, {revision::parse_target("head")}, runs.options, runs.events())
        .plan.steps.size();
  }) == 1);
}

TEST_CASE("a script that takes the tables of the bookkeeping away is refused") {
  Runs runs;
  runs.allow_losses = true;
  runs.script("a", "none", one_step);
  runs.upgrade("a");
  const auto table = GENERATE(as<std::string>{}, "migrate_version", "migrate_log");
  const std::string missing =
      "relation \"public." + table +
      "\" does not exist (SQLSTATE 42P01)\n  hint: a table of migrate's own was taken "
      "away, or renamed, since the run began; ";
  SECTION("in a transaction: nothing of it is kept") {
    runs.script("b", "a", "-- migrate:up\nCREATE TABLE b ();\nDROP TABLE " + table + ";\n");
    CHECK(refusal([&] { runs.upgrade(); }).text ==
          "b.sql:5: " + missing + "the step was rolled back; the database is at a");
    CHECK(runs.tables() == "a");
    CHECK(runs.log() == "a up 1/1 done, b up 1/1 failed");
  }
  SECTION("without one: what stands is said, and a stamp puts it right") {
    runs.script("b", "a", "-- migrate:up transaction:false\nDROP TABLE " + table + ";\n");
    CHECK(refusal([&] { runs.upgrade(); }).text ==
          missing + "the database is at " +
              (table == "migrate_log" ? "a" : "b, 0 of 1 (step 1 was begun, 1 statement of it done)"));
    runs.script("b", "a", "-- migrate:up\nCREATE TABLE b ();\n");
    runs.stamp("a", true);
    CHECK(runs.upgrade().state == "b");
    CHECK(runs.tables() == "a b");
  }
}

TEST_CASE("a database that is renamed between two runs is the same one") {
  Runs runs;
  runs.script("a", "none", one_step);
  runs.script("b", "a", "-- migrate:up\nCREATE TABLE b ();\n-- migrate:up\nSELECT 1/0;\n");
  CHECK(refusal([&] { runs.upgrade(); }).code == 1);
  CHECK(runs.state() == "a, and b, 1 of 2");
  auto& server = Cluster::instance().connection();
  const auto name = runs.database.name();
  server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
  server.execute("ALTER DATABASE " + name + " RENAME TO renamed");
  const auto gone = refusal([&] { runs.upgrade(); });
  CHECK(gone.code == static_cast<int>(ExitCode::no_connection));
  CHECK(gone.text.find("database \"" + name + "\" does not exist") != std::string::npos);
  CHECK(gone.text.ends_with("or correct the name in the URL"));
  runs.url = Cluster::instance().url("renamed");
  runs.script("b", "a", "-- migrate:up\nCREATE TABLE b ();\n-- migrate:up\nSELECT 1;\n");
  const auto result = runs.upgrade();
  CHECK(result.state == "b");
  CHECK(result.steps.size() == 1);
  server.execute("ALTER DATABASE renamed RENAME TO " + name);
  runs.url.clear();
  CHECK(runs.upgrade().nothing_to_do());
}
