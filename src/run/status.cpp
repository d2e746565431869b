#include "run/status.hpp"

#include "postgres/bookkeeping.hpp"
#include "postgres/lock.hpp"
#include "run/who.hpp"

namespace migrate::run {
namespace {

using postgres::LogEntry;
using postgres::LogKind;
using postgres::StepState;

void add(PastRun& run, const LogEntry& entry) {
  run.ended_at = entry.ended_at;
  run.milliseconds += entry.milliseconds;
  if (entry.kind == LogKind::up || entry.kind == LogKind::down) {
    if (entry.state != StepState::done)
      ++run.failed;
    else
      ++(entry.kind == LogKind::up ? run.up : run.down);
  }
  if (!entry.error.empty()) run.error = entry.error;
}

std::vector<PastRun> past_runs(const std::vector<LogEntry>& log, std::size_t most) {
  std::vector<PastRun> out;
  for (auto entry = log.rbegin(); entry != log.rend();) {
    auto first = entry;
    while (first != log.rend() && first->run == entry->run) ++first;
    if (out.size() == most) break;
    auto& run = out.emplace_back();
    run.command = entry->application;
    run.who = who(*entry);
    run.started_at = (first - 1)->started_at;
    for (auto each = first; each != entry;) add(run, *--each);
    entry = first;
  }
  return out;
}

}  // namespace

Status read_status(const Target& target, const postgres::BookkeepingNames& names, std::size_t runs) {
  const postgres::Bookkeeping bookkeeping(target.session, names);
  Status out;
  out.state = read_state(bookkeeping.read(), target.graph);
  for (const auto& row : out.state.unknown) {
    Unknown unknown;
    unknown.revision = row;
    if (const auto* entry = out.state.newest(row)) {
      unknown.applied_at = entry->ended_at;
      unknown.by = who(*entry);
      unknown.above = known_below(out.state, target.graph, row);
    }
    out.unknown.push_back(std::move(unknown));
  }
  // What is below a row that no script here has is applied, too.
  auto there = out.state.applied;
  for (const auto& unknown : out.unknown)
    for (const auto& id : target.graph.ancestors(unknown.above)) there.insert(id);
  for (const auto& id : target.graph.order())
    if (!there.contains(id)) out.pending.push_back(id);
  out.edited = find_edited(target.scripts(), out.state, {there.begin(), there.end()});
  out.runs = past_runs(out.state.log, runs);
  out.holder = postgres::lock_holder(target.session, names);
  return out;
}

}  // namespace migrate::run
