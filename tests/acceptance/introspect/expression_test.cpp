#include "tests/acceptance/introspect/reading.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

// Until PostgreSQL 17 a node tree has the place of each part in what was sent: statements of equal length,
// sent one by one.
catalog::Database read_after(const Names& statements) {
  TestDatabase database;
  for (const auto& each : statements) database.execute(each);
  return read(database);
}

}  // namespace

TEST_CASE("expressions of equal node trees: each in the names of its own table") {
  const auto database =
      read_after({"CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0), x int GENERATED ALWAYS AS (a * 2) "
                  "STORED, n int DEFAULT 7)",
                  "CREATE TABLE u (b int CONSTRAINT c CHECK (b > 0), x int GENERATED ALWAYS AS (b * 2) "
                  "STORED, n int DEFAULT 7)",
                  "CREATE TABLE v (a int CONSTRAINT c CHECK (a > 0), x int GENERATED ALWAYS AS (a * 2) "
                  "STORED, n int DEFAULT 7)",
                  "CREATE TABLE \"\"\"\" (\"A\" int CONSTRAINT c CHECK (\"A\" > 0))",
                  "CREATE INDEX t1 ON t (n, abs(a), x, (a + x)) WHERE a > 5",
                  "CREATE INDEX u1 ON u (n, abs(b), x, (b + x)) WHERE b > 5",
                  "CREATE INDEX v1 ON v (n, abs(a), x, (a + x)) WHERE a > 5"});
  const auto check = [&](const std::string& table, const std::string& column) {
    CAPTURE(table);
    const auto* found = database.table({"public", table});
    REQUIRE(found);
    CHECK(found->constraint("c")->expression == column + " > 0");
    CHECK(found->column("x")->generated->expression == column + " * 2");
    CHECK(found->column("n")->default_value == "7");
    const auto* index = found->index(table + "1");
    REQUIRE(index);
    CHECK(index->where == column + " > 5");
    REQUIRE(index->elements.size() == 4);
    CHECK(index->elements[0].column == "n");
    CHECK(index->elements[0].expression.empty());
    CHECK(index->elements[1].expression == "abs(" + column + ")");
    CHECK(index->elements[2].expression.empty());
    CHECK(index->elements[3].expression == column + " + x");
  };
  check("t", "a");
  check("u", "b");
  check("v", "a");
  CHECK(database.table({"public", "\""})->constraint("c")->expression == "\"A\" > 0");
}

TEST_CASE("expressions of equal node trees: a whole row is called as its table") {
  const auto database =
      read_after({"CREATE TABLE t1 (a int, CONSTRAINT c CHECK (t1 IS NOT NULL AND a > 1))",
                  "CREATE TABLE t2 (a int, CONSTRAINT c CHECK (t2 IS NOT NULL AND a > 1))",
                  "CREATE INDEX i1 ON t1 ((t1 IS NULL))", "CREATE INDEX i2 ON t2 ((t2 IS NULL))"});
  for (const std::string table : {"t1", "t2"}) {
    const auto* found = database.table({"public", table});
    REQUIRE(found);
    CHECK(found->constraint("c")->expression == "(" + table + ".* IS NOT NULL) AND (a > 1)");
    CHECK(found->index("i" + table.substr(1))->elements[0].expression == table + ".* IS NULL");
  }
}

TEST_CASE("expressions of equal node trees: of partitions, whose columns have other places") {
  const auto database = read_after(
      {"CREATE TABLE p (a int, b int CONSTRAINT c CHECK (b > 0), d int DEFAULT 1 + 1) PARTITION BY LIST (a)",
       "CREATE TABLE p1 (gone int, d int DEFAULT 1 + 1, b int CONSTRAINT c CHECK (b > 0), a int)",
       "ALTER TABLE p1 DROP gone", "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1)",
       "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2)", "CREATE INDEX i ON p ((b - a)) WHERE b > a"});
  for (const std::string table : {"p", "p1", "p2"}) {
    CAPTURE(table);
    const auto* found = database.table({"public", table});
    REQUIRE(found);
    CHECK(found->constraint("c")->expression == "b > 0");
    CHECK(found->column("d")->default_value == "(1 + 1)");
    REQUIRE(found->indexes.size() == 1);
    CHECK(found->indexes[0].where == "b > a");
    CHECK(found->indexes[0].elements[0].expression == "b - a");
  }
}

TEST_CASE("expressions of equal node trees: of keys whose operator classes store different types") {
  const auto database =
      read_after({"CREATE TABLE t (a text)", "CREATE INDEX i1 ON t USING gin   ((string_to_array(a, ',')))",
                  "CREATE INDEX i2 ON t USING btree ((string_to_array(a, ',')))",
                  "CREATE INDEX i3 ON t USING hash  ((string_to_array(a, ',')))"});
  const auto* table = database.table({"public", "t"});
  REQUIRE(table);
  for (const std::string index : {"i1", "i2", "i3"}) {
    CAPTURE(index);
    REQUIRE(table->index(index));
    const auto& key = table->index(index)->elements.at(0);
    CHECK(key.expression == "string_to_array(a, ','::text)");
    CHECK(key.opclass.empty());
    CHECK(key.collation.empty());
  }
}

TEST_CASE("dependencies are read where they are asked for") {
  TestDatabase database;
  database.execute(
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
      "CREATE TABLE t (a int DEFAULT f() CHECK (f() > 0))");
  postgres::Session session(database.options());
  postgres::IntrospectOptions options;
  const auto with = postgres::introspect(session, options);
  options.dependencies = false;
  const auto without = postgres::introspect(session, options);
  CHECK_FALSE(with.dependencies.empty());
  CHECK(without.dependencies.empty());
  CHECK(with == without);
}
