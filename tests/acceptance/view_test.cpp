// What happens to views: each alteration of CREATE VIEW and ALTER VIEW, and what is under them.
#include "autogenerate/unmanaged.hpp"
#include "plan/plan.hpp"
#include "postgres/introspect.hpp"
#include "postgres/session.hpp"
#include "tests/acceptance/plan/there_and_back.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/require_error.hpp"

using namespace migrate;

namespace {

const std::string users =
    "CREATE TABLE users (id bigint PRIMARY KEY, email text, active boolean NOT NULL DEFAULT true);";

catalog::Database made_by(const std::string& sql) {
  test::TestDatabase database;
  database.execute(sql);
  postgres::Session session(database.options());
  return postgres::introspect(session);
}

std::string changes(const std::string& common, const std::string& from, const std::string& to) {
  return test::unqualified(test::there_and_back(common + from, common + to));
}

}  // namespace

TEST_CASE("A view is read as the server has it") {
  const auto found = made_by(users + R"sql(
    CREATE SCHEMA "Größe.2";
    CREATE VIEW "Größe.2"."select ""v""" ("Zahl eins", "order") WITH (security_barrier, check_option = local)
      AS SELECT id, email FROM users WHERE active;
    ALTER VIEW "Größe.2"."select ""v""" ALTER COLUMN "order" SET DEFAULT 'a''b';
    COMMENT ON VIEW "Größe.2"."select ""v""" IS 'it''s';
    COMMENT ON COLUMN "Größe.2"."select ""v"""."Zahl eins" IS 'number';
    CREATE TEMPORARY VIEW mine AS SELECT 1;)sql");
  REQUIRE(found.views.size() == 1);
  const auto& view = found.views[0];
  CHECK(view.name == catalog::Name{"Größe.2", "select \"v\""});
  CHECK(view.id().text() == "view \"Größe.2\".\"select \"\"v\"\"\"");
  CHECK(test::unqualified(view.definition) ==
        "SELECT id AS \"Zahl eins\",\n    email AS \"order\"\n   FROM public.users\n  WHERE "
        "active");
  CHECK(view.options == catalog::StorageParameters{{"security_barrier", "true"}, {"check_option", "local"}});
  CHECK(view.comment == "it's");
  REQUIRE(view.columns.size() == 2);
  CHECK(view.columns[0] == catalog::ViewColumn{"Zahl eins", "bigint", "", "", "", {}, {}, "number"});
  CHECK(view.columns[1] == catalog::ViewColumn{"order", "text", "'a''b'::text", "", "", {}, {}, ""});
  CHECK(found.unhandled.empty());
}

TEST_CASE("What of a view is altered where it stands") {
  const std::string view = "CREATE VIEW v AS SELECT id, email FROM users;";
  CHECK(changes(users, view, view + "COMMENT ON VIEW v IS 'all'; COMMENT ON COLUMN v.id IS 'key';") ==
        "COMMENT ON COLUMN public.v.id IS 'key'\nCOMMENT ON VIEW public.v IS 'all'\n");
  CHECK(changes(users, view, view + "ALTER VIEW v ALTER COLUMN email SET DEFAULT lower('A');") ==
        "ALTER VIEW public.v ALTER COLUMN email SET DEFAULT lower('A'::text)\n");
  CHECK(changes(users, "CREATE VIEW v WITH (security_barrier) AS SELECT id FROM users;",
                "CREATE VIEW v WITH (check_option = cascaded) AS SELECT id FROM users;") ==
        "ALTER VIEW public.v SET (check_option = 'cascaded')\n"
        "ALTER VIEW public.v RESET (security_barrier)\n");
  CHECK(changes(users, "CREATE VIEW v WITH (check_option = local) AS SELECT id FROM users;",
                "CREATE VIEW v AS SELECT id FROM users WHERE id > 0;") ==
        "CREATE OR REPLACE VIEW public.v AS\nSELECT id\n   FROM public.users\n  WHERE (id > 0)\n");
  // Parentheses that only group are a part of the view as PostgreSQL keeps it.
  CHECK(changes(users, "", "CREATE VIEW v AS SELECT id FROM users WHERE active AND id BETWEEN 1 AND 3;") ==
        "CREATE VIEW public.v AS\nSELECT id\n   FROM public.users\n  WHERE (active AND ((id >= 1) AND (id <= "
        "3)))\n");
  if (made_by("").server_version >= 150000)
    CHECK(changes(users, "CREATE VIEW v AS SELECT id FROM users;",
                  "CREATE VIEW v WITH (security_invoker = on) AS SELECT id FROM users;") ==
          "ALTER VIEW public.v SET (security_invoker = on)\n");
}

TEST_CASE("A column at the end of a view needs no new view, any other does") {
  const std::string two =
      "CREATE VIEW v AS SELECT id, email FROM users;"
      "CREATE VIEW \"On top\" AS SELECT id FROM v;";
  CHECK(changes(users, two,
                "CREATE VIEW v AS SELECT id, email, active FROM users;"
                "CREATE VIEW \"On top\" AS SELECT id FROM v;") ==
        "CREATE OR REPLACE VIEW public.v AS\nSELECT id,\n    email,\n    active\n   FROM "
        "public.users\n");
  CHECK(changes(users, two,
                "CREATE VIEW v AS SELECT active, id FROM users;"
                "CREATE VIEW \"On top\" AS SELECT id FROM v;") ==
        "DROP VIEW public.\"On top\"\nDROP VIEW public.v\n"
        "CREATE VIEW public.v AS\nSELECT active,\n    id\n   FROM public.users\n"
        "CREATE VIEW public.\"On top\" AS\nSELECT id\n   FROM public.v\n");
}

TEST_CASE("SELECT * has the columns that the table had then") {
  CHECK(changes("", users + "CREATE VIEW v AS SELECT * FROM users;",
                users + "ALTER TABLE users ADD nick text; CREATE VIEW v AS SELECT * FROM users;") ==
        "ALTER TABLE public.users ADD COLUMN nick text\n"
        "CREATE OR REPLACE VIEW public.v AS\nSELECT id,\n    email,\n    active,\n    "
        "nick\n   FROM public.users\n");
}

TEST_CASE("Views on views on views go and come back around a column that changes its type") {
  const std::string views =
      "CREATE VIEW c AS SELECT email, id FROM users; CREATE VIEW b AS SELECT * FROM c;"
      "CREATE VIEW a AS SELECT email, count(*) FROM b GROUP BY email;"
      "ALTER VIEW b ALTER COLUMN email SET DEFAULT 'x';"
      "CREATE VIEW aside AS SELECT id FROM users;";
  CHECK(changes("CREATE TABLE users (id bigint, email text);", views,
                "ALTER TABLE users ALTER email TYPE varchar(50);" + views) ==
        "DROP VIEW public.a\nDROP VIEW public.b\nDROP VIEW public.c\n"
        "ALTER TABLE public.users ALTER COLUMN email TYPE character varying(50)\n"
        "CREATE VIEW public.c AS\nSELECT email,\n    id\n   FROM public.users\n"
        "CREATE VIEW public.b AS\nSELECT email,\n    id\n   FROM public.c\n"
        "CREATE VIEW public.a AS\nSELECT email,\n    count(*) AS count\n   FROM public.b\n  GROUP BY "
        "email\n"
        "ALTER VIEW public.b ALTER COLUMN email SET DEFAULT 'x'::character varying\n");
}

TEST_CASE("A recursive view, and a table in the place of a view") {
  CHECK(changes("", "",
                "CREATE RECURSIVE VIEW numbers (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM "
                "numbers WHERE n < 9;") ==
        "CREATE VIEW public.numbers AS\nWITH RECURSIVE numbers(n) AS (\n         VALUES (1)\n        UNION "
        "ALL\n         SELECT (numbers_1.n + 1)\n           FROM numbers numbers_1\n          WHERE "
        "(numbers_1.n < 9)\n        )\n SELECT n\n   FROM numbers\n");
  CHECK(changes("", "CREATE VIEW x AS SELECT 1 AS a;", "CREATE TABLE x (a integer);") ==
        "DROP VIEW public.x\nCREATE TABLE public.x (\n  a integer\n)\n");
}

TEST_CASE("A column that a view uses is not dropped under it") {
  const auto before = made_by(users + "CREATE VIEW \"my view\" AS SELECT id, email FROM users;");
  auto after = made_by(users + "ALTER TABLE users DROP email;");
  const auto keep = [](const catalog::ObjectId&) { return autogenerate::Fate::unmanaged; };
  autogenerate::keep_unmanaged(after, before, keep);
  erase_if(after.tables[0].columns, [](const auto& column) { return column.name == "email"; });
  after.dependencies = before.dependencies;
  REQUIRE_ERROR(plan::make_plan(before, after, {}), ExitCode::undecided,
                "view \"my view\" uses column users.email, which is dropped\n"
                "  hint: take it out of the models, or, where it is unmanaged, add --drop \"my view\"");
}

TEST_CASE("An unmanaged view goes and comes back as it was") {
  const auto before = made_by(
      "CREATE TABLE t (a integer); CREATE VIEW \"Übersicht\" WITH (security_barrier) "
      "AS SELECT a AS \"größer\" FROM t;");
  auto after = made_by("CREATE TABLE t (a bigint)");
  autogenerate::keep_unmanaged(after, before,
                               [](const catalog::ObjectId&) { return autogenerate::Fate::unmanaged; });
  const auto plan = plan::make_plan(before, after, {});
  REQUIRE(plan.steps.size() == 1);
  std::string sql;
  for (const auto& each : plan.steps[0].statements) sql += each.sql + "\n";
  CHECK(test::unqualified(sql) ==
        "DROP VIEW public.\"Übersicht\"\nALTER TABLE public.t ALTER COLUMN a TYPE bigint\n"
        "CREATE VIEW public.\"Übersicht\" WITH (security_barrier = true) AS\nSELECT a AS \"größer\"\n   "
        "FROM public.t\n");
  CHECK(plan.steps[0].preserve == std::vector<std::string>{"view public.\"Übersicht\""});
}

TEST_CASE("What a view and what it stands on is renamed to") {
  test::TestDatabase database;
  database.execute(users +
                   "CREATE VIEW v AS SELECT id, email FROM users; CREATE MATERIALIZED VIEW m AS "
                   "SELECT id FROM v; CREATE INDEX i ON m (id);");
  const auto before = test::read(database);
  const catalog::Name people{"public", "People"};
  plan::Options options;
  options.server_version = before.server_version;
  options.renames = {
      {{catalog::Kind::table, {"public", "users"}, ""}, {catalog::Kind::table, people, ""}, "", ""},
      {{catalog::Kind::view, {"public", "v"}, ""}, {catalog::Kind::view, {"public", "w"}, ""}, "", ""},
      {{catalog::Kind::materialized_view, {"public", "m"}, ""},
       {catalog::Kind::materialized_view, {"public", "order"}, ""},
       "",
       ""},
      {{catalog::Kind::index, {"public", "i"}, ""}, {catalog::Kind::index, {"public", "j"}, ""}, "", ""}};
  auto renames = options.renames;
  const auto after = diff::apply_renames(before, renames);
  const auto migration = plan::make_migration(before, after, options);
  CHECK(test::text_of(migration.up) ==
        "ALTER TABLE public.users RENAME TO \"People\"\nALTER VIEW public.v RENAME TO w\n"
        "ALTER MATERIALIZED VIEW public.m RENAME TO \"order\"\nALTER INDEX public.i RENAME TO j\n");
  test::run(database, migration.up);
  const auto found = test::read(database);
  CHECK(test::differences(found, after) == "");
  CHECK(found.dependencies == after.dependencies);
  test::run(database, migration.down);
  CHECK(test::differences(test::read(database), before) == "");
}

TEST_CASE("A view that is made again lets go of comments that it shall not have") {
  CHECK(changes("",
                "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t;"
                "COMMENT ON VIEW v IS 'old'; COMMENT ON COLUMN v.a IS 'older';",
                "CREATE TABLE t (a bigint); CREATE VIEW v AS SELECT a FROM t;") ==
        "DROP VIEW public.v\nALTER TABLE public.t ALTER COLUMN a TYPE bigint\n"
        "CREATE VIEW public.v AS\nSELECT a\n   FROM public.t\n"
        "COMMENT ON COLUMN public.v.a IS NULL\nCOMMENT ON VIEW public.v IS NULL\n");
  test::there_and_back(
      "CREATE TABLE t (a int); CREATE MATERIALIZED VIEW v AS SELECT a FROM t; COMMENT ON COLUMN v.a IS "
      "'old';",
      "CREATE TABLE t (a bigint); CREATE MATERIALIZED VIEW v AS SELECT a FROM t;");
  test::there_and_back(
      "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED); COMMENT ON COLUMN t.b IS 'old';",
      "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 2) STORED);");
}

TEST_CASE("A view moves to a table that has names of the one that goes") {
  const auto of = [](const std::string& table) {
    return "CREATE TABLE " + table + " (id int CONSTRAINT \"the key\" PRIMARY KEY);" +
           "CREATE VIEW v AS SELECT id FROM " + table + "; CREATE VIEW w AS SELECT id FROM v;";
  };
  CHECK(test::there_and_back(of("t"), of("u"))
            .find("DROP VIEW public.w\nDROP VIEW public.v\nDROP TABLE public.t\nCREATE TABLE public.u") == 0);
}

TEST_CASE("A view that waits for an index is there until that is built") {
  const auto of = [](const std::string& key) {
    return "CREATE TABLE t (a int, b int, c int, CONSTRAINT k PRIMARY KEY " + key +
           "); CREATE VIEW v AS SELECT a, c FROM t GROUP BY a; CREATE VIEW w AS SELECT a FROM v;";
  };
  CHECK(changes("", of("(a)"), of("(a) INCLUDE (b)")) ==
        "CREATE UNIQUE INDEX CONCURRENTLY k_new ON public.t (a) INCLUDE (b)\n--\n"
        "DROP VIEW public.w\nDROP VIEW public.v\n"
        "ALTER TABLE public.t DROP CONSTRAINT k\n"
        "ALTER TABLE public.t ADD CONSTRAINT k PRIMARY KEY USING INDEX k_new\n"
        "CREATE VIEW public.v AS\nSELECT a,\n    c\n   FROM public.t\n  GROUP BY a\n"
        "CREATE VIEW public.w AS\nSELECT a\n   FROM public.v\n");
}

TEST_CASE("a view whose rows a column holds is not made again") {
  const auto with = [](const std::string& columns) {
    return made_by(users + "CREATE VIEW v AS SELECT " + columns + " FROM users; CREATE TABLE u (v v)");
  };
  const auto a = with("id, email"), b = with("email, id");
  std::string message;
  try {
    plan::make_migration(a, b, {a.server_version, {}});
  } catch (const Error& error) {
    message = error.what();
  }
  CHECK(message == "column u.v has the row type of view v, which is re-created");
}
