// Scripts that were edited after they were applied: by the checksums in the log.
#pragma once
#include <string>
#include <vector>

#include "run/options.hpp"
#include "run/state.hpp"

namespace migrate::run {

struct Edited {
  struct Step {
    std::string revision, file;
    int line = 0, step = 0;
    std::string applied_at;
  };
  std::vector<Step> up;                      // edited, added or removed up steps
  std::vector<std::string> warnings;         // edited down parts, one sentence each
  std::vector<postgres::LogEntry> accepted;  // rows that record the new checksums of `up`
};

// Of those of `revisions` that the log has checksums of; steps that are not done yet may change freely.
Edited find_edited(const Scripts& scripts, const State& state, const std::vector<std::string>& revisions);

// `verb`: "upgrade", "downgrade"
Error edited_error(const Edited& edited, const std::string& verb);

// Of a state without the whole log: whether its newest row knows the applied scripts just as they are.
bool is_unedited(const State& state, revision::HistoryChecksums& checksums);

// Over all down sections of a script.
std::string down_checksum(const revision::Script& script);

}  // namespace migrate::run
