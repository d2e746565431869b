#include "run/edited.hpp"

#include <algorithm>

#include "util/error.hpp"
#include "util/files.hpp"
#include "util/sha256.hpp"
#include "util/text.hpp"

namespace migrate::run {

std::string down_checksum(const revision::Script& script) {
  std::string all;
  for (const auto& section : script.down)
    all += revision::checksum(section, display_path(script.header.path)) + " " +
           std::to_string(section.undoes) + "\n";
  return sha256(all);
}

Edited find_edited(const Scripts& scripts, const State& state, const std::vector<std::string>& revisions) {
  Edited out;
  for (const auto& id : revisions) {
    const auto found = state.progress.find(id);
    if (found == state.progress.end() || found->second.up.empty()) continue;
    const auto& progress = found->second;
    if (progress.stamped && !state.applied.contains(id)) continue;
    const auto& header = scripts.graph.at(id);
    const auto script = scripts.directory.load(header);
    const auto file = display_path(script.header.path);
    const bool whole =
        state.applied.contains(id) && progress.complete && !progress.stamped && progress.undone.empty();
    const auto edited = [&](int step, const postgres::LogEntry& entry, const std::string& checksum,
                            int line) {
      out.up.push_back({id, file, line, step, entry.ended_at});
      postgres::LogEntry accepted = entry;
      accepted.kind = postgres::LogKind::accept;
      accepted.state = postgres::StepState::done;
      accepted.step = step;
      accepted.checksum = checksum;
      accepted.down_checksum = down_checksum(script);
      accepted.history_checksum.clear();
      accepted.started_at.clear();
      out.accepted.push_back(std::move(accepted));
    };
    for (const auto& [step, entry] : progress.up) {
      const auto index = static_cast<std::size_t>(step - 1);
      const bool there = index < script.up.size();
      const auto now = there ? revision::checksum(script.up[index], file) : std::string();
      if (now != entry->checksum) edited(step, *entry, now, there ? script.up[index].line : 0);
    }
    // A revision that was applied to its end cannot grow another step.
    const auto& last = *progress.up.rbegin()->second;
    for (std::size_t index = progress.up.size(); whole && index < script.up.size(); ++index)
      edited(static_cast<int>(index) + 1, last, revision::checksum(script.up[index], file),
             script.up[index].line);
    if (!last.down_checksum.empty() && last.down_checksum != down_checksum(script))
      out.warnings.push_back(file + ": the down part of " + id + " was edited since it was applied");
  }
  return out;
}

bool is_unedited(const State& state, revision::HistoryChecksums& checksums) {
  const auto& newest = state.log.back();
  return checksums.of(newest.revision) == newest.history_checksum;
}

Error edited_error(const Edited& edited, const std::string& verb) {
  const auto& first = edited.up.front();
  std::string what = "the up part of revision " + first.revision + " was edited after it was applied";
  if (!first.applied_at.empty())
    what += " (" + replace_all(first.applied_at.substr(0, 16), "T", " ") + " UTC)";
  what += ": step " + std::to_string(first.step) + " is another one now";
  if (edited.up.size() > 1)
    what += "; " + plural(edited.up.size() - 1, "step") + " more of applied revisions too";
  return std::move(Error(ExitCode::undecided, what,
                         "put the script back as it was and write the change as a new revision; or " + verb +
                             " with --accept-edited if the database is as the script says now"))
      .at({first.file, first.line, 0});
}

}  // namespace migrate::run
