#include "tests/acceptance/plan/there_and_back.hpp"

using namespace migrate;
using namespace migrate::test;

TEST_CASE("rules are built with all that they have", "[acceptance][plan][rule]") {
  rebuilt(
      "CREATE TABLE \"T t\" (a int); CREATE VIEW v AS SELECT a FROM \"T t\";"
      "CREATE RULE \"Ru le\" AS ON INSERT TO v WHERE new.a > 1 DO INSTEAD (INSERT INTO \"T t\" VALUES "
      "(new.a); DELETE "
      "FROM \"T t\" WHERE a = 3);"
      "CREATE RULE n AS ON DELETE TO \"T t\" DO INSTEAD NOTHING; ALTER TABLE \"T t\" DISABLE RULE n;"
      "COMMENT ON RULE n ON \"T t\" IS 'it''s'");
}

TEST_CASE("a rule is replaced, disabled, dropped", "[acceptance][plan][rule]") {
  CHECK(there_and_back(
            "CREATE TABLE t (a int); CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
            "CREATE TABLE t (a int); CREATE RULE r AS ON DELETE TO t WHERE old.a > 1 DO INSTEAD NOTHING;"
            "ALTER TABLE t ENABLE ALWAYS RULE r") ==
        "CREATE OR REPLACE RULE r AS\n    ON DELETE TO public.t\n   WHERE (old.a > 1) DO INSTEAD NOTHING\n"
        "ALTER TABLE public.t ENABLE ALWAYS RULE r\n");
  CHECK(there_and_back("CREATE TABLE t (a int); CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING",
                       "CREATE TABLE t (a int)") == "DROP RULE r ON public.t\n");
}

TEST_CASE("a rule gives way to a column that changes its type", "[acceptance][plan][rule]") {
  there_and_back(
      "CREATE TABLE t (a int); CREATE RULE r AS ON DELETE TO t WHERE old.a > 1 DO INSTEAD NOTHING",
      "CREATE TABLE t (a bigint); CREATE RULE r AS ON DELETE TO t WHERE old.a > 1 DO INSTEAD NOTHING");
}
