#include "tests/acceptance/introspect/reading.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

Names schema_names(const catalog::Database& database) {
  Names out;
  for (const auto& each : database.schemas) out.push_back(each.name);
  return out;
}

}  // namespace

TEST_CASE("schemas and their comments; an empty database has public alone") {
  const auto empty = read("");
  CHECK(schema_names(empty) == Names{"public"});
  CHECK(empty.schemas[0].comment.empty());
  CHECK(empty.tables.empty());
  CHECK(empty.extensions.empty());
  CHECK(unhandled(empty).empty());
  CHECK(empty.server_version / 10000 == server_major());

  const auto database = read(
      "CREATE SCHEMA \"Ünï \"\" s\"; COMMENT ON SCHEMA \"Ünï \"\" s\" IS 'it''s\ntwo lines';"
      "COMMENT ON SCHEMA public IS 'mine'; CREATE TEMP TABLE t ()");
  CHECK(schema_names(database) == Names{"public", "Ünï \" s"});
  CHECK(database.schemas[1].comment == "it's\ntwo lines");
  CHECK(database.schemas[0].comment == "mine");
  CHECK(database.tables.empty());
}

TEST_CASE("schemas are chosen by name or pattern, and objects with them") {
  TestDatabase database;
  database.execute(
      "CREATE SCHEMA app_one; CREATE SCHEMA app_two; CREATE SCHEMA \"App\"; CREATE SCHEMA other;"
      "CREATE TABLE other.t (gone int, b int, \"Key\" int PRIMARY KEY, UNIQUE (\"Key\", b));"
      "ALTER TABLE other.t DROP gone; CREATE TABLE other.u (k int PRIMARY KEY); CREATE VIEW other.v AS "
      "SELECT 1 AS one;"
      "CREATE TABLE app_one.t (k int CONSTRAINT a REFERENCES other.t, b int CONSTRAINT b REFERENCES other.u,"
      "CONSTRAINT c FOREIGN KEY (k, b) REFERENCES other.t (\"Key\", b))");
  const auto chosen = read(database, {{"app_*", "A?p"}, {}});
  CHECK(schema_names(chosen) == Names{"App", "app_one", "app_two"});
  REQUIRE(chosen.tables.size() == 1);
  CHECK(chosen.unhandled.empty());
  // A foreign key's target out of view still has its names.
  const auto hold_target = [&](const std::string& key, const Name& table, const Names& columns) {
    CAPTURE(key);
    const auto* found = chosen.tables[0].constraint(key);
    REQUIRE(found);
    CHECK(found->references == table);
    CHECK(found->referenced_columns == columns);
  };
  hold_target("a", {"other", "t"}, {"Key"});
  hold_target("b", {"other", "u"}, {"k"});
  hold_target("c", {"other", "t"}, {"Key", "b"});
  CHECK(read(database, {{"*"}, {}}).tables.size() == 3);
  CHECK(read(database, {{"nosuch"}, {}}).tables.empty());
}

TEST_CASE("bookkeeping is never the user's: with its indexes, sequences and what hangs on it") {
  const auto database = read(
      "CREATE TABLE \"Migrate log\" (id serial PRIMARY KEY, t text UNIQUE); CREATE INDEX ON \"Migrate log\" "
      "(t);"
      "CREATE TABLE t (i int)",
      {{}, {{"public", "Migrate log"}}});
  REQUIRE(database.tables.size() == 1);
  CHECK(database.tables[0].name.name == "t");
  CHECK(database.sequences.empty());
}

TEST_CASE("extensions are read, their members are not") {
  const auto database = read(
      "CREATE SCHEMA \"Ext\"; CREATE EXTENSION citext WITH SCHEMA \"Ext\"; CREATE EXTENSION "
      "pg_stat_statements;"
      "CREATE TABLE t (c \"Ext\".citext)");
  REQUIRE(database.extensions.size() == 2);
  CHECK(database.extensions[0].name == "citext");
  CHECK(database.extensions[0].schema == "Ext");
  CHECK(!database.extensions[0].version.empty());
  CHECK(column(database, "t", "c").type == "\"Ext\".citext");
  CHECK(unhandled(database).empty());
}

TEST_CASE("only a comment that an extension does not bring itself is one; which requires which is known") {
  const auto database = read(
      "CREATE EXTENSION cube; CREATE EXTENSION earthdistance; COMMENT ON EXTENSION cube IS 'it''s ours'; "
      "COMMENT ON EXTENSION earthdistance IS NULL");
  REQUIRE(database.extensions.size() == 2);
  CHECK(database.extensions[0].comment == "it's ours");
  CHECK(database.extensions[0].usual_comment == "data type for multidimensional cubes");
  CHECK(database.extensions[1].comment.empty());
  CHECK(!database.extensions[1].usual_comment.empty());
  CHECK(database.dependencies ==
        std::vector<catalog::Dependency>{{{catalog::Kind::extension, {"", "earthdistance"}, ""},
                                          {catalog::Kind::extension, {"", "cube"}, ""}}});
}
