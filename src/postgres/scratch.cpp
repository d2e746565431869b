#include "postgres/scratch.hpp"

#include <algorithm>
#include <random>
#include <string_view>

#include "postgres/connection.hpp"
#include "util/quote.hpp"

namespace migrate::postgres {
namespace {

constexpr std::size_t statements_in_a_transaction = 200;

// Any number that other programs are not likely to lock in a database of ours.
constexpr const char* role_lock = "7236121580146391137";

// The comment of a role that we made: it tells those that we may drop.
constexpr const char* role_mark = "made by migrate for scratch databases";

std::string random_hex() {
  std::random_device source;
  std::string out;
  for (int i = 0; i < 12; ++i) out += "0123456789abcdef"[source() % 16];
  return out;
}

// Drops what runs left behind that were killed. A database that is in use is locked by whom it serves; one
// that was only just created may not be locked yet, so the time in its name (the server's) counts too.
void sweep(Connection& server) {
  const Rows leftovers = server.query(
      "SELECT d.datname FROM pg_catalog.pg_database d WHERE d.datname ~ '^migrate_scratch_[0-9]+_[0-9a-f]+$' "
      "AND pg_catalog.pg_has_role(d.datdba, 'USAGE') "
      "AND pg_catalog.split_part(d.datname, '_', 3)::bigint < extract(epoch FROM pg_catalog.now())::bigint - "
      "600 "
      "AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.database = "
      "d.oid)");
  for (const Row row : leftovers) {
    try {
      server.execute("DROP DATABASE IF EXISTS " + quote_identifier(row.text(0)));
    } catch (const ServerError&) {
      // Somebody is in it, or was faster.
    }
  }
}

// Encoding and locale of the database that `server` is connected to: sort order and letters mean the same in
// ours.
std::string same_locale(Connection& server) {
  const int version = server.server_version();
  const std::string provider = version >= 150000 ? "datlocprovider" : "'c'";
  const std::string locale = version >= 170000 ? "datlocale" : version >= 150000 ? "daticulocale" : "NULL";
  const Rows rows = server.query(
      "SELECT pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype, " + provider + ", " + locale +
      " FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()");
  const Row row = rows[0];
  const auto literal = [&row](int column) { return quote_literal(row.text(column)); };
  std::string out = " ENCODING " + literal(0) + " LC_COLLATE " + literal(1) + " LC_CTYPE " + literal(2);
  if (row.text(3) == "i") out += " LOCALE_PROVIDER icu ICU_LOCALE " + literal(4);
  if (row.text(3) == "b") out += " LOCALE_PROVIDER builtin BUILTIN_LOCALE " + literal(4);
  return out;
}

void create(Connection& server, const std::string& name) {
  const std::string sql = "CREATE DATABASE " + quote_identifier(name) + " TEMPLATE template0";
  try {
    try {
      server.execute(sql + same_locale(server));
    } catch (const ServerError& error) {
      if (error.sqlstate() == "42501") throw;
      // An operating system that has been upgraded may no longer have the locale; the default one is the next
      // best.
      server.execute(sql);
    }
  } catch (const ServerError& error) {
    const bool forbidden = error.sqlstate() == "42501";
    throw Error(
        ExitCode::failed,
        "cannot create a scratch database on " + server.host() + " as " + server.user() + ": " + error.what(),
        forbidden ? "ALTER ROLE " + quote_identifier(server.user()) +
                        " CREATEDB, or set [scratch] url to a server on which databases may be made"
                  : error.hint());
  }
}

ConnectOptions options_for(const ConnectOptions& server, const std::string& database) {
  Connection::ConnectParameters parameters = Connection::parse(server.url);
  const auto same = [](const auto& parameter) { return parameter.first == "dbname"; };
  parameters.erase(std::remove_if(parameters.begin(), parameters.end(), same), parameters.end());
  parameters.emplace_back("dbname", database);
  ConnectOptions options = server;
  options.url = Connection::text(parameters);
  options.keeps_sessions = true;  // nobody else is in that database
  return options;
}

}  // namespace

struct ScratchDatabase::State {
  Session server;
  std::string name;
  ConnectOptions where, options;
  std::unique_ptr<Session> session;
  bool made_roles = false;

  explicit State(const ConnectOptions& given) : server(given), where(given) {
    Connection& connection = server.connection();
    sweep(connection);
    name = "migrate_scratch_" + connection.value("SELECT extract(epoch FROM pg_catalog.now())::bigint") +
           "_" + random_hex();
    options = options_for(where, name);
    create(connection, name);
    try {
      session = std::make_unique<Session>(options);
      session->connection().execute(
          "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;"
          "SET default_transaction_read_only = off; SET synchronous_commit = off; SET client_min_messages = "
          "warning");
      session->connection().query("SELECT pg_catalog.pg_advisory_lock(" + std::string(role_lock) + ")");
    } catch (...) {
      drop();
      throw;
    }
  }
  ~State() { drop(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void drop() noexcept {
    session.reset();
    try {
      server.connection().execute("DROP DATABASE IF EXISTS " + quote_identifier(name) + " WITH (FORCE)");
    } catch (const std::exception&) {
      // The server is gone, or somebody else dropped it; the next run sweeps it away.
    }
    if (made_roles) drop_roles();
  }

  // One that another scratch database still needs stays until that goes.
  void drop_roles() noexcept {
    try {
      for (const Row row : server.connection().query("SELECT rolname FROM pg_catalog.pg_roles WHERE "
                                                     "pg_catalog.shobj_description(oid, 'pg_authid') = $1",
                                                     {role_mark}))
        try {
          server.connection().execute("DROP ROLE IF EXISTS " + quote_identifier(row.text(0)));
        } catch (const ServerError&) {
        }
    } catch (const std::exception&) {
      // The server is gone.
    }
  }
};

ScratchDatabase::ScratchDatabase(const ConnectOptions& server) : state_(std::make_unique<State>(server)) {}
ScratchDatabase::~ScratchDatabase() = default;

Session& ScratchDatabase::session() { return *state_->session; }
const ConnectOptions& ScratchDatabase::options() const { return state_->options; }
const ConnectOptions& ScratchDatabase::server() const { return state_->where; }

std::vector<std::string> ScratchDatabase::missing_roles(const std::vector<std::string>& names) {
  std::vector<std::string> missing;
  for (const auto& name : names)
    if (state_->server.connection()
            .query("SELECT FROM pg_catalog.pg_roles WHERE rolname = $1", {name})
            .empty())
      missing.push_back(name);
  return missing;
}

void ScratchDatabase::make_roles(const std::vector<std::string>& names) {
  Connection& connection = state_->server.connection();
  for (const auto& name : missing_roles(names)) {
    const std::string role = quote_identifier(name);
    state_->made_roles = true;
    try {
      connection.execute("CREATE ROLE " + role + " NOLOGIN; COMMENT ON ROLE " + role + " IS " +
                         quote_literal(role_mark));
    } catch (const ServerError& error) {
      if (error.sqlstate() != "42710" && error.sqlstate() != "23505") throw;  // somebody else was faster
    }
  }
}

void ScratchDatabase::build(const std::vector<std::string>& statements,
                            const std::vector<std::string>& search_path) {
  Connection& connection = state_->session->connection();
  state_->session->set_search_path(search_path);
  // A routine's body may be one that the server would refuse (a dump does not ask): what it is made of
  // matters here, not whether it runs.
  constexpr std::string_view check_again = "RESET check_function_bodies";
  connection.execute("SET check_function_bodies = off");
  for (std::size_t start = 0; start < statements.size(); start += statements_in_a_transaction) {
    const std::size_t end = std::min(start + statements_in_a_transaction, statements.size());
    std::size_t at = start;
    connection.begin();
    try {
      for (; at < end; ++at)
        if (statements[at] != check_again) connection.query(statements[at]);
      connection.commit();
    } catch (const ServerError& error) {
      connection.rollback_quietly();
      // A deferred constraint speaks up at COMMIT: the last statement is as near as can be told.
      throw BuildError(static_cast<const Error&>(error), std::min(at, end - 1));
    }
  }
  connection.execute(std::string(check_again));
}

}  // namespace migrate::postgres
