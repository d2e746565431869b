// Functions, procedures, aggregates, and what calls them.
#include "tests/support/random_statements.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::test {

using catalog::Kind;

std::string RandomStatements::attributes() {
  std::string out;
  if (chance(25)) out += " STABLE";
  if (chance(15)) out += " STRICT";
  if (chance(15)) out += " SECURITY DEFINER";
  if (chance(15)) out += " PARALLEL SAFE";
  if (chance(15)) out += " COST " + std::to_string(below(50) + 2);
  if (chance(10)) out += " LEAKPROOF";
  if (chance(10)) out += " SET search_path TO 'public', 'pg temp'";
  if (chance(10)) out += " SET work_mem TO '8MB'";
  return out;
}

std::string RandomStatements::create_routine(const Database& database) {
  // Sometimes the name of another, with other arguments.
  const std::string name =
      !database.routines.empty() && chance(20) ? any(database.routines).name.sql() : fresh(database);
  const std::string type = random_type(database), other = random_type(database);
  const std::string start = "CREATE FUNCTION " + name;
  const auto tables = relations(database, false);
  switch (below(13)) {
    case 0:
      return start + "(\"The x\" " + type +
             ") RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 IS NULL OR "
             "$1 IS NOT NULL $$";
    case 1:
      return start + "() RETURNS " + type + " LANGUAGE sql" + attributes() + " AS " +
             quote_literal("SELECT " + value(database, type));
    case 2:
      return start + "(a " + type + ", b " + other + " DEFAULT " + value(database, other) + ") RETURNS " +
             type + " LANGUAGE plpgsql" + attributes() +
             " AS $body$\nBEGIN\n  -- it's\n  RETURN a;\nEND\n$body$";
    case 3:
      return start + "(" + type + ", OUT x " + type + ", OUT \"Y\" " + other + ") LANGUAGE sql" +
             attributes() + " AS $$ SELECT $1, NULL::" + other + " $$";
    case 4:
      return start + "(n integer DEFAULT 3) RETURNS TABLE(a integer, \"B\" " + type +
             ") LANGUAGE sql ROWS 12" + attributes() + " AS $$ SELECT n, NULL::" + type + " $$";
    case 5:
      return start +
             "(VARIADIC all_of integer[]) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM "
             "unnest(all_of) $$";
    case 6:
    case 7:
      return start + "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$";
    case 8:
      if (version_ < 140000) return {};
      return start + "(a " + type + ") RETURNS " + type + " LANGUAGE sql" + attributes() +
             one_of({" RETURN a", " BEGIN ATOMIC SELECT a; END"});
    case 9: {
      if (tables.empty()) return {};
      const Relation& from = any(tables);
      const bool atomic = version_ >= 140000 && chance(60);
      // Not its columns: one that comes back later stands elsewhere.
      const std::string body = "SELECT s FROM " + from.name.sql() + " s";
      return start + "() RETURNS SETOF " + from.name.sql() + " LANGUAGE sql" + attributes() +
             (atomic ? " BEGIN ATOMIC " + body + "; END" : " AS " + dollar_quote(body));
    }
    case 10: {
      if (tables.empty()) return {};
      const Relation& from = any(tables);
      const std::string body =
          "SELECT count(*) FROM " + from.name.sql() + " s WHERE " + condition(database, from, "s.");
      const bool atomic = version_ >= 140000 && chance(60);
      return start + "(a " + type + " DEFAULT NULL) RETURNS bigint LANGUAGE sql STABLE" +
             (atomic ? " BEGIN ATOMIC " + body + "; END" : " AS " + dollar_quote(body));
    }
    case 11: {
      const auto only = relations(database, true);
      if (only.empty()) return {};
      const std::string body = "DELETE FROM " + any(only).name.sql() + " WHERE false";
      const bool atomic = version_ >= 140000 && chance(50);
      return "CREATE PROCEDURE " + name + "(INOUT x " + type + ", y " + other + " DEFAULT NULL) LANGUAGE " +
             (atomic ? "sql BEGIN ATOMIC " + body + "; SELECT x; END"
                     : "plpgsql AS " + dollar_quote("BEGIN " + body + "; END"));
    }
    default:
      return start + "(r " + (tables.empty() ? type : any(tables).name.sql()) +
             ") RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT r::text $$";
  }
}

std::string RandomStatements::create_aggregate(const Database& database) {
  const std::string type = random_type(database), state = fresh(database), name = fresh(database);
  return "CREATE FUNCTION " + state + "(" + type + ", " + type + ") RETURNS " + type +
         " LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce($1, $2) $$; CREATE AGGREGATE " + name + "(" + type +
         ") (SFUNC = " + state + ", STYPE = " + type + (chance(30) ? ", PARALLEL = SAFE" : "") +
         (chance(30) ? ", COMBINEFUNC = " + state : "") + ")" +
         (chance(30) ? "; COMMENT ON AGGREGATE " + name + "(" + type + ") IS 'first'" : "");
}

// In a default, a check, an index, a generated column, a domain, a policy, a view, a trigger's WHEN.
std::string RandomStatements::use_routine(const Database& database) {
  const auto tables = relations(database, true);
  if (database.routines.empty() || tables.empty()) return {};
  const auto& routine = any(database.routines);
  const Relation& table = any(tables);
  const std::string head = "ALTER TABLE " + table.name.sql() + " ", name = routine.name.sql();
  if (routine.kind == Kind::aggregate)
    return "CREATE VIEW " + fresh(database) + " AS SELECT " + name + "(NULL::" + routine.arguments[0].type +
           ") AS a FROM " + table.name.sql();
  if (routine.kind == Kind::procedure) return {};
  if (routine.returns == "trigger") return create_trigger(database);
  const bool callable = routine.arguments.empty() || !routine.arguments[0].default_value.empty();
  if (callable && !routine.returns_set) {
    if (chance(40))
      return head + "ADD " + quote_identifier(fresh_name()) + " " + routine.returns + " DEFAULT " + name +
             "()";
    for (std::size_t at = 0; at < table.columns.size(); ++at)
      if (table.types[at] == routine.returns)
        return head + "ALTER " + quote_identifier(table.columns[at]) + " SET DEFAULT " + name + "()";
  }
  if (routine.returns == "boolean" && routine.arguments.size() == 1) {
    const auto& type = routine.arguments[0].type;
    for (const auto& each : tables)
      for (std::size_t at = 0; at < each.columns.size(); ++at) {
        if (each.types[at] != type) continue;
        const std::string call = name + "(" + quote_identifier(each.columns[at]) + ")";
        const std::string alter = "ALTER TABLE " + each.name.sql() + " ADD ";
        switch (below(5)) {
          case 0:
            return alter + "CONSTRAINT " + quote_identifier(fresh_name()) + " CHECK (" + call + ")";
          case 1:
            return "CREATE INDEX " + quote_identifier(fresh_name()) + " ON " + each.name.sql() + " (" + call +
                   ")";
          case 2:
            return alter + quote_identifier(fresh_name()) + " boolean GENERATED ALWAYS AS (" + call +
                   ") STORED";
          case 3:
            return "CREATE POLICY " + quote_identifier(fresh_name()) + " ON " + each.name.sql() + " USING (" +
                   call + ")";
          default:
            return "CREATE DOMAIN " + fresh(database) + " AS " + type + " CHECK (" + name + "(VALUE))";
        }
      }
  }
  return "CREATE VIEW " + fresh(database) + " AS " + query(database);
}

std::string RandomStatements::change_routine(const Database& database) {
  if (database.routines.empty()) return {};
  const auto& routine = any(database.routines);
  const std::string head =
      "ALTER " + std::string(catalog::sql_kind(routine.kind)) + " " + routine.id().sql() + " ";
  if (routine.kind == Kind::aggregate) return comment(routine.id());
  switch (below(9)) {
    case 0:
      return comment(routine.id());
    case 1:
      return head + one_of({"SECURITY DEFINER", "SECURITY INVOKER"});
    case 2:
      return head + one_of({"VOLATILE", "STABLE", "IMMUTABLE"});
    case 3:
      return head + one_of({"STRICT", "CALLED ON NULL INPUT", "PARALLEL SAFE", "COST 77", "NOT LEAKPROOF"});
    case 4:
      return head + one_of({"SET work_mem TO '9MB'", "RESET ALL", "SET search_path TO \"a b\", public"});
    case 5: {
      // Another body, or another result; what uses it may be in the way.
      std::vector<std::string> arguments;
      for (const auto& each : routine.arguments) {
        if (!each.mode.empty()) return {};
        arguments.push_back(
            quote_identifier(each.name.empty() ? "p" + std::to_string(arguments.size()) : each.name) + " " +
            each.type + (each.default_value.empty() ? "" : " DEFAULT " + each.default_value));
      }
      if (routine.kind != Kind::function || routine.returns_set) return {};
      const std::string rest = "FUNCTION " + routine.name.sql() + "(" + join(arguments, ", ") + ") RETURNS ";
      if (routine.returns == "trigger")
        return "CREATE OR REPLACE " + rest +
               "trigger LANGUAGE plpgsql AS $$ BEGIN RETURN coalesce(NEW, OLD); END $$";
      if (routine.returns == "event_trigger") return {};
      if (chance(60))
        return "CREATE OR REPLACE " + rest + routine.returns + " LANGUAGE " +
               one_of({"sql AS 'SELECT NULL::", "sql IMMUTABLE AS 'SELECT NULL::"}) + routine.returns + "'";
      return "DROP FUNCTION " + routine.id().sql() + (chance(60) ? " CASCADE" : "") + "; CREATE " + rest +
             "text LANGUAGE sql IMMUTABLE AS $$ SELECT 'other' $$";
    }
    case 6:
      return "ALTER " + std::string(catalog::sql_kind(routine.kind)) + " " + routine.id().sql() +
             " RENAME TO " + quote_identifier(fresh_name());
    case 7: {
      // An argument more: another function.
      return use_routine(database);
    }
    default:
      return create_routine(database);
  }
}

}  // namespace migrate::test
