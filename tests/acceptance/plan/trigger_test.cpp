#include "tests/acceptance/plan/there_and_back.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

const std::string function =
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
    "CREATE TABLE t (a int, \"B b\" text);";

}  // namespace

TEST_CASE("triggers are built with all that they have") {
  rebuilt(
      function +
      "CREATE TRIGGER \"Wörd s\" BEFORE INSERT OR UPDATE OF \"B b\", a OR DELETE ON t FOR EACH ROW WHEN "
      "(pg_trigger_depth() < 2) EXECUTE FUNCTION f('a', 'it''s \\ é', '');"
      "CREATE TRIGGER tables AFTER UPDATE ON t REFERENCING OLD TABLE AS o NEW TABLE AS \"N n\" EXECUTE "
      "FUNCTION "
      "f(); ALTER TABLE t ENABLE ALWAYS TRIGGER tables;"
      "CREATE TRIGGER emptied BEFORE TRUNCATE ON t EXECUTE FUNCTION f();"
      "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN "
      "(NEW.\"B b\" = ') WHEN (') EXECUTE FUNCTION f();"
      "CREATE TABLE other (id int); CREATE CONSTRAINT TRIGGER far AFTER INSERT ON t FROM other FOR EACH ROW "
      "EXECUTE FUNCTION f();"
      "CREATE VIEW v AS SELECT a FROM t; CREATE TRIGGER into_view INSTEAD OF INSERT ON v FOR EACH ROW "
      "EXECUTE "
      "FUNCTION f(); COMMENT ON TRIGGER into_view ON v IS 'it''s'");
}

TEST_CASE("a partition may enable its parent's trigger otherwise") {
  const std::string partitioned =
      "CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO "
      "(9);"
      "CREATE TRIGGER tr AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f();";
  rebuilt(function + partitioned + "ALTER TABLE p1 DISABLE TRIGGER tr");
  CHECK(
      there_and_back(function + partitioned, function + partitioned + "ALTER TABLE p1 DISABLE TRIGGER tr") ==
      "ALTER TABLE public.p1 DISABLE TRIGGER tr\n");
}

TEST_CASE("a trigger is replaced, enabled, or made again") {
  CHECK(there_and_back(function + "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
                       function + "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();"
                                  "ALTER TABLE t DISABLE TRIGGER tr") ==
        "ALTER TABLE public.t DISABLE TRIGGER tr\n");
  there_and_back(function +
                     "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();"
                     "ALTER TABLE t DISABLE TRIGGER tr",
                 function + "CREATE TRIGGER tr AFTER INSERT OR DELETE ON t EXECUTE FUNCTION f()");
  there_and_back(
      function + "CREATE CONSTRAINT TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
      function +
          "CREATE CONSTRAINT TRIGGER tr AFTER INSERT ON t DEFERRABLE FOR EACH ROW EXECUTE "
          "FUNCTION f()");
}

TEST_CASE("event triggers are built and altered") {
  const std::string watch =
      "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER \"E "
      "v\" ON "
      "ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE') EXECUTE FUNCTION e();";
  rebuilt(watch + "COMMENT ON EVENT TRIGGER \"E v\" IS 'it''s'");
  CHECK(there_and_back(watch, watch + "ALTER EVENT TRIGGER \"E v\" DISABLE") ==
        "ALTER EVENT TRIGGER \"E v\" DISABLE\n");
}
