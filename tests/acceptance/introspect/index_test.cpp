#include "tests/acceptance/introspect/reading.hpp"

using namespace migrate;
using namespace migrate::test;

TEST_CASE("indexes: elements, order, predicate, parameters, comment") {
  const auto database = read(
      "CREATE TABLE t (gone int, a int, \"B b\" text, c text COLLATE \"C\"); ALTER TABLE t DROP gone;"
      "CREATE UNIQUE INDEX \"An Index\" ON t (lower(\"B b\"), a DESC, c NULLS FIRST, (a + 1) DESC NULLS "
      "LAST) INCLUDE (\"B b\", c)"
      " WITH (fillfactor = 50) WHERE (a > 0 AND c <> '(');"
      "COMMENT ON INDEX \"An Index\" IS 'an index'; ALTER INDEX \"An Index\" ALTER COLUMN 1 SET STATISTICS "
      "500;"
      "CREATE INDEX h ON t USING hash (a)");
  const auto& it = index(database, "t", "An Index");
  CHECK(it.unique);
  CHECK(it.method == "btree");
  CHECK(it.include == Names{"B b", "c"});
  CHECK(it.options == catalog::StorageParameters{{"fillfactor", "50"}});
  CHECK(it.where == "(a > 0) AND (c <> '('::text)");
  CHECK(it.comment == "an index");
  CHECK(it.valid);
  CHECK_FALSE(it.only);
  REQUIRE(it.elements.size() == 4);
  CHECK(it.elements[0].expression == "lower(\"B b\")");
  CHECK(it.elements[0].column.empty());
  CHECK(it.elements[0].statistics == 500);
  CHECK_FALSE(it.elements[0].descending);
  CHECK_FALSE(it.elements[0].nulls_first);
  CHECK(it.elements[1].column == "a");
  CHECK(it.elements[1].descending);
  CHECK_FALSE(it.elements[1].nulls_first);
  CHECK(it.elements[2].nulls_first == true);
  CHECK(it.elements[2].collation.empty());
  CHECK(it.elements[3].expression == "a + 1");
  CHECK(it.elements[3].descending);
  CHECK(it.elements[3].nulls_first == false);
  CHECK(index(database, "t", "h").method == "hash");
  CHECK_FALSE(index(database, "t", "h").unique);
}

TEST_CASE("operator classes and collations only where they are not the default") {
  const auto database = read(
      "CREATE SCHEMA ext; CREATE EXTENSION pg_trgm WITH SCHEMA ext; CREATE EXTENSION citext WITH SCHEMA ext;"
      "CREATE DOMAIN word AS text; CREATE TYPE role AS ENUM ('a');"
      "CREATE TABLE t (v varchar(9), x text, c ext.citext, w word, r role, j jsonb, i inet, ar int[]);"
      "CREATE INDEX usual ON t (v, x, c, w, r, i, ar, lower(x), lower(c::text), abs(1));"
      "CREATE INDEX pattern ON t (v varchar_pattern_ops, x text_pattern_ops, c text_ops, lower(x) COLLATE "
      "\"C\", v COLLATE \"C\");"
      "CREATE INDEX gin ON t USING gin (j, x ext.gin_trgm_ops, lower(x) ext.gin_trgm_ops, upper(x) COLLATE "
      "\"C\" ext.gin_trgm_ops); CREATE INDEX path ON t USING gin (j "
      "jsonb_path_ops);"
      "CREATE INDEX signature ON t USING gist (x ext.gist_trgm_ops (siglen = 32), i inet_ops)");
  for (const auto& element : index(database, "t", "usual").elements) {
    INFO(element.column.get() << element.expression.get());
    CHECK(element.opclass.empty());
    CHECK(element.collation.empty());
  }
  const auto& pattern = index(database, "t", "pattern").elements;
  CHECK(pattern.at(0).opclass == "varchar_pattern_ops");
  CHECK(pattern.at(1).opclass == "text_pattern_ops");
  CHECK(pattern.at(2).opclass == "text_ops");
  CHECK(pattern.at(3).collation == "pg_catalog.\"C\"");
  CHECK(pattern.at(4).collation == "pg_catalog.\"C\"");
  CHECK(index(database, "t", "gin").elements.at(0).opclass.empty());
  CHECK(index(database, "t", "gin").elements.at(1).opclass == "ext.gin_trgm_ops");
  CHECK(index(database, "t", "gin").elements.at(2).collation.empty());
  CHECK(index(database, "t", "gin").elements.at(3).collation == "pg_catalog.\"C\"");
  CHECK(index(database, "t", "path").elements.at(0).opclass == "jsonb_path_ops");
  const auto& signature = index(database, "t", "signature").elements;
  CHECK(signature.at(0).opclass == "ext.gist_trgm_ops");
  CHECK(signature.at(0).opclass_options == catalog::StorageParameters{{"siglen", "32"}});
  CHECK(signature.at(1).opclass == "inet_ops");  // gist has no default for inet
}

TEST_CASE("an invalid index is said to be invalid") {
  TestDatabase source;
  source.execute("CREATE TABLE t (i int); INSERT INTO t VALUES (1), (1)");
  source.execute("CREATE UNIQUE INDEX CONCURRENTLY broken ON t (i)", "23505");
  CHECK_FALSE(index(read(source), "t", "broken").valid);
}

TEST_CASE("nulls not distinct") {
  if (server_major() < 15) return;
  const auto database = read(
      "CREATE TABLE t (i int); CREATE UNIQUE INDEX u ON t (i) NULLS NOT DISTINCT; CREATE UNIQUE INDEX d ON t "
      "(i)");
  CHECK(index(database, "t", "u").nulls_not_distinct);
  CHECK_FALSE(index(database, "t", "d").nulls_not_distinct);
}
