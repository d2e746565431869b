// What a run would do, planned as the run itself plans it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "run/options.hpp"
#include "run/step_plan.hpp"

namespace migrate::run {

// Sets the version table, and says so in the log.
struct Stamp {
  postgres::VersionChange change;
  postgres::LogEntry entry;
};

struct Preview {
  std::vector<std::string> before;               // rows of the version table
  StepPlan plan;                                 // its `rows` are those afterwards
  std::vector<std::vector<std::size_t>> groups;  // numbers of steps that are one transaction
  std::optional<Stamp> stamp;                    // instead of steps
  std::string state;                             // where the database stands, for people
  std::vector<std::string>
      cut_off;  // revisions with a step that a run was cut off in: the next run looks after it first
  std::optional<std::int64_t> newest_entry;  // of the log, 0: it is empty; nothing: no database was looked at
};

}  // namespace migrate::run
