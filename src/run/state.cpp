#include "run/state.hpp"

#include <algorithm>

#include "util/error.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace migrate::run {
namespace {

using postgres::LogEntry;
using postgres::LogKind;
using postgres::StepState;

bool contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

void fold_down(Progress& progress, const LogEntry& entry) {
  if (entry.last) {
    progress = {};
    return;
  }
  progress.downs_done.insert(entry.step);
  if (entry.undone > 0) {
    progress.undone.insert(entry.undone);
    progress.up.erase(entry.undone);
  }
}

void fold_up(Progress& progress, const LogEntry& entry) {
  progress.up[entry.step] = &entry;
  progress.undone.erase(entry.step);
  progress.downs_done.clear();
  if (entry.last) progress.undone.clear();
  if (entry.last) progress.complete = true;
}

void fold(Progress& progress, const LogEntry& entry) {
  if (entry.kind == LogKind::resolve) return;  // the row that it closed says it all
  if (entry.kind == LogKind::accept) {
    progress.up[entry.step] = &entry;
    return;
  }
  // It begins again: after a stamp said that it is gone, or after its row was taken out by hand.
  const bool begins_again =
      progress.stamped || (progress.complete && progress.undone.empty() && progress.downs_done.empty());
  if (entry.kind == LogKind::up && begins_again) progress = {};
  progress.stamped = false;
  progress.open = nullptr;
  if (entry.kind == LogKind::up) progress.steps = entry.steps;
  if (entry.state == StepState::done)
    entry.kind == LogKind::up ? fold_up(progress, entry) : fold_down(progress, entry);
  else if (entry.state == StepState::running || entry.statements_done > 0)
    progress.open = &entry;
}

bool half_done(const Progress& progress, bool in_database) {
  if (progress.stamped) return false;
  if (progress.open != nullptr) return true;
  if (in_database) return !progress.undone.empty() || !progress.downs_done.empty();
  return !progress.up.empty() && static_cast<int>(progress.up.size()) < progress.steps;
}

std::string time_of(const LogEntry& entry) {
  const auto& time = entry.ended_at.empty() ? entry.started_at : entry.ended_at;
  return replace_all(time.substr(0, 16), "T", " ") + " UTC";
}

}  // namespace

const LogEntry* State::newest(const std::string& revision) const {
  for (auto entry = log.rbegin(); entry != log.rend(); ++entry)
    if (entry->revision == revision && entry->kind == LogKind::up) return &*entry;
  return nullptr;
}

bool State::is_half_done(const std::string& revision) const { return contains(half_done, revision); }

State read_state(postgres::Books books, const revision::Graph& graph) {
  State state;
  state.versions = std::move(books.versions);
  state.log = std::move(books.log);
  state.whole_log = books.whole_log;
  for (const auto& row : state.versions)
    if (auto known = graph.revision_of_row(row))
      state.rows.push_back(std::move(*known));
    else
      state.unknown.push_back(row);
  for (const auto& id : graph.ancestors(state.rows)) state.applied.insert(id);
  if (!state.whole_log) return state;
  for (const auto& entry : state.log) {
    if (entry.kind != LogKind::stamp) {
      fold(state.progress[entry.revision], entry);
      continue;
    }
    for (auto& [revision, progress] : state.progress) {
      progress.open = nullptr;
      progress.undone.clear();
      progress.downs_done.clear();
      progress.stamped = true;
    }
  }
  for (const auto& [revision, progress] : state.progress)
    if (half_done(progress, state.applied.contains(revision) || contains(state.unknown, revision)))
      state.half_done.push_back(revision);
  return state;
}

State read_state(const postgres::Bookkeeping& bookkeeping, postgres::Books newest,
                 const revision::Graph& graph) {
  // Who applied it, and on what it was built, only the rest of the log can tell.
  const bool unknown = !newest.whole_log && !graph.contains(newest.log.back().revision);
  return read_state(unknown ? bookkeeping.read() : std::move(newest), graph);
}

State state_at(const revision::Graph& graph, const revision::TargetExpression& place) {
  State state;
  state.assumed = true;
  state.rows = graph.effective_heads(revision::resolve(graph, place).revisions);
  state.versions = state.rows;
  std::sort(state.versions.begin(), state.versions.end());
  for (const auto& id : graph.ancestors(state.rows)) state.applied.insert(id);
  return state;
}

std::string describe_progress(const State& state, const std::string& revision) {
  const auto found = state.progress.find(revision);
  if (found == state.progress.end()) return revision;
  const auto& progress = found->second;
  const auto steps = static_cast<std::size_t>(progress.steps);
  const bool whole_before = state.applied.contains(revision) || contains(state.unknown, revision);
  const auto standing = whole_before ? steps - std::min(progress.undone.size(), steps) : progress.up.size();
  std::string out = revision + ", ";
  out += steps > 0 ? std::to_string(standing) + " of " + std::to_string(steps) : "partly taken back";
  if (progress.open == nullptr) return out;
  const auto& open = *progress.open;
  out += open.kind == LogKind::down ? " (down step " : " (step ";
  out += std::to_string(open.step) + (open.state == StepState::running ? " was begun" : " failed");
  if (open.statements_done > 0)
    out += ", " + plural(static_cast<std::size_t>(open.statements_done), "statement") + " of it done";
  return out + ")";
}

std::string describe(const State& state) {
  std::vector<std::string> parts;
  for (const auto& row : state.versions)
    if (!state.is_half_done(row)) parts.push_back(row);
  std::string whole = join(parts, ", ");
  std::vector<std::string> all;
  if (!whole.empty()) all.push_back(std::move(whole));
  for (const auto& revision : state.half_done) all.push_back(describe_progress(state, revision));
  return all.empty() ? "base" : join(all, ", and ");
}

namespace {

// What the log has below a revision, itself included, down to what is here.
struct Below {
  std::set<std::string> known;       // as revisions of this checkout
  std::vector<std::string> unknown;  // nearest first
};

Below below(const State& state, const revision::Graph& graph, const std::string& revision) {
  Below out;
  std::set<std::string> seen{revision};
  out.unknown.push_back(revision);
  for (std::size_t i = 0; i < out.unknown.size(); ++i) {
    const auto* entry = state.newest(out.unknown[i]);
    if (entry == nullptr) continue;
    for (const auto& parent : entry->parents) {
      if (!seen.insert(parent).second) continue;
      if (auto known = graph.revision_of_row(parent))
        out.known.insert(std::move(*known));
      else
        out.unknown.push_back(parent);
    }
  }
  return out;
}

// The database has some of the revisions that a squash here replaces, and not all.
void refuse_part_of_squash(const std::string& row, const Below& below, const revision::Graph& graph) {
  for (const auto& id : below.unknown) {
    const auto* squash = graph.replaced_by(id);
    if (squash == nullptr) continue;
    const auto& last = squash->replaces.back();
    throw Error(ExitCode::failed,
                "the database is at revision " + row +
                    (id == row ? "" : ", which no script here has, built on " + id) + ", which " +
                    squash->id + " (" + display_path(squash->path) +
                    ") replaces together with later ones: it has a part of that",
                "take the scripts from before the squash, which version control has, " +
                    (id == row ? "" : "go back to " + id + " and ") + "run migrate upgrade " + last +
                    " with them, then go on with these");
  }
}

}  // namespace

std::vector<std::string> known_below(const State& state, const revision::Graph& graph,
                                     const std::string& revision) {
  const auto known = below(state, graph, revision).known;
  return {known.begin(), known.end()};
}

void refuse_unknown(const State& state, const revision::Graph& graph) {
  if (state.unknown.empty()) return;
  const auto& row = state.unknown.front();
  const auto* entry = state.newest(row);
  refuse_part_of_squash(row, below(state, graph, row), graph);
  std::string what = "the database is at revision " + row + ", which no script here has";
  const std::string by_hand =
      "get that revision's script, or set the version table right with `migrate stamp --purge REVISION`";
  if (entry == nullptr) throw Error(ExitCode::failed, what + ", nor does the log know it", by_hand);
  what += "; it was applied at " + time_of(*entry) + " by " + entry->role +
          (entry->host.empty() ? "" : " from " + entry->host);
  auto there = known_below(state, graph, row);
  if (there.empty() && !entry->parents.empty()) throw Error(ExitCode::failed, what, by_hand);
  const auto nearest = there.empty() ? std::string("base") : join(there, ", ");
  what += "; the nearest revision that is here is " + nearest;
  there.insert(there.end(), state.applied.begin(), state.applied.end());
  std::vector<std::string> lacking;
  for (const auto& head : graph.heads())
    if (!contains(graph.ancestors(there), head)) lacking.push_back(head);
  const auto take_back =
      "`migrate downgrade " + nearest + "`, which runs the down part that the log has kept";
  if (!lacking.empty())
    throw Error(ExitCode::undecided, what + "; this checkout has " + join(lacking, ", ") + " instead",
                "update this checkout, so that it has both; or take " + row + " back with " + take_back);
  throw Error(ExitCode::ahead, what,
              "this checkout is older than the database: update it, or go back with " + take_back);
}

void refuse_unknown_half_done(const State& state, const revision::Graph& graph) {
  for (const auto& id : state.half_done) {
    if (graph.contains(id)) continue;
    if (const auto* squash = graph.replaced_by(id))
      throw Error(ExitCode::half_done,
                  "revision " + describe_progress(state, id) + ", is half done, and " + squash->id + " (" +
                      display_path(squash->path) + ") replaces it",
                  "finish it with the scripts from before the squash, which version control has, then go on "
                  "with these");
    throw Error(
        ExitCode::half_done,
        "revision " + describe_progress(state, id) + ", is half done, and no script here has it",
        "finish it from a checkout that has it, or take it back with `migrate downgrade`, which runs the "
        "down part that the log has kept");
  }
}

}  // namespace migrate::run
