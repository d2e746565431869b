// Runs that are cut off: killed, told to end, left by their connection.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "postgres/connection.hpp"
#include "tests/acceptance/run/fixture.hpp"
#include "tests/support/paths.hpp"
#include "util/files.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

// `migrate upgrade` as a process of its own.
class Program {
 public:
  explicit Program(Runs& runs) : output_(runs.folder() / "output.txt") {
    write_file(runs.folder() / "config.toml",
               "[migrations]\ndirectory = \".\"\nlock_timeout = \"200ms\"\nwait = \"20s\"\n");
    pid_ = ::fork();
    if (pid_ != 0) return;
    if (::chdir(runs.folder().c_str()) != 0 || ::freopen(output_.c_str(), "w", stderr) == nullptr)
      ::_exit(126);
    ::execl(program().c_str(), "migrate", "upgrade", "--url", runs.database.url().c_str(),
            static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ~Program() {
    if (pid_ > 0) end(SIGKILL);
  }
  // Its exit status; 128 + the signal that killed it.
  int end(int signal) {
    ::kill(pid_, signal);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
  std::string output() const { return Runs::steady(read_file(output_)); }

 private:
  std::filesystem::path output_;
  pid_t pid_ = -1;
};

void wait_until(Runs& runs, const std::string& condition) {
  for (int i = 0; i < 3000; ++i) {
    if (runs.database.value("SELECT " + condition) == "t") return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  FAIL("never came true: " << condition);
}

const std::string runs_now =
    "EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND state = 'active' AND query ~ ";

constexpr const char* index_script =
    "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON a (id);\n-- migrate:up\nCREATE TABLE b "
    "();\n";

}  // namespace

TEST_CASE("killed in a transactional step: nothing of it is kept, and the next run does it") {
  Runs runs;
  runs.script(
      "a", "none",
      "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:up\nCREATE TABLE b ();\nSELECT pg_sleep(1);\n");
  {
    Program program(runs);
    wait_until(runs, runs_now + "'^SELECT pg_sleep')");
    CHECK(program.end(SIGKILL) == 128 + SIGKILL);
  }
  CHECK(runs.state() == "a, 1 of 2");
  CHECK(runs.upgrade().state == "a");  // waits for the backend that outlived its client
  CHECK(runs.log() == "a up 1/2 done, a up 2/2 done");
}

TEST_CASE(
    "told to end in a transactional step: cancelled, rolled back, the lock given back, the state told") {
  Runs runs;
  runs.script(
      "a", "none",
      "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:up\nCREATE TABLE b ();\nSELECT pg_sleep(60);\n");
  const int signal = GENERATE(SIGTERM, SIGINT);
  Program program(runs);
  wait_until(runs, runs_now + "'^SELECT pg_sleep')");
  const auto begin = std::chrono::steady_clock::now();
  CHECK(program.end(signal) == 1);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
  CHECK(program.output().find(std::string("error: ") +
                              (signal == SIGINT ? "interrupted" : "ended by a signal") +
                              "\n  hint: the database is at a, 1 of 2\n") != std::string::npos);
  CHECK(runs.database.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == "0");
  CHECK(runs.tables() == "a");
}

TEST_CASE("killed in CREATE INDEX CONCURRENTLY") {
  Runs runs;
  runs.database.execute("CREATE TABLE a (id int)");
  runs.script("a", "none", index_script);
  postgres::Session other(runs.database.options());
  other.connection().begin();
  other.connection().execute("INSERT INTO public.a VALUES (1)");
  {
    Program program(runs);
    wait_until(runs, runs_now + "'^CREATE INDEX CONCURRENTLY')");
    wait_until(runs, "EXISTS (SELECT FROM pg_index WHERE indrelid = 'a'::regclass)");
    program.end(SIGKILL);
  }
  CHECK(runs.state() == "a, 0 of 2 (step 1 was begun)");
  SECTION("the server completes it: the index is valid, and the step counts as done") {
    other.connection().rollback_quietly();
    CHECK(runs.upgrade().state == "a");
    CHECK(runs.noted("a, step 1 of 2: a run was cut off in it; going on after 1 statement"));
    CHECK(runs.log() == "a up 1/2 failed, a up 1/2 done, a up 2/2 done");
  }
  SECTION("the server does not: the invalid index is dropped and built again") {
    runs.database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^CREATE INDEX CONCURRENTLY' "
        "AND "
        "datname = current_database()");
    other.connection().rollback_quietly();
    CHECK(runs.upgrade().state == "a");
    CHECK(runs.noted(
        "a, step 1 of 2: dropping the invalid index public.i that an interrupted run left behind"));
  }
  SECTION("meanwhile the script was edited: nobody can know") {
    other.connection().rollback_quietly();
    runs.script("a", "none",
                "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY j ON a (id);\n-- "
                "migrate:up\nCREATE TABLE b ();\n");
    const auto undecided = refusal([&] { runs.upgrade(); });
    CHECK(undecided.code == static_cast<int>(ExitCode::half_done));
    CHECK(undecided.text.find("revision a, 0 of 2 (step 1 was begun), by a run that was cut off at ") == 0);
    return;
  }
  CHECK(
      runs.database.value(
          "SELECT string_agg(indexrelid::regclass || ' ' || indisvalid, ',') FROM pg_index WHERE indrelid = "
          "'a'::regclass") == "i true");
  CHECK(runs.tables() == "a b");
}

TEST_CASE("killed in DROP INDEX CONCURRENTLY: what is there decides") {
  Runs runs;
  runs.database.execute("CREATE TABLE a (id int); CREATE INDEX i ON a (id)");
  runs.script("a", "none", "-- migrate:up transaction:false\nDROP INDEX CONCURRENTLY i;\n");
  postgres::Session other(runs.database.options());
  other.connection().begin();
  other.connection().execute("SELECT * FROM public.a");
  {
    Program program(runs);
    wait_until(runs, runs_now + "'^DROP INDEX CONCURRENTLY')");
    program.end(SIGKILL);
  }
  const bool ended_by_server = GENERATE(true, false);
  if (!ended_by_server)
    runs.database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^DROP INDEX' AND datname = "
        "current_database()");
  other.connection().rollback_quietly();
  CHECK(runs.upgrade().state == "a");
  CHECK(runs.database.value("SELECT to_regclass('i') IS NULL") == "t");
}

TEST_CASE("DETACH PARTITION CONCURRENTLY that did not come to its end is finalized") {
  Runs runs;
  if (std::stoi(runs.database.value("SHOW server_version_num")) < 140000) return;
  runs.database.execute(
      "CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE \"p 1\" PARTITION OF p FOR VALUES IN "
      "(1)");
  runs.script("a", "none",
              "-- migrate:up transaction:false\nALTER TABLE p DETACH PARTITION \"p 1\" CONCURRENTLY;\n");
  runs.options.wait = std::chrono::milliseconds(400);
  postgres::Session other(runs.database.options());
  other.connection().begin();
  other.connection().execute("SELECT * FROM public.p");
  const auto failed = refusal([&] { runs.upgrade(); });
  CHECK(failed.code == static_cast<int>(ExitCode::lock_timeout));
  CHECK(failed.text.find("the partition \"p 1\" is half detached, which the next run completes") !=
        std::string::npos);
  other.connection().rollback_quietly();
  CHECK(runs.upgrade().state == "a");
  CHECK(runs.database.value("SELECT count(*) FROM pg_inherits WHERE inhparent = 'p'::regclass") == "0");
}

TEST_CASE("an index that cannot be built is taken away, and the step can be repaired and run again") {
  Runs runs;
  runs.database.execute("CREATE TABLE a (id int); INSERT INTO a VALUES (1), (1)");
  runs.script(
      "a", "none",
      "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY first ON a (id);\nCREATE UNIQUE INDEX "
      "CONCURRENTLY second ON a (id);\n"
      "-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY first;\nDROP INDEX CONCURRENTLY second;\n");
  CHECK(refusal([&] { runs.upgrade(); }).text ==
        "a.sql:7: could not create unique index \"second\"; Key (id)=(1) is duplicated (SQLSTATE 23505)\n"
        "  in: CREATE UNIQUE INDEX CONCURRENTLY second ON a (id)\n"
        "  hint: the statement left nothing behind; 1 statement of the step before it is done; the database "
        "is at a, 0 of 1 (step 1 "
        "failed, 1 statement of it done)");
  CHECK(runs.database.value("SELECT string_agg(indexrelid::regclass::text, ',') FROM pg_index WHERE indrelid "
                            "= 'a'::regclass") == "first");
  SECTION("the data is repaired") {
    runs.database.execute("DELETE FROM a");
    CHECK(runs.upgrade().state == "a");
    CHECK(runs.downgrade().state == "base");
  }
  SECTION("the failed statement is edited") {
    runs.script("a", "none",
                "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY first ON a (id);\nCREATE INDEX "
                "CONCURRENTLY second ON a (id);\n"
                "-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY first;\nDROP INDEX CONCURRENTLY "
                "second;\n");
    CHECK(runs.upgrade().state == "a");
  }
  SECTION("a statement that is done is edited") {
    runs.script("a", "none",
                "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY first ON a (id) WHERE id > "
                "0;\nSELECT 1;\n");
    CHECK(refusal([&] { runs.upgrade(); }).code == static_cast<int>(ExitCode::half_done));
  }
  SECTION("half of a step cannot be taken back by a down part for all of it") {
    const auto refused = refusal([&] { runs.downgrade(); });
    CHECK(refused.code == static_cast<int>(ExitCode::half_done));
    CHECK(
        refused.text ==
        "a.sql: revision a, 0 of 1 (step 1 failed, 1 statement of it done): what a step did in part has no "
        "down part of its own\n"
        "  hint: finish the step with `migrate upgrade`, or undo it by hand and say so with `migrate resolve "
        "--undo`");
  }
}

TEST_CASE("IF NOT EXISTS does not take an invalid index for the wanted one") {
  Runs runs;
  runs.database.execute("CREATE TABLE a (id int); INSERT INTO a VALUES (1), (1)");
  CHECK_THROWS(runs.database.execute("CREATE UNIQUE INDEX CONCURRENTLY i ON a (id)"));
  runs.script("a", "none",
              "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (id);\n");
  const auto refused = refusal([&] { runs.upgrade(); });
  CHECK(refused.text.find("there was an invalid index public.i already") != std::string::npos);
  CHECK(runs.state() == "base");
}

TEST_CASE("the connection is cut in a step: what stands is looked up over another one") {
  Runs runs;
  runs.script(
      "a", "none",
      "-- migrate:up\nCREATE TABLE a ();\n-- migrate:up\nSELECT pg_terminate_backend(pg_backend_pid());\n");
  const auto cut = refusal([&] { runs.upgrade(); });
  CHECK(cut.code == static_cast<int>(ExitCode::no_connection));
  CHECK(cut.text.find("the database is at a, 1 of 2") != std::string::npos);
  CHECK(runs.state() == "a, 1 of 2");
}

TEST_CASE("a REINDEX CONCURRENTLY that does not come to its end leaves no invalid index") {
  Runs runs;
  runs.database.execute("CREATE TABLE a (id int, \"N n\" int); CREATE INDEX \"I x\" ON a (\"N n\")");
  const auto indexes =
      "SELECT string_agg(indexrelid::regclass::text || ' ' || indisvalid, ', ' ORDER BY 1) "
      "FROM pg_index WHERE indrelid = 'a'::regclass";
  const auto kind = GENERATE(as<std::string>{}, "INDEX CONCURRENTLY \"I x\"", "TABLE CONCURRENTLY a",
                             "SCHEMA CONCURRENTLY public");
  runs.script("a", "none", "-- migrate:up transaction:false\nREINDEX " + kind + ";\n");
  postgres::Session other(runs.database.options());
  other.connection().begin();
  other.connection().execute("INSERT INTO public.a VALUES (1)");
  SECTION("it waited too long, and what it left is dropped as soon as that can be") {
    runs.options.wait = std::chrono::milliseconds(400);
    const auto failed = refusal([&] { runs.upgrade(); });
    CHECK(failed.code == static_cast<int>(ExitCode::lock_timeout));
    CHECK(failed.text.find("the invalid index public.\"I x_ccnew\" is left behind, which the next run drops; "
                           "the database is at a, 0 of 1 (step 1 was begun)") != std::string::npos);
  }
  SECTION("it was killed, and the server gave up") {
    {
      Program program(runs);
      wait_until(runs, runs_now + "'^REINDEX')");
      wait_until(runs, "EXISTS (SELECT FROM pg_class WHERE relname = 'I x_ccnew')");
      program.end(SIGKILL);
    }
    runs.database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^REINDEX' AND pid <> "
        "pg_backend_pid() AND datname = current_database()");
  }
  other.connection().rollback_quietly();
  CHECK(runs.upgrade().state == "a");
  CHECK(
      runs.noted("a, step 1 of 1: dropping the invalid index public.\"I x_ccnew\" that an interrupted run "
                 "left behind"));
  CHECK(runs.database.value(indexes) == "\"I x\" true");
}
