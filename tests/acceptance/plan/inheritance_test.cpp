// Children by inheritance: parents that come and go, and their order.
#include "tests/acceptance/plan/there_and_back.hpp"

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
  CHECK(there_and_back(parents + "CREATE TABLE c (z int)", parents + "CREATE TABLE c (z int) INHERITS (a)") ==
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
