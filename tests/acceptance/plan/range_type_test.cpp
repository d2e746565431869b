#include "postgres/connection.hpp"
#include "tests/acceptance/plan/there_and_back.hpp"

using namespace migrate;
using namespace migrate::test;

TEST_CASE("range types are built with all that they have", "[acceptance][plan][range_type]") {
  rebuilt(
      "CREATE TYPE \"Float range\" AS RANGE (subtype = float8, subtype_diff = float8mi);"
      "COMMENT ON TYPE \"Float range\" IS 'from to';"
      "CREATE TYPE words AS RANGE (subtype = text, subtype_opclass = text_pattern_ops, collation = \"C\");"
      "CREATE TABLE t (r \"Float range\" DEFAULT '[1,2]', w words[])");
  if (Cluster::instance().connection().server_version() >= 140000)
    rebuilt(
        "CREATE SCHEMA s; CREATE TYPE spans AS RANGE (subtype = date, multirange_type_name = s.\"Many x\");"
        "CREATE TABLE t (many s.\"Many x\")");
}

TEST_CASE("a range over another type is made again while its columns wait as text",
          "[acceptance][plan][range_type]") {
  const auto up = there_and_back(
      "CREATE TYPE r AS RANGE (subtype = integer); CREATE TABLE t (r r DEFAULT '[1,2)', rs r[]);"
      "INSERT INTO t VALUES ('[1,5)', '{\"[1,2)\"}'); CREATE INDEX i ON t USING gist (r);"
      "COMMENT ON TYPE r IS 'old'",
      "CREATE TYPE r AS RANGE (subtype = numeric); CREATE TABLE t (r r DEFAULT '[1,2)', rs r[]);"
      "CREATE INDEX i ON t USING gist (r)");
  CHECK(up.find("ALTER COLUMN rs TYPE text[] USING rs::text[]") != std::string::npos);
}

TEST_CASE("a range type is commented and dropped", "[acceptance][plan][range_type]") {
  CHECK(there_and_back("CREATE TYPE r AS RANGE (subtype = integer)",
                       "CREATE TYPE r AS RANGE (subtype = integer); COMMENT ON TYPE r IS 'r'") ==
        "COMMENT ON TYPE public.r IS 'r'\n");
  CHECK(there_and_back("CREATE TYPE r AS RANGE (subtype = integer)", "SELECT 1") == "DROP TYPE public.r\n");
}

TEST_CASE("a multirange of another schema is found, and its name is free again",
          "[acceptance][plan][range]") {
  TestDatabase server;
  if (std::stoi(server.value("SHOW server_version_num")) < 140000) return;
  const std::string start = "CREATE SCHEMA a; CREATE SCHEMA z;";
  rebuilt(start +
          "CREATE TYPE z.r AS RANGE (subtype = date, multirange_type_name = a.\"m R\"); CREATE DOMAIN a.d AS "
          "a.\"m R\"[];");
  there_and_back(start + "CREATE TYPE z.r AS RANGE (subtype = date, multirange_type_name = a.m);",
                 start + "CREATE TYPE a.q AS RANGE (subtype = date, multirange_type_name = a.m);");
}

// Only a function in C or of the server itself can be one: what it takes is a shell when it is made.
std::string days(const std::string& subtype = "date", const std::string& more = "") {
  return "CREATE SCHEMA a; CREATE TYPE a.\"my days\";"
         "CREATE FUNCTION a.\"to canonical\"(a.\"my days\") RETURNS a.\"my days\" LANGUAGE internal "
         "IMMUTABLE "
         "STRICT AS '" +
         (subtype == "date" ? std::string("daterange_canonical") : "int4range_canonical") +
         "'; CREATE TYPE a.\"my days\" AS RANGE (subtype = " + subtype + ", canonical = a.\"to canonical\"" +
         more + ");";
}

TEST_CASE("a range type comes and goes together with the function that makes its values canonical",
          "[acceptance][plan][range_type]") {
  const std::string table =
      "CREATE TABLE a.t (d a.\"my days\" DEFAULT '[2020-01-01,2020-01-02]', ds a.\"my days\"[]);";
  rebuilt(days() + table);
  const auto up = there_and_back("CREATE SCHEMA a", days() + table + "COMMENT ON TYPE a.\"my days\" IS 'd'");
  CHECK(up.compare(0, 25, "CREATE TYPE a.\"my days\"\nC") == 0);
  there_and_back(days() + table, "CREATE SCHEMA a");
  there_and_back(days() + "CREATE TABLE a.t (i int PRIMARY KEY, d a.\"my days\", ds a.\"my days\"[]);",
                 "CREATE SCHEMA a; CREATE TYPE a.\"my days\" AS RANGE (subtype = date);"
                 "CREATE TABLE a.t (i int PRIMARY KEY, d a.\"my days\", ds a.\"my days\"[]);");
  there_and_back(days(), days("integer"));
}

TEST_CASE("functions that types and aggregates are made of come before them without a server's word",
          "[acceptance][plan][range_type]") {
  rebuilt(days("date", ", subtype_diff = a.apart")
                  .insert(days().find("CREATE TYPE"),
                          "CREATE FUNCTION a.apart(date, date) RETURNS float8 LANGUAGE sql IMMUTABLE AS "
                          "'SELECT ($1 - $2)::float8';") +
              "CREATE FUNCTION a.z_add(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1 + $2';"
              "CREATE AGGREGATE a.a_total(int) (SFUNC = a.z_add, STYPE = int)",
          true);
}

TEST_CASE("a range type does not take along what nobody said", "[acceptance][plan][range_type]") {
  TestDatabase one, two;
  one.execute(days());
  two.execute("CREATE SCHEMA a");
  const auto a = read(one);
  const auto plan = plan::make_migration(a, read(two), {a.server_version, {}}).up;
  one.execute("CREATE VIEW later AS SELECT NULL::a.\"my days\"[] AS d");
  const auto problem = problem_of(one, plan.steps.front());
  CHECK(problem.starts_with(
      "type a.\"my days\" is still used by column d of view later, rule _RETURN on view later;"));
}

TEST_CASE("a domain over an array of multiranges, a function over an array of rows", "[acceptance][plan]") {
  const std::string types =
      "CREATE TYPE \"R r\" AS RANGE (subtype = text, multirange_type_name = \"M m\"); CREATE DOMAIN d AS \"M "
      "m\"[];"
      "CREATE TABLE \"T t\" (x int); CREATE FUNCTION f(a \"T t\"[]) RETURNS int LANGUAGE sql AS 'SELECT 1';";
  TestDatabase probe;
  if (read(probe).server_version < 140000) return;
  rebuilt(types);
  there_and_back("", types);
}
