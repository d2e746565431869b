// Where a database stands: the version table and the log, read against the scripts of this checkout.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "postgres/bookkeeping.hpp"
#include "revision/graph.hpp"
#include "revision/target.hpp"

namespace migrate::run {

// What the log says of one revision since it was last gone. The rows are those of State::log.
struct Progress {
  std::map<int, const postgres::LogEntry*> up;  // by step: done ones, with the checksums that they had
  std::set<int> undone;                         // up steps that a downgrade has taken back completely
  std::set<int> downs_done;                     // sections of the down part
  int steps = 0;                                // n of k of n; 0: the log does not say
  bool complete = false;                        // its last up step was done
  bool stamped = false;                         // a stamp came after all of this
  // The newest row, if it is of a step without a transaction that is running, or failed after its first
  // statement.
  const postgres::LogEntry* open = nullptr;
};

struct State {
  State() = default;
  State(State&&) = default;  // not to be copied: `progress` points into `log`
  State& operator=(State&&) = default;

  std::vector<std::string> versions;  // rows of the version table, sorted
  std::vector<std::string> rows;     // those that this checkout has, as its revisions: Graph::revision_of_row
  std::vector<std::string> unknown;  // those that no script has
  std::set<std::string>
      applied;  // revisions of this checkout that are in the database, half taken back ones too
  std::map<std::string, Progress> progress;  // of every revision that the log speaks of
  std::vector<std::string> half_done;        // neither whole nor gone
  std::vector<postgres::LogEntry> log;       // oldest first
  // False: of the log only the newest row was read, which says that nothing is half done (LogEntry::
  // history_checksum), so that `progress` is empty.
  bool whole_log = true;
  bool assumed = false;  // by state_at()

  bool is_half_done(const std::string& revision) const;
  const postgres::LogEntry* newest(
      const std::string& revision) const;  // the log's last up row of it, or none
};

State read_state(postgres::Books books, const revision::Graph& graph);
// The same of Bookkeeping::read_newest(): reads the whole log if no script has the revision of its newest
// row.
State read_state(const postgres::Bookkeeping& bookkeeping, postgres::Books newest,
                 const revision::Graph& graph);

// Of a database that is at `place`, "base", "heads", or an id or the beginning of one, with nothing half
// done, and that nobody looks at. Throws as Graph::find().
State state_at(const revision::Graph& graph, const revision::TargetExpression& place);

// "base", "7c1f0e9a4b21", "51f2c3d4e5f6, and 7c1f0e9a4b21, 1 of 2"
std::string describe(const State& state);
// "7c1f0e9a4b21, 1 of 2", "7c1f0e9a4b21, 1 of 2 (step 2 was begun)" of one that is half done.
std::string describe_progress(const State& state, const std::string& revision);

// The nearest revisions of this checkout below one that it does not have, by the parents that the log gives.
std::vector<std::string> known_below(const State& state, const revision::Graph& graph,
                                     const std::string& revision);
// Throws for a row that no script has: which, when it was applied and by whom, the nearest known ancestor,
// and what to do. Error(ahead) if the database has all that is here; Error(undecided) if this checkout has
// other revisions beside it; Error(failed) if the log does not tell where it comes from.
void refuse_unknown(const State& state, const revision::Graph& graph);

// Throws Error(half_done) for a half-done revision that no script has.
void refuse_unknown_half_done(const State& state, const revision::Graph& graph);

}  // namespace migrate::run
