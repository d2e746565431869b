#include "postgres/lock.hpp"

#include <algorithm>
#include <random>

#include "postgres/connection.hpp"
#include "postgres/interrupt.hpp"
#include "postgres/lease.hpp"
#include "util/sha256.hpp"
#include "util/text.hpp"

namespace migrate::postgres {
namespace {

// A bigint key is shown in pg_locks as two halves with objsubid 1.
constexpr const char* lock_row =
    "FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
    " AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())"
    " AND ((classid::bigint << 32) | objid::bigint) = $1::bigint";

std::int64_t key_of(const std::string& use, const BookkeepingNames& names) {
  const auto digits = sha256(use + "\n" + names.schema + "\n" + names.version_table).substr(0, 16);
  return static_cast<std::int64_t>(std::stoull(digits, nullptr, 16));
}

bool is_lost(const Connection& connection) {
  return connection.transaction_status() == TransactionStatus::unknown;
}

std::string holder_of(Connection& asking, std::int64_t key) {
  const auto pid = asking.value(std::string("SELECT pid ") + lock_row + " LIMIT 1", {std::to_string(key)});
  return pid.empty() ? std::string() : describe_backend(asking, std::stoi(pid));
}

bool holds(Connection& asking, std::int64_t key, int pid) {
  return !asking
              .query(std::string("SELECT pid ") + lock_row + " AND pid = $2::int",
                     {std::to_string(key), std::to_string(pid)})
              .empty();
}

std::string beside(const std::string& version_table, const std::string& name) {
  constexpr std::string_view ending = "version";
  if (version_table.ends_with(ending))
    return version_table.substr(0, version_table.size() - ending.size()) + name;
  return version_table + "_" + name;
}

std::string seconds(std::chrono::milliseconds time) {
  const auto tenths = (time.count() + 50) / 100;
  return std::to_string(tenths / 10) + (tenths % 10 != 0 ? "." + std::to_string(tenths % 10) : "") + " s";
}

}  // namespace

// Advisory locks belong to a database already; the key tells version tables of one database apart.
std::int64_t lock_key(const BookkeepingNames& names) { return key_of("migrate advisory lock", names); }
std::int64_t second_key(const BookkeepingNames& names) { return key_of("migrate second lock", names); }

std::string lock_held_sql(const std::string& key, const std::string& pid) {
  return "SELECT " + replace_all(lock_row, "$1", key) + (pid.empty() ? "" : " AND pid = " + pid);
}

std::string BookkeepingNames::log_table() const { return beside(version_table, "log"); }
std::string BookkeepingNames::lease_table() const { return beside(version_table, "lease"); }

std::string describe_backend(Connection& asking, int pid) {
  const auto rows = asking.query(
      "SELECT application_name, coalesce(nullif(client_hostname, ''), host(client_addr), 'the socket'), "
      "usename,"
      " to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), coalesce(state, ''), query"
      " FROM pg_catalog.pg_stat_activity WHERE pid = $1",
      {std::to_string(pid)});
  std::string out = "process " + std::to_string(pid);
  if (rows.empty()) return out;
  const auto row = rows[0];
  out += " (" + (row.text(0).empty() ? "unnamed" : std::string(row.text(0))) + " on " +
         std::string(row.text(1)) + " as " + std::string(row.text(2)) + ", connected since " +
         std::string(row.text(3)) + " UTC";
  if (!row.text(4).empty()) out += ", " + std::string(row.text(4));
  if (!row.text(5).empty()) out += ": " + shorten(one_line(trim(row.text(5))), 80);
  return out + ")";
}

void wait_for_lock(const BookkeepingNames& names, std::chrono::milliseconds wait, const Lock::OnWait& on_wait,
                   const std::function<bool(std::string& holder)>& attempt) {
  const auto begin = std::chrono::steady_clock::now();
  auto pause = std::chrono::milliseconds(20);
  std::minstd_rand random(std::random_device{}());
  bool said = false;
  for (;;) {
    check_interrupted();
    std::string holder;
    if (attempt(holder)) return;
    if (holder.empty()) holder = "a process that has just ended";
    const auto waited =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    if (waited >= wait)
      throw Error(
          ExitCode::lock_timeout,
          "another runner holds the lock of " + names.schema + "." + names.version_table +
              " since more than " + seconds(wait) + ": " + holder,
          "wait for it to end, give more time with --wait, or end it with SELECT pg_terminate_backend(pid)");
    if (!said && on_wait) on_wait(holder);
    said = true;
    const auto jitter = std::chrono::milliseconds(random() % static_cast<unsigned>(pause.count()));
    interruptible_sleep(std::min(pause / 2 + jitter, wait - waited));
    pause = std::min(pause * 2, std::chrono::milliseconds(500));
  }
}

std::unique_ptr<Lock> take_lock(Session& session, const ConnectOptions& options,
                                const BookkeepingNames& names, std::chrono::milliseconds wait,
                                const std::string& who, const Lock::OnWait& on_wait) {
  if (session.connection().value("SELECT pg_catalog.pg_is_in_recovery()") == "t")
    throw Error(ExitCode::failed, session.description() + " is a standby, which takes no changes",
                "name the primary in the URL; of several hosts target_session_attrs=read-write finds it");
  if (session.pooled()) return std::make_unique<Lease>(session, options, names, wait, who, on_wait);
  return std::make_unique<AdvisoryLock>(session, names, wait, on_wait);
}

std::string lock_holder(Session& session, const BookkeepingNames& names) {
  const auto by_lock = AdvisoryLock::holder(session.connection(), names);
  return by_lock.empty() ? Lease::holder(session.connection(), names) : by_lock;
}

std::string AdvisoryLock::holder(Connection& asking, const BookkeepingNames& names) {
  const auto first = holder_of(asking, lock_key(names));
  return first.empty() ? second_holder(asking, names) : first;
}

std::string AdvisoryLock::second_holder(Connection& asking, const BookkeepingNames& names) {
  return holder_of(asking, second_key(names));
}

AdvisoryLock::AdvisoryLock(Session& session, const BookkeepingNames& names, std::chrono::milliseconds wait,
                           const OnWait& on_wait)
    : session_(session), key_(lock_key(names)), second_key_(second_key(names)) {
  wait_for_lock(names, wait, on_wait, [&](std::string& holder) { return attempt(names, holder); });
  check_held(session_.connection());
}

bool AdvisoryLock::attempt(const BookkeepingNames& names, std::string& in_the_way) {
  auto& connection = session_.connection();
  // With the first one nobody's second connection, nor a lease, can begin from here on. Those that live are
  // waited for without it.
  const auto rows = connection.query(
      "SELECT got, CASE WHEN got THEN pg_catalog.pg_try_advisory_xact_lock($2) END, "
      "pg_catalog.pg_backend_pid() "
      "FROM (SELECT pg_catalog.pg_try_advisory_lock($1) AS got) AS first",
      {std::to_string(key_), std::to_string(second_key_)});
  const bool got = rows[0].boolean(0), alone = rows[0].boolean(1);
  pid_ = static_cast<int>(rows[0].integer(2));
  if (alone && Lease::take_away(connection, names, in_the_way)) return true;
  if (!alone) in_the_way = got ? second_holder(connection, names) : holder(connection, names);
  if (got) connection.query("SELECT pg_catalog.pg_advisory_unlock($1)", {std::to_string(key_)});
  return false;
}

AdvisoryLock::~AdvisoryLock() {
  auto& connection = session_.connection();
  try {
    connection.rollback_quietly();
    connection.query("SELECT pg_catalog.pg_advisory_unlock($1)", {std::to_string(key_)});
  } catch (const Error&) {
    // The connection is gone, and the lock with it.
  }
}

bool AdvisoryLock::held(Connection& asking) const {
  if (&asking != &session_.connection()) return holds(asking, key_, pid_);
  // It must be the very process that answers: a pooler may have lent us another.
  return asking.value("SELECT " + held_sql() +
                      " AND pg_catalog.pg_backend_pid() = " + std::to_string(pid_)) == "t";
}

// A look at pg_locks takes as long as all else of a step's bookkeeping. A session that has the lock can take
// it again, and give it back, without any wait; for the transaction first, so that nobody gets in between.
// The server warns of what was not held.
std::string AdvisoryLock::held_sql() const {
  const auto key = std::to_string(key_);
  return "CASE WHEN pg_catalog.pg_try_advisory_xact_lock(" + key +
         ") AND pg_catalog.set_config('client_min_messages', 'error', true) IS NOT NULL"
         " AND pg_catalog.pg_advisory_unlock(" +
         key + ") THEN pg_catalog.pg_try_advisory_lock(" + key + ") ELSE false END";
}

void AdvisoryLock::join(Connection& second) const {
  // In this order: who gets the first lock from now on sees this one.
  const auto rows = second.query("SELECT pg_catalog.pg_try_advisory_lock($1), pg_catalog.pg_backend_pid()",
                                 {std::to_string(second_key_)});
  if (!rows[0].boolean(0))
    throw Error(ExitCode::lock_timeout,
                "another runner is still at work over a second connection: " + holder_of(second, second_key_),
                "wait for it to end, or end it with SELECT pg_terminate_backend(pid)");
  check_held(second);
  second_ = &second;
  second_pid_ = static_cast<int>(rows[0].integer(1));
}

bool AdvisoryLock::at_work(Session& asking) const {
  if (second_ != nullptr && is_lost(*second_)) {
    if (holds(asking.connection(), second_key_, second_pid_)) return true;
    if (!is_lost(session_.connection())) return false;
  }
  return holds(asking.connection(), key_, pid_);
}

void AdvisoryLock::check_held(Connection& asking) const {
  if (held(asking)) return;
  // The lock ends with its session: whose server process was ended hears so when it asks itself.
  if (&asking != &session_.connection()) session_.connection().query("SELECT 1");
  throw lost();
}

Error AdvisoryLock::lost() const {
  return {ExitCode::failed, "this run does not hold its lock any more",
          "a script must not let advisory locks go; through a pooler that keeps no sessions, leave out "
          "[database] pooler = \"session\""};
}

}  // namespace migrate::postgres
