#include "tests/acceptance/introspect/reading.hpp"

using namespace migrate;
using namespace migrate::test;

TEST_CASE("types as format_type() prints them, with schemas where needed") {
  const auto database = read(
      "CREATE SCHEMA \"S\"; CREATE TYPE \"S\".\"Röle\" AS ENUM ('a'); CREATE TYPE plain AS ENUM ('b');"
      "CREATE TABLE t (a int4, b varchar(50), c timestamptz(3)[], d numeric(12,2), e \"S\".\"Röle\", f "
      "\"S\".\"Röle\"[], g plain,"
      " h \"char\", i bit varying(3), j interval day to second(2), k char, l name, m time without time "
      "zone)");
  const auto& t = table(database, "t");
  Names types;
  for (const auto& each : t.columns) types.push_back(each.type);
  CHECK(types == Names{"integer", "character varying(50)", "timestamp(3) with time zone[]", "numeric(12,2)",
                       "\"S\".\"Röle\"", "\"S\".\"Röle\"[]", "public.plain", "\"char\"", "bit varying(3)",
                       "interval day to second(2)", "character(1)", "name", "time without time zone"});
}

TEST_CASE("defaults, not null, generated columns, comments") {
  const auto database = read(
      "CREATE TYPE role AS ENUM ('it''s', 'x'); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
      "CREATE TABLE t (\"Qüote\"\" d\" text NOT NULL DEFAULT 'O''Neil', dropped int, r role DEFAULT 'it''s', "
      "n int DEFAULT 1 + 2,"
      " at timestamptz DEFAULT '2020-01-01 12:00+02', i interval DEFAULT '1 day 02:03:04', b bytea DEFAULT "
      "'\\x00ff', d float8 DEFAULT 0.1,"
      " f int DEFAULT f(), g text GENERATED ALWAYS AS (lower(\"Qüote\"\" d\") || 'x') STORED);"
      "ALTER TABLE t DROP dropped; COMMENT ON COLUMN t.\"Qüote\"\" d\" IS 'quoted'; COMMENT ON COLUMN t.g IS "
      "'made'");
  const auto& t = table(database, "t");
  REQUIRE(t.columns.size() == 9);
  CHECK(t.columns[0].name == "Qüote\" d");
  CHECK(t.columns[0].not_null);
  CHECK(t.columns[0].default_value == "'O''Neil'::text");
  CHECK(t.columns[0].comment == "quoted");
  CHECK(t.columns[1].default_value == "'it''s'::public.role");
  CHECK_FALSE(t.columns[1].not_null);
  CHECK(t.column("n")->default_value == "(1 + 2)");
  CHECK(t.column("at")->default_value == "'2020-01-01 10:00:00+00'::timestamp with time zone");
  CHECK(t.column("i")->default_value == "'1 day 02:03:04'::interval");
  CHECK(t.column("b")->default_value == "'\\x00ff'::bytea");
  CHECK(t.column("d")->default_value == "0.1");
  CHECK(t.column("f")->default_value == "public.f()");
  CHECK(t.column("g")->default_value.empty());
  REQUIRE(t.column("g")->generated);
  CHECK(t.column("g")->generated->expression == "lower(\"Qüote\"\" d\") || 'x'::text");
  CHECK(t.column("g")->generated->stored);
  CHECK(t.column("g")->comment == "made");
}

TEST_CASE("texts don't depend on the settings of the database") {
  TestDatabase source;
  source.execute(
      "CREATE TABLE t (a timestamptz DEFAULT '2020-06-01 12:00+00', i interval DEFAULT '1 day 2 hours', b "
      "bytea DEFAULT '\\xff',"
      " m money DEFAULT '1.5', f float8 DEFAULT 0.1::float8 + 0.2::float8)");
  const auto usual = read(source);
  source.execute(
      "DO $$ DECLARE d text := current_database(); BEGIN "
      "EXECUTE format('ALTER DATABASE %I SET search_path = public', d);"
      "EXECUTE format('ALTER DATABASE %I SET TimeZone = ''Asia/Tokyo''', d);"
      "EXECUTE format('ALTER DATABASE %I SET DateStyle = ''German''', d);"
      "EXECUTE format('ALTER DATABASE %I SET IntervalStyle = ''iso_8601''', d);"
      "EXECUTE format('ALTER DATABASE %I SET bytea_output = ''escape''', d);"
      "EXECUTE format('ALTER DATABASE %I SET extra_float_digits = -5', d);"
      "EXECUTE format('ALTER DATABASE %I SET quote_all_identifiers = on', d);"
      "EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = ''serializable''', d); END $$");
  CHECK(usual == read(source));
  CHECK(column(usual, "t", "a").default_value == "'2020-06-01 12:00:00+00'::timestamp with time zone");
}

TEST_CASE(
    "collation, storage, compression, statistics, options: only where they differ from what the type "
    "brings") {
  TestDatabase source;
  source.execute(
      "CREATE COLLATION \"My coll\" (locale = 'C'); CREATE TABLE t (plain text, c text COLLATE \"C\", m text "
      "COLLATE \"My coll\","
      " d text COLLATE \"default\", s text, n int);"
      "ALTER TABLE t ALTER s SET STORAGE external, ALTER n SET STATISTICS 250, ALTER s SET STATISTICS 0,"
      " ALTER n SET (n_distinct = -0.5, n_distinct_inherited = 3)");
  if (server_major() >= 14) source.execute("ALTER TABLE t ALTER s SET COMPRESSION pglz");
  const auto database = read(source);
  const auto& plain = column(database, "t", "plain");
  CHECK(plain.collation.empty());
  CHECK(plain.storage.empty());
  CHECK(plain.compression.empty());
  CHECK_FALSE(plain.statistics);
  CHECK(plain.options.empty());
  CHECK(column(database, "t", "c").collation == "pg_catalog.\"C\"");
  CHECK(column(database, "t", "m").collation == "public.\"My coll\"");
  CHECK(column(database, "t", "d").collation.empty());
  CHECK(column(database, "t", "s").storage == "external");
  CHECK(column(database, "t", "s").statistics == 0);
  CHECK(column(database, "t", "n").statistics == 250);
  CHECK(column(database, "t", "n").options ==
        catalog::StorageParameters{{"n_distinct", "-0.5"}, {"n_distinct_inherited", "3"}});
  if (server_major() >= 14) CHECK(column(database, "t", "s").compression == "pglz");
}

TEST_CASE("PostgreSQL 18: virtual columns and named not-null constraints") {
  const auto plain = read("CREATE TABLE t (a int NOT NULL, b int PRIMARY KEY)");
  CHECK(column(plain, "t", "a").not_null_constraint.empty());
  CHECK(column(plain, "t", "b").not_null_constraint.empty());
  CHECK_FALSE(column(plain, "t", "a").not_null_not_valid);
  if (server_major() < 18) return;
  const auto database = read(
      "CREATE TABLE t (a int, v int GENERATED ALWAYS AS (a * 2), n int CONSTRAINT \"N must be\" NOT NULL, o "
      "int, q int);"
      "ALTER TABLE t ADD CONSTRAINT o_nn NOT NULL o NOT VALID; ALTER TABLE t ADD CONSTRAINT q_nn NOT NULL q "
      "NO INHERIT");
  REQUIRE(column(database, "t", "v").generated);
  CHECK_FALSE(column(database, "t", "v").generated->stored);
  CHECK(column(database, "t", "n").not_null_constraint == "N must be");
  CHECK(column(database, "t", "n").not_null);
  CHECK(column(database, "t", "o").not_null_constraint == "o_nn");
  CHECK(column(database, "t", "o").not_null_not_valid);
  CHECK(column(database, "t", "q").not_null_no_inherit);
}

TEST_CASE("what the server marks columns with is no option of theirs") {
  const std::string sql =
      "CREATE TABLE t (a int, b text); ALTER TABLE t ALTER b SET (n_distinct = 5); CREATE VIEW v AS SELECT "
      "a, "
      "b FROM t; CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE INDEX ON t (lower(b));";
  const auto plain = read(sql);
  const auto marked =
      read(sql +
           "UPDATE pg_attribute SET attoptions = array_prepend('pg_attver=22119584', attoptions) "
           "WHERE attrelid >= 16384 AND attnum > 0 AND attoptions::text !~ 'pg_attver' IS NOT FALSE");
  CHECK(marked == plain);
  CHECK(column(marked, "t", "a").options.empty());
  CHECK(column(marked, "t", "b").options == catalog::StorageParameters{{"n_distinct", "5"}});
}
