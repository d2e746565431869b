#include "postgres/lease.hpp"

#include <array>
#include <random>

#include "postgres/connection.hpp"
#include "postgres/interrupt.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::postgres {
namespace {

constexpr std::chrono::seconds renewal{5};
constexpr std::string_view write = "ISOLATION LEVEL READ COMMITTED READ WRITE";

std::string new_token() {
  std::random_device random;
  std::string out;
  for (int i = 0; i < 8; ++i) {
    std::array<char, 9> part{};
    std::snprintf(part.data(), part.size(), "%08x", random());
    out += part.data();
  }
  return out;
}

bool exists(Connection& connection, const BookkeepingNames& names) {
  return !connection
              .query(
                  "SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                  " WHERE n.nspname = $1 AND c.relname = $2",
                  {names.schema, names.lease_table()})
              .empty();
}

// Who has a lease that still runs; empty: nobody.
std::string live_holder(Connection& connection, const std::string& table) {
  const auto rows = connection.query(
      "SELECT holder, to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),"
      " ceil(extract(epoch FROM expires_at - pg_catalog.clock_timestamp()))::integer"
      " FROM " +
      table + " WHERE token <> '' AND expires_at > pg_catalog.clock_timestamp()");
  if (rows.empty()) return {};
  return "the lease of " + std::string(rows[0].text(0)) + " since " + std::string(rows[0].text(1)) +
         " UTC, which ends in " + std::string(rows[0].text(2)) + " s unless it is renewed";
}

// The row, for changing its token; none while a step is at work under it.
bool lock_lease(Connection& connection, const std::string& table) {
  return !connection.query("SELECT FROM " + table + " FOR UPDATE SKIP LOCKED").empty();
}

constexpr const char* unfinished_step = "a step that is still at work under a lease that has ended";

// A parameter of a statement through a pooler must not depend on a setting: seconds as a number.
std::string until() {
  return "pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => " +
         std::to_string(Lease::duration.count()) + ")";
}

}  // namespace

Lease::Lease(Session& session, const ConnectOptions& options, const BookkeepingNames& names,
             std::chrono::milliseconds wait, const std::string& who, const OnWait& on_wait)
    : session_(session),
      options_(options),
      names_(names),
      table_(qualified(names.schema, names.lease_table())),
      token_(new_token()),
      who_(who) {
  wait_for_lock(names_, wait, on_wait, [&](std::string& holder) {
    try {
      return attempt(holder);
    } catch (...) {
      session_.connection().rollback_quietly();
      throw;
    }
  });
  thread_ = std::thread([this] { keep_alive(); });
}

Lease::~Lease() {
  {
    const std::lock_guard hold(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  auto& connection = session_.connection();
  try {
    connection.rollback_quietly();
    session_.begin(write);
    connection.query("UPDATE " + table_ + " SET token = '' WHERE token = $1", {token_});
    connection.commit();
  } catch (const Error&) {
    // The connection is gone; the lease ends by itself.
  }
}

bool Lease::attempt(std::string& holder) {
  auto& connection = session_.connection();
  // A look that disturbs nobody, before anything is locked.
  if (exists(connection, names_)) {
    holder = live_holder(connection, table_);
    if (!holder.empty()) return false;
  }
  session_.begin(write);
  const auto give_up = [&](const std::string& who) {
    connection.rollback();
    holder = who;
    return false;
  };
  // Against a runner with a session of its own, and against another that makes the table.
  if (!connection
           .query("SELECT pg_catalog.pg_try_advisory_xact_lock($1)", {std::to_string(lock_key(names_))})[0]
           .boolean(0))
    return give_up(AdvisoryLock::holder(connection, names_));
  if (const auto who = AdvisoryLock::second_holder(connection, names_); !who.empty()) return give_up(who);
  if (!exists(connection, names_)) {
    try {
      if (connection.query("SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1", {names_.schema}).empty())
        connection.execute("CREATE SCHEMA " + quote_identifier(names_.schema));
      connection.execute(
          "CREATE TABLE " + table_ +
          " (token text PRIMARY KEY, holder text NOT NULL, since timestamptz NOT NULL,"
          " expires_at timestamptz NOT NULL, one boolean NOT NULL UNIQUE DEFAULT true CHECK (one));"
          "REVOKE ALL ON TABLE " +
          table_ + " FROM PUBLIC; INSERT INTO " + table_ +
          " VALUES ('', '', pg_catalog.now(), pg_catalog.now())");
    } catch (const ServerError& error) {
      if (error.sqlstate() != "42501") throw;
      const auto schema = quote_identifier(names_.schema);
      throw std::move(Error(ExitCode::failed,
                            "the role " + session_.user() + " may not create " + table_ + ": " + error.what(),
                            "GRANT USAGE, CREATE ON SCHEMA " + schema + " TO " +
                                quote_identifier(session_.user()) +
                                ", or name another schema in [migrations] schema"))
          .sqlstate(error.sqlstate());
    }
  }
  if (const auto who = live_holder(connection, table_); !who.empty()) return give_up(who);
  if (!lock_lease(connection, table_)) return give_up(unfinished_step);
  // Once the row is locked nobody can have renewed it; until then the old holder could.
  if (const auto who = live_holder(connection, table_); !who.empty()) return give_up(who);
  connection.query(
      "UPDATE " + table_ +
          " SET token = $1, holder = $2, since = pg_catalog.clock_timestamp(), expires_at = " + until(),
      {token_, who_});
  connection.commit();
  return true;
}

LeaseSql lease_sql(const BookkeepingNames& names) {
  const auto table = qualified(names.schema, names.lease_table());
  return {"UPDATE " + table + " SET token = '' WHERE token = (SELECT token FROM " + table +
              " WHERE token <> '' AND expires_at <= pg_catalog.clock_timestamp() FOR UPDATE SKIP LOCKED)",
          "SELECT holder FROM " + table + " WHERE token <> ''"};
}

bool Lease::take_away(Connection& connection, const BookkeepingNames& names, std::string& holder) {
  if (!exists(connection, names)) return true;
  const auto sql = lease_sql(names);
  const auto table = qualified(names.schema, names.lease_table());
  // A look that disturbs nobody.
  if (connection.query(sql.held).empty()) return true;
  holder = live_holder(connection, table);
  if (!holder.empty()) return false;
  connection.begin(write);
  try {
    connection.execute(sql.end_old);
    const bool free = connection.query(sql.held).empty();
    if (!free) holder = live_holder(connection, table);
    if (!free && holder.empty()) holder = unfinished_step;
    connection.commit();
    return free;
  } catch (...) {
    connection.rollback_quietly();
    throw;
  }
}

std::string Lease::holder(Connection& asking, const BookkeepingNames& names) {
  return exists(asking, names) ? live_holder(asking, qualified(names.schema, names.lease_table()))
                               : std::string();
}

// A step has the row locked against a change of its token.
bool Lease::at_work(Session& asking) const {
  asking.begin(write);
  const bool free = lock_lease(asking.connection(), table_);
  asking.connection().rollback();
  return !free;
}

std::string Lease::held_sql() const {
  return "EXISTS (SELECT FROM " + table_ + " WHERE token = " + quote_literal(token_) + " FOR KEY SHARE)";
}

void Lease::enter(Connection& connection) const {
  if (!connection.query("SELECT " + held_sql())[0].boolean(0)) throw lost();
}

Error Lease::lost() const {
  return {ExitCode::failed, "this run does not hold its lease any more",
          "it was not renewed for more than " + std::to_string(duration.count()) +
              " s, and another runner took over: see `migrate log`"};
}

bool Lease::renew(Session& session) const {
  session.begin(write);
  const auto hit = session.connection().query(
      "UPDATE " + table_ + " SET expires_at = " + until() + " WHERE token = $1", {token_});
  session.connection().commit();
  return hit.affected() == 1;
}

void Lease::keep_alive() noexcept {
  std::unique_ptr<Session> own;
  std::unique_lock hold(mutex_);
  while (!wake_.wait_for(hold, renewal, [this] { return ended_; })) {
    hold.unlock();
    try {
      if (!own) own = std::make_unique<Session>(options_);
      if (!renew(*own)) return;  // taken over: the next step finds out
    } catch (const Error&) {
      own.reset();  // tried again, over another connection
    }
    hold.lock();
  }
}

}  // namespace migrate::postgres
