// What the models say and what the server made of it, in other words: equal meanings are equal, others
// differ.
#include "diff/resolve.hpp"

#include "diff/change.hpp"
#include "plan/plan.hpp"
#include "postgres/introspect.hpp"
#include "postgres/scratch.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/unit/diff/builders.hpp"

using namespace migrate;
using namespace migrate::test;
using catalog::Database;
using Lines = std::vector<std::string>;

namespace {

// N(x) on the tests' own cluster.
class Server {
 public:
  diff::Canonicalize canonicalize() {
    return [this](const Database& database, const Database&) -> std::optional<Database> {
      ++asked;
      postgres::ScratchDatabase scratch(postgres::ConnectOptions{.url = Cluster::instance().url()});
      std::vector<std::string> texts;
      for (const auto& each : plan::build_statements(database, 150000)) texts.push_back(each.sql);
      scratch.build(texts, {"public"});
      return postgres::introspect(scratch.session());
    };
  }
  int asked = 0;
};

Database introspected(TestDatabase& database) {
  postgres::Session session(database.options());
  return postgres::introspect(session);
}

Lines changes(const Database& models, const Database& live, Server& server) {
  const auto resolved = diff::resolve(models, live, server.canonicalize());
  CHECK(resolved.unverified.empty());
  Lines out;
  for (const auto& change : diff::diff(live, resolved.target))
    out.push_back(diff::describe(change, live, resolved.target));
  return out;
}

const char* columns_sql =
    "a integer, b integer, n numeric(10,2), v character varying(20), t text, d date, at timestamp with time "
    "zone, "
    "j jsonb, tags text[], r public.role, ok boolean";

std::vector<catalog::Column> declared_columns() {
  return {column("a", "int"),          column("b", "int4"),  column("n", "decimal(10,2)"),
          column("v", "varchar(20)"),  column("t", "text"),  column("d", "date"),
          column("at", "timestamptz"), column("j", "jsonb"), column("tags", "text[]"),
          column("r", "role"),         column("ok", "bool")};
}

Database declared(const std::function<void(catalog::Table&)>& edit) {
  auto each = table("t", declared_columns());
  each.columns[9].type = "public.role";
  edit(each);
  return database({each}, {enum_type("role", {"guest", "admin"})});
}

struct Pair {
  const char *declared, *live;
};

// A live table with one check for each pair, and models with the other way to say it.
Lines compare_checks(const std::vector<Pair>& pairs, Server& server) {
  TestDatabase live;
  std::string sql =
      "CREATE TYPE role AS ENUM ('guest', 'admin'); CREATE TABLE t (" + std::string(columns_sql);
  for (std::size_t i = 0; i < pairs.size(); ++i)
    sql += ", CONSTRAINT c" + std::to_string(100 + i) + " CHECK (" + pairs[i].live + ")";
  live.execute(sql + ")");
  const auto models = declared([&](catalog::Table& each) {
    for (std::size_t i = 0; i < pairs.size(); ++i)
      each.constraints.push_back(check("c" + std::to_string(100 + i), pairs[i].declared));
  });
  return changes(models, introspected(live), server);
}

}  // namespace

TEST_CASE("checks that are spelled in another way are equal", "[acceptance][diff]") {
  const std::vector<Pair> pairs{
      {"t IN ('a', 'b')", "t = ANY (ARRAY['a', 'b'])"},
      {"v IN ('a', 'b')", "v IN ('a', 'b')"},
      {"v in ('a','b')", "v = ANY (ARRAY['a'::varchar, 'b'::varchar])"},
      {"((a > 0))", "a > 0"},
      {"a > 0 AND (b < 5 AND ok)", "(a > 0 AND b < 5) AND ok"},
      {"a BETWEEN 1 AND 9", "a >= 1 AND a <= 9"},
      {"t LIKE 'x%'", "t ~~ 'x%'"},
      {"t NOT ILIKE 'x%'", "t !~~* 'x%'"},
      {"CAST(a AS bigint) > 5", "a::int8 > 5"},
      {"v::text <> ''", "v <> ''"},
      {"n > 0", "n > 0::numeric"},
      {"r = 'guest'", "r = 'guest'::role"},
      {"r IN ('guest', 'admin')", "r = ANY (ARRAY['guest'::public.role, 'admin'])"},
      {"at > '2020-01-01 00:00:00+00'", "at > timestamp with time zone '2020-01-01 00:00:00 UTC'"},
      {"position('@' in t) > 1", "position('@' in t) > 1"},
      {"extract(year from d) > 2000", "EXTRACT(YEAR FROM d) > 2000"},
      {"coalesce(t, '') != ''", "COALESCE(t, ''::text) <> ''::text"},
      {"j ->> 'kind' IS NOT NULL", "(j ->> 'kind'::text) IS NOT NULL"},
      {"cardinality(tags) < 5 OR tags IS NULL", "(cardinality(tags) < 5) OR (tags IS NULL)"},
      {"CASE WHEN ok THEN a > 0 ELSE true END", "case when ok then (a > 0) else TRUE end"},
      {"a > -5", "a > '-5'::integer"},
      {"NOT (a = 1 OR b = 2)", "not ((a = 1) or (b = 2))"},
      {"d < CURRENT_DATE", "d < current_date"},
  };
  Server server;
  CHECK(compare_checks(pairs, server) == Lines{});
  CHECK(server.asked <= 3);
}

TEST_CASE("a dumped and restored check is still the same", "[acceptance][diff]") {
  TestDatabase first;
  first.execute("CREATE TYPE role AS ENUM ('guest', 'admin'); CREATE TABLE t (" + std::string(columns_sql) +
                ", CONSTRAINT c CHECK (v IN ('a', 'b')))");
  const auto printed = introspected(first).tables.at(0).constraints.at(0).expression;
  TestDatabase second;
  second.execute("CREATE TYPE role AS ENUM ('guest', 'admin'); CREATE TABLE t (" + std::string(columns_sql) +
                 ", CONSTRAINT c CHECK (" + printed + "))");
  const auto live = introspected(second);
  CHECK(live.tables.at(0).constraints.at(0).expression != printed);  // else this test says nothing
  const auto models = [&](const char* text) {
    return declared([&](catalog::Table& each) { each.constraints.push_back(check("c", text)); });
  };
  Server server;
  CHECK(changes(models("v IN ('a', 'b')"), live, server) == Lines{});
  CHECK(changes(models("v IN ('a', 'c')"), live, server).size() == 1);
}

TEST_CASE("checks that mean something else differ, each of them", "[acceptance][diff]") {
  const std::vector<Pair> pairs{
      {"a > 0", "a >= 0"},
      {"a > 0", "a > 1"},
      {"t IN ('a', 'b')", "t IN ('a', 'c')"},
      {"t IN ('a', 'b')", "t IN ('a', 'b', 'c')"},
      {"t = 'a'", "t = 'A'"},
      {"a::numeric > 5", "a::bigint > 5"},
      {"v::varchar(3) = 'abc'", "v::varchar(4) = 'abc'"},
      {"a > 0 AND b > 0 OR ok", "a > 0 AND (b > 0 OR ok)"},
      {"t LIKE 'x%'", "t ILIKE 'x%'"},
      {"a BETWEEN 1 AND 9", "a > 1 AND a <= 9"},
      {"r = 'guest'", "r = 'admin'"},
      {"at > '2020-01-01 00:00:00+00'", "at > '2020-01-01 00:00:00+01'"},
      {"NOT ok", "ok"},
  };
  for (const auto& pair : pairs) {
    INFO(pair.declared << " | " << pair.live);
    Server server;
    CHECK(compare_checks({pair}, server).size() == 1);
  }
}

TEST_CASE("defaults, generated columns and indexes are compared by what they mean", "[acceptance][diff]") {
  TestDatabase database;
  database.execute("CREATE TYPE role AS ENUM ('guest', 'admin'); CREATE TABLE t (" +
                   std::string(columns_sql) + R"();
    ALTER TABLE t ALTER a SET DEFAULT 2 + 3, ALTER b SET DEFAULT -1, ALTER n SET DEFAULT 0, ALTER v SET DEFAULT 'x',
      ALTER t SET DEFAULT 'it''s', ALTER d SET DEFAULT CURRENT_DATE, ALTER at SET DEFAULT now() - interval '1 day',
      ALTER j SET DEFAULT '{}', ALTER tags SET DEFAULT ARRAY[]::text[], ALTER r SET DEFAULT 'guest', ALTER ok SET DEFAULT true,
      ADD g text GENERATED ALWAYS AS (upper(t) || '!') STORED;
    CREATE INDEX ON t (lower(t), v text_pattern_ops DESC NULLS LAST) WHERE (v = 'a' OR v = 'b') AND t IS NOT NULL;
    CREATE INDEX t_coll ON t (t COLLATE "C", a ASC NULLS LAST);
    CREATE INDEX ON t ((a + b), (j ->> 'kind'));
    CREATE UNIQUE INDEX t_v ON t USING btree (v) WITH (fillfactor = 70);
    ALTER TABLE t ADD EXCLUDE USING gist (daterange(d, d + 1) WITH &&) WHERE (a > 0);
  )");
  const auto models = declared([](catalog::Table& each) {
    const char* defaults[] = {"(2+3)",
                              "-1",
                              "0",
                              "'x'",
                              "$$it's$$",
                              "current_date",
                              "NOW() - '1 day'::interval",
                              "'{}'::jsonb",
                              "array[]::text[]",
                              "'guest'",
                              "TRUE"};
    for (std::size_t i = 0; i < std::size(defaults); ++i) each.columns[i].default_value = defaults[i];
    each.columns.push_back(column("g", "text"));
    each.columns.back().generated = catalog::Generated{"upper( t ) || '!'::text", true};
    auto lower = index("", {expression_key("LOWER(t)"), key("v")}, "v IN ('a', 'b') AND t IS NOT NULL");
    lower.where = "(v = 'a' OR v = 'b') and (t IS NOT NULL)";
    lower.elements[1].opclass = "text_pattern_ops";
    lower.elements[1].descending = true;
    lower.elements[1].nulls_first = false;
    auto collated = index("t_coll", {key("t"), key("a")});
    collated.elements[0].collation = "\"C\"";
    collated.elements[1].nulls_first = false;
    auto unique_index = index("t_v", {key("v")});
    unique_index.unique = true;
    unique_index.elements[0].opclass = "text_ops";
    unique_index.options = catalog::StorageParameters{{"fillfactor", "70"}};
    each.indexes = {lower, index("", {expression_key("a + b"), expression_key("j->>'kind'")}), collated,
                    unique_index};
    catalog::Constraint excluded;
    excluded.type = catalog::ConstraintType::exclusion;
    excluded.method = "gist";
    auto element = expression_key("daterange(d, d + 1)");
    element.exclusion_operator = "&&";
    excluded.elements = std::vector{element};
    excluded.where = "(a > 0)";
    each.constraints = {excluded};
  });
  Server server;
  const auto live = introspected(database);
  CHECK(changes(models, live, server) == Lines{});

  auto changed = models;
  auto& t = changed.tables[0];
  t.columns[0].default_value = "2 + 4";
  t.columns[6].default_value = "now() - interval '2 days'";
  t.columns[9].default_value = "'admin'";
  t.columns.back().generated->expression = "lower(t) || '!'";
  t.indexes[0].where = "v IN ('a', 'c') AND t IS NOT NULL";
  t.indexes[2].elements[0].collation = "\"POSIX\"";
  t.indexes[1].elements[0].expression = "a - b";
  t.constraints[0].where = "a > 1";
  CHECK(
      changes(changed, live, server) ==
      Lines{
          "changes column t.a: default (2 + 3) to 2 + 4",
          "changes column t.at: default (now() - '1 day'::interval) to now() - interval '2 days'",
          "changes column t.g: generated as (upper(t) || '!'::text) to (lower(t) || '!')",
          "changes column t.r: default 'guest'::public.role to 'admin'",
          "changes exclusion constraint t.t_daterange_excl: WHERE (a > 0) to (a > 1)",
          "changes index t_coll: keys (t COLLATE pg_catalog.\"C\", a) to (t COLLATE pg_catalog.\"POSIX\", a)",
          "changes index t_expr_expr1_idx: keys (a + b, j ->> 'kind'::text) to (a - b, j ->> 'kind'::text)",
          "changes index t_lower_v_idx: WHERE ((((v)::text = 'a'::text) OR ((v)::text = 'b'::text)) AND (t "
          "IS NOT NULL)) to (v IN ('a', 'c') AND t IS NOT NULL)"});
}

TEST_CASE("a live text that no longer holds beside the models is a difference, not an error",
          "[acceptance][diff]") {
  TestDatabase database;
  database.execute("CREATE TYPE role AS ENUM ('guest', 'admin'); CREATE TABLE t (" +
                   std::string(columns_sql) +
                   ", gone integer, CONSTRAINT c CHECK (gone > 0), CONSTRAINT d CHECK (v = ANY "
                   "((ARRAY['a'::varchar, 'b'::varchar])::text[])))");
  const auto models = declared([](catalog::Table& each) {
    each.constraints = {check("c", "a > 0"), check("d", "v IN ('a', 'b')")};
  });
  Server server;
  CHECK(changes(models, introspected(database), server) ==
        Lines{"drops column t.gone", "changes check t.c: condition gone > 0 to a > 0"});
}
