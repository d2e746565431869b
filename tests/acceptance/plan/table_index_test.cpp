// CLUSTER ON, REPLICA IDENTITY and OF: what a table says of its indexes and its type.
#include "tests/acceptance/plan/there_and_back.hpp"

using namespace migrate::test;

namespace {
const std::string table =
    "CREATE TABLE \"T 1\" (id int NOT NULL, b int NOT NULL, CONSTRAINT \"K\" PRIMARY KEY (id));"
    "CREATE UNIQUE INDEX \"I 1\" ON \"T 1\" (b);";
}

TEST_CASE("a table is clustered on and identified by its indexes", "[acceptance][plan][table_index]") {
  const std::string alter = "ALTER TABLE \"T 1\" ";
  CHECK(there_and_back(table, table + alter + "REPLICA IDENTITY USING INDEX \"I 1\", CLUSTER ON \"K\";") ==
        "ALTER TABLE public.\"T 1\" CLUSTER ON \"K\"\n"
        "ALTER TABLE public.\"T 1\" REPLICA IDENTITY USING INDEX \"I 1\"\n");
  there_and_back(table + alter + "REPLICA IDENTITY FULL;", table + alter + "REPLICA IDENTITY NOTHING;");
  there_and_back(table + alter + "REPLICA IDENTITY USING INDEX \"I 1\", CLUSTER ON \"I 1\";",
                 table + alter + "REPLICA IDENTITY FULL, CLUSTER ON \"K\";");
  there_and_back(table + alter + "REPLICA IDENTITY USING INDEX \"I 1\", CLUSTER ON \"I 1\";",
                 table + "DROP INDEX \"I 1\";");
  rebuilt(table + alter + "REPLICA IDENTITY USING INDEX \"I 1\", CLUSTER ON \"I 1\";");
}

TEST_CASE("an index that is built again is what it was to its table", "[acceptance][plan][table_index]") {
  const std::string alter = "ALTER TABLE \"T 1\" ";
  const std::string same = alter + "REPLICA IDENTITY USING INDEX \"I 1\", CLUSTER ON \"I 1\";";
  const std::string other = "DROP INDEX \"I 1\"; CREATE UNIQUE INDEX \"I 1\" ON \"T 1\" (b DESC);" + same;
  there_and_back(table + same, table + other);
  there_and_back(table + alter + "REPLICA IDENTITY USING INDEX \"K\", CLUSTER ON \"K\";",
                 table + alter + "DROP CONSTRAINT \"K\", ADD CONSTRAINT \"K\" PRIMARY KEY (b);" + alter +
                     "REPLICA IDENTITY USING INDEX \"K\", CLUSTER ON \"K\";");
}

TEST_CASE("settings of columns and of index columns", "[acceptance][plan][table_index]") {
  there_and_back(table,
                 table +
                     "CREATE INDEX e ON \"T 1\" ((b + 1)); ALTER INDEX e ALTER COLUMN 1 SET STATISTICS 99;"
                     "ALTER TABLE \"T 1\" ALTER b SET (n_distinct = -0.5, n_distinct_inherited = 7), "
                     "SET (fillfactor = 70, toast.autovacuum_enabled = false);");
}

TEST_CASE("a table is identified by columns once they are NOT NULL, and as long as they are",
          "[acceptance][plan][table_index]") {
  CHECK(there_and_back("CREATE TABLE t (id int);",
                       "CREATE TABLE t (id int NOT NULL); CREATE UNIQUE INDEX i ON t (id);"
                       "ALTER TABLE t REPLICA IDENTITY USING INDEX i;") ==
        "ALTER TABLE public.t ADD CONSTRAINT t_id_not_null_check CHECK (id IS NOT NULL) NOT VALID\n--\n"
        "CREATE UNIQUE INDEX CONCURRENTLY i ON public.t (id)\n--\n"
        "ALTER TABLE public.t VALIDATE CONSTRAINT t_id_not_null_check\n--\n"
        "ALTER TABLE public.t ALTER COLUMN id SET NOT NULL\n"
        "ALTER TABLE public.t DROP CONSTRAINT t_id_not_null_check\n"
        "ALTER TABLE public.t REPLICA IDENTITY USING INDEX i\n");
  there_and_back(
      "CREATE TABLE t (id int NOT NULL, o int NOT NULL); CREATE UNIQUE INDEX i ON t (id);"
      "CREATE UNIQUE INDEX j ON t (o); ALTER TABLE t REPLICA IDENTITY USING INDEX i;",
      "CREATE TABLE t (id int, o int NOT NULL); CREATE UNIQUE INDEX i ON t (id);"
      "CREATE UNIQUE INDEX j ON t (o); ALTER TABLE t REPLICA IDENTITY USING INDEX j;");
}

TEST_CASE("a foreign key moves to another key when the one that it stands on goes", "[acceptance][plan]") {
  // The server takes the oldest of the two, whatever their names.
  const std::string start = "CREATE TABLE t (id int NOT NULL, r int); ";
  const std::string key = "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (r) REFERENCES t (id);";
  for (const auto* gone : {"a", "z"}) {
    const std::string kept = *gone == 'a' ? "z" : "a";
    const auto unique = [](const std::string& name) {
      return "ALTER TABLE t ADD CONSTRAINT " + name + " UNIQUE (id);";
    };
    there_and_back(start + unique(gone) + unique(kept) + key, start + unique(kept) + key);
    there_and_back(start + unique(kept) + unique(gone) + key, start + unique(kept) + key);
  }
}
