// Runs the steps of scripts: each in a transaction of its own with its rows in the version table and the log,
// or, where PostgreSQL refuses a transaction, statement by statement with the log before and after.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "postgres/bookkeeping.hpp"
#include "postgres/borrowed.hpp"
#include "postgres/lock.hpp"
#include "postgres/progress.hpp"
#include "postgres/server_message.hpp"
#include "postgres/session.hpp"

namespace migrate::postgres {

class Rows;

// A statement that works CONCURRENTLY leaves something half-done when it fails, and waits for other
// transactions.
enum class Concurrent { no, create_index, drop_index, reindex, detach_partition, other };

struct StepStatement {
  std::string text;
  int line = 0;
  bool has_copy_data = false;
  std::string copy_data;
  Concurrent concurrent = Concurrent::no;
  std::string index;      // create_index, drop_index: as SQL names it; empty: PostgreSQL chooses
  std::string table;      // create_index: its table; detach_partition: the parent
  std::string partition;  // detach_partition
  std::string reindexed_kind, reindexed;  // reindex: as sql::Facts has them
  bool repeatable = false;                // doing it twice is doing it once: VACUUM, ANALYZE, REINDEX …
  bool may_commit = false;                // CALL, DO: part of it may have been committed when it fails
};

struct Step {
  std::string label;  // "7c1f0e9a4b21, step 1 of 2"
  std::string file;
  int line = 0;  // of the section's marker
  bool transactional = true;
  std::vector<StepStatement> statements;
  std::vector<std::string> checksums;  // [i]: over the first i statements; one more than there are statements
  std::vector<std::string> preserve;   // object keys, or "OLD -> NEW" of what it renames
};

struct Variable {
  std::string name, value;  // "migrate.key"
};

struct StepSettings {
  std::string lock_timeout = "3s", statement_timeout = "0";  // as PostgreSQL's settings take them
  int lock_retries = 10;
  std::chrono::milliseconds concurrent_wait{60000};  // for the transactions that a CONCURRENTLY waits for
  std::vector<std::string> search_path{"public"};
  std::vector<Variable> variables;  // settings that the script reads
};

// A step, and what the log and the version table get for it: state, times and statement counts are set when
// it runs.
struct Work {
  Step step;
  StepSettings settings;
  LogEntry entry;
  VersionChange change;
  std::size_t first = 0;  // of a step without a transaction: the statements before it are done already
};

// Steps that are one transaction.
struct Group {
  std::vector<const Work*> steps;
  bool commit = true;  // false: all of it is rolled back at its end
  // Of the transaction that comes next, if one does: it begins with the message that commits this one.
  const StepSettings* next = nullptr;
  // Each may be empty. Called anew when the transaction is tried again.
  std::function<void(Connection&)> begun;
  std::function<void(std::size_t)> step_begins, step_ends;  // with the number in `steps`
};

struct Observer {
  std::function<void(const std::string& statement)> statement;  // before each
  std::function<void(const std::string& text)> note;            // retries, notices of the server
  ProgressWatch::OnProgress progress;                           // from another thread
};

class Executor {
 public:
  // `lock` is held by `session`; a second connection is opened with `options` when a step without a
  // transaction needs one.
  Executor(Session& session, ConnectOptions options, const Lock& lock, const Bookkeeping& bookkeeping,
           Observer observer);
  ~Executor();

  // Both throw Error(failed) at the statement's place in its file, saying what the step left behind;
  // Error(lock_timeout) when the last retry met lock_timeout, or a CONCURRENTLY waited for too long;
  // ConnectionLost. Each step of a group finds the session as if it were the first.
  void run_transaction(const Group& group);

  // Begins at statement number `work.first`. Throws Error(half_done) if what a failed statement did is not
  // known.
  void run_statements(const Work& work);

  // For a step that the log has as running at this statement: whether the catalogue says that it was done, or
  // that it can be run (again); leftovers are taken away. Throws Error(half_done) where neither is known.
  enum class Found { done, not_done };
  Found look_after(const Step& step, const StepStatement& statement, const StepSettings& settings);
  // Closes the row of such a step, of which so many statements turned out to be done.
  void close_cut_off(const LogEntry& entry, std::size_t statements_done, const std::string& checksum);

  // Undoes whatever a script did to the session, and pins what ours depends on.
  void clean_session(const StepSettings& settings);

 private:
  Session& session_;
  ConnectOptions options_;
  const Lock& lock_;
  const Bookkeeping& bookkeeping_;
  Observer observer_;
  std::unique_ptr<Session>
      control_;  // of steps without a transaction: their log, and a look at what blocks them

  struct Begun {
    std::string transaction, at;  // its number, the server's time
  };
  static Begun begun_from(const Rows& rows);
  // The transaction that has begun with the end of the one before.
  struct Ahead {
    const StepSettings* settings;
    Begun begun;
  };
  std::optional<Ahead> ahead_;

  std::string settings_sql(const StepSettings& settings);
  std::string begin_sql(const StepSettings& settings);
  Begun begin(const StepSettings& settings);
  // Begins a transaction; what it borrows must be given back before COMMIT.
  std::unique_ptr<Borrowed> borrow(const StepSettings& settings);
  bool commits_with_step(const Group& group) const;
  void try_transaction(const Group& group, std::size_t& at);
  void run_step(const Work& work, const Begun& begun, const Group& group, bool last);
  void finish_step(const Work& work, const LogEntry& row, const Begun& begun, const Group& group, bool last);
  void run_one(const StepStatement& statement);
  void run_concurrently(const StepStatement& statement, const StepSettings& settings);
  void run_alone(const Step& step, const StepStatement& statement, const StepSettings& settings);
  bool drop_invalid_index(const StepStatement& statement, const StepSettings& settings);
  bool drop_indexes(const std::vector<std::string>& names, const StepSettings& settings);
  void log_failure(LogEntry entry, const std::string& error);
  Connection& control();
};

}  // namespace migrate::postgres
