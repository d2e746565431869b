// Where a database stands, as a whole: for `migrate status`. Only looks.
#pragma once
#include <string>
#include <vector>

#include "run/edited.hpp"
#include "run/options.hpp"
#include "run/state.hpp"

namespace migrate::run {

// The rows of the log that one run of the program wrote.
struct PastRun {
  std::string command, who;  // "migrate upgrade head", "app (alice on laptop)"
  std::string started_at, ended_at;
  std::int64_t milliseconds = 0;
  int up = 0, down = 0, failed = 0;  // steps; failed: also those that were cut off
  std::string error;                 // the last one
};

struct Unknown {
  std::string revision;
  std::string applied_at, by;      // empty: the log does not say
  std::vector<std::string> above;  // the nearest revisions of this checkout that it was built on
};

struct Status {
  State state;
  std::vector<std::string> pending;  // in the order in which they would be applied
  std::vector<Unknown> unknown;
  Edited edited;
  std::vector<PastRun> runs;  // newest first
  std::string holder;         // of the lock; empty: nobody is at work

  bool settled() const {
    return pending.empty() && unknown.empty() && state.half_done.empty() && edited.up.empty() &&
           edited.warnings.empty();
  }
};

// With at most so many past runs.
Status read_status(const Target& target, const postgres::BookkeepingNames& names, std::size_t runs);

}  // namespace migrate::run
