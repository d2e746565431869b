#include "tests/acceptance/plan/there_and_back.hpp"
#include "util/error.hpp"

using namespace migrate;
using namespace migrate::test;

TEST_CASE("composite types are built with all that they have", "[acceptance][plan][composite_type]") {
  rebuilt(
      "CREATE TYPE empty AS (); CREATE TYPE \"A d\" AS (\"Straße x\" text COLLATE \"C\", zip varchar(9));"
      "COMMENT ON TYPE \"A d\" IS 'where'; COMMENT ON COLUMN \"A d\".zip IS 'it''s';"
      "CREATE TYPE above AS (a \"A d\", l \"A d\"[]); CREATE TABLE t (a above DEFAULT NULL)");
}

TEST_CASE("a composite type that no column has is altered where it stands",
          "[acceptance][plan][composite_type]") {
  CHECK(there_and_back("CREATE TYPE c AS (a integer, b text, gone text)",
                       "CREATE TYPE c AS (a bigint, b text, \"New one\" text COLLATE \"C\");"
                       "COMMENT ON COLUMN c.b IS 'b'") ==
        "ALTER TYPE public.c DROP ATTRIBUTE gone, ALTER ATTRIBUTE a TYPE bigint, "
        "ADD ATTRIBUTE \"New one\" text COLLATE pg_catalog.\"C\"\n"
        "COMMENT ON COLUMN public.c.b IS 'b'\n");
}

TEST_CASE("attributes come and go while columns have the type", "[acceptance][plan][composite_type]") {
  CHECK(unqualified(there_and_back(
            "CREATE TYPE c AS (a integer, b text); CREATE DOMAIN d AS c;"
            "CREATE TABLE t (c c DEFAULT ROW(1, 'x')::c, cs c[], d d); CREATE VIEW v AS SELECT (c).b FROM t;"
            "INSERT INTO t VALUES ((1, 'y'), ARRAY[(2, 'z')::c], (3, 'u'))",
            "CREATE TYPE c AS (a integer, \"Z i\" date); CREATE DOMAIN d AS c;"
            "CREATE TABLE t (c c DEFAULT ROW(2, NULL)::c, cs c[], d d); CREATE VIEW v AS SELECT (c).a AS b "
            "FROM t")) ==
        "ALTER TABLE public.t ALTER COLUMN c DROP DEFAULT\nDROP VIEW public.v\n"
        "ALTER TYPE public.c DROP ATTRIBUTE b, ADD ATTRIBUTE \"Z i\" date\n"
        "ALTER TABLE public.t ALTER COLUMN c SET DEFAULT ROW(2, NULL::date)::public.c\n"
        "CREATE VIEW public.v AS\nSELECT (c).a AS b\n   FROM public.t\n");
}

TEST_CASE("an attribute is renamed where it stands", "[acceptance][plan][composite_type]") {
  TestDatabase one, two;
  const std::string rest =
      "CREATE TABLE \"Of c\" OF c; CREATE TABLE t (cs c[]); CREATE VIEW v AS SELECT (cs[1]).";
  one.execute("CREATE TYPE c AS (a integer, road text);" + rest + "road AS it FROM t");
  two.execute("CREATE TYPE c AS (a integer, \"Straße x\" text);" + rest + "\"Straße x\" AS it FROM t");
  const auto a = read(one), b = read(two);
  const catalog::ObjectId id{catalog::Kind::composite_type, {"public", "c"}, ""};
  const auto migration = plan::make_migration(a, b, {a.server_version, {{id, id, "road", "Straße x"}}});
  CHECK(text_of(migration.up)
            .starts_with("ALTER TYPE public.c RENAME ATTRIBUTE road TO \"Straße x\" CASCADE\n"));
  CHECK(text_of(migration.down).find("ALTER TYPE public.c RENAME ATTRIBUTE \"Straße x\" TO road CASCADE\n") !=
        std::string::npos);
  run(one, migration.up);
  CHECK(differences(read(one), b) == "");
  run(one, migration.down);
  CHECK(differences(read(one), a) == "");
}

TEST_CASE("one that columns have is made again, and they keep what they hold",
          "[acceptance][plan][composite_type]") {
  const auto up = there_and_back(
      "CREATE TYPE c AS (a integer, b text); CREATE TABLE t (c c DEFAULT ROW(1, 'x')::c);"
      "INSERT INTO t VALUES ((1, 'y')), (NULL); CREATE VIEW v AS SELECT (c).a FROM t",
      "CREATE TYPE c AS (b text, a bigint, d date); CREATE TABLE t (c c DEFAULT ROW('x', 1, NULL)::c);"
      "CREATE VIEW v AS SELECT (c).a FROM t");
  CHECK(up.find("ALTER COLUMN c TYPE public.c USING CASE WHEN c IS DISTINCT FROM NULL THEN "
                "ROW((c).b, (c).a, NULL)::public.c END") != std::string::npos);
}

TEST_CASE("arrays of a composite type that must be made again are named",
          "[acceptance][plan][composite_type]") {
  TestDatabase one, two;
  one.execute("CREATE TYPE c AS (a integer); CREATE TABLE t (cs c[])");
  two.execute("CREATE TYPE c AS (a bigint); CREATE TABLE t (cs c[])");
  const auto a = read(one), b = read(two);
  std::string message;
  try {
    plan::make_migration(a, b, {a.server_version, {}});
  } catch (const Error& error) {
    message = error.what();
  }
  CHECK(message == "composite type c must be made again, and column cs has arrays of it");
}

TEST_CASE("tables of a type follow it", "[acceptance][plan][composite_type]") {
  const auto of = [](const std::string& attributes) {
    return "CREATE TYPE c AS (" + attributes + "); CREATE TABLE \"Of\" OF c; CREATE TABLE u OF c;";
  };
  CHECK(there_and_back(of("a int, b text"), of("a int, b text, c date")) ==
        "ALTER TABLE public.\"Of\" NOT OF\nALTER TABLE public.u NOT OF\n"
        "ALTER TYPE public.c ADD ATTRIBUTE c date CASCADE\n"
        "ALTER TABLE public.\"Of\" ADD COLUMN c date\nALTER TABLE public.u ADD COLUMN c date\n"
        "ALTER TABLE public.\"Of\" OF public.c\nALTER TABLE public.u OF public.c\n");
  there_and_back(of("a int, b text, c date"), of("a int, b text"));
  there_and_back(of("a int, b text"), of("a bigint, b text"));
}
