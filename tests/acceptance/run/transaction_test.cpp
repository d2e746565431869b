// [migrations] transaction and --rollback: what is one transaction, and what cannot be.
#include <chrono>
#include <future>
#include <thread>

#include "postgres/connection.hpp"
#include "tests/acceptance/run/fixture.hpp"

using namespace migrate;
using namespace migrate::test;
using run::Transaction;

namespace {

// Tables a1, a2, b1 that each hold the transaction that made them.
void three_steps(const Runs& runs,
                 const std::string& second_of_a = "CREATE TABLE a2 AS SELECT txid_current();") {
  runs.script("a", "none",
              "-- migrate:up\nCREATE TABLE a1 AS SELECT txid_current();\n-- migrate:up\n" + second_of_a +
                  "\n-- migrate:down\nDROP TABLE a2;\n-- migrate:down\nDROP TABLE a1;\n");
  runs.script("b", "a",
              "-- migrate:up\nCREATE TABLE b1 AS SELECT txid_current();\n-- migrate:down\nDROP TABLE b1;\n");
}

// "1 1 2": which of the tables were made by the same transaction.
std::string transactions(Runs& runs) {
  return runs.database.value(
      "SELECT concat_ws(' ', dense_rank() OVER (ORDER BY a1), 1 + (a2 > a1)::int, 1 + (a2 > a1)::int + (b1 > "
      "a2)::int) FROM "
      "(SELECT (SELECT txid_current FROM a1) a1, (SELECT txid_current FROM a2) a2, (SELECT txid_current FROM "
      "b1) "
      "b1) t");
}

}  // namespace

TEST_CASE("transaction says what is committed together") {
  Runs runs;
  three_steps(runs);
  const auto [mode, wanted] = GENERATE(table<Transaction, std::string>(
      {{Transaction::step, "1 2 3"}, {Transaction::revision, "1 1 2"}, {Transaction::all, "1 1 1"}}));
  runs.options.transaction = mode;
  const auto result = runs.upgrade();
  CHECK(result.steps.size() == 3);
  CHECK(transactions(runs) == wanted);
  CHECK(runs.log() == "a up 1/2 done, a up 2/2 done, b up 1/1 done");
  CHECK(runs.database.value("SELECT version_num FROM migrate_version") == "b");
  CHECK(runs.downgrade("base").state == "base");
  CHECK(runs.tables().empty());
}

TEST_CASE("a step that fails takes the steps before it in its transaction along") {
  Runs runs;
  three_steps(runs, "SELECT 1/0;");
  SECTION("step") {
    CHECK(
        refusal([&] { runs.upgrade(); }).text ==
        "a.sql:8: division by zero (SQLSTATE 22012)\n  in: SELECT 1/0\n  hint: the step was rolled back; the "
        "database is at a, 1 of 2");
    CHECK(runs.tables() == "a1");
  }
  SECTION("revision") {
    runs.options.transaction = Transaction::revision;
    CHECK(
        refusal([&] { runs.upgrade(); }).text ==
        "a.sql:8: division by zero (SQLSTATE 22012)\n  in: SELECT 1/0\n  hint: the step was rolled back, and "
        "with it 1 step before it in the same transaction; the database is at base");
    CHECK(runs.tables().empty());
    CHECK(runs.log() == "a up 2/2 failed");
    three_steps(runs);
    CHECK(runs.upgrade().state == "b");
  }
}

TEST_CASE("all refuses what cannot be in one transaction before the first step, and names it") {
  Runs runs;
  three_steps(runs);
  runs.script(
      "c", "b",
      "-- migrate:up\nCREATE TYPE mood AS ENUM ('sad');\n-- migrate:up transaction:false\nCREATE INDEX "
      "CONCURRENTLY i ON a1 (txid_current);\n");
  runs.options.transaction = Transaction::all;
  CHECK(refusal([&] { runs.upgrade(); }).text ==
        "transaction = \"all\" makes everything one transaction, and that is not possible here:\n"
        "  c.sql:7: c, step 2 of 2 is a section with transaction:false\n"
        "  hint: run it with --transaction revision, or step");
  CHECK(runs.tables().empty());
  CHECK(runs.database.value("SELECT to_regclass('migrate_version') IS NULL") == "t");
  runs.options.transaction = Transaction::revision;
  CHECK(runs.upgrade().state == "c");
  CHECK(transactions(runs) == "1 1 2");
}

TEST_CASE("an enum label and its use are never in one transaction") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up\nCREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE t (m mood);\n");
  runs.upgrade();
  const std::string use = GENERATE(
      "INSERT INTO t VALUES ('it''s ok');", "ALTER TABLE t ALTER m SET DEFAULT 'it''s ok'::mood;",
      "DO $$ BEGIN INSERT INTO t VALUES ('it''s ok'); END $$;", "COPY t FROM stdin;\nit's ok\n\\.\n");
  runs.script("b", "a",
              "-- migrate:up\nALTER TYPE public.mood ADD VALUE 'it''s ok';\n-- migrate:up\n" + use + "\n");
  INFO(use);
  SECTION("all refuses") {
    runs.options.transaction = Transaction::all;
    CHECK(refusal([&] { runs.upgrade(); }).text ==
          "transaction = \"all\" makes everything one transaction, and that is not possible here:\n"
          "  b, step 2 of 2 uses the label 'it's ok' of enum type mood, which b, step 1 of 2 adds, and "
          "PostgreSQL "
          "takes it only after a commit (SQLSTATE 55P04)\n"
          "  hint: run it with --transaction revision, or step");
    CHECK(runs.state() == "a");
  }
  SECTION("revision commits in between") {
    runs.options.transaction = Transaction::revision;
    CHECK(runs.upgrade().state == "b");
  }
  SECTION("a rollback refuses") {
    runs.options.rollback = true;
    CHECK(refusal([&] { runs.upgrade(); }).text ==
          "--rollback makes everything one transaction, and that is not possible here:\n"
          "  b, step 2 of 2 uses the label 'it's ok' of enum type mood, which b, step 1 of 2 adds, and "
          "PostgreSQL "
          "takes it only after a commit (SQLSTATE 55P04)\n"
          "  hint: try it on a copy of the database, or roll back to a revision before that");
  }
}

TEST_CASE("nor is a label of a type that the same transaction makes") {
  Runs runs;
  runs.options.transaction = Transaction::revision;
  runs.script("a", "none",
              "-- migrate:up\nCREATE TYPE mood AS ENUM ('sad');\n-- migrate:up\nALTER TYPE mood ADD VALUE "
              "'ok';\n-- migrate:up\nCREATE TABLE t AS SELECT 'ok'::mood AS m;\n");
  CHECK(runs.upgrade().state == "a");
}

TEST_CASE(
    "what is deferred is checked with its step, and the next step in the transaction finds it deferred") {
  Runs runs;
  runs.options.transaction = Transaction::all;
  runs.database.execute(
      "CREATE SCHEMA \"O \"\"1\"; CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE \"O \"\"1\".c (id int "
      "CONSTRAINT "
      "\"k K\" REFERENCES p DEFERRABLE INITIALLY DEFERRED, n int UNIQUE DEFERRABLE)");
  const std::string both = "INSERT INTO \"O \"\"1\".c VALUES (1, 1);\nINSERT INTO p VALUES (1);\n";
  SECTION("harmless") {
    runs.script("a", "none", "-- migrate:up\n" + both);
    runs.script("b", "a",
                "-- migrate:up\nALTER TABLE \"O \"\"1\".c ADD x int;\nINSERT INTO \"O \"\"1\".c VALUES (2, "
                "2);\nINSERT INTO p VALUES (2);\nCREATE TABLE d (id int REFERENCES p DEFERRABLE INITIALLY "
                "DEFERRED);\nINSERT INTO d VALUES (3);\nINSERT INTO p VALUES (3);\n");
    CHECK(runs.upgrade().state == "b");
  }
  SECTION("the step to blame") {
    runs.script("a", "none", "-- migrate:up\nINSERT INTO \"O \"\"1\".c VALUES (1, 1);\n");
    runs.script("b", "a", "-- migrate:up\nSELECT 1;\n");
    CHECK(refusal([&] { runs.upgrade(); }).text.find("a.sql:5: insert or update on table \"c\" violates") ==
          0);
    CHECK(runs.state() == "base");
  }
}

TEST_CASE("no step reaches back into another of its transaction") {
  Runs runs;
  runs.options.transaction = Transaction::all;
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\nSAVEPOINT mine;\nCREATE TABLE b ();\n");
  SECTION("a savepoint ends with its step") {
    runs.script("b", "a", "-- migrate:up\nROLLBACK TO mine;\n");
    CHECK(refusal([&] {
            runs.upgrade();
          }).text.find("b.sql:6: savepoint \"mine\" does not exist (SQLSTATE 3B001)") == 0);
    CHECK(runs.tables().empty());
  }
  SECTION("nor is ours taken away") {
    runs.script("b", "a", "-- migrate:up\nRELEASE migrate_step;\n");
    CHECK(refusal([&] { runs.upgrade(); }).text.find("b.sql:5: savepoint \"migrate_step\" does not exist") ==
          0);
    CHECK(runs.state() == "base");
  }
}

TEST_CASE("a transaction that meets lock_timeout is tried again from its beginning") {
  Runs runs;
  runs.options.transaction = Transaction::all;
  runs.database.execute("CREATE TABLE busy (id int)");
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n");
  runs.script("b", "a", "-- migrate:up\nALTER TABLE busy ADD x int;\n");
  postgres::Session other(runs.database.options());
  other.connection().execute("BEGIN; LOCK public.busy");
  const auto release = std::async(std::launch::async, [&] {
    // Longer than lock_timeout, from when the step meets the lock.
    while (other.connection().value("SELECT count(*) FROM pg_catalog.pg_locks WHERE NOT granted") == "0")
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    other.connection().execute("COMMIT");
  });
  const auto result = runs.upgrade();
  CHECK(result.state == "b");
  CHECK(result.steps.size() == 2);
  CHECK(runs.log() == "a up 1/1 done, b up 1/1 done");
  CHECK(runs.noted("b, step 1 of 1: canceling statement due to lock timeout; trying again in"));
}

TEST_CASE("lock_retries and statement_timeout of a section go before those of the run") {
  Runs runs;
  runs.database.execute("CREATE TABLE busy (id int)");
  postgres::Session other(runs.database.options());
  SECTION("lock_retries") {
    runs.script("a", "none", "-- migrate:up lock_timeout:10ms lock_retries:0\nALTER TABLE busy ADD x int;\n");
    other.connection().execute("BEGIN; LOCK public.busy");
    CHECK(refusal([&] { runs.upgrade(); }).code == static_cast<int>(ExitCode::lock_timeout));
    CHECK_FALSE(runs.noted("trying again"));
  }
  SECTION("statement_timeout, of each step of a transaction") {
    runs.options.transaction = Transaction::all;
    runs.options.statement_timeout = "400ms";
    runs.script("a", "none",
                "-- migrate:up statement_timeout:0\nSELECT pg_sleep(0.8);\n-- migrate:up\nSELECT "
                "pg_sleep(0.8);\n");
    CHECK(refusal([&] {
            runs.upgrade();
          }).text.find("a.sql:8: canceling statement due to statement timeout") == 0);
  }
  SECTION("wait, of a CONCURRENTLY") {
    runs.script("a", "none",
                "-- migrate:up transaction:false wait:300ms\nCREATE INDEX CONCURRENTLY i ON busy (id);\n");
    other.connection().execute("BEGIN; INSERT INTO public.busy VALUES (1)");
    const auto failed = refusal([&] { runs.upgrade(); });
    CHECK(failed.code == static_cast<int>(ExitCode::lock_timeout));
    CHECK(failed.text.find("it waited for more than 300 ms for process N") != std::string::npos);
  }
}

TEST_CASE("a rollback runs everything, keeps nothing, and makes no tables") {
  Runs runs;
  three_steps(runs);
  runs.options.rollback = true;
  const auto result = runs.upgrade();
  CHECK(result.rolled_back);
  CHECK(result.steps.size() == 3);
  CHECK(result.before.empty());
  CHECK(result.after.empty());
  CHECK(result.reached == std::vector<std::string>{"b"});
  CHECK(result.state == "base");
  CHECK(runs.tables().empty());
  CHECK(runs.database.value("SELECT to_regclass('migrate_log') IS NULL") == "t");

  runs.options.rollback = false;
  runs.upgrade();
  runs.options.rollback = true;
  CHECK(runs.downgrade("base").reached.empty());
  CHECK(runs.tables() == "a1 a2 b1");
  CHECK(runs.log() == "a up 1/2 done, a up 2/2 done, b up 1/1 done");
  CHECK(runs.upgrade().nothing_to_do());
}

TEST_CASE("a rollback finds what would fail, and keeps no trace of it") {
  Runs runs;
  three_steps(runs, "SELECT 1/0;");
  runs.options.rollback = true;
  CHECK(refusal([&] { runs.upgrade(); }).text.find("a.sql:8: division by zero") == 0);
  CHECK(runs.database.value("SELECT to_regclass('migrate_log') IS NULL") == "t");
}

TEST_CASE("a rollback refuses steps that cannot be rolled back, and a step that was cut off") {
  Runs runs;
  runs.script("a", "none",
              "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:up transaction:false\nVACUUM a;\n");
  runs.options.rollback = true;
  CHECK(refusal([&] { runs.upgrade(); }).text ==
        "--rollback makes everything one transaction, and that is not possible here:\n"
        "  a.sql:7: a, step 2 of 2 is a section with transaction:false\n"
        "  hint: try it on a copy of the database, or roll back to a revision before that");
  runs.options.rollback = false;
  runs.upgrade();
  runs.script("b", "a", "-- migrate:up\nCREATE TABLE b ();\n");
  runs.database.execute(
      "UPDATE migrate_log SET state = 'running' WHERE step = 2; UPDATE migrate_version SET version_num = "
      "'x'; "
      "DELETE FROM migrate_version");
  runs.options.rollback = true;
  CHECK(refusal([&] { runs.upgrade(); }).text.find("revision a, 1 of 2 (step 2 was begun") == 0);
  CHECK(runs.tables() == "a");
}

TEST_CASE("scripts read what -x and --tag give, in every step, whatever the script before has set") {
  Runs runs;
  runs.options.transaction = GENERATE(Transaction::step, Transaction::all);
  runs.options.variables = {{"migrate.who", "it's \\ \"ü\"; DROP TABLE x"}};
  runs.options.tag = "release 7";
  runs.script("a", "none",
              "-- migrate:up\nSET migrate.who = 'another';\nRESET ALL;\nSET migrate.tag = 'x';\n");
  runs.script(
      "b", "a",
      "-- migrate:up\nCREATE TABLE t AS SELECT current_setting('migrate.who') || "
      "current_setting('migrate.tag') || coalesce(current_setting('migrate.none', true), '-') AS what;\n");
  runs.upgrade();
  CHECK(runs.database.value("SELECT what FROM t") == "it's \\ \"ü\"; DROP TABLE xrelease 7-");
  CHECK(runs.database.value("SELECT string_agg(DISTINCT tag, ',') FROM migrate_log") == "release 7");
  runs.options.tag = "by hand";
  runs.stamp("a");
  CHECK(runs.database.value("SELECT tag FROM migrate_log WHERE kind = 'stamp'") == "by hand");
}

TEST_CASE("what keeps the next transaction from beginning leaves the one before it committed") {
  Runs runs;
  LockedSession locked(runs);
  auto& connection = locked.session.connection();
  postgres::Executor executor(locked.session, locked.connect, *locked.lock, locked.bookkeeping, {});
  const auto work = [](const std::string& revision, const std::string& lock_timeout) {
    postgres::Work out;
    out.step.label = revision;
    out.step.file = revision + ".sql";
    out.step.statements.emplace_back().text = "CREATE TABLE " + revision + " (id int)";
    out.step.checksums = {"", ""};
    out.settings.lock_timeout = lock_timeout;
    out.entry.revision = revision;
    out.change.add = {revision};
    return out;
  };
  const auto a = work("a", "1s"), b = work("b", "soon"), c = work("c", "1s");
  const auto transaction = [](const postgres::Work& of, const postgres::StepSettings* next) {
    postgres::Group out;
    out.steps = {&of};
    out.next = next;
    return out;
  };
  executor.run_transaction(transaction(a, &b.settings));
  CHECK(runs.tables() == "a");
  CHECK(runs.database.value("SELECT version_num FROM migrate_version") == "a");
  CHECK(refusal([&] {
          executor.run_transaction(transaction(b, &c.settings));
        }).text.starts_with("invalid value for parameter \"lock_timeout\": \"soon\" (SQLSTATE 22023)\n"));
  executor.run_transaction(transaction(c, nullptr));
  CHECK(runs.tables() == "a c");
  CHECK(connection.transaction_status() == postgres::TransactionStatus::idle);

  // Begun with the end of the one before, but not what comes then.
  const auto d = work("d", "1s"), e = work("e", "1s");
  executor.run_transaction(transaction(d, &e.settings));
  CHECK(connection.transaction_status() == postgres::TransactionStatus::in_transaction);
  executor.run_transaction(transaction(work("f", "1s"), nullptr));
  CHECK(runs.tables() == "a c d f");
  CHECK(runs.database.value("SELECT count(*) FROM migrate_log WHERE state = 'done'") == "4");
}
