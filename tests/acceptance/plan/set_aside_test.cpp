// Tables that become partitioned, cease to be, or are partitioned in another way: made anew, with their rows.
#include "tests/acceptance/plan/there_and_back.hpp"

using namespace migrate::test;

namespace {

const std::string columns =
    "(id int GENERATED ALWAYS AS IDENTITY, \"Region ä\" text NOT NULL, n serial, at date DEFAULT "
    "'2024-01-01', "
    "twice int GENERATED ALWAYS AS (n * 2) STORED, PRIMARY KEY (id, \"Region ä\"))";
const std::string ordinary = "CREATE TABLE \"Sales\" " + columns + ";";
const std::string by_region = "CREATE TABLE \"Sales\" " + columns +
                              " PARTITION BY LIST (\"Region ä\");"
                              "CREATE TABLE north PARTITION OF \"Sales\" FOR VALUES IN ('n');"
                              "CREATE TABLE rest PARTITION OF \"Sales\" DEFAULT;";
const std::string by_id =
    "CREATE TABLE \"Sales\" " + columns +
    " PARTITION BY RANGE (id);"
    "CREATE TABLE north PARTITION OF \"Sales\" FOR VALUES FROM (1) TO (100) PARTITION BY "
    "HASH (\"Region ä\");"
    "CREATE TABLE \"north one\" PARTITION OF north FOR VALUES WITH (MODULUS 1, REMAINDER 0);";
const std::string around = R"(
  CREATE INDEX sales_at ON "Sales" (at);
  COMMENT ON TABLE "Sales" IS 'all of it';
  COMMENT ON COLUMN "Sales".at IS 'when';
  CREATE VIEW totals AS SELECT "Region ä", sum(n) AS sum FROM "Sales" GROUP BY 1;
  CREATE MATERIALIZED VIEW kept AS SELECT id FROM "Sales";
  CREATE TABLE parts (sale int, region text, FOREIGN KEY (sale, region) REFERENCES "Sales");
  CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.at := ''1999-09-09''; RETURN NEW; END';
  CREATE TRIGGER noted BEFORE INSERT ON "Sales" FOR EACH ROW EXECUTE FUNCTION noted();
  ALTER TABLE "Sales" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  CREATE POLICY only_north ON "Sales" USING ("Region ä" = 'n');
)";
const std::string rows =
    "INSERT INTO \"Sales\" (\"Region ä\") VALUES ('n'), ('s'), ('w'); INSERT INTO parts VALUES (2, 's');";

// There and back, with the rows and the sequences' positions as they were, and the privileges that somebody
// gave meanwhile.
void keeps_rows(const std::string& from, const std::string& to) {
  TestDatabase one, two;
  one.execute(from + around);
  one.execute(rows);
  one.execute("GRANT SELECT (at) ON \"Sales\" TO PUBLIC; GRANT INSERT ON \"Sales\" TO PUBLIC");
  two.execute(to + around);
  const auto a = read(one), b = read(two);
  const auto shown = [&] {
    return one.value("SELECT string_agg(x::text, ' ' ORDER BY id) FROM \"Sales\" x") + " " +
           one.value(
               "SELECT nextval(pg_get_serial_sequence('\"Sales\"', 'id')) || ' ' || "
               "nextval(pg_get_serial_sequence('\"Sales\"', 'n'))") +
           " " +
           one.value(
               "SELECT has_column_privilege('public', '\"Sales\"', 'at', 'SELECT') || ' ' || "
               "has_table_privilege('public', '\"Sales\"', 'INSERT')");
  };
  const auto migration = migrate::plan::make_migration(a, b, {a.server_version, {}});
  CHECK(migration.reversal == migrate::plan::Reversal::rebuild);
  for (const auto& step : migration.up.steps)
    for (const auto& statement : step.statements) CHECK_FALSE(statement.loses_data);
  INFO("up:\n" << text_of(migration.up) << "down:\n" << text_of(migration.down));
  const std::string sales = "(1,n,1,1999-09-09,2) (2,s,2,1999-09-09,4) (3,w,3,1999-09-09,6) ";
  CHECK(shown() == sales + "4 4 true true");
  run(one, migration.up);
  CHECK(differences(read(one), b) == "");
  CHECK(shown() == sales + "5 5 true true");
  run(one, migration.down);
  CHECK(differences(read(one), a) == "");
  CHECK(shown() == sales + "6 6 true true");
  CHECK(one.value("SELECT count(*) FROM parts") == "1");
  CHECK(one.value("SELECT count(*) FROM kept") == "3");
}

}  // namespace

TEST_CASE("a table becomes partitioned, and ordinary again, with its rows", "[acceptance][plan][set_aside]") {
  keeps_rows(ordinary, by_region);
  keeps_rows(by_region, ordinary);
}

TEST_CASE("a table is partitioned in another way with its rows", "[acceptance][plan][set_aside]") {
  keeps_rows(by_region, by_id);
  keeps_rows(by_id, by_region);
}

TEST_CASE("a row that fits no partition undoes the step", "[acceptance][plan][set_aside]") {
  TestDatabase one, two;
  one.execute("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (99)");
  two.execute(
      "CREATE TABLE t (a int) PARTITION BY RANGE (a);"
      "CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (1) TO (9)");
  const auto a = read(one), b = read(two);
  const auto plan = migrate::plan::make_plan(a, b, {a.server_version, {}});
  REQUIRE(plan.steps.size() == 1);
  one.execute("BEGIN");
  const auto problem = problem_of(one, plan.steps.front());
  one.execute("ROLLBACK");
  CHECK(problem.find("no partition of relation \"t\" found for row") != std::string::npos);
  CHECK(differences(read(one), a) == "");
  CHECK(one.value("SELECT sum(a) FROM t") == "100");
}

TEST_CASE("the statements that partition a table", "[acceptance][plan][set_aside]") {
  CHECK(there_and_back("CREATE TABLE t (a int PRIMARY KEY)",
                       "CREATE TABLE t (a bigint PRIMARY KEY) PARTITION BY HASH (a);"
                       "CREATE TABLE t_0 PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0)") ==
        "ALTER TABLE public.t RENAME TO t_old\n"
        "ALTER INDEX public.t_pkey RENAME TO t_pkey_old\n"
        "CREATE TABLE public.t (\n"
        "  a bigint NOT NULL,\n"
        "  CONSTRAINT t_pkey PRIMARY KEY (a)\n"
        ") PARTITION BY HASH (a)\n"
        "CREATE TABLE public.t_0 (\n"
        "  a bigint NOT NULL,\n"
        "  CONSTRAINT t_0_pkey PRIMARY KEY (a)\n"
        ")\n"
        "ALTER TABLE public.t ATTACH PARTITION public.t_0 FOR VALUES WITH (modulus 1, remainder 0)\n"
        "INSERT INTO public.t (a)\n"
        "  SELECT a::bigint FROM ONLY public.t_old\n"
        "DROP TABLE public.t_old\n");
}

TEST_CASE("the column that a table is partitioned by gets another type", "[acceptance][plan][set_aside]") {
  there_and_back(
      "CREATE TABLE t (a int, b text) PARTITION BY LIST (a);"
      "CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1)",
      "CREATE TABLE t (a bigint, b text) PARTITION BY LIST (a);"
      "CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1)");
  there_and_back(
      "CREATE TYPE mood AS ENUM ('sad', 'ok');"
      "CREATE TABLE t (a mood, b text) PARTITION BY LIST (a);"
      "CREATE TABLE t_1 PARTITION OF t FOR VALUES IN ('ok')",
      "CREATE TYPE mood AS ENUM ('ok', 'glad');"
      "CREATE TABLE t (a mood, b text) PARTITION BY LIST (a);"
      "CREATE TABLE t_1 PARTITION OF t FOR VALUES IN ('ok')");
}

TEST_CASE("partitioned tables that refer to each other become ordinary", "[acceptance][plan][set_aside]") {
  const std::string keys =
      "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b; ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a;";
  const std::string partitioned =
      "CREATE TABLE a (id int PRIMARY KEY, b int) PARTITION BY RANGE (id);"
      "CREATE TABLE a_1 PARTITION OF a DEFAULT;"
      "CREATE TABLE b (id int PRIMARY KEY, a int) PARTITION BY RANGE (id);"
      "CREATE TABLE b_1 PARTITION OF b DEFAULT;";
  const std::string plain =
      "CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int);";
  there_and_back(partitioned + keys, plain + keys);
  // A partition that stays as a table of its own keeps its rows, and so does the parent.
  TestDatabase one, two;
  one.execute(partitioned + "INSERT INTO a VALUES (1), (2)");
  two.execute(plain + "CREATE TABLE a_1 (id int PRIMARY KEY, b int)");
  const auto from = read(one), to = read(two);
  run(one, migrate::plan::make_plan(from, to, {from.server_version, {}}));
  CHECK(differences(read(one), to) == "");
  CHECK(one.value("SELECT (SELECT count(*) FROM a) || ' ' || (SELECT count(*) FROM a_1)") == "2 2");
}

TEST_CASE("a partition is partitioned itself under a parent that stays", "[acceptance][plan][set_aside]") {
  const std::string top =
      "CREATE TABLE t (id int PRIMARY KEY, b text) PARTITION BY RANGE (id);"
      "CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (1) TO (10)";
  const std::string rest = "; CREATE TABLE r (t int REFERENCES t);";
  there_and_back(top + rest, top +
                                 " PARTITION BY RANGE (id);"
                                 "CREATE TABLE t_1_1 PARTITION OF t_1 FOR VALUES FROM (1) TO (5);"
                                 "CREATE TABLE t_1_2 PARTITION OF t_1 FOR VALUES FROM (5) TO (10)" +
                                 rest);
}

TEST_CASE("columns of the row type of a table follow it", "[acceptance][plan][set_aside]") {
  const std::string form = "(a int, \"B b\" text)",
                    other = "CREATE TABLE u (id int PRIMARY KEY, t t, ts t[]);";
  TestDatabase one, two;
  one.execute("CREATE TABLE t " + form + ";" + other +
              "INSERT INTO t VALUES (1, 'x'); INSERT INTO u SELECT 1, t, ARRAY[t] FROM t");
  two.execute("CREATE TABLE t " + form + " PARTITION BY LIST (a); CREATE TABLE t_1 PARTITION OF t DEFAULT;" +
              other);
  const auto a = read(one), b = read(two);
  const auto migration = migrate::plan::make_migration(a, b, {a.server_version, {}});
  run(one, migration.up);
  CHECK(differences(read(one), b) == "");
  CHECK(one.value("SELECT t::text || ts::text FROM u") == "(1,x){\"(1,x)\"}");
  run(one, migration.down);
  CHECK(differences(read(one), a) == "");
  CHECK(one.value("SELECT t::text || ts::text FROM u") == "(1,x){\"(1,x)\"}");
}
