#include "tests/acceptance/plan/there_and_back.hpp"

using namespace migrate;
using namespace migrate::test;

TEST_CASE("domains are built with all that they have", "[acceptance][plan][domain]") {
  rebuilt(
      "CREATE SCHEMA \"Ünder score\";"
      "CREATE DOMAIN \"Ünder score\".\"My Mail\" AS varchar(90) COLLATE \"C\" DEFAULT 'a@b' NOT NULL "
      "CONSTRAINT \"has at\" CHECK (VALUE ~ '@') CHECK (length(VALUE) < 80);"
      "ALTER DOMAIN \"Ünder score\".\"My Mail\" ADD CONSTRAINT long CHECK (length(VALUE) > 3) NOT VALID;"
      "COMMENT ON CONSTRAINT \"has at\" ON DOMAIN \"Ünder score\".\"My Mail\" IS 'it''s';"
      "COMMENT ON DOMAIN \"Ünder score\".\"My Mail\" IS 'Pošta';"
      "CREATE DOMAIN above AS \"Ünder score\".\"My Mail\"; CREATE DOMAIN list AS above[];"
      "CREATE TABLE \"select\" (m above DEFAULT 'c@d', l list);"
      "CREATE INDEX ON \"select\" (m); CREATE INDEX ON \"select\" USING hash (m)");
}

TEST_CASE("a domain is altered where it stands", "[acceptance][plan][domain]") {
  CHECK(there_and_back(
            "CREATE DOMAIN d AS text; CREATE TABLE t (d d)",
            "CREATE DOMAIN d AS text DEFAULT 'x' NOT NULL CONSTRAINT \"not empty\" CHECK (VALUE <> '');"
            "COMMENT ON DOMAIN d IS 'what'; CREATE TABLE t (d d)") ==
        "ALTER DOMAIN public.d SET DEFAULT 'x'::text\n"
        "ALTER DOMAIN public.d SET NOT NULL\n"
        "ALTER DOMAIN public.d ADD CONSTRAINT \"not empty\" CHECK (VALUE <> ''::text)\n"
        "COMMENT ON DOMAIN public.d IS 'what'\n");
  // Renamed, validated, another check under a name that another one had.
  CHECK(there_and_back(
            "CREATE DOMAIN d AS integer CONSTRAINT a CHECK (VALUE > 1) CONSTRAINT b CHECK (VALUE > 2);"
            "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 3) NOT VALID",
            "CREATE DOMAIN d AS integer CONSTRAINT a CHECK (VALUE > 2) CONSTRAINT c CHECK (VALUE > 3)"
            "CONSTRAINT e CHECK (VALUE > 2)") ==
        "ALTER DOMAIN public.d DROP CONSTRAINT a\n"
        "ALTER DOMAIN public.d RENAME CONSTRAINT b TO e\n"
        "ALTER DOMAIN public.d VALIDATE CONSTRAINT c\n"
        "ALTER DOMAIN public.d ADD CONSTRAINT a CHECK (VALUE > 2)\n");
}

TEST_CASE("a domain over another type is made again, and its columns keep what they hold",
          "[acceptance][plan][domain]") {
  const auto up = there_and_back(
      "CREATE DOMAIN q AS integer CHECK (VALUE > 0); CREATE DOMAIN qq AS q;"
      "CREATE TABLE t (id int, a q DEFAULT 3, b qq[]); INSERT INTO t VALUES (1, 2, '{3,4}');"
      "CREATE VIEW v AS SELECT a FROM t; CREATE INDEX i ON t (a);",
      "CREATE DOMAIN q AS bigint CHECK (VALUE > 0); CREATE DOMAIN qq AS q;"
      "CREATE TABLE t (id int, a q DEFAULT 3, b qq[]); CREATE VIEW v AS SELECT a FROM t; CREATE INDEX i ON t "
      "(a);");
  CHECK(up.find("ALTER DOMAIN public.q RENAME TO q_old\n") != std::string::npos);
  CHECK(up.find("DROP DOMAIN public.q_old\n") != std::string::npos);
}

TEST_CASE("a domain that no column has is dropped and created", "[acceptance][plan][domain]") {
  CHECK(there_and_back("CREATE DOMAIN d AS text", "CREATE DOMAIN d AS integer") ==
        "DROP DOMAIN public.d\nCREATE DOMAIN public.d AS integer\n");
}

TEST_CASE("a column goes over to a domain and back", "[acceptance][plan][domain]") {
  CHECK(there_and_back("CREATE DOMAIN d AS varchar(20); CREATE TABLE t (a text, b integer)",
                       "CREATE DOMAIN d AS varchar(20); CREATE TABLE t (a d, b d)") ==
        "ALTER TABLE public.t\n  ALTER COLUMN a TYPE public.d,\n  ALTER COLUMN b TYPE public.d\n");
}

TEST_CASE("a domain that nothing has any more goes last", "[acceptance][plan][domain]") {
  CHECK(there_and_back("CREATE DOMAIN d AS text; CREATE TABLE t (a int, b d)", "CREATE TABLE t (a int)") ==
        "ALTER TABLE public.t DROP COLUMN b\nDROP DOMAIN public.d\n");
}

TEST_CASE("a domain over another takes that one's default only where it says so",
          "[acceptance][plan][domain]") {
  const std::string base = "CREATE DOMAIN base AS integer DEFAULT 11;";
  rebuilt(base + "CREATE DOMAIN same AS base; CREATE DOMAIN other AS base; ALTER DOMAIN other DROP DEFAULT;");
  CHECK(there_and_back(base, base + "CREATE DOMAIN d AS base; ALTER DOMAIN d DROP DEFAULT;") ==
        "CREATE DOMAIN public.d AS public.base\nALTER DOMAIN public.d DROP DEFAULT\n");
}

// PostgreSQL looks at no values within arrays, rows and other types, and so adds nothing to their domain.
TEST_CASE("a domain that columns hold within something gets a constraint", "[acceptance][plan][domain]") {
  const auto with = [](const std::string& constraint) {
    return "CREATE DOMAIN d AS varchar(40) " + constraint +
           "; CREATE DOMAIN over AS d; CREATE TYPE c AS (x over, y d[]);"
           "CREATE TABLE t (id int, c c, a d[] DEFAULT '{a}', s over NOT NULL DEFAULT 'x' CHECK (s <> 'q'));"
           "CREATE INDEX ti ON t (s); CREATE VIEW v AS SELECT id, c, s FROM t;";
  };
  const auto rows = "INSERT INTO t VALUES (1, ROW('a', '{b,c}'), '{d}', 'e'), (2, NULL, NULL, 'f')";
  there_and_back(with("") + rows, with("CHECK (VALUE <> 'bad')"));
  there_and_back(with("CHECK (VALUE <> 'bad')") + rows, with("CHECK (VALUE <> 'worse')"));
  there_and_back("CREATE DOMAIN d AS text; CREATE TABLE t (a d[]); INSERT INTO t VALUES ('{a}'), (NULL)",
                 "CREATE DOMAIN d AS text NOT NULL; CREATE TABLE t (a d[])");
  const std::string view = "CREATE TYPE c AS (x d); CREATE MATERIALIZED VIEW m AS SELECT ROW(1)::c AS a;";
  there_and_back("CREATE DOMAIN d AS int; " + view, "CREATE DOMAIN d AS int CHECK (VALUE > 0); " + view);
}

TEST_CASE("a domain with the name of a built-in type is not that type", "[acceptance][plan][domain]") {
  const auto with = [](const std::string& domain) {
    return "CREATE DOMAIN public.\"text\" AS " + domain +
           "; CREATE TABLE t (a pg_catalog.text[], b public.\"text\", c pg_catalog.text);";
  };
  CHECK(there_and_back(with("int") + "INSERT INTO t VALUES ('{a}', 1, 'b')", with("int CHECK (VALUE > 0)")) ==
        "ALTER DOMAIN public.text ADD CONSTRAINT text_check CHECK (VALUE > 0)\n");
  const auto up = there_and_back(with("int") + "INSERT INTO t VALUES ('{a}', 1, 'b')", with("bigint"));
  CHECK(up.find("ALTER TABLE public.t ALTER COLUMN b TYPE public.text\n") != std::string::npos);
}
