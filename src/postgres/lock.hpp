// One runner at a time: a session advisory lock, one for each version table of a database.
//
// It is polled, outside of any transaction: a session that blocks in a lock call, or sits in a transaction,
// would hold up the CREATE INDEX CONCURRENTLY of the runner that has the lock.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "postgres/session.hpp"

namespace migrate::postgres {

// The tables that a runner writes (docs/reference/bookkeeping.md).
struct BookkeepingNames {
  std::string schema = "public";
  std::string version_table = "migrate_version";
  std::string log_table() const;  // migrate_log beside migrate_version, alembic_log beside alembic_version
};

// The lock as SQL has it, for scripts that psql runs: its key, and a query that has a row if `pid`, an
// expression, holds it.
std::int64_t lock_key(const BookkeepingNames& names);
std::string lock_held_sql(const std::string& key, const std::string& pid);

class AdvisoryLock {
 public:
  // Called once, when the lock turns out to be held: "by process 4711 (migrate upgrade head) …".
  using OnWait = std::function<void(const std::string& holder)>;

  // Takes it, waiting up to `wait`. Throws Error(lock_timeout) naming the holder: pid, host, since when, what
  // it runs.
  AdvisoryLock(Session& session, const BookkeepingNames& names, std::chrono::milliseconds wait,
               const OnWait& on_wait = {});
  ~AdvisoryLock();  // gives it back, if the connection still lives
  AdvisoryLock(const AdvisoryLock&) = delete;
  AdvisoryLock& operator=(const AdvisoryLock&) = delete;

  // Whether this session still holds it; a script may have let it go. Asked over `session` itself or another
  // one.
  bool held(Connection& asking) const;
  // Throws Error(failed) if it is not held.
  void check_held(Connection& asking) const;

 private:
  Session& session_;
  std::int64_t key_;
  int pid_ = 0;
};

// "process 4711 (psql on 10.0.0.7 as app, connected since 10:15:00 UTC, idle in transaction: UPDATE users …)"
std::string describe_backend(Connection& asking, int pid);

}  // namespace migrate::postgres
