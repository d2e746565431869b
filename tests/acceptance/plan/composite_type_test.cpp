#include "tests/acceptance/plan/there_and_back.hpp"
#include "tests/support/require_error.hpp"
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

TEST_CASE("composite types within each other change together", "[acceptance][plan][composite_type]") {
  const auto types = [](const std::string& a, const std::string& b) {
    return "CREATE TYPE a AS (" + a + "); CREATE TYPE b AS (" + b + ");";
  };
  const std::string table = "CREATE TABLE t (id int PRIMARY KEY, b b, a a);";
  const std::string row = "INSERT INTO t VALUES (1, ROW(ROW(1, 'q')::a, 3)::b, NULL)";
  const auto was = types("x int, y text", "a a, z int");
  there_and_back(was, types("x bigint, n date", "a a, m text"));
  there_and_back(was + table + row, types("x int, n date", "a a, m text") + table);
  there_and_back(was + table + row, types("x bigint, y text", "a a, z bigint") + table);
  there_and_back(was, types("x int", "z int, \"other A\" a"));
  there_and_back("CREATE TYPE a AS (x int); CREATE TYPE b AS (a a);",
                 "CREATE TYPE b AS (x int); CREATE TYPE a AS (b b);");
  // Nobody has the inner one but through the outer one.
  TestDatabase one, two;
  one.execute(was + "CREATE TABLE t (b b);" + "INSERT INTO t VALUES (ROW(ROW(1, 'q')::a, 3)::b), (NULL)");
  two.execute(types("y text, x bigint", "a a, z int") + "CREATE TABLE t (b b);");
  const auto from = read(one), to = read(two);
  const auto migration = plan::make_migration(from, to, {from.server_version, {}});
  run(one, migration.up);
  CHECK(differences(read(one), to) == "");
  CHECK(one.value("SELECT string_agg(coalesce(b::text, 'null'), ' ') FROM t") == "(\"(q,1)\",3) null");
  run(one, migration.down);
  CHECK(differences(read(one), from) == "");
  CHECK(one.value("SELECT string_agg(coalesce(b::text, 'null'), ' ') FROM t") == "(\"(1,q)\",3) null");
}

TEST_CASE("what stands on an attribute goes before it and comes after it",
          "[acceptance][plan][composite_type]") {
  const auto all = [](const std::string& type, const std::string& name, const std::string& value) {
    return "CREATE TYPE c AS (" + type + "); CREATE DOMAIN d AS c CONSTRAINT k CHECK ((VALUE)." + name +
           " <> ''); CREATE TABLE t (c c, d d, g text GENERATED ALWAYS AS ((c)." + name +
           ") STORED, CONSTRAINT k CHECK ((c)." + name + " <> '')); CREATE INDEX i ON t (((c)." + name +
           ")); CREATE INDEX j ON t (((c).a)); CREATE POLICY p ON t USING ((c)." + name +
           " = ''); CREATE FUNCTION f(c c) RETURNS text LANGUAGE sql AS 'SELECT ($1)." + name + "';" + value;
  };
  there_and_back(all("a int, b text", "b", "INSERT INTO t VALUES ((1, 'y'), NULL)"),
                 all("a int, \"Straße\" text", "\"Straße\"", ""));
  there_and_back(
      "CREATE TYPE c AS (a int, b text); CREATE TABLE t (c c, CHECK ((c).b <> ''));"
      "CREATE INDEX i ON t (((c).b))",
      "CREATE TYPE c AS (a int); CREATE TABLE t (c c)");
}

TEST_CASE("a column changes from one composite type to another", "[acceptance][plan][composite_type]") {
  const std::string types = "CREATE TYPE a AS (x int, y text); CREATE TYPE b AS (n int, m text);";
  const auto table = [](const std::string& type) {
    return "CREATE TABLE t (id int PRIMARY KEY, c " + type + ", cs " + type + "[]);";
  };
  CHECK(there_and_back(types + table("a") +
                           "INSERT INTO t VALUES (1, (1, 'x'), ARRAY[(2, 'y, \"z')::a]), (2, NULL, NULL)",
                       types + table("b")) ==
        "ALTER TABLE public.t\n"
        "  ALTER COLUMN c TYPE public.b USING CASE WHEN c IS DISTINCT FROM NULL THEN ROW((c).x, "
        "(c).y)::public.b END,\n"
        "  ALTER COLUMN cs TYPE public.b[] USING cs::text::public.b[]\n");
  // By the names of the attributes where the types have not the same shape.
  CHECK(there_and_back("CREATE TYPE a AS (x int, y text); CREATE TABLE t (c a DEFAULT ROW(1, 'a')::a);"
                       "INSERT INTO t VALUES ((1, 'x'))",
                       "CREATE TYPE b AS (y text, z date, x bigint); CREATE TABLE t (c b)")
            .find("ROW((c).y, NULL, (c).x)::public.b") != std::string::npos);
}

TEST_CASE("arrays of a composite type that is made again keep what they hold",
          "[acceptance][plan][composite_type]") {
  const auto with = [](const std::string& attributes) {
    return "CREATE TYPE c AS (" + attributes + "); CREATE TABLE t (id int PRIMARY KEY, cs c[]);";
  };
  TestDatabase one, two;
  one.execute(with("a int, b text") + "INSERT INTO t VALUES (1, ARRAY[(1, 'a,\"b')::c, NULL]), (2, NULL)");
  two.execute(with("a bigint, b text"));
  const auto from = read(one), to = read(two);
  run(one, plan::make_plan(from, to, {from.server_version, {}}));
  CHECK(differences(read(one), to) == "");
  CHECK(one.value("SELECT (cs[1]).b || (cs[1]).a || (cs[2] IS NULL) FROM t WHERE id = 1") == "a,\"b1true");
}

TEST_CASE("composite values that cannot become the new ones are named",
          "[acceptance][plan][composite_type]") {
  const auto refusal = [](const std::string& from, const std::string& to) {
    TestDatabase one, two;
    one.execute(from);
    two.execute(to);
    const auto a = read(one), b = read(two);
    try {
      plan::make_migration(a, b, {a.server_version, {}});
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const std::string types = "CREATE TYPE a AS (x int); CREATE TYPE b AS (y text);";
  CHECK(refusal("CREATE TYPE c AS (a int, b text); CREATE TABLE t (cs c[])",
                "CREATE TYPE c AS (b text, a bigint); CREATE TABLE t (cs c[])") ==
        "composite type c must be made again with other attributes, and column cs has arrays of it");
  CHECK(refusal(types + "CREATE TABLE t (cs a[])", types + "CREATE TABLE t (cs b[])") ==
        "column cs has arrays of composite type a, which become arrays of composite type b with other "
        "attributes");
  CHECK(refusal(types + "CREATE TABLE t (c a)", types + "CREATE TABLE t (c b)") ==
        "column c changes from composite type a to composite type b, which has none of its attributes");
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

TEST_CASE("a typed table whose columns cannot get the order of the attributes", "[acceptance][plan]") {
  TestDatabase one, two;
  one.execute(
      "CREATE TYPE pair AS (a int, b int, c int); CREATE TABLE \"T t\" OF pair; CREATE TABLE u (x int, a "
      "int)");
  two.execute(
      "CREATE TYPE pair AS (a int, c int); CREATE TABLE \"T t\" OF pair; CREATE TABLE u (x int, a int)");
  const auto a = read(one), b = read(two);
  const std::string why =
      "table \"T t\" is of type pair, and its columns cannot get the order that the attributes have";
  REQUIRE_ERROR(plan::make_migration(b, a, {a.server_version, {}}), migrate::ExitCode::undecided,
                why +
                    "\n  hint: take OF away from the table, or create a new one and copy the rows in a "
                    "script of your own");
  const auto migration = plan::make_migration(a, b, {a.server_version, {}});
  CHECK(migration.reversal == plan::Reversal::none);
  CHECK(migration.down.steps.empty());
  CHECK(migration.up.summary.back() == "cannot be taken back, so there is no down part: " + why);
  run(one, migration.up);
  CHECK(differences(read(one), b) == "");
}

TEST_CASE("a column of a table's row type is made after what rewrites that table", "[acceptance][plan]") {
  const std::string table = "CREATE TABLE z (id int);";
  there_and_back(
      table, table + "ALTER TABLE z ADD x bigint GENERATED ALWAYS AS IDENTITY; CREATE TABLE a (whole z[])");
  there_and_back(table + "CREATE TABLE a (n int, whole z)",
                 table + "ALTER TABLE z ALTER id TYPE bigint; CREATE TABLE a (n int)");
}

TEST_CASE("a table is not rewritten while columns of another hold its rows", "[acceptance][plan]") {
  const std::string other = "CREATE TABLE u (whole w[]);";
  TestDatabase one, two;
  one.execute("CREATE TABLE w (x int); " + other);
  two.execute("CREATE TABLE w (x text); " + other);
  const auto a = read(one), b = read(two);
  REQUIRE_ERROR(plan::make_migration(a, b, {a.server_version, {}}), ExitCode::undecided,
                "column u.whole has the row type of table w, whose rows are rewritten\n"
                "  hint: move its values to another column in a script of your own first");
  there_and_back("CREATE TABLE w (x int); " + other, "CREATE TABLE w (x int, y int NOT NULL); " + other);
}
