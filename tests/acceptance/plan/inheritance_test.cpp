// Children by inheritance: parents that come and go, and their order.
#include "tests/acceptance/plan/there_and_back.hpp"
#include "util/text.hpp"

using namespace migrate::test;

namespace {

const std::string parents =
    "CREATE TABLE a (x int NOT NULL CHECK (x > 0)); CREATE TABLE b (y int); CREATE TABLE \"E e\" (w int);";

}  // namespace

TEST_CASE("the parents of a table keep their order", "[acceptance][plan][inheritance]") {
  CHECK(there_and_back(parents + "CREATE TABLE c () INHERITS (b, a)",
                       parents + "CREATE TABLE c () INHERITS (a, b)") ==
        "ALTER TABLE public.c NO INHERIT public.b\n"
        "ALTER TABLE public.c INHERIT public.b\n");
  CHECK(there_and_back(parents + "CREATE TABLE c (x int NOT NULL CONSTRAINT a_x_check CHECK (x > 0), y int) "
                                 "INHERITS (b)",
                       parents + "CREATE TABLE c (x int NOT NULL CONSTRAINT a_x_check CHECK (x > 0), y int) "
                                 "INHERITS (a, b)") ==
        "ALTER TABLE public.c NO INHERIT public.b\n"
        "ALTER TABLE public.c\n  INHERIT public.a,\n  INHERIT public.b\n");
  there_and_back(parents + "CREATE TABLE c () INHERITS (b, a, \"E e\")",
                 parents + "CREATE TABLE c () INHERITS (\"E e\", b)");
  there_and_back(parents + "CREATE TABLE c () INHERITS (\"E e\", b)", parents);
}

TEST_CASE("a table gets what a new parent has before it inherits", "[acceptance][plan][inheritance]") {
  const std::string up =
      there_and_back(parents + "CREATE TABLE c (z int)", parents + "CREATE TABLE c (z int) INHERITS (a)");
  // PostgreSQL 18 has a name for NOT NULL, too.
  CHECK(migrate::replace_all(up, "CONSTRAINT a_x_not_null ", "") ==
        "ALTER TABLE public.c ADD COLUMN x integer NOT NULL\n"
        "ALTER TABLE public.c ADD CONSTRAINT a_x_check CHECK (x > 0)\n"
        "ALTER TABLE public.c INHERIT public.a\n");
  const std::string generated =
      "CREATE TABLE g (x int DEFAULT 4, d int GENERATED ALWAYS AS (x + 1) STORED); CREATE TABLE c (z int);";
  there_and_back(generated, generated +
                                "ALTER TABLE c ADD x int DEFAULT 4, ADD d int GENERATED ALWAYS AS (x + 1) "
                                "STORED; ALTER TABLE c INHERIT g");
  // The parent gets some of it at the same time, and so do heirs.
  there_and_back(
      "CREATE TABLE a (y int); CREATE TABLE c (z int); CREATE TABLE d () INHERITS (c)",
      "CREATE TABLE a (y int, x int NOT NULL DEFAULT 3, CHECK (x > 0)); CREATE TABLE c (z int) INHERITS (a); "
      "CREATE TABLE d () INHERITS (c)");
}

TEST_CASE("a child declares a column that its parent generates", "[acceptance][plan][inheritance]") {
  there_and_back("CREATE TABLE p (n int, twice int GENERATED ALWAYS AS (n * 2) STORED)",
                 "CREATE TABLE p (n int, twice int GENERATED ALWAYS AS (n * 2) STORED);"
                 "CREATE TABLE c (twice int NOT NULL, own int) INHERITS (p)");
}

TEST_CASE("what a parent loses its children keep, where they are to", "[acceptance][plan][inheritance]") {
  const std::string tables =
      "CREATE TABLE p (id int PRIMARY KEY, x int, y int); CREATE TABLE c () INHERITS (p);"
      "CREATE TABLE d () INHERITS (p); CREATE TABLE e () INHERITS (c);";
  CHECK(there_and_back(tables, tables + "ALTER TABLE ONLY p DROP x") ==
        "ALTER TABLE ONLY public.p DROP COLUMN x\n");
  CHECK(there_and_back(tables, tables + "ALTER TABLE ONLY p DROP x; ALTER TABLE c DROP x") ==
        "ALTER TABLE ONLY public.p DROP COLUMN x\nALTER TABLE public.c DROP COLUMN x\n");
  there_and_back(tables,
                 tables + "ALTER TABLE ONLY p DROP x; ALTER TABLE ONLY d DROP x; ALTER TABLE ONLY c DROP x");

  TestDatabase one, two;
  for (auto* each : {&one, &two}) each->execute(tables + "INSERT INTO e VALUES (1, 2, 3)");
  two.execute("ALTER TABLE ONLY p DROP x");
  const auto a = read(one);
  run(one, migrate::plan::make_migration(a, read(two), {a.server_version, {}}).up);
  CHECK(one.value("SELECT x FROM e") == "2");
}

TEST_CASE("what stands on a child's column goes before the parent's", "[acceptance][plan][inheritance]") {
  const std::string tables = "CREATE TABLE p (id int, x int, y int); CREATE TABLE c () INHERITS (p);";
  const std::string view = "CREATE VIEW v AS SELECT id, x FROM c;";
  const std::string rule = "CREATE RULE r AS ON UPDATE TO p DO ALSO SELECT o.x FROM c o;";
  CHECK(there_and_back(tables + view + rule, tables + "ALTER TABLE p DROP x") ==
        "DROP VIEW public.v\nDROP RULE r ON public.p\nALTER TABLE public.p DROP COLUMN x\n");
  there_and_back(tables + view, tables + "ALTER TABLE p ALTER x TYPE bigint;" + view);
  there_and_back(tables + "CREATE VIEW v AS SELECT id FROM c",
                 tables + "ALTER TABLE p ADD z int; CREATE VIEW v AS SELECT id, z FROM c");
  // The parent's goes late, since its key is built anew first; the child has it by itself, too.
  there_and_back(
      "CREATE TABLE p (id int, x int, y int, CONSTRAINT k UNIQUE (x)); CREATE TABLE c (x int) INHERITS (p)",
      "CREATE TABLE p (id int, y int, CONSTRAINT k UNIQUE (y)); CREATE TABLE c () INHERITS (p)");
}

TEST_CASE("a check that parent and child lose goes from the parent first",
          "[acceptance][plan][inheritance]") {
  const std::string tables =
      "CREATE TABLE p (x int); CREATE TABLE c (CONSTRAINT k CHECK (x > 0)) INHERITS (p);";
  there_and_back(tables + "ALTER TABLE p ADD CONSTRAINT k CHECK (x > 0)",
                 "CREATE TABLE p (x int); CREATE TABLE c () INHERITS (p)");
}

TEST_CASE("a parent is joined after what it loses", "[acceptance][plan][inheritance]") {
  const std::string tables = "CREATE TABLE p (x int, y int); CREATE TABLE c () INHERITS (p);";
  there_and_back(tables, tables + "ALTER TABLE p ALTER x SET NOT NULL; ALTER TABLE c NO INHERIT p");
  there_and_back("CREATE TABLE p (x int, y int, CHECK (x > 0)); CREATE TABLE c (x int);",
                 "CREATE TABLE p (x int); CREATE TABLE c () INHERITS (p);");
}

TEST_CASE("NOT NULL of a parent alone, and of its children alone", "[acceptance][plan][inheritance]") {
  TestDatabase probe;
  if (read(probe).server_version >= 180000) return;  // there children have what the parent has
  const std::string tables =
      "CREATE TABLE p (x int); CREATE TABLE c () INHERITS (p); CREATE TABLE d (x int) INHERITS (p);";
  CHECK(there_and_back(tables, tables + "ALTER TABLE ONLY p ALTER x SET NOT NULL") ==
        "ALTER TABLE ONLY public.p ALTER COLUMN x SET NOT NULL\n");
  there_and_back(tables + "ALTER TABLE p ALTER x SET NOT NULL",
                 tables + "ALTER TABLE ONLY c ALTER x SET NOT NULL");
  there_and_back(tables, tables + "ALTER TABLE p ALTER x SET NOT NULL");
  // Of two parents one is enough for a new child.
  rebuilt(
      "CREATE TABLE a (x int); CREATE TABLE b (x int NOT NULL DEFAULT 3); CREATE TABLE c () INHERITS (a, b);"
      "ALTER TABLE c ALTER x DROP NOT NULL, ALTER x DROP DEFAULT");
}

TEST_CASE("a check of a parent that is not valid yet, and valid in a child",
          "[acceptance][plan][inheritance]") {
  rebuilt(
      "CREATE TABLE p (x int); CREATE TABLE c () INHERITS (p); CREATE TABLE d () INHERITS (c);"
      "CREATE TABLE e () INHERITS (p); ALTER TABLE p ADD CONSTRAINT k CHECK (x > 0) NOT VALID;"
      "ALTER TABLE c VALIDATE CONSTRAINT k");
}

TEST_CASE("names of NOT NULL that are taken elsewhere in the schema, or by a column that goes",
          "[acceptance][plan][inheritance]") {
  // Before PostgreSQL 18 it has no name.
  there_and_back(
      "CREATE TABLE p (x int NOT NULL); CREATE TABLE c () INHERITS (p);",
      "CREATE TABLE p (x int NOT NULL); CREATE TABLE c () INHERITS (p); ALTER TABLE p RENAME TO q");
  there_and_back("CREATE TABLE t (x int NOT NULL)",
                 "CREATE TABLE t (x int NOT NULL); ALTER TABLE t RENAME x TO y");
  there_and_back(
      "CREATE TABLE p (x int NOT NULL)",
      "CREATE TABLE p (x int NOT NULL); ALTER TABLE p RENAME TO q; CREATE TABLE p (x int NOT NULL)");
  // A child that joins again has its own before.
  const std::string tables =
      "CREATE TABLE p (x int); CREATE TABLE c () INHERITS (p); CREATE TABLE d () INHERITS (c);";
  there_and_back(tables + "ALTER TABLE p ALTER x SET NOT NULL", tables + "ALTER TABLE d NO INHERIT c");
}

TEST_CASE("a child loses the NOT NULL that it has by itself after its parents lose theirs",
          "[acceptance][plan][inheritance]") {
  const auto with = [](const std::string& has) {
    return "CREATE TABLE z (x int" + has + "); CREATE TABLE m () INHERITS (z); CREATE TABLE a (x int" + has +
           ") INHERITS (m);";
  };
  there_and_back(with(" NOT NULL"), with(""));
  there_and_back(with(""), with(" NOT NULL"));
}

TEST_CASE("a new child does not have its parent's NOT NULL where that is NO INHERIT",
          "[acceptance][plan][inheritance]") {
  TestDatabase database;
  if (read(database).server_version < 180000) return;  // which has no such constraint
  const std::string parent = "CREATE TABLE p (y int, x int, CONSTRAINT n NOT NULL x NO INHERIT);",
                    child = "CREATE TABLE c () INHERITS (p);";
  rebuilt(parent + child);
  there_and_back(parent, parent + child);
  CHECK(there_and_back("CREATE TABLE p (y int); " + child, parent + child) ==
        "ALTER TABLE public.p ADD COLUMN x integer\n"
        "ALTER TABLE public.p ADD CONSTRAINT n NOT NULL x NO INHERIT\n");
}
