#include "postgres/introspect.hpp"

#include <chrono>
#include <memory>
#include <thread>

#include "postgres/connection.hpp"
#include "postgres/introspect/reader.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::postgres {
namespace {

using introspection::begin_reading, introspection::Reader;

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
    "SET LOCAL jit = off;"
    // A parallel worker begins with empty caches, and takes a processor from those for whom the server runs.
    "SET LOCAL max_parallel_workers_per_gather = 0;"
    // Beyond some thousand tables the usual 4MB have sorts and hashes of the columns go through files.
    "SET LOCAL work_mem = '64MB'";

std::string beginning(const std::string& isolation, const std::string& snapshot = {}) {
  return "BEGIN ISOLATION LEVEL " + isolation + " READ ONLY; " +
         (snapshot.empty() ? "" : "SET TRANSACTION SNAPSHOT " + quote_literal(snapshot) + "; ") + settings;
}

// The transactions that a snapshot has seen end: all before `next`, none from there on; unless some were
// running.
struct Moment {
  std::string next, time;
  bool some_running = false;
  std::string snapshot;  // of a big database, for a second connection
};

// A second connection costs some milliseconds, and the server a process. To count the tables in view would
// take as long as to read them; pg_class has some 130 kB in a new database, and twice that with 200 tables
// and their indexes.
Moment begin(Session& session) {
  const Rows rows = session.connection().execute(
      beginning("REPEATABLE READ") +
      "; SELECT pg_catalog.pg_snapshot_xmax(s), pg_catalog.pg_snapshot_xmin(s) <> "
      "pg_catalog.pg_snapshot_xmax(s), pg_catalog.clock_timestamp(), "
      "CASE WHEN " +
      (session.pooled() ? "false" : "pg_catalog.pg_relation_size('pg_catalog.pg_class') >= 250000") +
      " THEN pg_catalog.pg_export_snapshot() END FROM pg_catalog.pg_current_snapshot() s");
  const Row row = rows[0];
  return {std::string(row.text(0)), std::string(row.text(2)), row.boolean(1), std::string(row.text(3))};
}

// Whether no transaction of this server has written anything since that moment. To be asked once in a
// transaction: age() counts from the transaction that is the next when it is first called.
bool nothing_written_since(Connection& connection, const Moment& since) {
  if (since.some_running) return false;
  return connection.value("SELECT pg_catalog.age(($1::xid8)::xid)", {since.next}) == "0";
}

// Counts and sums the transactions that wrote the rows which describe the schemas: every DDL changes one of
// them, and nothing else does (statistics and vacuum write in place). Temporary objects of others are left
// out.
std::string fingerprint(Connection& connection) {
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
  return connection.value("SELECT pg_catalog.concat_ws(',', (" + join(parts, "), (") + "))");
}

std::string fingerprint_now(Connection& connection) {
  begin_reading(connection, "READ COMMITTED");
  auto found = fingerprint(connection);
  connection.commit();
  return found;
}

// In the order in which they are needed, but for the last ones: the first connection begins at the end.
std::vector<introspection::Query> long_queries(const Reader& reader) {
  std::vector<introspection::Query> out{
      introspection::present_query(reader),       introspection::expression_query(reader),
      introspection::index_query(reader),         introspection::constraint_query(reader),
      introspection::table_setting_query(reader), introspection::unhandled_query(reader),
      introspection::key_setting_query(reader)};
  if (reader.options.dependencies) out.push_back(introspection::dependency_query(reader));
  return out;
}

// What grew one by one takes up to twice its room.
void shrink(catalog::Database& database) {
  database.tables.shrink_to_fit();
  for (auto& table : database.tables) {
    table.columns.shrink_to_fit();
    table.constraints.shrink_to_fit();
    table.indexes.shrink_to_fit();
  }
}

catalog::Database read(Session& session, const IntrospectOptions& options, const std::string& snapshot) {
  Connection& connection = session.connection();
  catalog::Database database;
  database.server_version = connection.server_version();
  Reader reader{connection, options, database.server_version, database};
  if (!snapshot.empty()) reader.ahead = std::make_unique<introspection::Ahead>(session.options(), snapshot);
  introspection::read_schemas(reader);
  if (reader.ahead) reader.ahead->ask(long_queries(reader));
  introspection::read_tables(reader);
  introspection::read_columns(reader);
  const auto present = introspection::read_present(reader);
  if (present.extensions) introspection::read_extensions(reader);
  if (present.type('e')) introspection::read_enum_types(reader);
  if (present.type('d')) introspection::read_domains(reader);
  if (present.relation('c')) introspection::read_composite_types(reader);
  if (present.type('r')) introspection::read_range_types(reader);
  if (present.relation('m')) introspection::read_materialized_views(reader);
  introspection::read_expressions(reader);
  if (present.relation('S')) introspection::read_sequences(reader);
  introspection::read_indexes(reader);
  introspection::read_constraints(reader);
  introspection::hand_out_indexes(reader);
  shrink(database);
  introspection::read_table_settings(reader);
  if (present.routines) introspection::read_routines(reader);
  introspection::read_refused_bodies(reader);
  if (present.relation('v')) introspection::read_views(reader);
  if (present.policies) introspection::read_policies(reader);
  if (present.rules) introspection::read_rules(reader);
  if (present.triggers) introspection::read_triggers(reader);
  if (present.event_triggers) introspection::read_event_triggers(reader);
  introspection::read_access(reader);
  introspection::read_default_privileges(reader);
  if (options.dependencies) introspection::read_dependencies(reader);
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

void introspection::begin_reading(Connection& connection, const std::string& isolation,
                                  const std::string& snapshot) {
  connection.execute(beginning(isolation, snapshot));
}

catalog::Database introspect(Session& session, const IntrospectOptions& options) {
  Connection& connection = session.connection();
  std::string started;
  for (int attempt = 1; attempt <= most_tries; ++attempt) {
    std::string
        before;  // of the first attempt only if it is needed: on a quiet server nothing can have changed
    if (attempt > 1) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200 * (attempt - 1)));
      before = fingerprint_now(connection);
    }
    const auto start = begin(session);
    if (attempt == 1) started = start.time;
    try {
      catalog::Database database = read(session, options, start.snapshot);
      const bool quiet = nothing_written_since(connection, start);
      if (!quiet && before.empty()) before = fingerprint(connection);  // this snapshot has seen nothing since
      connection.commit();
      if (quiet || fingerprint_now(connection) == before) return database;
    } catch (const ServerError& error) {
      connection.rollback_quietly();
      // Somebody else's change explains the error; without one it is a mistake of ours, or of the server.
      if (!is_about_a_lost_object(error)) throw;
      begin_reading(connection, "READ COMMITTED");
      const bool quiet = nothing_written_since(connection, start);
      connection.commit();
      if (quiet || (!before.empty() && fingerprint_now(connection) == before)) throw;
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
