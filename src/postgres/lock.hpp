// One runner at a time, for each version table of a database.
//
// Over a session of our own: a session advisory lock. It is polled, outside of any transaction: a session
// that blocks in a lock call, or sits in a transaction, would hold up the CREATE INDEX CONCURRENTLY of the
// runner that has the lock. Through a pooler, which may lend another server connection for each transaction:
// a lease (docs/decisions/0007-poolers.md). Each keeps off the other.
//
// A step without a transaction has its log written over a second connection, which may outlive the session
// that has the lock. It takes a lock of its own, and nobody gets the first while another has the second.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "postgres/session.hpp"
#include "util/error.hpp"

namespace migrate::postgres {

// The tables that a runner writes (docs/reference/bookkeeping.md).
struct BookkeepingNames {
  std::string schema = "public";
  std::string version_table = "migrate_version";
  std::string log_table() const;    // migrate_log beside migrate_version, alembic_log beside alembic_version
  std::string lease_table() const;  // migrate_lease
};

// The lock as SQL has it, for scripts that psql runs: its key, that of second connections, and a query that
// has a row for each process that holds one, or if `pid`, an expression, does.
std::int64_t lock_key(const BookkeepingNames& names);
std::int64_t second_key(const BookkeepingNames& names);
std::string lock_held_sql(const std::string& key, const std::string& pid = {});

class Lock {
 public:
  // Called once, when the lock turns out to be held: "process 4711 (migrate …)".
  using OnWait = std::function<void(const std::string& holder)>;

  virtual ~Lock() = default;
  // At the beginning of each transaction that is to be under the lock: nobody else gets it before its end.
  // Throws Error(failed) if it is not held any more.
  virtual void enter(Connection& connection) const = 0;
  // A second connection of the run, which writes while the session is in a statement: until it ends nobody
  // else gets the lock. It lives as long as the lock is asked. Throws as enter().
  virtual void join(Connection& second) const = 0;
  // Throws Error(failed) if it is not held, ConnectionLost if its session is gone; asked over the session
  // itself or another one, at the end of a transaction.
  virtual void check_held(Connection& asking) const = 0;
  // The same as an expression for a statement over the session: true, or it is lost().
  virtual std::string held_sql() const = 0;
  virtual Error lost() const = 0;
  // Whether what a connection of ours did last may be at work still: asked over another one when it is lost.
  virtual bool at_work(Session& asking) const = 0;
};

// The one that fits the session, taken. Waits up to `wait`; throws Error(lock_timeout) naming the holder:
// pid, host, since when, what it runs; Error(failed) for a standby. `who`: "migrate upgrade head", for those
// who wait for us. `options` is for a second connection and outlives the lock.
std::unique_ptr<Lock> take_lock(Session& session, const ConnectOptions& options,
                                const BookkeepingNames& names, std::chrono::milliseconds wait,
                                const std::string& who, const Lock::OnWait& on_wait = {});

// Who has the lock of either kind, "process 4711 (migrate …)"; empty if nobody does.
std::string lock_holder(Session& session, const BookkeepingNames& names);

class AdvisoryLock : public Lock {
 public:
  AdvisoryLock(Session& session, const BookkeepingNames& names, std::chrono::milliseconds wait,
               const OnWait& on_wait = {});
  ~AdvisoryLock() override;  // gives it back, if the connection still lives
  AdvisoryLock(const AdvisoryLock&) = delete;
  AdvisoryLock& operator=(const AdvisoryLock&) = delete;

  void enter(Connection&) const override {}
  void join(Connection& second) const override;
  void check_held(Connection& asking) const override;
  std::string held_sql() const override;
  Error lost() const override;
  bool at_work(Session& asking) const override;
  // Whether this session still holds it; a script may have let it go.
  bool held(Connection& asking) const;

  // Who holds it, or has joined; of these alone: empty if nobody does.
  static std::string holder(Connection& asking, const BookkeepingNames& names);
  static std::string second_holder(Connection& asking, const BookkeepingNames& names);

 private:
  bool attempt(const BookkeepingNames& names, std::string& holder);
  Session& session_;
  std::int64_t key_, second_key_;
  int pid_ = 0;
  mutable Connection* second_ = nullptr;
  mutable int second_pid_ = 0;
};

// Calls `attempt` until it returns true, with growing pauses. `attempt` sets who is in the way; empty: nobody
// that could be seen. Throws as take_lock().
void wait_for_lock(const BookkeepingNames& names, std::chrono::milliseconds wait, const Lock::OnWait& on_wait,
                   const std::function<bool(std::string& holder)>& attempt);

// "process 4711 (psql on 10.0.0.7 as app, connected since 10:15:00 UTC, idle in transaction: UPDATE users …)"
std::string describe_backend(Connection& asking, int pid);

}  // namespace migrate::postgres
