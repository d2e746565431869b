#include "sql/statement.hpp"
#include "tests/support/catch.hpp"

using namespace migrate::sql;

TEST_CASE("normalized statements have no comments and one space where there was some") {
  CHECK(normalized("  SELECT\t1 -- one\r\n  /* two */ , 'a  b'\n") == "SELECT 1 , 'a  b'");
  CHECK(normalized("DO $$ a\r\n  -- kept\r\n$$") == "DO $$ a\n  -- kept\n$$");
  CHECK(normalized("SELECT 'a\r\r\nb\rc'") == "SELECT 'a\nb\rc'");
  CHECK(normalized("SELECT \"a  b\"") == "SELECT \"a  b\"");
  CHECK(normalized("a/**/b") == "a b");
  CHECK(normalized("-- nothing").empty());
}

TEST_CASE("statements that begin or end a transaction") {
  for (const char* text : {"BEGIN", "begin work", "Begin Transaction Isolation Level Serializable",
                           "START TRANSACTION", "COMMIT", "COMMIT AND CHAIN", "END", "end work", "ROLLBACK",
                           "rollback work", "ABORT", "PREPARE TRANSACTION 'x'", "COMMIT PREPARED 'x'",
                           "ROLLBACK PREPARED 'x'", "/* hidden */ -- here\n COMMIT"}) {
    INFO(text);
    CHECK(transaction_use(text) == TransactionUse::control);
  }
}

TEST_CASE("statements that cannot run inside a transaction") {
  for (const char* text : {"CREATE INDEX CONCURRENTLY i ON t (a)",
                           "create unique index /* x */ concurrently on t (a)",
                           "DROP INDEX CONCURRENTLY IF EXISTS i",
                           "REINDEX TABLE CONCURRENTLY t",
                           "REINDEX (VERBOSE, CONCURRENTLY) TABLE t",
                           "REINDEX (CONCURRENTLY on) INDEX i",
                           "REINDEX DATABASE d",
                           "REINDEX SYSTEM d",
                           "REINDEX SCHEMA s",
                           "REINDEX (VERBOSE) SCHEMA s",
                           "VACUUM",
                           "VACUUM (ANALYZE) t",
                           "CREATE DATABASE d",
                           "DROP DATABASE d",
                           "CREATE TABLESPACE s LOCATION '/x'",
                           "DROP TABLESPACE s",
                           "ALTER SYSTEM SET work_mem = '1MB'",
                           "ALTER DATABASE d SET TABLESPACE s",
                           "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
                           "ALTER TABLE IF EXISTS s.t DETACH PARTITION \"s\".\"p q\" CONCURRENTLY",
                           "CLUSTER",
                           "CLUSTER VERBOSE",
                           "CLUSTER (VERBOSE)",
                           "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
                           "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot = true)",
                           "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
                           "ALTER SUBSCRIPTION s SET PUBLICATION p",
                           "DISCARD ALL"}) {
    INFO(text);
    CHECK(transaction_use(text) == TransactionUse::forbidden);
  }
}

TEST_CASE("all other statements run in a transaction or out of it") {
  for (const char* text :
       {"",
        "CREATE INDEX i ON t (a)",
        "CREATE INDEX \"concurrently\" ON t (a)",
        "DROP INDEX i",
        "REINDEX TABLE t",
        "REINDEX (CONCURRENTLY false) TABLE t",
        "REINDEX (VERBOSE) TABLE t",
        "ANALYZE",
        "CREATE TABLE vacuum_log ()",
        "CREATE TABLE \"database\" (a int)",
        "ALTER DATABASE d SET work_mem = '1MB'",
        "ALTER TABLE t DETACH PARTITION p",
        "ALTER TABLE t DETACH PARTITION p FINALIZE",
        "ALTER TABLE t ADD COLUMN concurrently int",
        "CLUSTER t USING i",
        "CLUSTER (VERBOSE) t",
        "CLUSTER VERBOSE t",
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)",
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (slot_name = NONE, create_slot = false)",
        "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = off)",
        "DROP SUBSCRIPTION s",
        "SAVEPOINT a",
        "RELEASE a",
        "ROLLBACK TO a",
        "ROLLBACK WORK TO SAVEPOINT a",
        "SET TRANSACTION READ ONLY",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
        "PREPARE p AS SELECT 1",
        "DISCARD TEMP",
        "SELECT 'COMMIT'",
        "\"begin\"",
        "ALTER TYPE mood ADD VALUE 'ok'"}) {
    INFO(text);
    CHECK(transaction_use(text) == TransactionUse::any);
  }
}

TEST_CASE("statements that lose data") {
  for (const char* text :
       {"DROP TABLE t", "DROP TABLE IF EXISTS a, \"b c\" CASCADE", "ALTER TABLE t DROP COLUMN a",
        "ALTER TABLE t ADD COLUMN b int, DROP a", "ALTER TYPE address DROP ATTRIBUTE zip",
        "DROP SCHEMA s CASCADE", "DROP TYPE mood CASCADE", "DROP DOMAIN d CASCADE",
        "DROP EXTENSION hstore CASCADE", "TRUNCATE t", "DELETE FROM t", "DELETE FROM t WHERE false",
        "WITH gone AS (DELETE FROM a RETURNING *) SELECT count(*) FROM gone",
        "INSERT INTO b WITH x AS (WITH y AS (SELECT 1) DELETE FROM a RETURNING 1) SELECT * FROM x",
        "DROP OWNED BY somebody", "DROP DATABASE d"}) {
    INFO(text);
    CHECK(facts(text).known);
    CHECK(facts(text).loses_data);
    CHECK(may_lose_data_or_add_label(text));
  }
}

TEST_CASE("statements that lose nothing") {
  for (const char* text : {"SELECT 1", "CREATE TABLE t (a int)", "DROP INDEX i", "DROP VIEW v CASCADE",
                           "DROP MATERIALIZED VIEW v", "DROP FOREIGN TABLE f", "DROP SCHEMA s",
                           "DROP TYPE mood", "DROP FUNCTION f() CASCADE",
                           "ALTER TABLE t ALTER COLUMN a DROP DEFAULT", "ALTER TABLE t DROP CONSTRAINT c",
                           "ALTER FOREIGN TABLE f DROP COLUMN a", "ALTER TABLE t ALTER a TYPE bigint",
                           "UPDATE t SET a = 1", "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
                           "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM t'",
                           "CREATE RULE r AS ON INSERT TO t DO ALSO DELETE FROM u"}) {
    INFO(text);
    CHECK(facts(text).known);
    CHECK_FALSE(facts(text).loses_data);
  }
}

TEST_CASE("a DO block loses data if a statement in it does") {
  for (const char* text :
       {"DO $$ BEGIN DROP TABLE t; END $$", "DO LANGUAGE plpgsql 'BEGIN TRUNCATE t; END'",
        "DO $do$ DECLARE r record; BEGIN FOR r IN SELECT 1 LOOP DELETE FROM t WHERE id = r.id; END LOOP; END "
        "$do$",
        "DO $$ BEGIN IF EXISTS (SELECT FROM t) THEN ALTER TABLE t DROP COLUMN a; END IF; END $$",
        "DO $$ DECLARE n int; BEGIN DELETE FROM t RETURNING id INTO n; END $$",
        "DO $$ DECLARE r record; BEGIN FOR r IN DELETE FROM t RETURNING id LOOP NULL; END LOOP; END $$",
        "DO $$ BEGIN NULL; EXCEPTION WHEN others THEN DROP TABLE \"T x\"; END $$",
        "DO $$ BEGIN EXECUTE 'SELECT ''x'''; EXECUTE 'DROP TABLE t'; END $$",
        "DO $$ BEGIN EXECUTE $x$DROP TABLE t$x$; END $$", R"(DO $$ BEGIN EXECUTE E'\x44ROP TABLE t'; END $$)",
        R"(DO E'BEGIN \x54RUNCATE t; END')",
        "DO $$ BEGIN PERFORM 1; <<b>> BEGIN DO 'BEGIN DROP TABLE t; END'; END; END $$",
        "DO $$ DECLARE n int; BEGIN WITH d AS (DELETE FROM t RETURNING 1) SELECT count(*) INTO n FROM d; END "
        "$$"}) {
    INFO(text);
    CHECK(facts(text).known);
    CHECK(facts(text).loses_data);
    CHECK(may_lose_data_or_add_label(text));
  }
  for (const char* text :
       {"DO $$ BEGIN CREATE TABLE t (a int); RAISE NOTICE 'DROP TABLE t;'; END $$",
        "DO $$ BEGIN -- DROP TABLE t;\n NULL; /* DELETE FROM t; */ END $$",
        "DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'x'); EXECUTE 'DROP ' || 'TABLE t'; END $$",
        "DO $$ BEGIN UPDATE t SET a = CASE WHEN a > 1 THEN 2 ELSE 3 END; PERFORM f('DELETE FROM t'); END $$",
        "DO $$ BEGIN CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM t'; END $$",
        "DO $$ BEGIN 'DROP TABLE t; END $$", "DO LANGUAGE plpython3u 'BEGIN; DROP TABLE t; END'"}) {
    INFO(text);
    CHECK(facts(text).known);
    CHECK_FALSE(facts(text).loses_data);
  }
}

TEST_CASE("most statements need no parse to tell that they lose nothing") {
  CHECK_FALSE(may_lose_data_or_add_label("CREATE TABLE t (a int)"));
  CHECK_FALSE(may_lose_data_or_add_label("ALTER TABLE t ADD COLUMN a int"));
  CHECK(may_lose_data_or_add_label("alter type mood add Value 'ok'"));
  CHECK(may_lose_data_or_add_label("dRoP TABLE t"));
}

TEST_CASE("enum labels that come") {
  const auto added = facts("ALTER TYPE app.mood ADD VALUE IF NOT EXISTS 'it''s' BEFORE 'a'");
  CHECK(added.added_label == "it's");
  CHECK(added.label_type == "mood");
  CHECK(facts("ALTER TYPE mood RENAME VALUE 'a' TO 'b'").added_label.empty());
}

TEST_CASE("literals are found wherever they stand, and nothing else is") {
  for (const char* text :
       {"SELECT 'it''s'", "SELECT E'it''s'", "DO $$ BEGIN PERFORM 'it''s'; END $$",
        "DO 'BEGIN PERFORM ''it''''s''; END'", "SELECT $x$it's$x$", "SELECT /* ' */ 'x', 'it''s'"})
    CHECK(has_literal(text, "it's"));
  for (const char* text :
       {"SELECT 'it''s not'", "SELECT \"it's\"", "SELECT 1 -- 'it''s'", "SELECT 'it', 's'", "SELECT '"})
    CHECK_FALSE(has_literal(text, "it's"));
  CHECK(has_copied_value("1\ta\n2\tit's\n", "it's"));
  CHECK_FALSE(has_copied_value("1\tit's not\n", "it's"));
}

TEST_CASE("what the grammar does not know has no facts") {
  const auto found = facts("DROP TABLE t, WITH PLEASURE");
  CHECK_FALSE(found.known);
  CHECK_FALSE(found.loses_data);
  CHECK_FALSE(facts("SELECT '\xff").known);
}

TEST_CASE("indexes that are built or dropped concurrently") {
  const auto created =
      facts("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"I x\" ON \"S\".\"select\" (a)");
  CHECK(created.creates_index);
  CHECK(created.concurrently);
  CHECK(created.concurrent_index == "\"S\".\"I x\"");
  CHECK(created.index_table == "\"S\".\"select\"");
  CHECK(facts("CREATE INDEX CONCURRENTLY i ON t (a)").concurrent_index == "i");
  CHECK(facts("CREATE INDEX CONCURRENTLY ON t (a)").concurrent_index.empty());
  const auto plain = facts("CREATE INDEX i ON t (a)");
  CHECK(plain.creates_index);
  CHECK_FALSE(plain.concurrently);
  CHECK(plain.concurrent_index.empty());
  CHECK(plain.index_table == "t");
  const auto dropped = facts("DROP INDEX CONCURRENTLY \"größe\".i");
  CHECK(dropped.concurrently);
  CHECK_FALSE(dropped.creates_index);
  CHECK(dropped.concurrent_index == "\"größe\".i");
  const auto reindexed = facts("REINDEX INDEX CONCURRENTLY \"S\".i");
  CHECK(reindexed.concurrently);
  CHECK(reindexed.reindexed_kind == "index");
  CHECK(reindexed.reindexed == "\"S\".i");
  const auto schema = facts("REINDEX (VERBOSE, CONCURRENTLY) SCHEMA \"S x\"");
  CHECK(schema.reindexed_kind == "schema");
  CHECK(schema.reindexed == "S x");
  CHECK(facts("REINDEX TABLE i").reindexed.empty());
  CHECK(facts("ALTER TABLE t DETACH PARTITION p CONCURRENTLY").concurrently);
  CHECK_FALSE(facts("ALTER TABLE t DETACH PARTITION p").concurrently);
}
