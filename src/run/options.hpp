// What upgrade, downgrade and stamp take and tell.
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "postgres/executor.hpp"
#include "postgres/lock.hpp"
#include "postgres/progress.hpp"
#include "postgres/session.hpp"
#include "revision/directory.hpp"
#include "revision/graph.hpp"
#include "revision/history_checksum.hpp"

namespace migrate::run {

// What is one transaction: each step, the steps of a revision that follow each other, or the whole run.
enum class Transaction { step, revision, all };

struct State;

struct Options {
  postgres::BookkeepingNames names;
  std::string lock_timeout = "3s", statement_timeout = "0";  // of steps whose section says nothing else
  int lock_retries = 10;
  std::chrono::milliseconds wait{60000};  // for another runner's lock; a CONCURRENTLY for other transactions
  std::vector<std::string> search_path{"public"};
  Transaction transaction = Transaction::step;
  bool rollback = false;                      // run everything in one transaction, and take it back
  std::vector<postgres::Variable> variables;  // that scripts read as current_setting('migrate.key')
  std::string tag;                            // for the log, and current_setting('migrate.tag')
  std::chrono::milliseconds patience{60000};  // with a server that is gone, for what became of a commit
  bool accept_edited = false;                 // go on although up parts of applied revisions were edited
  bool allow_ahead = false;                   // a database ahead of the checkout: say so and do nothing
  std::string tool_version;
  std::string command = "migrate";  // "migrate upgrade head": for the log
};

struct StepInfo {
  std::string revision, message;
  revision::Direction direction = revision::Direction::up;
  int step = 0, steps = 0;            // k of n of the revision
  std::size_t number = 0, total = 0;  // of this run, from 1
  bool transactional = true;
  double seconds = 0;  // at its end
};

// Each may be empty.
struct Events {
  std::function<void(const StepInfo&)> step_begins, step_ends;
  std::function<void(const std::string&)> note;  // waiting for a lock, a retry, the server's notices
  std::function<void(const std::string&)> warning;
  std::function<void(const std::string&)> statement;  // each, before it runs
  // What a long statement does, every second, from another thread.
  std::function<void(const postgres::StatementProgress&)> progress;
  // Called before anything runs, with one line for each statement of the way up that loses data and that its
  // script does not allow; throws to refuse. Empty: refused with Error(undecided).
  std::function<void(const std::vector<std::string>&)> confirm_data_loss;
};

// The scripts, for what needs no database. Both outlive it.
struct Scripts {
  const revision::Directory& directory;
  const revision::Graph& graph;
  revision::HistoryChecksums* checksums = nullptr;  // of these, if there are any yet
};

// A database, the scripts for it, and how to reach it once more. All of these outlive the run.
struct Target {
  postgres::Session& session;
  const postgres::ConnectOptions& connect;  // for a second connection
  const revision::Directory& directory;
  const revision::Graph& graph;
  // Where the database stood a moment ago, if that was read already. Under the lock it is read once more.
  const State* first_look = nullptr;
  revision::HistoryChecksums* checksums = nullptr;  // of these scripts, if there are any yet

  Scripts scripts() const { return {directory, graph, checksums}; }
};

struct Result {
  std::vector<std::string> before, after;  // rows of the version table
  std::vector<StepInfo> steps;             // that were run
  std::string state;                       // where the database stands now, for people
  bool rolled_back = false;                // all of it, as Options::rollback says
  std::vector<std::string> reached;        // then: what `after` would have been
  bool nothing_to_do() const { return steps.empty() && before == after && !rolled_back; }
};

}  // namespace migrate::run
