#include "tests/crash/scenario.hpp"

#include <regex>

#include "postgres/connection.hpp"
#include "tests/support/cluster.hpp"

namespace migrate::test {

std::set<std::string> Scenario::marks() const {
  static const std::regex mark("INTO public\\.done VALUES \\('([^']+)'\\)");
  std::set<std::string> out;
  for (const auto& script : scripts)
    for (std::sregex_iterator each(script.body.begin(), script.body.end(), mark), end; each != end; ++each)
      out.insert((*each)[1]);
  return out;
}

const Scenario& transactional() {
  static const Scenario scenario{
      "transactional",
      R"(CREATE TABLE "Order" (id int PRIMARY KEY, note text); INSERT INTO "Order" VALUES (1, 'one'), (2, NULL);)",
      {{"t1", "none", R"(
-- migrate:up
CREATE TABLE item (id int PRIMARY KEY, "order" int REFERENCES "Order" DEFERRABLE INITIALLY DEFERRED, name text);
COPY item (id, "order", name) FROM stdin;
1	1	eins
2	2	\N
\.
INSERT INTO public.done VALUES ('t1 up 1');

-- migrate:up
SET search_path = pg_catalog;
CREATE FUNCTION public.twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 2 * n; $$;
CREATE TEMP TABLE migrate_log (id int);
INSERT INTO public.done VALUES ('t1 up 2');

-- migrate:down undoes:2
DROP FUNCTION twice(int);
INSERT INTO public.done VALUES ('t1 down 1');

-- migrate:down undoes:1
DROP TABLE item;
INSERT INTO public.done VALUES ('t1 down 2');
)"},
       {"t2", "t1", R"(
-- migrate:up
ALTER TABLE "Order" ADD COLUMN total int NOT NULL DEFAULT 0;
UPDATE "Order" SET total = twice(id);
INSERT INTO public.done VALUES ('t2 up 1');

-- migrate:down
ALTER TABLE "Order" DROP COLUMN total;
INSERT INTO public.done VALUES ('t2 down 1');
)"},
       {"t3", "t2", R"(
-- migrate:up
CREATE VIEW "Öffen" AS SELECT i.id, o.total FROM item i JOIN "Order" o ON o.id = i."order";
INSERT INTO item VALUES (3, 1, 'drei');
INSERT INTO public.done VALUES ('t3 up 1');

-- migrate:up
CREATE INDEX item_name ON item (name);
INSERT INTO public.done VALUES ('t3 up 2');

-- migrate:down
DROP INDEX item_name;
INSERT INTO public.done VALUES ('t3 down 1');

-- migrate:down
DROP VIEW "Öffen";
DELETE FROM item WHERE id = 3;
INSERT INTO public.done VALUES ('t3 down 2');
)"}}};
  return scenario;
}

const Scenario& concurrent() {
  // DETACH PARTITION CONCURRENTLY came with PostgreSQL 14.
  static const std::string detach =
      Cluster::instance().connection().server_version() >= 140000
          ? "\n-- migrate:up transaction:false\nALTER TABLE p DETACH PARTITION \"p 2\" CONCURRENTLY;\n"
          : "\n-- migrate:up\nALTER TABLE p DETACH PARTITION \"p 2\";\n"
            "INSERT INTO public.done VALUES ('c3 up 1');\n";
  static const Scenario scenario{
      "concurrent",
      "CREATE TABLE a (id int, name text); INSERT INTO a SELECT n, n::text FROM generate_series(1, 20) n;"
      "CREATE INDEX old ON a (name);"
      "CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
      "CREATE TABLE \"p 2\" PARTITION OF p FOR VALUES IN (2); INSERT INTO p VALUES (1), (2);",
      {{"c1", "none", R"(
-- migrate:up
CREATE TABLE b AS SELECT id FROM a;
INSERT INTO public.done VALUES ('c1 up 1');

-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY "I x" ON a (id);

-- migrate:up transaction:false
DROP INDEX CONCURRENTLY old;

-- migrate:down undoes:3 transaction:false
CREATE INDEX CONCURRENTLY old ON a (name);

-- migrate:down undoes:2 transaction:false
DROP INDEX CONCURRENTLY "I x";

-- migrate:down undoes:1
DROP TABLE b;
INSERT INTO public.done VALUES ('c1 down 3');
)"},
       {"c2", "c1", R"(
-- migrate:up transaction:false
CREATE UNIQUE INDEX CONCURRENTLY b_id ON b (id);
REINDEX INDEX CONCURRENTLY b_id;
VACUUM b;
CREATE INDEX CONCURRENTLY b_half ON b ((id / 2));

-- migrate:up
INSERT INTO b VALUES (100);
INSERT INTO public.done VALUES ('c2 up 2');

-- migrate:down
DELETE FROM b WHERE id = 100;
INSERT INTO public.done VALUES ('c2 down 1');

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY b_half;
ANALYZE b;
DROP INDEX CONCURRENTLY b_id;
)"},
       {"c3", "c2", detach + R"(
-- migrate:down
ALTER TABLE p ATTACH PARTITION "p 2" FOR VALUES IN (2);
INSERT INTO public.done VALUES ('c3 down 1');
)"}}};
  return scenario;
}

const Scenario& unknowable() {
  static const Scenario scenario{
      "unknowable",
      "CREATE TABLE a (id int); CREATE TABLE told (what text); CREATE PROCEDURE p() LANGUAGE plpgsql AS"
      " $$ BEGIN INSERT INTO told VALUES ('called'); COMMIT; INSERT INTO told VALUES ('again'); END $$;",
      {{"u1", "none", R"(
-- migrate:up transaction:false
INSERT INTO told VALUES ('inserted');
CREATE INDEX CONCURRENTLY i ON a (id);
CALL p();

-- migrate:down transaction:false
DELETE FROM told;
DROP INDEX CONCURRENTLY i;
)"},
       {"u2", "u1", R"(
-- migrate:up
CREATE TABLE b ();
INSERT INTO public.done VALUES ('u2 up 1');

-- migrate:down
DROP TABLE b;
INSERT INTO public.done VALUES ('u2 down 1');
)"}}};
  return scenario;
}

}  // namespace migrate::test
