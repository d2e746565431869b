#include "tests/acceptance/plan/there_and_back.hpp"

using namespace migrate;
using namespace migrate::test;

TEST_CASE("functions and procedures are built with all that they have") {
  rebuilt(
      "CREATE SCHEMA \"Ünder score\"; CREATE TABLE t (id int PRIMARY KEY, v text);"
      "CREATE FUNCTION \"Ünder score\".\"Odd \"\"name\"(a integer, \"B b\" text DEFAULT 'x', VARIADIC c "
      "int[] "
      "DEFAULT '{}') RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF COST 5 SET "
      "work_mem TO '64MB' SET search_path TO public, \"Ünder score\" SET \"DateStyle\" TO 'ISO' AS $_$\n "
      "SELECT 'it''s $$ ' || a "
      "-- tail\r\n$_$;"
      "CREATE FUNCTION outs(IN a int, OUT b int, INOUT c text) LANGUAGE plpgsql AS 'BEGIN b := a; END';"
      "CREATE FUNCTION setouts(OUT b int) RETURNS SETOF int LANGUAGE sql ROWS 5 AS 'SELECT 1';"
      "CREATE FUNCTION tab(n int) RETURNS TABLE (id int, \"Big\" text) LANGUAGE sql STABLE AS 'SELECT id, v "
      "FROM t WHERE id > n';"
      "CREATE FUNCTION rows() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';"
      "CREATE FUNCTION wf(int) RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';"
      "CREATE PROCEDURE p(INOUT x int DEFAULT 3) LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN x := 1; END "
      "$$; COMMENT ON PROCEDURE p IS 'p'; COMMENT ON FUNCTION setouts() IS 'it''s'");
}

TEST_CASE("aggregates of every sort are built with all that they have") {
  rebuilt(
      "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', MSFUNC = int4pl, MINVFUNC = "
      "int4mi, MSTYPE = int, MINITCOND = '0', PARALLEL = SAFE, COMBINEFUNC = int4pl);"
      "CREATE AGGREGATE \"C nt\"(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');"
      "CREATE AGGREGATE middle(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = "
      "internal, "
      "FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);"
      "CREATE AGGREGATE place(VARIADIC \"any\" ORDER BY VARIADIC \"any\") (SFUNC = "
      "ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, "
      "HYPOTHETICAL);"
      "COMMENT ON AGGREGATE \"C nt\"(*) IS 'counts'");
}

TEST_CASE("a function is replaced where PostgreSQL allows it") {
  CHECK(there_and_back("CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
                       "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql STABLE AS 'SELECT 2'") ==
        "CREATE OR REPLACE FUNCTION public.f(a integer)\nRETURNS integer\nLANGUAGE sql\nSTABLE\nAS $$SELECT "
        "2$$\n");
}

TEST_CASE("one that returns another type is made again with what uses it") {
  const std::string uses =
      "; CREATE TABLE t (a int DEFAULT f() + 1, CHECK (f() > 0)); CREATE VIEW v AS SELECT f() > 0 AS yes";
  CHECK(
      there_and_back("CREATE FUNCTION f() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'" + uses,
                     "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint'" + uses)
          .find("DROP FUNCTION public.f()") != std::string::npos);
}

TEST_CASE("a table may call, in a default and a check, a function over itself") {
  const std::string sql =
      "CREATE TABLE t (id int, v text); CREATE FUNCTION codes() RETURNS SETOF t LANGUAGE sql AS 'SELECT * "
      "FROM "
      "t'; CREATE FUNCTION code() RETURNS int LANGUAGE sql AS 'SELECT count(*)::int FROM t';"
      "ALTER TABLE t ADD code int DEFAULT code();"
      "CREATE FUNCTION fine(r t) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';"
      "ALTER TABLE t ADD CONSTRAINT fine CHECK (fine(t.*))";
  rebuilt(sql);
  there_and_back("", sql);
}

TEST_CASE("an aggregate is replaced where it can be", "[acceptance][plan]") {
  const auto with = [](const std::string& options) {
    return "CREATE AGGREGATE total(n int) (SFUNC = int4pl, STYPE = int" + options +
           "); CREATE TABLE t (a int); CREATE VIEW v AS SELECT total(a) FROM t;";
  };
  CHECK(there_and_back(with(""), with(", INITCOND = '5', PARALLEL = SAFE")) ==
        "CREATE OR REPLACE AGGREGATE public.total(n integer) (\n"
        "  SFUNC = int4pl,\n  STYPE = integer,\n  INITCOND = '5',\n  PARALLEL = SAFE\n)\n");
  // The result is another one.
  CHECK(
      there_and_back(with(""), with(", FINALFUNC = int8")).find("\nDROP AGGREGATE public.total(integer)\n") !=
      std::string::npos);
}

TEST_CASE("a body that the server refuses comes back without its looking at it", "[acceptance][plan]") {
  TestDatabase one, two;
  one.execute(
      "SET check_function_bodies = off;"
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT a FROM nowhere';"
      "CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS 'BEGIN SELEC 1; END';"
      "CREATE FUNCTION h() RETURNS int LANGUAGE sql AS 'SELECT 2'; RESET check_function_bodies");
  two.execute("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'");
  const migrate::postgres::IntrospectOptions checked{{}, {}, {"public"}};
  const auto a = read(one, checked), b = read(two, checked);
  const auto migration = migrate::plan::make_migration(a, b, {a.server_version, {}});
  const std::string down = text_of(migration.down);
  INFO(down);
  const auto off = down.find("SET LOCAL check_function_bodies = off"),
             on = down.find("RESET check_function_bodies");
  CHECK(off < down.find("FUNCTION public.f()"));
  CHECK(on > down.find("FUNCTION public.g()"));
  run(one, migration.up);
  run(one, migration.down);
  CHECK(differences(read(one, checked), a) == "");
}
