#include "postgres/scratch.hpp"

#include "postgres/connection.hpp"
#include "postgres/introspect.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"

using namespace migrate;
using namespace migrate::postgres;
using migrate::test::Cluster;
using migrate::test::TestDatabase;

namespace {

std::string scratch_databases() {
  return Cluster::instance().connection().value(
      "SELECT count(*) FROM pg_database WHERE datname LIKE 'migrate\\_scratch\\_%'");
}

}  // namespace

TEST_CASE("a scratch database is built, read back and dropped") {
  TestDatabase beside;
  {
    ScratchDatabase scratch(beside.options());
    CHECK(scratch_databases() == "1");
    scratch.build({"CREATE SCHEMA \"Odd schema\"", "CREATE TABLE in_odd (i int)",
                   "CREATE TABLE public.\"T\" (f in_odd)"},
                  {"Odd schema", "public"});
    const catalog::Database database = introspect(scratch.session());
    REQUIRE(database.tables.size() == 2);
    CHECK(database.tables[0].name == catalog::Name{"Odd schema", "in_odd"});
    CHECK(database.tables[1].columns.at(0).type == "\"Odd schema\".in_odd");
    Session another(scratch.options());
    CHECK(another.database() == scratch.session().database());
  }
  CHECK(scratch_databases() == "0");
  CHECK(beside.value("SELECT count(*) FROM pg_class WHERE relname = 'T'") == "0");
}

TEST_CASE("the first statement that fails is named, and what stood before its transaction stays") {
  TestDatabase beside;
  ScratchDatabase scratch(beside.options());
  std::vector<std::string> statements;
  for (int i = 0; i < 450; ++i) statements.push_back("CREATE TABLE t" + std::to_string(i) + " ()");
  statements.insert(statements.begin() + 410, "CREATE TABLE wrong (i nosuchtype)");
  try {
    scratch.build(statements, {"public"});
    FAIL("nosuchtype exists");
  } catch (const BuildError& error) {
    CHECK(error.statement_index() == 410);
    CHECK(error.sqlstate() == "42704");
    CHECK(error.text() ==
          "type \"nosuchtype\" does not exist (SQLSTATE 42704)\n  in: CREATE TABLE wrong (i nosuchtype)");
  }
  CHECK(introspect(scratch.session()).tables.size() == 400);
  scratch.build({"CREATE TABLE still_usable ()"}, {"public"});
}

TEST_CASE("leftovers of killed runs are swept, those in use are not") {
  TestDatabase beside;
  Connection& server = Cluster::instance().connection();
  server.execute("CREATE DATABASE migrate_scratch_1000_0a TEMPLATE template0");
  server.execute("CREATE DATABASE migrate_scratch_1000_0b TEMPLATE template0");
  server.execute("CREATE DATABASE migrate_scratch_9999999999_0c TEMPLATE template0");
  ConnectOptions options;
  options.url = Cluster::instance().url("migrate_scratch_1000_0b");
  {
    Session in_use(options);
    in_use.connection().query("SELECT pg_advisory_lock(1)");
    ScratchDatabase scratch(beside.options());
    CHECK(server.value("SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE datname LIKE "
                       "'migrate_scratch_%' "
                       "AND datname <> '" +
                       scratch.session().database() + "'") ==
          "migrate_scratch_1000_0b migrate_scratch_9999999999_0c");
  }
  server.execute("DROP DATABASE migrate_scratch_1000_0b");
  server.execute("DROP DATABASE migrate_scratch_9999999999_0c");
}

TEST_CASE("a role that may not make databases is told what to do") {
  TestDatabase beside;
  beside.execute("CREATE ROLE \"No body\" LOGIN");
  ConnectOptions options;
  options.url = beside.url() + "&user=No%20body";
  options.url.replace(options.url.find("&user=postgres"), 14, "");
  try {
    ScratchDatabase scratch(options);
    FAIL("the role could");
  } catch (const Error& error) {
    CHECK(error.text() ==
          "cannot create a scratch database on " + Cluster::instance().folder().string() +
              " as No body: permission denied to create database\n"
              "  hint: ALTER ROLE \"No body\" CREATEDB, or set [scratch] url to a server on which databases "
              "may be made");
  }
  beside.execute("DROP ROLE \"No body\"");
}

TEST_CASE("a scratch database sorts as the one beside it") {
  Connection& server = Cluster::instance().connection();
  server.execute(
      "CREATE DATABASE \"Latin one\" TEMPLATE template0 ENCODING LATIN1 LC_COLLATE 'C' LC_CTYPE 'C'");
  {
    ConnectOptions options;
    options.url = Cluster::instance().url("Latin one");
    ScratchDatabase scratch(options);
    CHECK(scratch.session().connection().value("SHOW server_encoding") == "LATIN1");
  }
  server.execute("DROP DATABASE \"Latin one\"");
}
