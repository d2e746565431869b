#include "tests/acceptance/introspect/reading.hpp"

using namespace migrate;
using namespace migrate::test;
using catalog::ConstraintType;
using catalog::ForeignKeyAction;

TEST_CASE("primary keys and unique constraints, with what stands in their indexes") {
  const auto database = read(
      "CREATE TABLE t (a int, \"B b\" text, c int, CONSTRAINT \"The key\" PRIMARY KEY (\"B b\", a) INCLUDE "
      "(c) WITH (fillfactor = 80),"
      " UNIQUE (c, a) DEFERRABLE INITIALLY DEFERRED, CONSTRAINT u UNIQUE (c) DEFERRABLE);"
      "COMMENT ON CONSTRAINT \"The key\" ON t IS 'key'");
  const auto& key = constraint(database, "t", "The key");
  CHECK(key.type == ConstraintType::primary_key);
  CHECK(key.columns == Names{"B b", "a"});
  CHECK(key.include == Names{"c"});
  CHECK(key.options == catalog::StorageParameters{{"fillfactor", "80"}});
  CHECK(key.comment == "key");
  CHECK_FALSE(key.deferrable);
  CHECK(table(database, "t").primary_key() == &key);
  const auto& deferred = constraint(database, "t", "t_c_a_key");
  CHECK(deferred.type == ConstraintType::unique);
  CHECK(deferred.deferrable);
  CHECK(deferred.initially_deferred);
  CHECK(constraint(database, "t", "u").deferrable);
  CHECK_FALSE(constraint(database, "t", "u").initially_deferred);
  CHECK(table(database, "t").indexes.empty());
  if (server_major() < 15) return;
  CHECK(read("CREATE TABLE t (a int, CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a))")
            .tables[0]
            .constraints[0]
            .nulls_not_distinct);
}

TEST_CASE("foreign keys") {
  TestDatabase source;
  source.execute(
      "CREATE SCHEMA \"Other s\"; CREATE TABLE \"Other s\".\"Target\" (x int, \"Y y\" int, gone int, PRIMARY "
      "KEY (x, \"Y y\"), UNIQUE (\"Y y\", x));"
      "ALTER TABLE \"Other s\".\"Target\" DROP gone;"
      "CREATE TABLE t (gone int, a int, b int, self int, id int PRIMARY KEY,"
      " CONSTRAINT f1 FOREIGN KEY (a, b) REFERENCES \"Other s\".\"Target\" MATCH FULL ON UPDATE CASCADE ON "
      "DELETE SET NULL,"
      " CONSTRAINT f2 FOREIGN KEY (b, a) REFERENCES \"Other s\".\"Target\" (\"Y y\", x) ON UPDATE SET "
      "DEFAULT ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,"
      " CONSTRAINT f3 FOREIGN KEY (self) REFERENCES t);"
      "ALTER TABLE t DROP gone; ALTER TABLE t ADD CONSTRAINT f4 FOREIGN KEY (self) REFERENCES t NOT VALID;"
      "COMMENT ON CONSTRAINT f1 ON t IS 'first'");
  const auto database = read(source);
  const auto& first = constraint(database, "t", "f1");
  CHECK(first.type == ConstraintType::foreign_key);
  CHECK(first.columns == Names{"a", "b"});
  CHECK(first.references == Name{"Other s", "Target"});
  CHECK(first.referenced_columns == Names{"x", "Y y"});
  CHECK(first.match == catalog::ForeignKeyMatch::full);
  CHECK(first.on_update == ForeignKeyAction::cascade);
  CHECK(first.on_delete == ForeignKeyAction::set_null);
  CHECK(first.comment == "first");
  const auto& second = constraint(database, "t", "f2");
  CHECK(second.columns == Names{"b", "a"});
  CHECK(second.referenced_columns == Names{"Y y", "x"});
  CHECK(second.match == catalog::ForeignKeyMatch::simple);
  CHECK(second.on_update == ForeignKeyAction::set_default);
  CHECK(second.on_delete == ForeignKeyAction::restrict_);
  CHECK(second.deferrable);
  CHECK(second.initially_deferred);
  const auto& third = constraint(database, "t", "f3");
  CHECK(third.references == Name{"public", "t"});
  CHECK(third.on_delete == ForeignKeyAction::no_action);
  CHECK_FALSE(third.not_valid);
  CHECK(constraint(database, "t", "f4").not_valid);
  CHECK(unhandled(database).empty());
  if (server_major() < 15) return;
  source.execute(
      "ALTER TABLE t ADD CONSTRAINT f5 FOREIGN KEY (a, b) REFERENCES \"Other s\".\"Target\" ON DELETE SET "
      "NULL (b)");
  CHECK(constraint(read(source), "t", "f5").on_delete_columns == Names{"b"});
}

TEST_CASE("checks") {
  const auto database = read(
      "CREATE TYPE role AS ENUM ('guest'); CREATE TABLE t (a int, \"B\" text, r role, CHECK (a > 0 AND (a < "
      "9)),"
      " CONSTRAINT \"Has )\" CHECK (\"B\" <> ')('), CONSTRAINT typed CHECK (r <> 'guest') NO INHERIT);"
      "ALTER TABLE t ADD CONSTRAINT later CHECK (a IN (1, 2)) NOT VALID; COMMENT ON CONSTRAINT later ON t IS "
      "'once'");
  CHECK(constraint(database, "t", "t_a_check").expression == "(a > 0) AND (a < 9)");
  CHECK(constraint(database, "t", "Has )").expression == "\"B\" <> ')('::text");
  CHECK(constraint(database, "t", "typed").expression == "r <> 'guest'::public.role");
  CHECK(constraint(database, "t", "typed").no_inherit);
  CHECK_FALSE(constraint(database, "t", "t_a_check").no_inherit);
  CHECK(constraint(database, "t", "later").expression == "a = ANY (ARRAY[1, 2])");
  CHECK(constraint(database, "t", "later").not_valid);
  CHECK(constraint(database, "t", "later").comment == "once");
  CHECK(constraint(database, "t", "later").columns.empty());
}

TEST_CASE("exclusion constraints") {
  const auto database = read(
      "CREATE SCHEMA ext; CREATE EXTENSION btree_gist WITH SCHEMA ext;"
      "CREATE TABLE t (room int, during tsrange, \"Ü\" text, CONSTRAINT \"No overlap\" EXCLUDE USING gist "
      "(room WITH =, during WITH &&, lower(\"Ü\") COLLATE \"C\" WITH <>)"
      " INCLUDE (\"Ü\") WITH (fillfactor = 60) WHERE (room > 0) DEFERRABLE, EXCLUDE USING btree (room DESC "
      "WITH =));"
      "CREATE OPERATOR public.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, COMMUTATOR = ===)");
  const auto& overlap = constraint(database, "t", "No overlap");
  CHECK(overlap.type == ConstraintType::exclusion);
  CHECK(overlap.method == "gist");
  CHECK(overlap.where == "room > 0");
  CHECK(overlap.include == Names{"Ü"});
  CHECK(overlap.options == catalog::StorageParameters{{"fillfactor", "60"}});
  CHECK(overlap.deferrable);
  CHECK(overlap.columns.empty());
  REQUIRE(overlap.elements->size() == 3);
  CHECK(overlap.elements->at(0).column == "room");
  CHECK(overlap.elements->at(0).exclusion_operator == "=");
  CHECK(overlap.elements->at(0).opclass.empty());
  CHECK(overlap.elements->at(1).exclusion_operator == "&&");
  CHECK(overlap.elements->at(2).column.empty());
  CHECK(overlap.elements->at(2).expression == "lower(\"Ü\")");
  CHECK(overlap.elements->at(2).collation == "pg_catalog.\"C\"");
  CHECK(constraint(database, "t", "t_room_excl").elements->at(0).descending);
}

TEST_CASE("PostgreSQL 18: periods and constraints that are not enforced") {
  if (server_major() < 18) return;
  const auto database = read(
      "CREATE EXTENSION btree_gist; CREATE TABLE a (id int, at tsrange, o int, CONSTRAINT pk PRIMARY KEY "
      "(id, at "
      "WITHOUT OVERLAPS), CONSTRAINT u UNIQUE (o, at WITHOUT OVERLAPS));"
      "CREATE TABLE b (id int, at tsrange, i int, CONSTRAINT f FOREIGN KEY (id, PERIOD at) REFERENCES a (id, "
      "PERIOD at),"
      " CONSTRAINT c CHECK (i > 0) NOT ENFORCED, CONSTRAINT v CHECK (i > 0))");
  CHECK(constraint(database, "a", "pk").without_overlaps);
  CHECK(constraint(database, "a", "pk").type == ConstraintType::primary_key);
  CHECK(constraint(database, "a", "pk").columns == Names{"id", "at"});
  CHECK(constraint(database, "a", "u").without_overlaps);
  CHECK(constraint(database, "b", "f").period);
  CHECK_FALSE(constraint(database, "b", "f").without_overlaps);
  CHECK(constraint(database, "b", "c").not_enforced);
  CHECK_FALSE(constraint(database, "b", "c").not_valid);
  CHECK_FALSE(constraint(database, "b", "v").not_enforced);
}
