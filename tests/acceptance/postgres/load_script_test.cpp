#include "postgres/load_script.hpp"

#include "postgres/connection.hpp"
#include "postgres/introspect.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"

using namespace migrate;
using postgres::StepStatement;
using test::TestDatabase;

namespace {

StepStatement statement(int line, const std::string& text) {
  StepStatement out;
  out.text = text;
  out.line = line;
  return out;
}

std::vector<std::string> load(TestDatabase& database, const std::vector<StepStatement>& statements) {
  postgres::Session session(database.options());
  return postgres::load_script(session, statements, "Größe.sql", {"public"});
}

std::string refusal(TestDatabase& database, const std::vector<StepStatement>& statements) {
  try {
    load(database, statements);
  } catch (const Error& error) {
    return error.text();
  }
  return "nothing";
}

}  // namespace

TEST_CASE("a script is run as psql runs it") {
  TestDatabase database;
  auto rows = statement(5, "COPY \"My Table\" FROM stdin");
  rows.has_copy_data = true;
  rows.copy_data = "1\teins\n2\t\\N\n";
  CHECK(
      load(database, {statement(1, "SET check_function_bodies = off"),
                      statement(2, "SELECT pg_catalog.set_config('search_path', '', false)"),
                      statement(3, "BEGIN"), statement(4, "CREATE TABLE public.\"My Table\" (a int, b text)"),
                      statement(4, "SET search_path = public"), rows, statement(8, "COMMIT"),
                      statement(9, "CREATE INDEX CONCURRENTLY i ON \"My Table\" (a)")})
          .empty());
  CHECK(database.value("SELECT count(*) || ' ' || count(b) FROM \"My Table\"") == "2 1");
  CHECK(database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == "t");
}

TEST_CASE("a script leaves the session as it was") {
  TestDatabase database;
  postgres::Session session(database.options());
  postgres::load_script(
      session,
      {statement(1, "SET search_path = pg_catalog"), statement(2, "SET statement_timeout = '10min'"),
       statement(3, "CREATE TEMPORARY TABLE gone (a int)"), statement(4, "SET ROLE pg_monitor")},
      "x.sql", {"public"});
  auto& connection = session.connection();
  CHECK(connection.value("SHOW search_path") == "\"\"");
  CHECK(connection.value("SHOW statement_timeout") == "0");
  CHECK(connection.value("SELECT current_user = session_user") == "t");
  CHECK(connection.value("SELECT count(*) FROM pg_catalog.pg_class WHERE relname = 'gone'") == "0");
}

TEST_CASE("rights for roles that are not there are skipped and told") {
  TestDatabase database;
  const auto skipped = load(
      database, {statement(1, "CREATE TABLE t (a int)"), statement(2, "ALTER TABLE t OWNER TO \"No One\""),
                 statement(3, "BEGIN"), statement(4, "GRANT SELECT ON t TO \"No One\""),
                 statement(5, "CREATE TABLE u (a int)"), statement(6, "COMMIT")});
  CHECK(skipped == std::vector<std::string>{"Größe.sql:2: role \"No One\" does not exist",
                                            "Größe.sql:4: role \"No One\" does not exist"});
  CHECK(database.value("SELECT to_regclass('u') IS NOT NULL") == "t");
}

TEST_CASE("what a script may not do is refused at its line") {
  TestDatabase database;
  CHECK(refusal(database,
                {statement(1, "CREATE TABLE t (a int)"), statement(3, "CREATE TABLE t2 (\n  a inf\n)")}) ==
        "Größe.sql:4: type \"inf\" does not exist (SQLSTATE 42704)\n  in: CREATE TABLE t2 ( a inf )");
  CHECK(refusal(database, {statement(1, "BEGIN"), statement(2, "CREATE TABLE v (a int)")}) ==
        "Größe.sql:2: the script ends inside of a transaction that it opened\n  hint: close it with COMMIT");
  CHECK(database.value("SELECT to_regclass('v') IS NULL") == "t");
  for (const std::string text : {"CREATE ROLE app", "drop  database prod", "ALTER SYSTEM SET x = 1"})
    CHECK(refusal(database, {statement(1, "CREATE TABLE w (a int)"), statement(7, text)})
              .starts_with(
                  "Größe.sql:7: this statement reaches beyond the scratch database, so nothing was run"));
  CHECK(database.value("SELECT to_regclass('w') IS NULL") == "t");
}
