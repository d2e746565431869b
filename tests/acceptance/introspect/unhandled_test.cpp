#include "plan/plan.hpp"
#include "tests/acceptance/introspect/reading.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

std::vector<std::string> uses(const catalog::Database& database, const std::string& identity) {
  for (const auto& each : database.unhandled)
    if (each.identity == identity) {
      std::vector<std::string> out;
      for (const auto& id : each.uses) out.push_back(id.key());
      return out;
    }
  return {"no such object"};
}

}  // namespace

TEST_CASE("every kind that is not modelled is named") {
  TestDatabase source;
  source.execute(
      "CREATE TABLE t (a int PRIMARY KEY, b text); CREATE VIEW v AS SELECT a FROM t; CREATE MATERIALIZED "
      "VIEW m AS SELECT b FROM t;"
      "CREATE FUNCTION f(int, VARIADIC text[]) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE pr() "
      "LANGUAGE sql AS 'SELECT 1';"
      "CREATE AGGREGATE ag (int) (SFUNC = int4pl, STYPE = int);"
      "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION "
      "suppress_redundant_updates_trigger();"
      "CREATE RULE ru AS ON DELETE TO t DO NOTHING; CREATE POLICY po ON t USING (true);"
      "CREATE DOMAIN d AS int CHECK (VALUE > 0); CREATE TYPE c AS (x int, y d); CREATE TYPE ra AS RANGE "
      "(SUBTYPE = float8);"
      "CREATE TYPE sh; CREATE COLLATION co (locale = 'C'); CREATE CONVERSION cv FOR 'LATIN1' TO 'UTF8' FROM "
      "iso8859_1_to_utf8;"
      "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq); CREATE CAST (c AS text) WITH "
      "INOUT;"
      "CREATE OPERATOR FAMILY of USING btree; CREATE TEXT SEARCH CONFIGURATION tc (COPY = simple);"
      "CREATE TEXT SEARCH DICTIONARY td (TEMPLATE = simple); CREATE STATISTICS st ON a, b FROM t;"
      "CREATE FOREIGN DATA WRAPPER fdw; CREATE SERVER se FOREIGN DATA WRAPPER fdw; CREATE FOREIGN TABLE ft "
      "(i int) SERVER se;"
      "CREATE PUBLICATION pu FOR TABLE t; CREATE ACCESS METHOD am TYPE INDEX HANDLER bthandler;"
      "CREATE FUNCTION ef() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER et "
      "ON sql_drop EXECUTE FUNCTION ef()");
  source.execute(
      "CREATE SUBSCRIPTION \"Sub s\" CONNECTION 'dbname=nosuch password=s3cret' PUBLICATION pu WITH (connect "
      "= false)");
  const auto database = read(source);
  CHECK(unhandled(database) ==
        Names{"access method: am", "cast: (public.c AS pg_catalog.text)", "collation: public.co",
              "conversion: public.cv", "foreign table: public.ft", "foreign-data wrapper: fdw",
              "operator: public.===(integer,integer)", "operator family: public.of USING btree",
              "publication: pu", "server: se", "shell type: public.sh", "statistics object: public.st",
              "subscription: \"Sub s\"", "text search configuration: public.tc",
              "text search dictionary: public.td"});
  source.execute("ALTER SUBSCRIPTION \"Sub s\" SET (slot_name = NONE)");
  source.execute("DROP SUBSCRIPTION \"Sub s\"");
}

TEST_CASE("what they use, also through each other") {
  const auto database = read(
      "CREATE TYPE \"Röle\" AS ENUM ('a'); CREATE SEQUENCE sq; CREATE TABLE \"T t\" (\"A a\" int, r "
      "\"Röle\", unused int);"
      "CREATE VIEW v1 AS SELECT \"A a\" AS x FROM \"T t\" WHERE r = 'a'; CREATE VIEW v2 AS SELECT x FROM v1; "
      "CREATE VIEW v3 AS SELECT x FROM v2; CREATE MATERIALIZED VIEW m AS SELECT x FROM v3; CREATE INDEX \"M "
      "i\" ON m (x);"
      "CREATE FUNCTION takes(\"T t\", \"Röle\"[]) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE c AS "
      "(r \"Röle\");"
      "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
      "CREATE TRIGGER tr BEFORE UPDATE OF \"A a\" ON \"T t\" FOR EACH ROW WHEN (NEW.r = 'a') EXECUTE "
      "FUNCTION f();"
      "CREATE DOMAIN d AS \"Röle\" CHECK (VALUE = 'a'); CREATE PUBLICATION p FOR TABLE \"T t\"; CREATE "
      "FUNCTION nothing() RETURNS int LANGUAGE sql AS 'SELECT 1'");
  const Names viewed = {"type public.\"Röle\"", "table public.\"T t\"", "column public.\"T t\".\"A a\"",
                        "column public.\"T t\".r"};
  CHECK(uses(database, "p") == Names{"table public.\"T t\""});
}

TEST_CASE("a schema is not dropped with something in it of a kind that is not handled") {
  const auto full = read(
      "CREATE SCHEMA \"My s\"; CREATE OPERATOR \"My s\".=== (LEFTARG = int, RIGHTARG = int, FUNCTION = "
      "int4eq)");
  const std::string identity = "\"My s\".===(integer,integer)";
  CHECK(uses(full, identity) == Names{"schema \"My s\""});
  std::string problem;
  try {
    plan::make_migration(full, catalog::Database(), {full.server_version, {}});
  } catch (const Error& error) {
    problem = error.what();
  }
  CHECK(problem ==
        "operator " + identity +
            " depends on schema \"My s\", which is dropped, and migrate does not handle that kind yet");
}

TEST_CASE("statistics go with their table, and so its schema may") {
  TestDatabase database;
  database.execute(
      "CREATE SCHEMA s; CREATE TABLE s.t (a int, b int); CREATE STATISTICS s.st ON a, b FROM s.t");
  const auto full = read(database);
  CHECK(uses(full, "s.st") == Names{"table s.t", "column s.t.a", "column s.t.b"});
  const auto plan = plan::make_plan(full, catalog::Database(), {full.server_version, {}});
  for (const auto& step : plan.steps)
    for (const auto& statement : step.statements) REQUIRE_NOTHROW(database.execute(statement.sql));
  CHECK(database.value("SELECT count(*) FROM pg_namespace WHERE nspname = 's'") == "0");
}

TEST_CASE("settings of tables without a word in the model are named") {
  const auto database = read(
      "CREATE TABLE \"Clus tered\" (a int, CONSTRAINT k PRIMARY KEY (a));"
      "CREATE TYPE row_type AS (a int); CREATE TABLE typed OF row_type; ALTER TABLE typed ENABLE ROW LEVEL "
      "SECURITY, FORCE ROW LEVEL SECURITY;"
      "CREATE TABLE refers (a int REFERENCES \"Clus tered\"); ALTER TABLE refers DISABLE TRIGGER ALL;"
      "COMMENT ON INDEX k IS 'on the index, not on the constraint'");
  const Names found = unhandled(database);
  const auto has = [&](const std::string& text) {
    return std::find(found.begin(), found.end(), text) != found.end();
  };
  CHECK(table(database, "typed").row_security);
  CHECK(table(database, "typed").force_row_security);
  CHECK(has("comment on a constraint's index: public.k"));
  CHECK(std::count_if(found.begin(), found.end(), [](const std::string& text) {
          return text.starts_with("disabled foreign key trigger: ") && text.ends_with(" on public.refers");
        }) == 2);
}
