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
