// Each alteration that a kind of definition has, and the statements that carry it out. A line break inside of
// a statement is shown as a space.
#include <functional>

#include "catalog/database.hpp"
#include "plan/plan.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/require_error.hpp"
#include "util/text.hpp"

using namespace migrate;
using catalog::Database;

namespace {

Database base() {
  Database out;
  out.schemas = {{"public", ""}};
  catalog::Table table;
  table.name = {"public", "t"};
  table.columns.resize(1);
  table.columns[0].name = "x";
  table.columns[0].type = "integer";
  out.tables = {table};
  return out;
}

std::string text(const plan::Plan& plan) {
  return join_with(plan.steps, "\n--\n", [](const plan::Step& step) {
    return join_with(step.statements, "\n", [](const plan::Statement& each) {
      return replace_all(replace_all(each.sql, "\n  ", " "), "\n", " ");
    });
  });
}

template <class T>
std::string up(const std::vector<T>& was, const std::vector<T>& now, int version = 150000) {
  Database before = base(), after = base();
  before.list_of<T>() = was;
  after.list_of<T>() = now;
  return text(plan::make_migration(before, after, {version, {}}).up);
}

template <class T>
struct Case {
  std::function<void(T&)> change;
  const char* expected;
};

// Also that nothing is left to do.
template <class T>
void check(const T& was, const std::vector<Case<T>>& cases, int version = 150000) {
  for (const auto& each : cases) {
    T now = was;
    each.change(now);
    CHECK(up<T>({was}, {now}, version) == each.expected);
    CHECK(up<T>({now}, {now}, version).empty());
  }
}

catalog::Routine function() {
  catalog::Routine out;
  out.name = {"public", "F n"};
  out.arguments = {{"", "a", "integer", ""}};
  out.returns = "integer";
  out.language = "sql";
  out.body = "SELECT a";
  return out;
}

catalog::Trigger trigger() {
  catalog::Trigger out;
  out.table = {"public", "t"};
  out.name = "T r";
  out.timing = "before";
  out.events = {"insert"};
  out.for_each_row = true;
  out.function = "public.f";
  return out;
}

}  // namespace

TEST_CASE("A function's alterations") {
  using T = catalog::Routine;
  const std::string start =
      "CREATE OR REPLACE FUNCTION public.\"F n\"(a integer) RETURNS integer LANGUAGE sql ";
  CHECK(up<T>({}, {function()}) ==
        "CREATE FUNCTION public.\"F n\"(a integer) RETURNS integer LANGUAGE sql AS $$SELECT a$$");
  CHECK(up<T>({function()}, {}) == "DROP FUNCTION public.\"F n\"(integer)");
  const auto replaced = [&](const std::function<void(T&)>& change, const std::string& rest) {
    T now = function();
    change(now);
    CHECK(up<T>({function()}, {now}) == start + rest);
  };
  replaced([](T& f) { f.body = "SELECT a + 1"; }, "AS $$SELECT a + 1$$");
  replaced([](T& f) { f.volatility = "stable"; }, "STABLE AS $$SELECT a$$");
  replaced([](T& f) { f.strict = f.leakproof = f.security_definer = true; },
           "STRICT LEAKPROOF SECURITY DEFINER AS $$SELECT a$$");
  replaced([](T& f) { f.parallel = "restricted"; }, "PARALLEL RESTRICTED AS $$SELECT a$$");
  replaced([](T& f) { f.cost = 0.25; }, "COST 0.25 AS $$SELECT a$$");
  replaced([](T& f) { f.support = "public.s"; }, "SUPPORT public.s AS $$SELECT a$$");
  replaced(
      [](T& f) {
        f.settings = {"search_path=public, \"a b\"", "work_mem=8MB"};
      },
      "SET search_path TO 'public', 'a b' SET work_mem TO '8MB' AS $$SELECT a$$");
  replaced(
      [](T& f) {
        f.sql_body = true;
        f.body = "RETURN a";
      },
      "RETURN a");
  check<T>(
      function(),
      {{[](T& f) { f.comment = "it's"; }, "COMMENT ON FUNCTION public.\"F n\"(integer) IS 'it''s'"},
       {[](T& f) { f.arguments[0].default_value = "3"; },
        "CREATE OR REPLACE FUNCTION public.\"F n\"(a integer DEFAULT 3) RETURNS integer LANGUAGE sql AS "
        "$$SELECT a$$"},
       {[](T& f) { f.arguments[0].name = "b"; },
        "DROP FUNCTION public.\"F n\"(integer)\n"
        "CREATE FUNCTION public.\"F n\"(b integer) RETURNS integer LANGUAGE sql AS $$SELECT a$$"},
       {[](T& f) { f.returns = "bigint"; },
        "DROP FUNCTION public.\"F n\"(integer)\n"
        "CREATE FUNCTION public.\"F n\"(a integer) RETURNS bigint LANGUAGE sql AS $$SELECT a$$"},
       {[](T& f) { f.returns_set = true; },
        "DROP FUNCTION public.\"F n\"(integer)\n"
        "CREATE FUNCTION public.\"F n\"(a integer) RETURNS SETOF integer LANGUAGE sql AS $$SELECT a$$"}});
  T atomic = function();
  atomic.sql_body = true;
  REQUIRE_ERROR(
      up<T>({}, {atomic}, 130000), ExitCode::failed,
      "function \"F n\"(integer): a body of SQL that is no text needs PostgreSQL 14, the server is 13\n"
      "  hint: change the model, or upgrade the server");
}

TEST_CASE("Forms of routines") {
  using T = catalog::Routine;
  T made = function();
  made.arguments = {{"", "a", "integer", ""}, {"out", "b", "text", ""}, {"inout", "c", "date", ""}};
  made.returns.clear();
  CHECK(up<T>({}, {made}) ==
        "CREATE FUNCTION public.\"F n\"(a integer, OUT b text, INOUT c date) LANGUAGE sql AS $$SELECT a$$");
  made.arguments = {{"", "a", "integer", ""}, {"table", "b", "text", ""}, {"table", "C", "date", ""}};
  made.returns_set = true;
  CHECK(
      up<T>({}, {made}) ==
      "CREATE FUNCTION public.\"F n\"(a integer) RETURNS TABLE(b text, \"C\" date) LANGUAGE sql AS $$SELECT "
      "a$$");
  made = function();
  made.arguments = {{"variadic", "all", "integer[]", ""}};
  CHECK(up<T>({}, {made}) ==
        "CREATE FUNCTION public.\"F n\"(VARIADIC \"all\" integer[]) RETURNS integer LANGUAGE sql AS $$SELECT "
        "a$$");
  made = function();
  made.kind = catalog::Kind::procedure;
  made.returns.clear();
  CHECK(up<T>({}, {made}) == "CREATE PROCEDURE public.\"F n\"(a integer) LANGUAGE sql AS $$SELECT a$$");
  CHECK(up<T>({made}, {}) == "DROP PROCEDURE public.\"F n\"(integer)");
  made = T();
  made.kind = catalog::Kind::aggregate;
  made.name = {"public", "total"};
  made.arguments = {{"", "", "numeric", ""}};
  made.aggregate = catalog::Aggregate();
  made.aggregate->state_function = "numeric_add";
  made.aggregate->state_type = "numeric";
  T other = made;
  other.aggregate->has_initial_value = true;
  other.aggregate->initial_value = "0";
  const std::string form = "AGGREGATE public.total(numeric) ( SFUNC = numeric_add, STYPE = numeric";
  CHECK(up<T>({}, {made}) == "CREATE " + form + " )");
  CHECK(up<T>({made}, {other}) == "CREATE OR REPLACE " + form + ", INITCOND = '0' )");
  other = made;
  other.aggregate->final_function = "sqrt";
  CHECK(up<T>({made}, {other}) ==
        "DROP AGGREGATE public.total(numeric)\nCREATE " + form + ", FINALFUNC = sqrt )");
  other = made;
  other.comment = "all";
  CHECK(up<T>({made}, {other}) == "COMMENT ON AGGREGATE public.total(numeric) IS 'all'");
}

TEST_CASE("A trigger's alterations") {
  using T = catalog::Trigger;
  const std::vector<Case<T>> cases{
      {[](T& t) { t.comment = "why"; }, "COMMENT ON TRIGGER \"T r\" ON public.t IS 'why'"},
      {[](T& t) { t.enabled = "disabled"; }, "ALTER TABLE public.t DISABLE TRIGGER \"T r\""},
      {[](T& t) { t.enabled = "replica"; }, "ALTER TABLE public.t ENABLE REPLICA TRIGGER \"T r\""},
      {[](T& t) { t.enabled = "always"; }, "ALTER TABLE public.t ENABLE ALWAYS TRIGGER \"T r\""},
      {[](T& t) {
         t.timing = "after";
         t.events = {"insert", "update", "delete"};
         t.columns = {"x"};
       },
       "CREATE OR REPLACE TRIGGER \"T r\" AFTER INSERT OR UPDATE OF x OR DELETE ON public.t FOR EACH ROW "
       "EXECUTE FUNCTION public.f()"},
      {[](T& t) {
         t.timing = "after";
         t.events = {"update"};
         t.for_each_row = false;
         t.old_table = "Old";
         t.new_table = "fresh";
       },
       "CREATE OR REPLACE TRIGGER \"T r\" AFTER UPDATE ON public.t REFERENCING OLD TABLE AS \"Old\" NEW "
       "TABLE AS "
       "fresh FOR EACH STATEMENT EXECUTE FUNCTION public.f()"},
      {[](T& t) { t.condition = "new.x > 1"; },
       "CREATE OR REPLACE TRIGGER \"T r\" BEFORE INSERT ON public.t FOR EACH ROW WHEN (new.x > 1) EXECUTE "
       "FUNCTION "
       "public.f()"},
      {[](T& t) {
         t.arguments = {"it's", "b"};
       },
       "CREATE OR REPLACE TRIGGER \"T r\" BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION "
       "public.f('it''s', 'b')"},
      {[](T& t) {
         t.function = "public.g";
         t.enabled = "disabled";
       },
       "CREATE OR REPLACE TRIGGER \"T r\" BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION "
       "public.g()\n"
       "ALTER TABLE public.t DISABLE TRIGGER \"T r\""},
      {[](T& t) {
         t.timing = "after";
         t.constraint = t.deferrable = t.initially_deferred = true;
       },
       "DROP TRIGGER \"T r\" ON public.t\n"
       "CREATE CONSTRAINT TRIGGER \"T r\" AFTER INSERT ON public.t DEFERRABLE INITIALLY DEFERRED FOR EACH "
       "ROW "
       "EXECUTE FUNCTION public.f()"},
  };
  check<T>(trigger(), cases);
  T disabled = trigger(), other = trigger();
  disabled.enabled = "disabled";
  CHECK(up<T>({disabled}, {trigger()}) == "ALTER TABLE public.t ENABLE TRIGGER \"T r\"");
  CHECK(up<T>({disabled}, {}) == "DROP TRIGGER \"T r\" ON public.t");
  // Before OR REPLACE.
  other.events = {"delete"};
  CHECK(up<T>({trigger()}, {other}, 130000) ==
        "DROP TRIGGER \"T r\" ON public.t\n"
        "CREATE TRIGGER \"T r\" BEFORE DELETE ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()");
}

TEST_CASE("An event trigger's alterations") {
  using T = catalog::EventTrigger;
  const T was{"E t", "ddl_command_end", {"CREATE TABLE"}, "public.f", "", ""};
  CHECK(up<T>({}, {was}) ==
        "CREATE EVENT TRIGGER \"E t\" ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION "
        "public.f()");
  check<T>(was, {{[](T& t) { t.enabled = "disabled"; }, "ALTER EVENT TRIGGER \"E t\" DISABLE"},
                 {[](T& t) { t.enabled = "replica"; }, "ALTER EVENT TRIGGER \"E t\" ENABLE REPLICA"},
                 {[](T& t) { t.enabled = "always"; }, "ALTER EVENT TRIGGER \"E t\" ENABLE ALWAYS"},
                 {[](T& t) { t.comment = "why"; }, "COMMENT ON EVENT TRIGGER \"E t\" IS 'why'"},
                 {[](T& t) {
                    t.tags = {"CREATE INDEX", "DROP INDEX"};
                  },
                  "DROP EVENT TRIGGER \"E t\"\nCREATE EVENT TRIGGER \"E t\" ON ddl_command_end WHEN TAG IN "
                  "('CREATE INDEX', 'DROP INDEX') EXECUTE FUNCTION public.f()"},
                 {[](T& t) {
                    t.event = "sql_drop";
                    t.tags.clear();
                  },
                  "DROP EVENT TRIGGER \"E t\"\nCREATE EVENT TRIGGER \"E t\" ON sql_drop EXECUTE FUNCTION "
                  "public.f()"}});
}

TEST_CASE("A domain's alterations") {
  using T = catalog::Domain;
  T was;
  was.name = {"public", "D"};
  was.type = "integer";
  was.constraints = {{"positive", "VALUE > 0", false, ""}};
  CHECK(up<T>({}, {was}) == "CREATE DOMAIN public.\"D\" AS integer CONSTRAINT positive CHECK (VALUE > 0)");
  CHECK(up<T>({was}, {}) == "DROP DOMAIN public.\"D\"");
  check<T>(was, {{[](T& d) { d.default_value = "7"; }, "ALTER DOMAIN public.\"D\" SET DEFAULT 7"},
                 {[](T& d) { d.not_null = true; }, "ALTER DOMAIN public.\"D\" SET NOT NULL"},
                 {[](T& d) { d.comment = "why"; }, "COMMENT ON DOMAIN public.\"D\" IS 'why'"},
                 {[](T& d) { d.constraints.clear(); }, "ALTER DOMAIN public.\"D\" DROP CONSTRAINT positive"},
                 {[](T& d) { d.constraints[0].name = "above"; },
                  "ALTER DOMAIN public.\"D\" RENAME CONSTRAINT positive TO above"},
                 {[](T& d) { d.constraints[0].comment = "why"; },
                  "COMMENT ON CONSTRAINT positive ON DOMAIN public.\"D\" IS 'why'"},
                 {[](T& d) { d.constraints[0].expression = "VALUE > 1"; },
                  "ALTER DOMAIN public.\"D\" DROP CONSTRAINT positive\n"
                  "ALTER DOMAIN public.\"D\" ADD CONSTRAINT positive CHECK (VALUE > 1)"},
                 {[](T& d) {
                    d.constraints.insert(d.constraints.begin(), {"even", "VALUE % 2 = 0", true, ""});
                  },
                  "ALTER DOMAIN public.\"D\" ADD CONSTRAINT even CHECK (VALUE % 2 = 0) NOT VALID"},
                 {[](T& d) { d.type = "bigint"; },
                  "DROP DOMAIN public.\"D\"\nCREATE DOMAIN public.\"D\" AS bigint CONSTRAINT positive CHECK "
                  "(VALUE > 0)"}});
  T not_valid = was;
  not_valid.constraints[0].not_valid = true;
  CHECK(up<T>({not_valid}, {was}) == "ALTER DOMAIN public.\"D\" VALIDATE CONSTRAINT positive");
  T full = was;
  full.default_value = "1";
  full.not_null = true;
  full.comment = "why";
  CHECK(up<T>({full}, {was}) ==
        "ALTER DOMAIN public.\"D\" DROP DEFAULT\nALTER DOMAIN public.\"D\" DROP NOT NULL\n"
        "COMMENT ON DOMAIN public.\"D\" IS NULL");
  T over = was;
  over.name = {"public", "over"};
  over.type = "public.\"D\"";
  over.constraints.clear();
  CHECK(up<T>({full}, {full, over}) ==
        "CREATE DOMAIN public.over AS public.\"D\"\nALTER DOMAIN public.over DROP DEFAULT");
}

TEST_CASE("A composite type's alterations") {
  using T = catalog::CompositeType;
  T was;
  was.name = {"public", "C"};
  was.attributes = {{"a", "integer", "", ""}, {"B b", "text", "", ""}};
  CHECK(up<T>({}, {was}) == "CREATE TYPE public.\"C\" AS ( a integer, \"B b\" text )");
  check<T>(
      was,
      {{[](T& c) { c.comment = "why"; }, "COMMENT ON TYPE public.\"C\" IS 'why'"},
       {[](T& c) { c.attributes[1].comment = "why"; }, "COMMENT ON COLUMN public.\"C\".\"B b\" IS 'why'"},
       {[](T& c) {
          c.attributes.push_back({"c", "date", "", ""});
        },
        "ALTER TYPE public.\"C\" ADD ATTRIBUTE c date"},
       {[](T& c) { c.attributes[0].type = "bigint"; },
        "ALTER TYPE public.\"C\" ALTER ATTRIBUTE a TYPE bigint"},
       {[](T& c) { c.attributes[1].collation = "pg_catalog.\"C\""; },
        "ALTER TYPE public.\"C\" ALTER ATTRIBUTE \"B b\" TYPE text COLLATE pg_catalog.\"C\""},
       {[](T& c) { c.attributes.erase(c.attributes.begin()); }, "ALTER TYPE public.\"C\" DROP ATTRIBUTE a"},
       {[](T& c) { std::swap(c.attributes[0], c.attributes[1]); },
        "DROP TYPE public.\"C\"\nCREATE TYPE public.\"C\" AS ( \"B b\" text, a integer )"}});
}

TEST_CASE("A range type's alterations") {
  using T = catalog::RangeType;
  T was;
  was.name = {"public", "R"};
  was.subtype = "text";
  CHECK(up<T>({}, {was}) == "CREATE TYPE public.\"R\" AS RANGE ( SUBTYPE = text )");
  check<T>(was,
           {{[](T& r) { r.comment = "why"; }, "COMMENT ON TYPE public.\"R\" IS 'why'"},
            {[](T& r) {
               r.opclass = "text_pattern_ops";
               r.collation = "pg_catalog.\"C\"";
             },
             "DROP TYPE public.\"R\"\nCREATE TYPE public.\"R\" AS RANGE ( SUBTYPE = text, SUBTYPE_OPCLASS = "
             "text_pattern_ops, COLLATION = pg_catalog.\"C\" )"},
            {[](T& r) {
               r.multirange = {"public", "Rs"};
             },
             "DROP TYPE public.\"R\"\nCREATE TYPE public.\"R\" AS RANGE ( SUBTYPE = text, "
             "MULTIRANGE_TYPE_NAME = public.\"Rs\" )"}});
  T named = was;
  named.multirange = {"public", "Rs"};
  REQUIRE_ERROR(up<T>({}, {named}, 130000), ExitCode::failed,
                "range type \"R\": the name of a multirange type needs PostgreSQL 14, the server is 13\n"
                "  hint: change the model, or upgrade the server");
}

TEST_CASE("A policy's alterations") {
  using T = catalog::Policy;
  T was;
  was.table = {"public", "t"};
  was.name = "P o";
  was.using_expression = "x > 0";
  CHECK(up<T>({}, {was}) == "CREATE POLICY \"P o\" ON public.t USING (x > 0)");
  CHECK(up<T>({was}, {}) == "DROP POLICY \"P o\" ON public.t");
  check<T>(
      was,
      {{[](T& p) { p.comment = "why"; }, "COMMENT ON POLICY \"P o\" ON public.t IS 'why'"},
       {[](T& p) {
          p.roles = {"App Role", "ops"};
        },
        "ALTER POLICY \"P o\" ON public.t TO \"App Role\", ops"},
       {[](T& p) { p.using_expression = "x > 1"; }, "ALTER POLICY \"P o\" ON public.t USING (x > 1)"},
       {[](T& p) { p.check_expression = "x > 2"; }, "ALTER POLICY \"P o\" ON public.t WITH CHECK (x > 2)"},
       {[](T& p) {
          p.using_expression.clear();
          p.check_expression = "x > 2";
        },
        "DROP POLICY \"P o\" ON public.t\nCREATE POLICY \"P o\" ON public.t WITH CHECK (x > 2)"},
       {[](T& p) { p.command = "delete"; },
        "DROP POLICY \"P o\" ON public.t\nCREATE POLICY \"P o\" ON public.t FOR DELETE USING (x > 0)"},
       {[](T& p) { p.restrictive = true; },
        "DROP POLICY \"P o\" ON public.t\nCREATE POLICY \"P o\" ON public.t AS RESTRICTIVE USING (x > 0)"}});
  T one = was;
  one.roles = {"ops"};
  CHECK(up<T>({one}, {was}) == "ALTER POLICY \"P o\" ON public.t TO PUBLIC");
}

TEST_CASE("A rule's alterations") {
  using T = catalog::Rule;
  const T was{
      {"public", "t"}, "R u", "CREATE RULE \"R u\" AS ON DELETE TO public.t DO INSTEAD NOTHING", "", ""};
  CHECK(up<T>({}, {was}) == "CREATE RULE \"R u\" AS ON DELETE TO public.t DO INSTEAD NOTHING");
  CHECK(up<T>({was}, {}) == "DROP RULE \"R u\" ON public.t");
  check<T>(
      was,
      {{[](T& r) { r.comment = "why"; }, "COMMENT ON RULE \"R u\" ON public.t IS 'why'"},
       {[](T& r) { r.enabled = "disabled"; }, "ALTER TABLE public.t DISABLE RULE \"R u\""},
       {[](T& r) { r.enabled = "replica"; }, "ALTER TABLE public.t ENABLE REPLICA RULE \"R u\""},
       {[](T& r) { r.enabled = "always"; }, "ALTER TABLE public.t ENABLE ALWAYS RULE \"R u\""},
       {[](T& r) { r.definition = "create or replace rule \"R u\" AS ON INSERT TO public.t DO NOTHING"; },
        "CREATE OR REPLACE rule \"R u\" AS ON INSERT TO public.t DO NOTHING"}});
  T wrong = was;
  wrong.definition = "SELECT 1";
  REQUIRE_ERROR(up<T>({}, {wrong}), ExitCode::failed,
                "rule t.\"R u\": its definition is no CREATE RULE statement\n"
                "  hint: write all of it: CREATE RULE name AS ON event TO table DO …");
}
