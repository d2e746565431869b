#include "postgres/bookkeeping.hpp"

#include "postgres/connection.hpp"
#include "tests/acceptance/run/fixture.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

constexpr const char* table_a = "-- migrate:up\nCREATE TABLE a ();\n-- migrate:down\nDROP TABLE a;\n";

}  // namespace

TEST_CASE("the bookkeeping can stand in a schema and under a name of its own") {
  Runs runs;
  runs.script("a", "none", table_a);
  runs.options.names = {"Ops \"1\"", "Größe version"};
  runs.upgrade();
  CHECK(runs.database.value("SELECT version_num FROM \"Ops \"\"1\"\"\".\"Größe version\"") == "a");
  CHECK(runs.database.value("SELECT count(*) FROM \"Ops \"\"1\"\"\".\"Größe log\"") == "1");
  CHECK(runs.downgrade().state == "base");
}

TEST_CASE("nothing of the bookkeeping is granted to PUBLIC, whatever the default privileges say") {
  Runs runs;
  runs.script("a", "none", table_a);
  runs.database.execute(
      "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC; ALTER DEFAULT PRIVILEGES GRANT ALL ON "
      "SEQUENCES TO PUBLIC");
  runs.upgrade();
  CHECK(runs.database
            .value("SELECT string_agg(relname, ' ') FROM pg_class, aclexplode(relacl) x WHERE relname LIKE "
                   "'migrate%' AND grantee = 0")
            .empty());
}

TEST_CASE("an alembic_version can be taken over; ids that do not fit are refused first") {
  Runs runs;
  runs.options.names.version_table = "alembic_version";
  runs.database.execute(
      "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO alembic_version "
      "VALUES ('a');"
      "CREATE TABLE a ()");
  runs.script("a", "none", table_a);
  const std::string wide = "a_revision_with_a_name_that_is_too_long";
  runs.script(wide, "a", "-- migrate:up\nCREATE TABLE b ();\n");
  CHECK(refusal([&] { runs.upgrade(); }).text ==
        "the revision id a_revision_with_a_name_that_is_too_long has 39 characters, and "
        "public.alembic_version.version_num takes 32\n"
        "  hint: ALTER TABLE public.alembic_version ALTER COLUMN version_num TYPE text");
  CHECK(runs.tables() == "a alembic_version");
  runs.forget(wide);
  runs.script("b", "a", "-- migrate:up\nCREATE TABLE b ();\n-- migrate:down\nDROP TABLE b;\n");
  CHECK(runs.upgrade().state == "b");
  CHECK(runs.database.value("SELECT string_agg(version_num, ',') FROM alembic_version") == "b");
  CHECK(runs.database.value("SELECT count(*) FROM alembic_log") == "1");
  CHECK(runs.downgrade().state == "a");
}

TEST_CASE("a table that is no version table, and a log of a newer program, are refused") {
  Runs runs;
  runs.script("a", "none", table_a);
  runs.database.execute("CREATE TABLE migrate_version (version int)");
  CHECK(refusal([&] { runs.upgrade(); }).text ==
        "public.migrate_version is not a version table: it has no column version_num\n"
        "  hint: name another one in [migrations] version_table");
  runs.database.execute("DROP TABLE migrate_version");
  runs.upgrade();
  runs.database.execute("UPDATE migrate_log SET format = 2");
  const std::string newer =
      "the log public.migrate_log has format 2, and this migrate knows format 1\n"
      "  hint: use the newer version of migrate that wrote it";
  CHECK(refusal([&] { runs.upgrade(); }).text == newer);
  runs.database.execute("ALTER TABLE migrate_log RENAME tag TO label");
  CHECK(refusal([&] { runs.upgrade(); }).text == newer);
}

TEST_CASE("a log that lacks a column is refused with the statement that adds it") {
  Runs runs;
  runs.script("a", "none", table_a);
  runs.upgrade();
  runs.database.execute("ALTER TABLE migrate_log DROP COLUMN history_checksum");
  CHECK(refusal([&] { runs.upgrade(); }).text ==
        "the log public.migrate_log lacks a column: column \"history_checksum\" does not exist "
        "(SQLSTATE 42703)\n"
        "  hint: if a build from before 0.1.0 made it: ALTER TABLE public.migrate_log ADD COLUMN "
        "history_checksum text NOT NULL DEFAULT ''");
  runs.database.execute(
      "ALTER TABLE public.migrate_log ADD COLUMN history_checksum text NOT NULL DEFAULT ''");
  CHECK(runs.upgrade().nothing_to_do());
  CHECK(runs.downgrade().state == "base");
}

TEST_CASE("a log that was put aside keeps its sequence's name, and a new one is made beside it") {
  Runs runs;
  runs.script("a", "none", table_a);
  runs.upgrade();
  runs.database.execute("ALTER TABLE migrate_log RENAME TO log_until_2026");
  runs.script("b", "a", "-- migrate:up\nCREATE TABLE b ();\n-- migrate:down\nDROP TABLE b;\n");
  CHECK(runs.upgrade().state == "b");
  CHECK(runs.database.value("SELECT string_agg(revision, ',') FROM migrate_log") == "b");
  CHECK(runs.database.value("SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = "
                            "'S'") == "migrate_log_id_seq migrate_log_id_seq1");
}

TEST_CASE("a row of the log with a time that migrate cannot have written is refused") {
  Runs runs;
  runs.script("a", "none", table_a);
  runs.upgrade();
  for (const auto* time : {"infinity", "-infinity", "1969-12-31 23:59:59+00", "10000-01-01 00:00:00+00"}) {
    CAPTURE(time);
    runs.database.execute("UPDATE migrate_log SET started_at = '" + std::string(time) + "'");
    CHECK(refusal([&] { runs.upgrade(); }).text ==
          "the log has a row with a time before 1970 or after 9999\n"
          "  hint: migrate did not write it: put its started_at and ended_at right, or delete it");
  }
  runs.database.execute("UPDATE migrate_log SET started_at = '9999-12-31 23:59:59.999999+00'");
  CHECK(runs.upgrade().nothing_to_do());
}

TEST_CASE("the log gives its times in UTC, to the microsecond, whatever the session's zone and style") {
  Runs runs;
  runs.script("a", "none", table_a);
  runs.upgrade();
  runs.database.execute(
      "UPDATE migrate_log SET started_at = '2026-11-22 11:15:00.000001+01', ended_at = '2026-11-22 "
      "10:15:01.5+00'");
  postgres::Session session(runs.database.options());
  session.connection().execute("SET TimeZone = 'Asia/Kathmandu'; SET DateStyle = 'SQL, DMY'");
  const auto entry = postgres::Bookkeeping(session, {}).log().at(0);
  CHECK(entry.started_at == "2026-11-22T10:15:00.000001Z");
  CHECK(entry.ended_at == "2026-11-22T10:15:01.500000Z");
  CHECK(entry.milliseconds == 1500);
  runs.database.execute("UPDATE migrate_log SET ended_at = NULL");
  CHECK(postgres::Bookkeeping(session, {}).log().at(0).ended_at.empty());
}

TEST_CASE("no right to create the tables: the schema and the GRANT are named") {
  Runs runs;
  runs.script("a", "none", table_a);
  const auto role = "limited_" + runs.database.name();
  runs.database.execute("CREATE ROLE " + role + " LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC");
  const auto connect = [&] {
    auto options = runs.database.options();
    options.url += (options.url.find('?') == std::string::npos ? "?user=" : "&user=") + role;
    return options;
  }();
  const auto refused = refusal([&] {
    postgres::Session session(connect);
    const revision::Directory directory(runs.folder());
    const revision::Graph graph(directory.headers());
    run::upgrade({session, connect, directory, graph}, {revision::parse_target("head")}, runs.options,
                 runs.events());
  });
  CHECK(refused.text == "the role " + role +
                            " may not create the version table and the log in schema public: permission "
                            "denied for schema public" +
                            " (SQLSTATE 42501)\n  hint: GRANT USAGE, CREATE ON SCHEMA public TO " + role +
                            ", or name another schema in [migrations] schema");
  runs.database.execute("DROP ROLE " + role);
}

TEST_CASE(
    "scenario 34: a row that somebody else changed meanwhile fails the step, and nothing of it is kept") {
  Runs runs;
  runs.script("a", "none", table_a);
  runs.upgrade();
  runs.script("b", "a", "-- migrate:up\nCREATE TABLE b ();\nDELETE FROM migrate_version;\n");
  runs.allow_losses = true;
  const auto failed = refusal([&] { runs.upgrade(); });
  CHECK(failed.text ==
        "b.sql:5: public.migrate_version was changed by somebody else: the change from a to b hit 0 rows "
        "instead of one\n"
        "  hint: nothing of this step was kept; look at `migrate current`, and run the command again; the "
        "step was rolled back; the "
        "database is at a");
  CHECK(runs.tables() == "a");
}

TEST_CASE("stamp sets the rows, writes the log, and makes half-done revisions void") {
  Runs runs;
  runs.script("a", "none", table_a);
  runs.script(
      "b", "a",
      "-- migrate:up\nCREATE TABLE b1 ();\n-- migrate:up\nSELECT 1/0;\n-- migrate:down\nDROP TABLE b1;\n");
  CHECK(refusal([&] { runs.upgrade(); }).code == 1);
  CHECK(runs.state() == "a, and b, 1 of 2");
  SECTION("done") {
    const auto result = runs.stamp("head");
    CHECK(result.before == std::vector<std::string>{"a"});
    CHECK(result.after == std::vector<std::string>{"b"});
    CHECK(result.state == "b");
    CHECK(runs.upgrade().nothing_to_do());
    CHECK(runs.log().ends_with("b stamp 0/0 done"));
  }
  SECTION("undone") {
    runs.database.execute("DROP TABLE b1");
    CHECK(runs.stamp("a").state == "a");
    CHECK(refusal([&] { runs.upgrade(); }).code == 1);
    CHECK(runs.database.value("SELECT to_regclass('b1') IS NOT NULL") == "t");
    CHECK(runs.state() == "a, and b, 1 of 2");
  }
  SECTION("base, and the beginning of an id") {
    CHECK(runs.stamp("base").after.empty());
    CHECK(runs.stamp("a").after == std::vector<std::string>{"a"});
    CHECK(runs.stamp("a").nothing_to_do());
  }
  SECTION("a row that no script has needs --purge") {
    runs.database.execute("UPDATE migrate_version SET version_num = 'zz'");
    CHECK(refusal([&] { runs.stamp("b"); }).code == 1);
    CHECK(runs.stamp("b", true).after == std::vector<std::string>{"b"});
  }
}

TEST_CASE("a step's end commits nothing in another transaction, or with rows that were missed") {
  Runs runs;
  LockedSession locked(runs);
  auto& connection = locked.session.connection();
  postgres::LogEntry entry;
  entry.revision = "a";
  postgres::VersionChange change;
  const auto end = [&](const std::string& transaction) {
    return locked.bookkeeping.end_step(connection,
                                       {{"SELECT 1"}, entry, change, transaction, *locked.lock, {"COMMIT"}});
  };
  const auto begin = [&] {
    connection.rollback_quietly();
    return std::string(
        connection
            .execute("BEGIN; CREATE TABLE IF NOT EXISTS public.t (); SELECT pg_current_xact_id()::text")[0]
            .text(0));
  };
  begin();
  CHECK(refusal([&] { end("1"); }).text ==
        "the lock was lost, or the script has ended the step's transaction\n"
        "  hint: take COMMIT and ROLLBACK out of it, and do not let advisory locks go");
  CHECK(runs.tables().empty());

  change.add = {"a", "b"};
  CHECK(end(begin()).rows.size() == 1);
  CHECK(runs.tables() == "t");
  const std::string changed =
      "public.migrate_version was changed by somebody else: taking out c hit 0 rows instead of one\n"
      "  hint: nothing of this step was kept; look at `migrate current`, and run the command again";
  change = {{"a", "c"}, {"d"}};
  CHECK(refusal([&] { end(begin()); }).text == changed);
  change = {{"c", "a", "b"}, {}};
  CHECK(refusal([&] { end(begin()); }).text == changed);
  connection.rollback_quietly();
  CHECK(runs.database.value("SELECT string_agg(version_num, ' ' ORDER BY 1) FROM migrate_version") == "a b");

  // A table without a key may have a row twice.
  runs.database.execute("ALTER TABLE migrate_version DROP CONSTRAINT migrate_version_pkey");
  runs.database.execute("INSERT INTO migrate_version VALUES ('a')");
  change = {{"a"}, {"d"}};
  CHECK(refusal([&] { end(begin()); }).text ==
        "public.migrate_version was changed by somebody else: the change from a to d hit 2 rows instead of "
        "one\n  hint: nothing of this step was kept; look at `migrate current`, and run the command again");
  connection.rollback_quietly();
  CHECK(runs.database.value("SELECT count(*) FROM migrate_log") == "1");
}
