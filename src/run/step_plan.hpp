// The steps that a run will do, decided and checked before the first of them runs.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "postgres/bookkeeping.hpp"
#include "postgres/executor.hpp"
#include "revision/script.hpp"
#include "run/options.hpp"
#include "run/state.hpp"

namespace migrate::run {

struct NewLabel {
  std::string type, label;  // of an enum
};

struct PlannedStep : postgres::Work {
  StepInfo info;
  std::vector<NewLabel> new_labels;  // that its statements add
  // What its script says about it in comments: what it locks and loses, if migrate wrote it.
  std::vector<std::string> notes;
};

struct StepPlan {
  std::vector<PlannedStep> steps;
  std::vector<std::string> losses;           // "migrations/….sql:12: DROP TABLE users"
  std::vector<std::string> warnings;         // edited down parts
  std::vector<postgres::LogEntry> accepted;  // edited up parts, with their new checksums
  std::vector<std::string> rows;             // of the version table, after all of it
};

// Reads and checks every script of the path. Throws Error at file:line for BEGIN or COMMIT in a section, for
// what cannot run in a transaction, for a missing down part; Error(undecided) for an edited up part unless
// they are accepted; Error(half_done) where what a revision has done cannot be told from its script any more.
StepPlan plan_upgrade(const Scripts& scripts, const State& state, const std::vector<std::string>& path,
                      const Options& options);
StepPlan plan_downgrade(const Scripts& scripts, const State& state, const std::vector<std::string>& path,
                        const Options& options);

// A section as the executor takes it; without one (a merge has none) it is empty.
postgres::Step make_step(const revision::Header& header, const revision::Section* section, int number,
                         int of);
postgres::StepSettings settings_of(const revision::Section* section, const Options& options);

// "step 1 of 2", "down step 1 of 2"
std::string step_name(revision::Direction direction, int number, int of);

}  // namespace migrate::run
