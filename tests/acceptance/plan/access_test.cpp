// Owners, privileges and default privileges.
#include "diff/access.hpp"
#include "tests/acceptance/plan/there_and_back.hpp"

using namespace migrate;
using test::access_too;
using test::differences;
using test::read;
using test::TestDatabase;
using test::there_and_back;

namespace {

// Roles belong to the whole server.
const std::string roles =
    "DO $$ BEGIN CREATE ROLE app; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
    "DO $$ BEGIN CREATE ROLE \"Reporting Team\"; EXCEPTION WHEN duplicate_object THEN NULL; END $$;";

std::string up(const std::string& from, const std::string& to) {
  return there_and_back(roles + from, roles + to, access_too);
}

const std::string table = "CREATE TABLE users (id int PRIMARY KEY, \"E-mail\" text);";

}  // namespace

TEST_CASE("Privileges of every kind are read as what differs from what PostgreSQL gives") {
  TestDatabase database;
  database.execute(
      roles + table +
      "CREATE VIEW v AS SELECT id FROM users; CREATE SEQUENCE s; CREATE TYPE mood AS ENUM ('good');"
      "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';"
      "CREATE TABLE numbers (n int GENERATED ALWAYS AS IDENTITY);"
      "GRANT SELECT, INSERT ON users TO app; GRANT SELECT (\"E-mail\") ON users TO \"Reporting Team\";"
      "GRANT SELECT (id) ON v TO app; GRANT USAGE ON SEQUENCE s, numbers_n_seq TO app WITH GRANT OPTION;"
      "REVOKE USAGE ON TYPE mood FROM PUBLIC; REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC;"
      "REVOKE DELETE ON users FROM postgres");
  const auto found = read(database, access_too);
  std::string text;
  for (const auto& each : found.access)
    for (const auto& grant : each.grants)
      text += each.object.key() + ": " + grant.grantee + " " + grant.privilege +
              (grant.grantable ? " *" : "") + (grant.revoked ? " revoked" : "") + "\n";
  CHECK(text ==
        "type public.mood: public usage revoked\n"
        "sequence public.numbers_n_seq: app usage *\n"
        "sequence public.s: app usage *\n"
        "table public.users: postgres delete revoked\n"
        "table public.users: app insert\n"
        "table public.users: app select\n"
        "column public.users.\"E-mail\": Reporting Team select\n"
        "column public.v.id: app select\n"
        "function public.f(integer): public execute revoked\n");
  CHECK(found.unhandled.empty());
  CHECK(read(database).access.empty());
}

TEST_CASE("Privileges that somebody else than the owner granted are named") {
  TestDatabase database;
  database.execute(roles + table +
                   "GRANT SELECT ON users TO app WITH GRANT OPTION; SET ROLE app; GRANT SELECT ON users TO "
                   "\"Reporting Team\"; RESET ROLE");
  const auto found = read(database, access_too);
  REQUIRE(found.unhandled.size() == 1);
  CHECK(found.unhandled[0].kind == "grant by another role");
  CHECK(found.unhandled[0].identity == "select on table users to Reporting Team by app");
}

TEST_CASE("What is granted and revoked") {
  CHECK(
      up(table,
         table +
             "GRANT SELECT, UPDATE ON users TO app; GRANT SELECT (\"E-mail\"), UPDATE (\"E-mail\") ON users "
             "TO \"Reporting Team\"; GRANT INSERT ON users TO PUBLIC") ==
      "GRANT SELECT, UPDATE ON TABLE public.users TO app\n"
      "GRANT INSERT ON TABLE public.users TO PUBLIC\n"
      "GRANT SELECT (\"E-mail\"), UPDATE (\"E-mail\") ON TABLE public.users TO \"Reporting Team\"\n");
  CHECK(up(table + "GRANT SELECT, UPDATE ON users TO app; GRANT INSERT ON users TO app WITH GRANT OPTION",
           table + "GRANT SELECT ON users TO app WITH GRANT OPTION; GRANT INSERT ON users TO app") ==
        "REVOKE GRANT OPTION FOR INSERT ON TABLE public.users FROM app\n"
        "REVOKE UPDATE ON TABLE public.users FROM app\n"
        "GRANT SELECT ON TABLE public.users TO app WITH GRANT OPTION\n");
  const std::string kinds =
      "CREATE SCHEMA \"My Schema\"; CREATE SEQUENCE s; CREATE TYPE mood AS ENUM ('good'); CREATE DOMAIN d AS "
      "text;"
      "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';"
      "CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';"
      "CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer);"
      "CREATE TABLE numbers (n int GENERATED ALWAYS AS IDENTITY); CREATE VIEW v AS SELECT n FROM numbers;"
      "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;";
  CHECK(
      up(kinds,
         kinds +
             "GRANT USAGE ON SCHEMA \"My Schema\" TO app; GRANT SELECT ON SEQUENCE s, numbers_n_seq TO app;"
             "REVOKE USAGE ON TYPE mood FROM PUBLIC; REVOKE USAGE ON DOMAIN d FROM PUBLIC; REVOKE EXECUTE ON "
             "ROUTINE f(integer), p(), total(integer) FROM PUBLIC; GRANT SELECT ON v, m TO app;"
             "GRANT SELECT (n) ON v TO \"Reporting Team\"") ==
      "GRANT USAGE ON SCHEMA \"My Schema\" TO app\n"
      "REVOKE USAGE ON TYPE public.mood FROM PUBLIC\n"
      "REVOKE USAGE ON DOMAIN public.d FROM PUBLIC\n"
      "GRANT SELECT ON SEQUENCE public.numbers_n_seq TO app\n"
      "GRANT SELECT ON SEQUENCE public.s TO app\n"
      "REVOKE EXECUTE ON ROUTINE public.f(integer) FROM PUBLIC\n"
      "REVOKE EXECUTE ON ROUTINE public.p() FROM PUBLIC\n"
      "REVOKE EXECUTE ON ROUTINE public.total(integer) FROM PUBLIC\n"
      "GRANT SELECT ON TABLE public.v TO app\n"
      "GRANT SELECT ON TABLE public.m TO app\n"
      "GRANT SELECT (n) ON TABLE public.v TO \"Reporting Team\"\n");
}

TEST_CASE("What is taken from a table or view is taken from its columns, too") {
  const std::string view = "CREATE VIEW v AS SELECT id, \"E-mail\" FROM users;";
  up(table + view + "GRANT SELECT, UPDATE ON v, users TO app",
     table + view + "GRANT SELECT (id) ON v TO app; GRANT UPDATE (id) ON users TO app");
  up(table + "GRANT SELECT ON users TO app; GRANT SELECT (id) ON users TO app",
     table + "GRANT SELECT (id) ON users TO app");
}

TEST_CASE("What is made is granted right behind it") {
  CHECK(
      up("",
         table +
             "GRANT SELECT ON users TO app; CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; "
             "REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC; ALTER FUNCTION f() OWNER TO app")
          .find("FROM PUBLIC") != std::string::npos);
}

TEST_CASE("Owners") {
  CHECK(up(table, table + "ALTER TABLE users OWNER TO app; GRANT SELECT ON users TO \"Reporting Team\"") ==
        "ALTER TABLE public.users OWNER TO app\n"
        "GRANT SELECT ON TABLE public.users TO \"Reporting Team\"\n");
  // What the new owner was granted becomes a part of owning.
  CHECK(up(table + "GRANT SELECT ON users TO app", table + "ALTER TABLE users OWNER TO app") ==
        "ALTER TABLE public.users OWNER TO app\n");
  const std::string kinds =
      "CREATE SCHEMA s; CREATE TABLE s.t (id serial, n int GENERATED ALWAYS AS IDENTITY); CREATE SEQUENCE "
      "s.q;"
      "CREATE TYPE s.e AS ENUM ('a'); CREATE DOMAIN s.d AS text; CREATE TYPE s.c AS (a int);"
      "CREATE TYPE s.r AS RANGE (subtype = integer); CREATE VIEW s.v AS SELECT 1 AS a;"
      "CREATE MATERIALIZED VIEW s.m AS SELECT 1 AS a;"
      "CREATE FUNCTION s.f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
      "CREATE AGGREGATE s.total(integer) (SFUNC = int4pl, STYPE = integer);"
      "CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION s.f();";
  CHECK(up(kinds,
           kinds +
               "ALTER SCHEMA s OWNER TO app; ALTER TABLE s.t OWNER TO app; ALTER SEQUENCE s.q OWNER TO app;"
               "ALTER TYPE s.e OWNER TO app; ALTER DOMAIN s.d OWNER TO app; ALTER TYPE s.c OWNER TO app;"
               "ALTER TYPE s.r OWNER TO app; ALTER VIEW s.v OWNER TO app;"
               "ALTER MATERIALIZED VIEW s.m OWNER TO app; ALTER FUNCTION s.f() OWNER TO app;"
               "ALTER AGGREGATE s.total(integer) OWNER TO app") ==
        "ALTER SCHEMA s OWNER TO app\n"
        "ALTER TYPE s.e OWNER TO app\n"
        "ALTER DOMAIN s.d OWNER TO app\n"
        "ALTER TYPE s.c OWNER TO app\n"
        "ALTER TYPE s.r OWNER TO app\n"
        "ALTER SEQUENCE s.q OWNER TO app\n"
        "ALTER TABLE s.t OWNER TO app\n"
        "ALTER FUNCTION s.f() OWNER TO app\n"
        "ALTER AGGREGATE s.total(integer) OWNER TO app\n"
        "ALTER VIEW s.v OWNER TO app\n"
        "ALTER MATERIALIZED VIEW s.m OWNER TO app\n");
}

TEST_CASE("An owner that is not compared stays, and what it is granted is no difference") {
  TestDatabase database;
  database.execute(roles + table + "ALTER TABLE users OWNER TO app");
  const postgres::IntrospectOptions privileges{{}, {}, {}, false, true};
  const auto live = read(database, privileges);
  auto target = live;
  target.access = {{{catalog::Kind::table, {"public", "users"}, ""}, "", {{"app", "select", false, false}}}};
  diff::settle_access(target, live);
  CHECK(differences(live, target) == "");
}

TEST_CASE("Default privileges come last, and what is made meanwhile is granted as declared") {
  const std::string defaults =
      "ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO app;"
      "ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT INSERT ON TABLES TO \"Reporting "
      "Team\";"
      "ALTER DEFAULT PRIVILEGES FOR ROLE app REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;";
  CHECK(up("", table + "GRANT SELECT ON users TO app;" + defaults) ==
        "CREATE TABLE public.users (\n  id integer NOT NULL,\n  \"E-mail\" text,\n  CONSTRAINT users_pkey "
        "PRIMARY KEY (id)\n)\n"
        "ALTER TABLE public.users OWNER TO postgres\n"
        "GRANT SELECT ON TABLE public.users TO app\n"
        "ALTER DEFAULT PRIVILEGES FOR ROLE app REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC\n"
        "ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO app\n"
        "ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT INSERT ON TABLES TO \"Reporting "
        "Team\"\n");
  // In a database that has them the new table gets more than it is to have.
  CHECK(up(defaults, defaults + table + "REVOKE INSERT ON users FROM \"Reporting Team\"")
            .find("REVOKE INSERT ON TABLE public.users FROM \"Reporting Team\"\n") != std::string::npos);
  up(defaults + table, defaults);
  const std::string sales =
      "CREATE SCHEMA sales; ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT SELECT ON TABLES TO app;";
  up("", sales);
  up("CREATE SCHEMA sales;",
     sales + "ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT UPDATE ON TABLES TO app WITH GRANT OPTION");
}

TEST_CASE("What is made again in the same plan keeps its privileges, but for those that change") {
  const std::string view =
      "CREATE VIEW v AS SELECT id::text AS id FROM users; GRANT SELECT ON v TO \"Reporting Team\";";
  up(table +
         "CREATE VIEW v AS SELECT id FROM users; GRANT SELECT ON v TO app; GRANT INSERT ON v TO \"Reporting "
         "Team\";",
     table + view);
  const std::string function = "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT 1';";
  up("CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; GRANT EXECUTE ON FUNCTION f() TO app",
     function + "REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC");
}

TEST_CASE("Privileges follow a rename") {
  TestDatabase one;
  one.execute(roles + table +
              "CREATE VIEW v AS SELECT id FROM users; GRANT SELECT (id) ON v TO app; GRANT SELECT ON users "
              "TO app; GRANT UPDATE (id) ON users TO app");
  const auto before = read(one, access_too);
  std::vector<diff::Rename> renames{
      {{catalog::Kind::table, {"public", "users"}, ""},
       {catalog::Kind::table, {"public", "people"}, ""},
       "",
       ""},
      {{catalog::Kind::column, {"public", "people"}, "id"},
       {catalog::Kind::column, {"public", "people"}, "nr"},
       "",
       ""},
      {{catalog::Kind::view, {"public", "v"}, ""}, {catalog::Kind::view, {"public", "w"}, ""}, "", ""}};
  const auto after = diff::apply_renames(before, renames);
  one.execute(
      "ALTER TABLE users RENAME TO people; ALTER TABLE people RENAME id TO nr; ALTER VIEW v RENAME TO w");
  CHECK(after.access == read(one, access_too).access);
}
