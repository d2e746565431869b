#include "postgres/session_sql.hpp"

#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::postgres {

// Never DISCARD ALL: it would let the advisory lock go.
const Statements& undo_session() {
  static const Statements out{"RESET SESSION AUTHORIZATION",
                              "RESET ROLE",
                              "RESET ALL",
                              "CLOSE ALL",
                              "UNLISTEN *",
                              "DEALLOCATE ALL",
                              "DISCARD TEMP"};
  return out;
}

// No time limit of the role's hits the others; the last of them are not in every major version.
Statements our_settings(std::optional<int> server_version) {
  Statements out{"SET statement_timeout = 0",
                 "SET default_transaction_read_only = off",
                 "SET default_transaction_isolation = 'read committed'",
                 "SET default_transaction_deferrable = off",
                 "SET lock_timeout = 0",
                 "SET idle_in_transaction_session_timeout = 0"};
  if (!server_version) {
    out.emplace_back(
        "DO $$ BEGIN PERFORM pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name "
        "OPERATOR(pg_catalog.=) ANY ('{idle_session_timeout,transaction_timeout}'::pg_catalog.text[]); END "
        "$$");
    return out;
  }
  if (*server_version >= 140000) out.emplace_back("SET idle_session_timeout = 0");
  if (*server_version >= 170000) out.emplace_back("SET transaction_timeout = 0");
  return out;
}

const Statements& pinned_settings() {
  static const Statements out{"SET TimeZone = 'UTC'",
                              "SET DateStyle = 'ISO, MDY'",
                              "SET IntervalStyle = 'postgres'",
                              "SET extra_float_digits = 3",
                              "SET bytea_output = 'hex'",
                              "SET quote_all_identifiers = off",
                              "SET standard_conforming_strings = on",
                              "SET row_security = off",
                              "SET client_encoding = 'UTF8'"};
  return out;
}

std::string set_sql(const std::string& name, const std::string& value) {
  const auto dot = name.find('.');
  return "SET " + qualified(name.substr(0, dot), name.substr(dot + 1)) + " = " + quote_literal(value);
}

Statements for_transaction(const Statements& settings) {
  Statements out;
  for (const auto& statement : settings)
    out.push_back(statement.starts_with("SET ") ? "SET LOCAL " + statement.substr(4)
                                                : replace_all(statement, ", false)", ", true)"));
  return out;
}

const Statements& as_ourselves() {
  static const Statements out{"RESET SESSION AUTHORIZATION", "RESET ROLE",
                              "SET LOCAL search_path = pg_catalog", "SET LOCAL statement_timeout = 0",
                              "SET LOCAL client_encoding = 'UTF8'"};
  return out;
}

const std::string& check_deferred() {
  static const std::string out = R"(DO $migrate$
DECLARE
  names text; again text;
BEGIN
  SELECT pg_catalog.string_agg(DISTINCT name, ', '),
         pg_catalog.string_agg(DISTINCT name, ', ') FILTER (WHERE condeferred AND NOT ambiguous)
  INTO names, again
  FROM (SELECT pg_catalog.format('%I.%I', n.nspname, c.conname) AS name, c.condeferred,
          EXISTS (SELECT FROM pg_catalog.pg_constraint o
            WHERE o.connamespace OPERATOR(pg_catalog.=) c.connamespace
              AND o.conname OPERATOR(pg_catalog.=) c.conname AND NOT o.condeferrable) AS ambiguous
        FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_namespace n
          ON n.oid OPERATOR(pg_catalog.=) c.connamespace
        WHERE c.condeferrable AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')) AS known;
  IF names IS NOT NULL THEN
    EXECUTE pg_catalog.format('SET CONSTRAINTS %s IMMEDIATE', names);
  END IF;
  IF again IS NOT NULL THEN
    EXECUTE pg_catalog.format('SET CONSTRAINTS %s DEFERRED', again);
  END IF;
END $migrate$)";
  return out;
}

std::string text_of(const Statements& statements) { return join(statements, ";"); }

}  // namespace migrate::postgres
