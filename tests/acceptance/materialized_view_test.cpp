// What happens to materialized views and their indexes.
#include "autogenerate/compare.hpp"
#include "postgres/introspect.hpp"
#include "postgres/session.hpp"
#include "tests/acceptance/plan/there_and_back.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"

using namespace migrate;

namespace {

const std::string users =
    "CREATE TABLE users (id bigint PRIMARY KEY, email text, active boolean NOT NULL DEFAULT true);";
const std::string view = "CREATE MATERIALIZED VIEW v AS SELECT id, email FROM users;";

std::string changes(const std::string& common, const std::string& from, const std::string& to) {
  return test::unqualified(test::there_and_back(common + from, common + to));
}

}  // namespace

TEST_CASE("A materialized view is read with all it has") {
  test::TestDatabase database;
  database.execute(users + R"sql(
    CREATE MATERIALIZED VIEW "Größe 2" ("Nr.", "order") WITH (fillfactor = 70, toast.autovacuum_enabled = false)
      AS SELECT id, email FROM users WITH NO DATA;
    CREATE UNIQUE INDEX "by ""Nr.""" ON "Größe 2" ("Nr.");
    CREATE INDEX lower_idx ON "Größe 2" (lower("order") text_pattern_ops DESC) WHERE "Nr." > 0;
    ALTER INDEX lower_idx ALTER COLUMN 1 SET STATISTICS 50;
    COMMENT ON INDEX lower_idx IS 'to look up';
    COMMENT ON MATERIALIZED VIEW "Größe 2" IS 'it''s';
    COMMENT ON COLUMN "Größe 2"."Nr." IS 'number';
    ALTER MATERIALIZED VIEW "Größe 2" ALTER COLUMN "order" SET STORAGE external;
    ALTER MATERIALIZED VIEW "Größe 2" ALTER COLUMN "order" SET STATISTICS 200;
    ALTER MATERIALIZED VIEW "Größe 2" ALTER COLUMN "order" SET (n_distinct = -0.5);)sql");
  postgres::Session session(database.options());
  const auto found = postgres::introspect(session);
  CHECK(found.unhandled.empty());
  REQUIRE(found.materialized_views.size() == 1);
  const auto& read = found.materialized_views[0];
  CHECK(test::unqualified(read.definition) ==
        "SELECT id AS \"Nr.\",\n    email AS \"order\"\n   FROM public.users");
  CHECK_FALSE(read.populated);
  CHECK(read.options ==
        catalog::StorageParameters{{"fillfactor", "70"}, {"toast.autovacuum_enabled", "false"}});
  CHECK(read.comment == "it's");
  REQUIRE(read.columns.size() == 2);
  CHECK(read.columns[0] == catalog::ViewColumn{"Nr.", "bigint", "", "", "", {}, {}, "number"});
  CHECK(read.columns[1] ==
        catalog::ViewColumn{"order", "text", "", "external", "", 200, {{"n_distinct", "-0.5"}}, ""});
  REQUIRE(read.indexes.size() == 2);
  CHECK(read.indexes[0].name == "by \"Nr.\"");
  CHECK(read.indexes[0].unique);
  CHECK(read.indexes[1].elements[0].expression == "lower(\"order\")");
  CHECK(read.indexes[1].elements[0].statistics == 50);
  CHECK(read.indexes[1].where == "\"Nr.\" > 0");
  CHECK(read.indexes[1].comment == "to look up");
}

TEST_CASE("A materialized view is made with all it has, and taken away") {
  CHECK(changes(users, "",
                "CREATE MATERIALIZED VIEW v WITH (fillfactor = 70) AS SELECT id, email FROM users "
                "WITH NO DATA; CREATE UNIQUE INDEX \"V key\" ON v (id);"
                "ALTER MATERIALIZED VIEW v ALTER email SET STATISTICS 10;"
                "COMMENT ON MATERIALIZED VIEW v IS 'all'; COMMENT ON COLUMN v.id IS 'key';"
                "COMMENT ON INDEX \"V key\" IS 'one each';") ==
        "CREATE MATERIALIZED VIEW public.v WITH (fillfactor = 70) AS\nSELECT id,\n    email\n   "
        "FROM public.users\nWITH NO DATA\n"
        "CREATE UNIQUE INDEX \"V key\" ON public.v (id)\n"
        "COMMENT ON INDEX public.\"V key\" IS 'one each'\n"
        "COMMENT ON COLUMN public.v.id IS 'key'\n"
        "ALTER MATERIALIZED VIEW public.v ALTER COLUMN email SET STATISTICS 10\n"
        "COMMENT ON MATERIALIZED VIEW public.v IS 'all'\n");
}

TEST_CASE("What of a materialized view is altered where it stands") {
  CHECK(changes(users, view,
                "CREATE MATERIALIZED VIEW v WITH (fillfactor = 70, toast.autovacuum_enabled = false) AS "
                "SELECT id, email FROM users;") ==
        "ALTER MATERIALIZED VIEW public.v SET (fillfactor = 70, toast.autovacuum_enabled = false)\n");
  CHECK(changes(users, view,
                view + "ALTER MATERIALIZED VIEW v ALTER email SET STORAGE main;"
                       "ALTER MATERIALIZED VIEW v ALTER email SET (n_distinct = 5);"
                       "COMMENT ON COLUMN v.email IS 'a';")
            .find("DROP") == std::string::npos);
  CHECK(changes(users, view,
                "CREATE MATERIALIZED VIEW v AS SELECT id, email FROM users "
                "WITH NO DATA;") == "REFRESH MATERIALIZED VIEW public.v WITH NO DATA\n");
}

TEST_CASE("The indexes of a materialized view come, go and change alone") {
  CHECK(changes(users, view, view + "CREATE INDEX by_email ON v (email);") ==
        "CREATE INDEX CONCURRENTLY by_email ON public.v (email)\n");
  CHECK(changes(users, view + "CREATE INDEX by_email ON v (email);", view) ==
        "DROP INDEX CONCURRENTLY public.by_email\n");
  CHECK(changes(users, view + "CREATE INDEX x ON v (email);",
                view + "CREATE INDEX x ON v (email) WITH (fillfactor = 50); COMMENT ON INDEX x IS 'c';") ==
        "ALTER INDEX public.x SET (fillfactor = 50)\nCOMMENT ON INDEX public.x IS 'c'\n");
  CHECK(changes(users, view + "CREATE INDEX x ON v (email);", view + "CREATE INDEX x ON v (lower(email));") ==
        "CREATE INDEX CONCURRENTLY x_new ON public.v (lower(email))\n--\n"
        "DROP INDEX CONCURRENTLY public.x\n--\n"
        "ALTER INDEX public.x_new RENAME TO x\n");
}

TEST_CASE("A materialized view whose query changes is made again with its indexes and what stands on it") {
  CHECK(changes(users,
                view + "CREATE INDEX a ON v (email); CREATE INDEX b ON v (id);"
                       "CREATE VIEW top AS SELECT id FROM v;",
                "CREATE MATERIALIZED VIEW v AS SELECT id, email FROM users WHERE active;"
                "CREATE INDEX b ON v (id DESC); CREATE INDEX c ON v (email);"
                "CREATE VIEW top AS SELECT id FROM v;") ==
        "DROP VIEW public.top\nDROP MATERIALIZED VIEW public.v\n"
        "CREATE MATERIALIZED VIEW public.v AS\nSELECT id,\n    email\n   FROM public.users\n  "
        "WHERE active\n"
        "CREATE INDEX b ON public.v (id DESC)\nCREATE INDEX c ON public.v (email)\n"
        "CREATE VIEW public.top AS\nSELECT id\n   FROM public.v\n");
}

TEST_CASE("Materialized views go and come back around a column that changes its type") {
  const std::string both =
      "CREATE MATERIALIZED VIEW v AS SELECT a, b FROM t; CREATE INDEX i ON v (a);"
      "CREATE MATERIALIZED VIEW w AS SELECT a FROM v; CREATE UNIQUE INDEX j ON w (a);";
  CHECK(changes("CREATE TABLE t (a integer, b text);", both, "ALTER TABLE t ALTER a TYPE bigint;" + both) ==
        "DROP MATERIALIZED VIEW public.w\nDROP MATERIALIZED VIEW public.v\n"
        "ALTER TABLE public.t ALTER COLUMN a TYPE bigint\n"
        "CREATE MATERIALIZED VIEW public.v AS\nSELECT a,\n    b\n   FROM public.t\n"
        "CREATE INDEX i ON public.v (a)\n"
        "CREATE MATERIALIZED VIEW public.w AS\nSELECT a\n   FROM public.v\n"
        "CREATE UNIQUE INDEX j ON public.w (a)\n");
}

TEST_CASE("A view becomes a materialized view, and a table's index one of a view") {
  CHECK(changes(users, "CREATE VIEW v AS SELECT id FROM users; CREATE INDEX i ON users (email);",
                "CREATE MATERIALIZED VIEW v AS SELECT id FROM users; CREATE INDEX j ON v (id);") ==
        "DROP VIEW public.v\n"
        "CREATE MATERIALIZED VIEW public.v AS\nSELECT id\n   FROM public.users\n"
        "CREATE INDEX j ON public.v (id)\n--\n"
        "DROP INDEX CONCURRENTLY public.i\n");
}

TEST_CASE("one that holds rows of a table goes while that is rewritten") {
  const std::string holds = "CREATE MATERIALIZED VIEW v AS SELECT users AS row FROM users;";
  test::there_and_back("CREATE TABLE users (a int, b int DEFAULT 5);" + holds,
                       "CREATE TABLE users (a int);" + holds);
  test::there_and_back("CREATE TABLE users (a int, b int);" + holds,
                       "CREATE TABLE users (a bigint, b int);" + holds);
}
