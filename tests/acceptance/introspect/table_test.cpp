#include "tests/acceptance/introspect/reading.hpp"

using namespace migrate;
using namespace migrate::test;

TEST_CASE("tables: logging, parameters, comment, access method") {
  const auto database = read(
      "CREATE UNLOGGED TABLE \"Öd \"\" t\" (t text) WITH (fillfactor = 70, autovacuum_enabled = off, "
      "toast.autovacuum_vacuum_threshold = 9); COMMENT ON TABLE \"Öd \"\" t\" IS 'odd'; CREATE TABLE "
      "\"select\" ();"
      "CREATE ACCESS METHOD \"Heap 2\" TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE h () USING "
      "\"Heap 2\"");
  const auto& odd = table(database, "Öd \" t");
  CHECK(odd.unlogged);
  CHECK(odd.options == catalog::StorageParameters{{"fillfactor", "70"},
                                                  {"autovacuum_enabled", "off"},
                                                  {"toast.autovacuum_vacuum_threshold", "9"}});
  CHECK(odd.comment == "odd");
  const auto& plain = table(database, "select");
  CHECK_FALSE(plain.unlogged);
  CHECK(plain.columns.empty());
  CHECK(plain.tablespace.empty());
  CHECK(plain.access_method.empty());
  CHECK(table(database, "h").access_method == "Heap 2");
  CHECK(unhandled(database) == Names{"access method: \"Heap 2\""});
}

TEST_CASE("a tablespace of tables, indexes and constraints") {
  TestDatabase source;
  if (server_major() < 15) return;  // without it, a folder of the server's user would be needed
  source.execute("SET allow_in_place_tablespaces = on");
  source.execute("CREATE TABLESPACE \"Fast disk\" LOCATION ''");
  source.execute(
      "CREATE TABLE t (i int PRIMARY KEY USING INDEX TABLESPACE \"Fast disk\") TABLESPACE \"Fast disk\";"
      "CREATE INDEX t_idx ON t (i) TABLESPACE \"Fast disk\"");
  const auto database = read(source);
  CHECK(table(database, "t").tablespace == "Fast disk");
  CHECK(index(database, "t", "t_idx").tablespace == "Fast disk");
  CHECK(constraint(database, "t", "t_pkey").tablespace == "Fast disk");
  source.execute("DROP TABLE t");
  source.execute("DROP TABLESPACE \"Fast disk\"");
}

TEST_CASE("partitions") {
  const auto database = read(
      "CREATE TABLE p (id int, at date, kind text COLLATE \"C\", PRIMARY KEY (id, at)) PARTITION BY RANGE "
      "(at);"
      "CREATE TABLE \"P one\" PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');"
      "CREATE TABLE two (extra int, at date NOT NULL, id int NOT NULL, kind text COLLATE \"C\"); ALTER TABLE "
      "two DROP extra;"
      "ALTER TABLE p ATTACH PARTITION two DEFAULT; CREATE INDEX p_kind ON p (kind); CREATE INDEX p_only ON "
      "ONLY p (at);"
      "CREATE TABLE sub PARTITION OF p FOR VALUES FROM ('2022-01-01') TO ('2023-01-01') PARTITION BY LIST "
      "(id);"
      "CREATE TABLE e (kind text) PARTITION BY HASH (lower(kind) COLLATE \"C\");"
      "CREATE TABLE sub_a PARTITION OF sub FOR VALUES IN (7, NULL); CREATE TABLE r (id int, at date, "
      "FOREIGN KEY (id, at) REFERENCES p);");
  CHECK(table(database, "p").partition_key == "RANGE (at)");
  const auto& one = table(database, "P one");
  CHECK(one.partition_of == Name{"public", "p"});
  CHECK(one.partition_bound == "FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')");
  CHECK(one.inherits.empty());
  CHECK(one.columns.at(0).inherited);
  CHECK(one.columns.at(2).collation == "pg_catalog.\"C\"");
  CHECK(one.primary_key()->inherited);
  CHECK(one.primary_key()->attached_to == Name{"public", "p_pkey"});
  CHECK(one.index("P one_kind_idx")->attached_to == Name{"public", "p_kind"});
  const auto& two = table(database, "two");
  CHECK(two.partition_bound == "DEFAULT");
  CHECK(two.columns.at(0).name == "at");
  CHECK(two.primary_key()->columns == Names{"id", "at"});
  CHECK(table(database, "sub").partition_key == "LIST (id)");
  CHECK(table(database, "e").partition_key == "HASH (lower(kind) COLLATE \"C\")");
  CHECK(table(database, "sub").partition_of == Name{"public", "p"});
  CHECK(table(database, "sub_a").partition_bound == "FOR VALUES IN (7, NULL)");
  CHECK_FALSE(index(database, "p", "p_kind").only);
  CHECK(index(database, "p", "p_kind").valid);
  CHECK(index(database, "p", "p_only").only);
  CHECK(index(database, "p", "p_only").valid);
  // The server keeps a foreign key of its own for each partition that is referred to.
  CHECK(table(database, "r").constraints.size() == 1);
}

TEST_CASE("inheritance") {
  const auto database = read(
      "CREATE TABLE a (x int CHECK (x > 0), y int NOT NULL); CREATE TABLE \"B\" (x int, z int);"
      "CREATE TABLE c (x int, own int) INHERITS (a, \"B\")");
  const auto& c = table(database, "c");
  CHECK(c.inherits == std::vector<Name>{{"public", "a"}, {"public", "B"}});
  CHECK_FALSE(c.column("x")->inherited);
  CHECK(c.column("y")->inherited);
  CHECK(c.column("y")->not_null);
  CHECK_FALSE(c.column("own")->inherited);
  CHECK(c.constraint("a_x_check")->inherited);
  CHECK_FALSE(constraint(database, "a", "a_x_check").inherited);
}
