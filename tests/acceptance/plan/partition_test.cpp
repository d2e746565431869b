// Partitions with their parts of indexes and keys.
#include "tests/acceptance/plan/there_and_back.hpp"

using namespace migrate::test;

namespace {

const std::string parent = R"(
  CREATE TABLE "Sales" (id int NOT NULL, region text NOT NULL, at date NOT NULL, note text) PARTITION BY LIST (region);
  CREATE TABLE north PARTITION OF "Sales" FOR VALUES IN ('n');
  CREATE TABLE "south ä" PARTITION OF "Sales" FOR VALUES IN ('s') PARTITION BY RANGE (id);
  CREATE TABLE south_1 PARTITION OF "south ä" FOR VALUES FROM (1) TO (10);
)";

}  // namespace

TEST_CASE("a partition's own key beside its part of the parent's", "[acceptance][plan][partition]") {
  rebuilt(R"(
    CREATE TABLE t (a text, b int, c int, UNIQUE (a, b)) PARTITION BY LIST (a);
    CREATE TABLE t_1 PARTITION OF t (c NOT NULL, PRIMARY KEY (a, b)) FOR VALUES IN ('x');
    CREATE INDEX t_1_local ON t_1 (a, c);
    CREATE INDEX t_all ON t (a, b);
    CREATE INDEX t_1_own ON t_1 (a, b);
  )");
}

TEST_CASE("a partition takes the place of another that goes", "[acceptance][plan][partition]") {
  const std::string events = "CREATE SCHEMA s; CREATE TABLE t (a int) PARTITION BY RANGE (a);";
  there_and_back(events + "CREATE TABLE \"old one\" PARTITION OF t DEFAULT",
                 events + "CREATE TABLE s.\"new one\" PARTITION OF t DEFAULT");
  there_and_back(events +
                     "CREATE TABLE low PARTITION OF t FOR VALUES FROM (1) TO (9);"
                     "CREATE TABLE high PARTITION OF t FOR VALUES FROM (9) TO (99)",
                 events +
                     "CREATE TABLE all_of_it PARTITION OF t FOR VALUES FROM (1) TO (99);"
                     "CREATE TABLE high PARTITION OF t FOR VALUES FROM (99) TO (999)");
}

TEST_CASE("an index that is added to a parent with partitions ends valid and attached",
          "[acceptance][plan][partition]") {
  CHECK(there_and_back(parent, parent + "CREATE INDEX sales_note ON \"Sales\" (note);") ==
        "CREATE INDEX CONCURRENTLY north_note_idx ON public.north (note)\n"
        "--\n"
        "CREATE INDEX CONCURRENTLY south_1_note_idx ON public.south_1 (note)\n"
        "--\n"
        "CREATE INDEX \"south ä_note_idx\" ON ONLY public.\"south ä\" (note)\n"
        "ALTER INDEX public.\"south ä_note_idx\" ATTACH PARTITION public.south_1_note_idx\n"
        "CREATE INDEX sales_note ON ONLY public.\"Sales\" (note)\n"
        "ALTER INDEX public.sales_note ATTACH PARTITION public.north_note_idx\n"
        "ALTER INDEX public.sales_note ATTACH PARTITION public.\"south ä_note_idx\"\n");
}

TEST_CASE("a key that is added to a parent with partitions is built on each",
          "[acceptance][plan][partition]") {
  const auto up = there_and_back(
      parent, parent + "ALTER TABLE \"Sales\" ADD CONSTRAINT sales_key PRIMARY KEY (region, id);");
  CHECK(up.find("ALTER TABLE ONLY public.\"Sales\" ADD CONSTRAINT sales_key PRIMARY KEY (region, id)\n"
                "ALTER INDEX public.sales_key ATTACH PARTITION public.north_pkey\n") != std::string::npos);
  there_and_back(parent + "CREATE UNIQUE INDEX north_pkey ON north (region, id);",
                 parent + "ALTER TABLE \"Sales\" ADD UNIQUE (region, id);");
}

TEST_CASE("an index of a parent that changes takes its parts along", "[acceptance][plan][partition]") {
  there_and_back(parent + "CREATE INDEX sales_note ON \"Sales\" (note);",
                 parent + "CREATE INDEX sales_note ON \"Sales\" USING hash (note);");
  there_and_back(parent + "CREATE INDEX sales_note ON \"Sales\" (note, id);",
                 parent + "CREATE INDEX sales_note ON \"Sales\" (id, note);");
  there_and_back(parent + "ALTER TABLE \"Sales\" ADD CONSTRAINT u UNIQUE (region, id);",
                 parent + "ALTER TABLE \"Sales\" ADD CONSTRAINT u UNIQUE (id, region);");
}

TEST_CASE("an index ON ONLY the parent gets the parts that it lacks, and back",
          "[acceptance][plan][partition]") {
  const auto some = parent +
                    "CREATE INDEX whole ON ONLY \"Sales\" (note); CREATE INDEX part ON north (note);"
                    "ALTER INDEX whole ATTACH PARTITION part;";
  there_and_back(
      some, some + "CREATE INDEX other ON \"south ä\" (note); ALTER INDEX whole ATTACH PARTITION other;");
}

TEST_CASE("a key that is part of a plain index comes and goes", "[acceptance][plan][partition]") {
  const auto part =
      parent +
      "CREATE UNIQUE INDEX whole ON ONLY \"Sales\" (region, id); ALTER TABLE north ADD CONSTRAINT north_key "
      "PRIMARY KEY (region, id); ALTER INDEX whole ATTACH PARTITION north_key;";
  there_and_back(parent, part);
  there_and_back(part, parent + "ALTER TABLE \"Sales\" ADD CONSTRAINT whole UNIQUE (region, id);");
}

TEST_CASE("partitions come, go and move", "[acceptance][plan][partition]") {
  const auto keyed = parent + "ALTER TABLE \"Sales\" ADD PRIMARY KEY (region, id);";
  const auto alone =
      "CREATE TABLE \"East\" (id int NOT NULL, region text NOT NULL, at date NOT NULL, note text);";
  there_and_back(keyed + alone,
                 keyed + alone + "ALTER TABLE \"Sales\" ATTACH PARTITION \"East\" FOR VALUES IN ('e');");
  there_and_back(keyed, keyed + "ALTER TABLE \"Sales\" DETACH PARTITION north;");
  there_and_back(keyed, keyed + "CREATE TABLE rest PARTITION OF \"Sales\" DEFAULT;");
  there_and_back(keyed,
                 keyed +
                     "ALTER TABLE \"Sales\" DETACH PARTITION north; ALTER TABLE \"Sales\" ATTACH PARTITION "
                     "north FOR VALUES IN ('n', 'N');");
}

TEST_CASE("a partition of a table that others refer to goes", "[acceptance][plan][partition]") {
  const auto keyed =
      parent +
      "ALTER TABLE \"Sales\" ADD PRIMARY KEY (region, id); CREATE TABLE r (region text, id int, "
      "FOREIGN KEY (region, id) REFERENCES \"Sales\");";
  there_and_back(keyed, keyed + "CREATE TABLE east PARTITION OF \"Sales\" FOR VALUES IN ('e');");
}

TEST_CASE("what a parent's column does, its partitions' do", "[acceptance][plan][partition]") {
  const auto indexed = parent + "CREATE UNIQUE INDEX local ON south_1 (id, note);";
  there_and_back(indexed, indexed + "ALTER TABLE \"Sales\" DROP note;");
  there_and_back(indexed, indexed + "ALTER TABLE \"Sales\" ALTER note TYPE varchar(9);");
  there_and_back(indexed, indexed + "ALTER TABLE \"Sales\" ALTER note SET DEFAULT 'x';");
  there_and_back(indexed, indexed + "ALTER TABLE ONLY \"Sales\" ALTER note SET DEFAULT 'x';");
  there_and_back(indexed, indexed + "ALTER TABLE \"Sales\" ALTER note SET STORAGE external;");
  there_and_back(indexed, indexed + "ALTER TABLE \"Sales\" ALTER note SET NOT NULL;");
  there_and_back(indexed, indexed + "ALTER TABLE north ALTER note SET NOT NULL, ALTER note SET DEFAULT 'y';");
}

TEST_CASE("a partition is attached once its parent's columns are as its own",
          "[acceptance][plan][partition]") {
  const std::string table = "CREATE TABLE p (n int, t jsonb NOT NULL, gone int) PARTITION BY LIST (n); ";
  const std::string changed = "CREATE TABLE p (n int, t text) PARTITION BY LIST (n); ";
  // A default of its own: made as a table, then attached.
  there_and_back(table, changed + "CREATE TABLE a PARTITION OF p (t DEFAULT 'x') FOR VALUES IN (1)");
  there_and_back(table + "CREATE TABLE a (n int, t jsonb NOT NULL)",
                 changed + "CREATE TABLE a PARTITION OF p (t DEFAULT 'x') FOR VALUES IN (1)");
  there_and_back(table + "CREATE TABLE m PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (n)",
                 changed +
                     "CREATE TABLE m PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (n);"
                     "CREATE TABLE a PARTITION OF m (t DEFAULT 'x') FOR VALUES IN (1)");
}

TEST_CASE("partitions that differ from their parent are built as they are", "[acceptance][plan][partition]") {
  rebuilt(parent + R"(
    ALTER TABLE north ALTER note SET DEFAULT 'y', ALTER note SET NOT NULL, ALTER note SET STORAGE external;
    ALTER TABLE "Sales" ALTER at SET DEFAULT now();
    ALTER TABLE north ALTER at DROP DEFAULT, SET (fillfactor = 70);
    ALTER TABLE north ALTER note SET STATISTICS 7;
    CREATE INDEX own ON north (lower(note));
  )");
}

TEST_CASE("children differ from their parents and stop being children", "[acceptance][plan][partition]") {
  const std::string base =
      "CREATE TABLE base (id int DEFAULT 1, note text, CONSTRAINT positive CHECK (id > 0));"
      "ALTER TABLE base ALTER note SET STORAGE external;"
      "CREATE TABLE \"Child\" (more int) INHERITS (base);";
  rebuilt(base +
          "ALTER TABLE \"Child\" ALTER id SET DEFAULT 2, ALTER note SET STORAGE extended, ALTER note "
          "SET NOT NULL;");
  rebuilt(base + "CREATE TABLE other (id int DEFAULT 3) INHERITS (base);");
  there_and_back(base, base + "ALTER TABLE \"Child\" NO INHERIT base;");
  there_and_back(base, base + "ALTER TABLE base ALTER id SET DEFAULT 5;");
  there_and_back(base, base + "ALTER TABLE ONLY base ALTER id SET DEFAULT 5;");
  there_and_back(base + "CREATE TABLE second (x int);",
                 base +
                     "CREATE TABLE second (x int); ALTER TABLE \"Child\" ADD x int; ALTER TABLE \"Child\" "
                     "INHERIT second;");
}

TEST_CASE("children are built that lack what their parents have", "[acceptance][plan][partition]") {
  const std::string base =
      "CREATE TABLE base (id int NOT NULL DEFAULT 1, note text NOT NULL DEFAULT 'x', twice int GENERATED "
      "ALWAYS "
      "AS (id * 2) STORED);";
  rebuilt(base +
          "CREATE TABLE \"Child\" (LIKE base INCLUDING ALL); ALTER TABLE \"Child\" INHERIT base;"
          "ALTER TABLE \"Child\" ALTER id DROP DEFAULT;");
  there_and_back(base, base +
                           "CREATE TABLE \"Child\" (LIKE base INCLUDING ALL, more int);"
                           "ALTER TABLE \"Child\" INHERIT base;");
}

namespace {

const std::string two_tables =
    "CREATE TABLE \"Log\" (\"At ä\" date, n int) PARTITION BY RANGE (\"At ä\");"
    "CREATE TABLE old (\"At ä\" date, n int); INSERT INTO old VALUES ('2020-05-05', 1);";

}  // namespace

TEST_CASE("a check spares ATTACH PARTITION its scan", "[acceptance][plan][partition]") {
  const auto up = there_and_back(
      two_tables,
      two_tables +
          "ALTER TABLE \"Log\" ATTACH PARTITION old FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')");
  CHECK(up ==
        "ALTER TABLE public.old ADD CONSTRAINT old_bound_check CHECK (\"At ä\" IS NOT NULL AND \"At ä\" >= "
        "'2020-01-01'::date AND \"At ä\" < '2021-01-01'::date) NOT VALID\n"
        "--\n"
        "ALTER TABLE public.old VALIDATE CONSTRAINT old_bound_check\n"
        "--\n"
        "ALTER TABLE public.\"Log\" ATTACH PARTITION public.old FOR VALUES FROM ('2020-01-01') TO "
        "('2021-01-01')\n"
        "ALTER TABLE public.old DROP CONSTRAINT old_bound_check\n");
}

TEST_CASE("a partition is let go without locking out those who use the others",
          "[acceptance][plan][partition]") {
  const auto attached =
      two_tables +
      "ALTER TABLE \"Log\" ATTACH PARTITION old FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');";
  const auto up = there_and_back(attached, two_tables);
  TestDatabase database;
  const std::string head = "ALTER TABLE public.\"Log\" DETACH PARTITION public.old";
  if (read(database).server_version >= 140000)
    CHECK(up ==
          head + " CONCURRENTLY\n--\nALTER TABLE public.old DROP CONSTRAINT IF EXISTS \"old_At ä_check\"\n");
  else
    CHECK(up == head + "\n");
  // Beside a default partition PostgreSQL cannot.
  const std::string rest = "CREATE TABLE rest PARTITION OF \"Log\" DEFAULT;";
  CHECK(there_and_back(attached + rest, two_tables + rest).find("CONCURRENTLY") == std::string::npos);
}

TEST_CASE("a partition that goes is detached first, so that the others stay in use", "[acceptance][plan]") {
  const std::string base =
      "CREATE TABLE t (id int PRIMARY KEY, n int) PARTITION BY RANGE (id); CREATE INDEX t_n ON t (n);"
      "CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (1) TO (5);";
  const std::string second = "CREATE TABLE \"T 2\" PARTITION OF t FOR VALUES FROM (5) TO (9);";
  CHECK(there_and_back(base + second, base) ==
        "ALTER TABLE public.t DETACH PARTITION public.\"T 2\" CONCURRENTLY\n--\n"
        "DROP TABLE public.\"T 2\"\n");
  there_and_back(base + second + "CREATE TABLE r (t int REFERENCES t)",
                 base + "CREATE TABLE r (t int REFERENCES t)");
  there_and_back(base +
                     "CREATE TABLE \"T 2\" PARTITION OF t FOR VALUES FROM (5) TO (9) PARTITION BY HASH "
                     "(id); CREATE TABLE deep PARTITION OF \"T 2\" FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
                 base);
  // Another one takes its place.
  there_and_back(base + second, base + "CREATE TABLE t_3 PARTITION OF t FOR VALUES FROM (5) TO (20)");
  // PostgreSQL cannot where there is a default partition.
  const std::string rest = "CREATE TABLE rest PARTITION OF t DEFAULT;";
  CHECK(there_and_back(base + second + rest, base + rest) == "DROP TABLE public.\"T 2\"\n");
  // Cut off after the first step, nothing of it stays.
  TestDatabase one, two;
  one.execute(base + second);
  two.execute(base);
  const auto a = read(one), b = read(two);
  const auto migration = migrate::plan::make_migration(a, b, {a.server_version, {}});
  run(one, migration.up.steps.at(0));
  for (std::size_t n = 0; n < migration.down.steps.size(); ++n)
    if (migration.undoes[n] == 1) run(one, migration.down.steps[n]);
  CHECK(differences(read(one), a) == "");
}

TEST_CASE("a partition's own default comes back with the parent's column", "[acceptance][plan][partition]") {
  const std::string tables =
      "CREATE TABLE p (id int, n int, t text) PARTITION BY LIST (id);"
      "CREATE TABLE p1 PARTITION OF p (n DEFAULT 80 NOT NULL) FOR VALUES IN (1);"
      "COMMENT ON COLUMN p1.n IS 'of \"its\" own'; CREATE TABLE p2 PARTITION OF p DEFAULT;";
  there_and_back(tables, tables + "ALTER TABLE p DROP n");
}

TEST_CASE("who leaves a parent keeps the column that the parent loses", "[acceptance][plan][partition]") {
  const auto tables = [](const std::string& how, const std::string& first, const std::string& second) {
    return "CREATE TABLE p (id int, x int, y int)" + how + ";" + first + second;
  };
  const std::string own = "CREATE TABLE c (id int, x int, y int);";
  const auto partitioned =
      tables(" PARTITION BY LIST (id)", "CREATE TABLE c PARTITION OF p FOR VALUES IN (1);",
             "CREATE TABLE d PARTITION OF p DEFAULT;");
  const auto inherited = tables("", "CREATE TABLE c () INHERITS (p);", "CREATE TABLE d () INHERITS (p);");
  const std::string up = there_and_back(
      partitioned, tables(" PARTITION BY LIST (id)", own, "CREATE TABLE d PARTITION OF p DEFAULT;") +
                       "ALTER TABLE p DROP x");
  CHECK(up.find("DETACH") < up.find("ALTER TABLE public.p DROP COLUMN x"));
  CHECK(there_and_back(inherited,
                       tables("", own, "CREATE TABLE d () INHERITS (p);") + "ALTER TABLE p DROP x") ==
        "ALTER TABLE public.c NO INHERIT public.p\nALTER TABLE public.p DROP COLUMN x\n");
}
