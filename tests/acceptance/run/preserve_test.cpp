// What a step re-creates gets back what it had: by the runner, and by the script for psql.
#include "run/sql_script.hpp"
#include "tests/acceptance/run/fixture.hpp"
#include "tests/support/psql.hpp"
#include "util/text.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

// Owner, privileges, comments and labels of everything that is not the system's, column by column.
const std::string facts_sql = R"(
SELECT string_agg(fact, E'\n' ORDER BY fact COLLATE "C") FROM (
  SELECT i.type || ' ' || i.identity || ' of ' || pg_get_userbyid(o.owner) AS fact
  FROM (SELECT 'pg_class'::regclass::oid, oid, relowner, relnamespace FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'S')
        UNION ALL SELECT 'pg_type'::regclass, oid, typowner, typnamespace FROM pg_type WHERE typtype IN ('e', 'd')
        UNION ALL SELECT 'pg_proc'::regclass, oid, proowner, pronamespace FROM pg_proc
        UNION ALL SELECT 'pg_namespace'::regclass, oid, nspowner, oid FROM pg_namespace) o (class, oid, owner, schema),
       pg_identify_object(o.class, o.oid, 0) i WHERE o.schema >= 16384 OR o.schema = 'public'::regnamespace
  UNION ALL
  SELECT concat_ws(' ', o.name, o.part, x.privilege_type, x.grantee::regrole, x.is_grantable)
  FROM (SELECT relname, '', coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)), relnamespace
        FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'S')
        UNION ALL SELECT relname, attname, attacl, relnamespace FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE NOT attisdropped
        UNION ALL SELECT typname, '', coalesce(typacl, acldefault('T', typowner)), typnamespace FROM pg_type
        UNION ALL SELECT proname, '', coalesce(proacl, acldefault('f', proowner)), pronamespace FROM pg_proc
        UNION ALL SELECT nspname, '', coalesce(nspacl, acldefault('n', nspowner)), oid FROM pg_namespace) o (name, part, acl, schema),
       aclexplode(o.acl) x WHERE o.schema >= 16384 OR o.schema = 'public'::regnamespace
  UNION ALL
  SELECT i.type || ' ' || i.identity || ': ' || description
  FROM pg_description, pg_identify_object(classoid, objoid, objsubid) i WHERE objoid >= 16384
) f)";

struct Case {
  std::string key;              // as preserve: has it, unescaped
  std::string drop, create;     // in the order of the list, and back
  std::string access, comment;  // what was done by hand; %r and %o stand for two roles
};

// Each stands on none of the others, but for the last ones on the table.
const std::vector<Case> cases{
    {"view public.\"V w\"", "DROP VIEW \"V w\"", "CREATE VIEW \"V w\" AS SELECT id, \"Na me\" FROM t",
     "ALTER VIEW \"V w\" OWNER TO %o; GRANT SELECT ON \"V w\" TO %r WITH GRANT OPTION;"
     "GRANT UPDATE (\"Na me\") ON \"V w\" TO PUBLIC; REVOKE DELETE ON \"V w\" FROM %o",
     "COMMENT ON VIEW \"V w\" IS E'it''s a \\\\ $$view$$'; COMMENT ON COLUMN \"V w\".\"Na me\" IS 'größer'"},
    {"materialized view public.m", "DROP MATERIALIZED VIEW m", "CREATE MATERIALIZED VIEW m AS SELECT 1 AS n",
     "ALTER MATERIALIZED VIEW m OWNER TO %o; GRANT SELECT (n) ON m TO %r",
     "COMMENT ON MATERIALIZED VIEW m IS 'stored'"},
    {"index public.\"i x\"", "DROP INDEX \"i x\"", "CREATE INDEX \"i x\" ON t (id)", "",
     "COMMENT ON INDEX \"i x\" IS 'fast'"},
    {"function public.f(integer, text)", "DROP FUNCTION f",
     "CREATE FUNCTION f(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
     "ALTER FUNCTION f OWNER TO %o; REVOKE EXECUTE ON FUNCTION f FROM PUBLIC; GRANT EXECUTE ON FUNCTION f TO "
     "%r",
     "COMMENT ON FUNCTION f IS 'one'"},
    {"procedure public.\"P\"()", "DROP PROCEDURE \"P\"", "CREATE PROCEDURE \"P\"() LANGUAGE sql AS ''",
     "GRANT EXECUTE ON PROCEDURE \"P\" TO %r WITH GRANT OPTION", "COMMENT ON PROCEDURE \"P\" IS 'nothing'"},
    {"aggregate public.many()", "DROP AGGREGATE many(*)",
     "CREATE AGGREGATE many(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = 0)",
     "ALTER AGGREGATE many(*) OWNER TO %o; REVOKE EXECUTE ON FUNCTION many() FROM PUBLIC",
     "COMMENT ON AGGREGATE many(*) IS 'counts'"},
    {"domain public.\"Mail\"", "DROP DOMAIN \"Mail\"", "CREATE DOMAIN \"Mail\" AS text",
     "ALTER DOMAIN \"Mail\" OWNER TO %o; REVOKE USAGE ON DOMAIN \"Mail\" FROM PUBLIC; GRANT USAGE ON DOMAIN "
     "\"Mail\" TO %r",
     "COMMENT ON DOMAIN \"Mail\" IS 'post'"},
    {"type public.mood", "DROP TYPE mood", "CREATE TYPE mood AS ENUM ('ok')", "ALTER TYPE mood OWNER TO %o",
     "COMMENT ON TYPE mood IS 'how'"},
    {"sequence public.counter", "DROP SEQUENCE counter", "CREATE SEQUENCE counter",
     "ALTER SEQUENCE counter OWNER TO %o; GRANT USAGE ON SEQUENCE counter TO %r",
     "COMMENT ON SEQUENCE counter IS '1, 2'"},
    {"schema \"s s\"", "DROP SCHEMA \"s s\"", "CREATE SCHEMA \"s s\"",
     "ALTER SCHEMA \"s s\" OWNER TO %o; GRANT USAGE ON SCHEMA \"s s\" TO %r",
     "COMMENT ON SCHEMA \"s s\" IS 'spaces'"},
    {"constraint public.t.positive", "ALTER TABLE t DROP CONSTRAINT positive",
     "ALTER TABLE t ADD CONSTRAINT positive CHECK (id > 0)", "",
     "COMMENT ON CONSTRAINT positive ON t IS 'above'"},
    {"column public.t.extra", "ALTER TABLE t DROP extra", "ALTER TABLE t ADD extra int",
     "GRANT INSERT (extra), SELECT (extra) ON t TO %r", "COMMENT ON COLUMN t.extra IS 'more'"},
    {"policy public.t.mine", "DROP POLICY mine ON t", "CREATE POLICY mine ON t", "",
     "COMMENT ON POLICY mine ON t IS 'own'"},
    {"rule public.t.\"R\"", "DROP RULE \"R\" ON t", "CREATE RULE \"R\" AS ON DELETE TO t DO ALSO NOTHING", "",
     "COMMENT ON RULE \"R\" ON t IS 'nothing'"},
    {"trigger public.t.tr", "DROP TRIGGER tr ON t",
     "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION "
     "suppress_redundant_updates_trigger()",
     "", "COMMENT ON TRIGGER tr ON t IS 'no change'"},
    {"table public.\"T 2\"", "DROP TABLE \"T 2\"", "CREATE TABLE \"T 2\" (id serial, a int)",
     "ALTER TABLE \"T 2\" OWNER TO %o; GRANT SELECT (a) ON \"T 2\" TO %r; GRANT TRUNCATE ON \"T 2\" TO "
     "PUBLIC",
     "COMMENT ON TABLE \"T 2\" IS 'second'; COMMENT ON COLUMN \"T 2\".a IS 'first'"},
    {"sequence public.\"T 2_id_seq\"", "", "", "GRANT USAGE ON SEQUENCE \"T 2_id_seq\" TO %r",
     "COMMENT ON SEQUENCE \"T 2_id_seq\" IS 'numbers'"},
};

std::string escaped(const std::string& key) { return replace_all(replace_all(key, "%", "%25"), " ", "%20"); }

// Runs what is pending, the one way or the other.
void upgrade(Runs& runs, bool by_psql) {
  if (!by_psql) {
    runs.upgrade();
    return;
  }
  const auto script = runs.with_target([&](const run::Target& target) {
    return run::sql_script(
        run::preview_upgrade(target, {revision::parse_target("head")}, runs.options, runs.events()),
        runs.options);
  });
  const auto said = test::psql(runs.database.url(), script, {});
  INFO(said.err);
  REQUIRE(said.status == 0);
  CHECK(said.out.empty());
}

}  // namespace

TEST_CASE("what a step re-creates gets back its owner, privileges and comments as they are when it runs") {
  const bool by_psql = GENERATE(false, true);
  CAPTURE(by_psql);
  Runs runs;
  runs.allow_losses = true;
  const auto reader = "Reader " + runs.database.name(), owner = "owner_" + runs.database.name();
  const auto with_roles = [&](const std::string& sql) {
    return replace_all(replace_all(sql, "%r", "\"" + reader + "\""), "%o", owner);
  };
  runs.database.execute(with_roles("CREATE ROLE %r; CREATE ROLE %o"));
  std::string make = "CREATE TABLE t (id int, \"Na me\" text);\n", markers, anew;
  for (const auto& each : cases) {
    if (!each.create.empty()) make += each.create + ";\n";
    markers += " preserve:" + escaped(each.key);
    if (!each.create.empty()) anew += each.drop + ";\n" + each.create + ";\n";
  }
  runs.script("a", "none", "-- migrate:up\n" + make);
  runs.upgrade();
  const auto bare = runs.database.value(facts_sql);
  for (const auto& each : cases) runs.database.execute(with_roles(each.access + ";" + each.comment));
  const auto before = runs.database.value(facts_sql);
  CHECK(before != bare);
  runs.script("b", "a", "-- migrate:up" + markers + "\n" + anew);
  upgrade(runs, by_psql);
  CHECK(runs.database.value(facts_sql) == before);
  runs.database.execute(with_roles("DROP OWNED BY %r, %o CASCADE; DROP ROLE %r; DROP ROLE %o"));
}

TEST_CASE("what the step itself says of an object that it re-creates stays") {
  const bool by_psql = GENERATE(false, true);
  CAPTURE(by_psql);
  Runs runs;
  runs.allow_losses = true;
  runs.script("a", "none",
              "-- migrate:up\nCREATE VIEW v AS SELECT 1 AS a, 2 AS b, 3 AS c;\nCOMMENT ON VIEW v IS 'old';\n"
              "COMMENT ON COLUMN v.a IS 'old a';\nCOMMENT ON COLUMN v.b IS 'old b';\nCOMMENT ON COLUMN v.c "
              "IS 'old c';\n"
              "GRANT SELECT (a, c) ON v TO PUBLIC;\n");
  runs.script("b", "a",
              "-- migrate:up preserve:view%20public.v preserve:view%20public.gone\nDROP VIEW v;\n"
              "CREATE VIEW public.v AS SELECT 1 AS a, 2 AS b;\nCOMMENT ON VIEW public.v IS 'new';\n"
              "COMMENT ON COLUMN public.v.b IS NULL;\n");
  upgrade(runs, by_psql);
  CHECK(runs.database.value(
            "SELECT concat_ws(',', obj_description('v'::regclass), col_description('v'::regclass, 1), "
            "col_description('v'::regclass, 2), has_column_privilege('pg_monitor', 'v', 'a', 'SELECT'), "
            "has_column_privilege('pg_monitor', 'v', 'b', 'SELECT'))") == "new,old a,t,f");
}

TEST_CASE("an object that has nothing to be preserved is refused by name") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up preserve:default%20privileges%20tables\nSELECT 1;\n");
  CHECK(refusal([&] { runs.upgrade(); })
            .text.find("preserve: \"default privileges tables\" is not an object whose owner, privileges and "
                       "comment can be kept") != std::string::npos);
}
