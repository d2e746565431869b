// Renames in one plan with what else becomes of the renamed objects.
#include "catalog/spelling.hpp"
#include "tests/acceptance/plan/there_and_back.hpp"

using namespace migrate::test;
using migrate::diff::Rename;

namespace {

Rename renaming(const std::string& from, const std::string& to) {
  Rename out;
  REQUIRE(migrate::catalog::from_text(from, out.from));
  REQUIRE(migrate::catalog::from_text(to, out.to));
  return out;
}

}  // namespace

TEST_CASE("what is made again keeps its comment under its new name", "[acceptance][plan][rename]") {
  const auto schema = [](const std::string& name, const std::string& column) {
    return "CREATE SCHEMA " + name + "; CREATE TABLE " + name +
           ".t (id int, note text); CREATE MATERIALIZED VIEW " + name + ".m AS SELECT " + column + " FROM " +
           name + ".t; COMMENT ON MATERIALIZED VIEW " + name + ".m IS 'kept'; CREATE FUNCTION " + name +
           ".f(a int) RETURNS " + (column == "id" ? "int" : "text") +
           " LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; COMMENT ON FUNCTION " + name +
           ".f IS 'kept, too';";
  };
  there_and_back(schema("\"A -> b\"", "id"), schema("c", "note"), {},
                 {renaming("schema \"A -> b\"", "schema c")});
  const std::string table = "CREATE TABLE t (id int, x int); CREATE MATERIALIZED VIEW ";
  CHECK(
      unqualified(there_and_back(table + "m AS SELECT id FROM t; COMMENT ON MATERIALIZED VIEW m IS 'kept'",
                                 table + "n AS SELECT x FROM t; COMMENT ON MATERIALIZED VIEW n IS 'kept'", {},
                                 {renaming("materialized view public.m", "materialized view public.n")})) ==
      "ALTER MATERIALIZED VIEW public.m RENAME TO n\nDROP MATERIALIZED VIEW public.n\n"
      "CREATE MATERIALIZED VIEW public.n AS\nSELECT x\n   FROM public.t\n");
}

TEST_CASE("what is there only between two steps has the table's old name on the way back",
          "[acceptance][plan][rename]") {
  there_and_back("CREATE TABLE t (x int)", "CREATE TABLE u (x int NOT NULL)", {},
                 {renaming("table public.t", "table public.u")});
}

TEST_CASE("constraints that swap their names keep their validity on the way back",
          "[acceptance][plan][rename]") {
  const auto checks = [](const std::string& valid, const std::string& not_valid) {
    return "CREATE TABLE t (x int, CONSTRAINT " + valid + " CHECK (x > 0)); ALTER TABLE t ADD CONSTRAINT " +
           not_valid + " CHECK (x > 1) NOT VALID";
  };
  there_and_back(checks("a", "b"), checks("b", "a"), {},
                 {renaming("constraint public.t.a", "constraint public.t.b"),
                  renaming("constraint public.t.b", "constraint public.t.a")});
}

TEST_CASE("a generated column is renamed while the one that it is made of is replaced",
          "[acceptance][plan][rename]") {
  there_and_back(
      "CREATE TABLE t (id int NOT NULL, g int GENERATED ALWAYS AS (id * 2) STORED, PRIMARY KEY (id))",
      "CREATE TABLE t (other int NOT NULL, h int GENERATED ALWAYS AS (other * 2) STORED, PRIMARY KEY "
      "(other))",
      {}, {renaming("column public.t.g", "column public.t.h")});
}

// To PostgreSQL 18 the name is that of one constraint, which goes with the old column.
TEST_CASE("a sequence goes from one column to another whose NOT NULL has the same name",
          "[acceptance][plan][rename]") {
  const auto with = [](const std::string& column) {
    return "CREATE SEQUENCE s; CREATE TABLE t (a int, " + column +
           " int CONSTRAINT n NOT NULL DEFAULT nextval('s')); ALTER SEQUENCE s OWNED BY t." + column;
  };
  there_and_back(with("id"), with("\"Id 2\""));
}

TEST_CASE("a generated column stays while another takes the name of the NOT NULL under it",
          "[acceptance][plan][rename]") {
  const auto with = [](const std::string& column) {
    return "CREATE TABLE t (" + column + " int CONSTRAINT n NOT NULL, g int GENERATED ALWAYS AS (" + column +
           " * 2) STORED)";
  };
  there_and_back(with("id"), with("other"));
}
