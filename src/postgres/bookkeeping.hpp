// The two tables in which a database says where it stands (docs/reference/bookkeeping.md): the version table,
// one row per effective head, as Alembic's; and the log, one row per step that was run.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "postgres/lock.hpp"
#include "postgres/session.hpp"

namespace migrate::postgres {

class Rows;      // postgres/rows.hpp
struct Answers;  // the same

constexpr int log_format = 1;  // of the rows that this program writes; it refuses a log with a higher one

// running: a step without a transaction has begun, and how it ended is not known.
// failed: it ended, and the database holds nothing of the statement that failed.
enum class StepState { running, done, failed };

// up, down: a step. stamp: the version table was set by hand; what the log said of half-done revisions before
// is void. accept: an edited up part was accepted, with its new checksum. resolve: a person said how a step
// that was cut off ended; the row of that step has been closed accordingly.
enum class LogKind { up, down, stamp, accept, resolve };

// A row of the log.
struct LogEntry {
  std::int64_t id = 0;   // in the order of writing; set by Bookkeeping
  std::string run;       // one for each run of the program
  std::string revision;  // of a stamp: the new rows of the version table, by spaces
  std::vector<std::string> parents;
  LogKind kind = LogKind::up;
  int step = 0, steps = 0;  // k of n; of a down part: the down section's number in the file
  int undone = 0;           // down: the up step that is taken back completely by this one; 0: none yet
  bool last = false;        // the version table changed with it, or would have
  StepState state = StepState::done;
  int statements_done = 0;          // of a step without a transaction
  std::string statements_checksum;  // over these
  std::string checksum;             // of the section's statements
  std::string down_checksum;        // up: of all down sections together
  // up: with this row the database has this revision with all below it, just as the scripts were when they
  // had this checksum (revision/history_checksum.hpp), and nothing else, and nothing is half done. Empty: not
  // said.
  std::string history_checksum;
  std::string script;  // the script's text, on the first step of a run of this revision; not read by log()
  std::string started_at, ended_at;  // ISO 8601, UTC; given by the server
  std::int64_t milliseconds = 0;     // from one to the other
  std::string error;
  std::string tool_version, application, os_user, host, role;  // who and from where
  std::string tag;                                             // what --tag said

  bool operator==(const LogEntry&) const = default;
};

// Rows of the version table that go and come with a step. Equal numbers of both are UPDATEs.
struct VersionChange {
  std::vector<std::string> remove, add;
  bool empty() const { return remove.empty() && add.empty(); }
};

// What the two tables say.
struct Books {
  std::vector<std::string> versions;  // sorted; none if there is no such table
  std::vector<LogEntry> log;          // oldest first, without the scripts' texts
  bool whole_log = true;              // false: its newest row alone
};

class Bookkeeping {
 public:
  Bookkeeping(Session& session, BookkeepingNames names);

  const BookkeepingNames& names() const { return names_; }

  // What stands there now; nothing is created. Throws Error(failed) if the table named as version table is
  // none, or the log was written by a newer program.
  Books read() const;
  // The same, but of the log its newest row alone if that has a history_checksum and the version table has
  // its revision and no other.
  Books read_newest() const;
  std::vector<std::string> versions() const;
  std::vector<LogEntry> log() const;
  std::optional<std::string> script(const std::string& revision) const;  // the newest text that the log has

  // Creates what is missing, under the lock; true if something was. Throws Error(failed) naming the schema
  // and the GRANT if the role may not.
  bool ensure();
  bool exists() const;  // both tables
  // Throws Error(failed) if the version table's column is too narrow for one of them (Alembic's is
  // varchar(32)).
  void check_width(const std::vector<std::string>& revisions) const;

  // In one transaction of their own; the lock must still be held at its end.
  void stamp(const VersionChange& change, const LogEntry& entry, const Lock& lock) const;
  void record(const LogEntry& entry) const;  // alone
  // Closes the row `open` of a step that was cut off, of which so many statements are done, and adds `entry`,
  // who says so.
  void resolve(const LogEntry& open, int statements_done, const std::string& checksum, const LogEntry& entry,
               const Lock& lock) const;

  // The following run over `connection`: the one that is in a step's transaction, or another.
  void create(Connection& connection) const;                              // what is missing of the tables
  std::int64_t add(Connection& connection, const LogEntry& entry) const;  // ended now, unless it is running
  void progress(Connection& connection, std::int64_t id, int statements_done,
                const std::string& checksum) const;
  void finish(Connection& connection, std::int64_t id, StepState state, const std::string& error) const;
  // Throws Error(failed) if a statement does not hit exactly one row.
  void change(Connection& connection, const VersionChange& change) const;
  // How a step's transaction ends, in one message: the statements `before`; the rows of both tables; `after`,
  // unless a row of the version table was missed, the transaction is another than number `transaction`, or
  // the lock is lost: then the server itself stops there, and this throws. Returns the answers to `after`.
  struct StepEnd {
    Statements before;
    const LogEntry& entry;
    const VersionChange& change;
    std::string transaction;
    const Lock& lock;
    Statements after;
  };
  Answers end_step(Connection& connection, const StepEnd& end) const;

 private:
  Session& session_;
  BookkeepingNames names_;
  std::string version_table_, log_table_;  // quoted
  struct Tables {
    bool version = false, log = false;
  };
  Tables there() const;
  std::vector<std::string> read_versions() const;
  std::vector<LogEntry> read_log() const;
  std::string versions_sql() const;
  std::string log_sql(const std::string& rows_wanted = {}) const;
  static std::vector<std::string> versions_in(const Rows& rows);
  std::vector<LogEntry> log_in(const Rows& rows) const;
  void refuse_newer_log(std::int64_t format) const;
  void write(const Lock& lock, const std::function<void(Connection&)>& rows) const;
  void require_one(std::size_t rows, const std::string& what) const;
};

std::string_view text_of(StepState state);
std::string_view text_of(LogKind kind);

}  // namespace migrate::postgres
