#include "postgres/introspect.hpp"

#include <chrono>
#include <thread>

#include "postgres/connection.hpp"
#include "postgres/introspect/reader.hpp"
#include "util/text.hpp"

namespace migrate::postgres {
namespace {

using introspection::Reader;

constexpr int most_tries = 3;

// Of the session for this transaction alone: what printed text depends on, and what would stop or slow down
// long queries.
constexpr const char* settings =
    "SELECT pg_catalog.set_config('search_path', '', true);"
    "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL IntervalStyle = 'postgres';"
    "SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = 'hex'; SET LOCAL quote_all_identifiers = off;"
    "SET LOCAL standard_conforming_strings = on; SET LOCAL lc_monetary = 'C'; SET LOCAL row_security = off;"
    "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SET LOCAL "
    "idle_in_transaction_session_timeout = 0;"
    "SET LOCAL jit = off";

void begin(Connection& connection, const std::string& isolation) {
  connection.execute("BEGIN ISOLATION LEVEL " + isolation + " READ ONLY; " + settings);
}

// What the catalogues hold of the schemas, and when that was seen.
struct Fingerprint {
  std::string text, time;
};

// Counts and sums the transactions that wrote the rows which describe the schemas: every DDL changes one of
// them, and nothing else does (statistics and vacuum write in place). Temporary objects of others are left
// out.
Fingerprint fingerprint(Connection& connection) {
  const std::string schemas =
      "(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')";
  const std::string relations = "(SELECT oid FROM pg_catalog.pg_class WHERE relnamespace IN " + schemas + ")";
  const auto part = [](const std::string& catalogue, const std::string& where) {
    return "SELECT count(*) || ' ' || COALESCE(sum(xmin::text::bigint), 0) FROM pg_catalog." + catalogue +
           " WHERE " + where;
  };
  const std::vector<std::string> parts = {
      part("pg_namespace", "oid IN " + schemas),
      part("pg_extension", "true"),
      part("pg_class", "relnamespace IN " + schemas),
      part("pg_attribute", "attnum > 0 AND attrelid IN " + relations),
      part("pg_attrdef", "adrelid IN " + relations),
      part("pg_constraint", "connamespace IN " + schemas),
      part("pg_index", "indrelid IN " + relations),
      part("pg_inherits", "inhrelid IN " + relations),
      part("pg_sequence", "seqrelid IN " + relations),
      part("pg_type", "typnamespace IN " + schemas),
      part("pg_enum", "true"),
      part("pg_proc", "pronamespace IN " + schemas),
      part("pg_aggregate", "aggfnoid >= 16384"),
      part("pg_trigger", "tgrelid IN " + relations),
      part("pg_event_trigger", "true"),
      part("pg_policy", "true"),
      part("pg_rewrite", "ev_class IN " + relations),
      part("pg_default_acl", "true"),
      part("pg_description", "objoid >= 16384"),
  };
  begin(connection, "READ COMMITTED");
  const Rows rows = connection.query("SELECT pg_catalog.concat_ws(',', (" + join(parts, "), (") +
                                     ")), pg_catalog.clock_timestamp()");
  Fingerprint found{std::string(rows[0].text(0)), std::string(rows[0].text(1))};
  connection.commit();
  return found;
}

catalog::Database read(Connection& connection, const IntrospectOptions& options) {
  catalog::Database database;
  database.server_version = connection.server_version();
  Reader reader{connection, options, database.server_version, database, {}, {}, {}, {}, {}, {}, {}, {},
                {},         {}};
  introspection::read_schemas(reader);
  introspection::read_extensions(reader);
  introspection::read_enum_types(reader);
  introspection::read_domains(reader);
  introspection::read_composite_types(reader);
  introspection::read_range_types(reader);
  introspection::read_tables(reader);
  introspection::read_materialized_views(reader);
  introspection::read_columns(reader);
  introspection::read_sequences(reader);
  introspection::read_indexes(reader);
  introspection::read_constraints(reader);
  introspection::hand_out_indexes(reader);
  introspection::read_table_settings(reader);
  introspection::read_routines(reader);
  introspection::read_refused_bodies(reader);
  introspection::read_views(reader);
  introspection::read_policies(reader);
  introspection::read_rules(reader);
  introspection::read_triggers(reader);
  introspection::read_event_triggers(reader);
  introspection::read_access(reader);
  introspection::read_default_privileges(reader);
  introspection::read_dependencies(reader);
  introspection::read_unhandled(reader);
  database.sort();
  return database;
}

// pg_get_indexdef() and its like look at the catalogues as they are now: an object that the snapshot still
// shows may be gone.
bool is_about_a_lost_object(const Error& error) {
  const std::string& state = error.sqlstate();
  return state == "XX000" || state.starts_with("42") || state == "3F000";
}

// Who changes the schema, as well as can be told.
std::string culprits(Connection& connection, const std::string& since) {
  const std::string text = connection.value(
      "SELECT pg_catalog.string_agg(DISTINCT COALESCE(NULLIF(a.application_name, ''), 'a session') || ' "
      "(user ' || a.usename || "
      "', pid ' || a.pid || ')', ', ') FROM pg_catalog.pg_stat_activity a WHERE a.datname = "
      "current_database() "
      "AND a.pid <> pg_catalog.pg_backend_pid() AND (a.query ~* "
      "'^\\s*(create|alter|drop|comment|reindex)\\M' "
      "AND a.state_change > $1::timestamptz OR EXISTS (SELECT FROM "
      "pg_catalog.pg_locks l "
      "WHERE l.pid = a.pid AND l.locktype = 'relation' AND l.mode IN ('AccessExclusiveLock', "
      "'ShareRowExclusiveLock')))",
      {since});
  return text.empty() ? "another session" : text;
}

}  // namespace

catalog::Database introspect(Session& session, const IntrospectOptions& options) {
  Connection& connection = session.connection();
  std::string started;
  for (int attempt = 1; attempt <= most_tries; ++attempt) {
    if (attempt > 1) std::this_thread::sleep_for(std::chrono::milliseconds(200 * (attempt - 1)));
    const Fingerprint before = fingerprint(connection);
    if (attempt == 1) started = before.time;
    begin(connection, "REPEATABLE READ");
    try {
      catalog::Database database = read(connection, options);
      connection.commit();
      if (fingerprint(connection).text == before.text) return database;
    } catch (const ServerError& error) {
      connection.rollback_quietly();
      // Somebody else's change explains the error; without one it is a mistake of ours, or of the server.
      if (!is_about_a_lost_object(error) || fingerprint(connection).text == before.text) throw;
    } catch (...) {
      connection.rollback_quietly();
      throw;
    }
  }
  throw Error(ExitCode::failed,
              "the schema is being changed by " + culprits(connection, started) + " while it is read",
              "run the command again when that is done");
}

}  // namespace migrate::postgres
