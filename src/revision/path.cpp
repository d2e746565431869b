#include "revision/path.hpp"

#include <algorithm>

#include "util/text.hpp"

namespace migrate::revision {
namespace {

using Anchor = TargetExpression::Anchor;
using Ids = std::vector<std::string>;
using Set = Graph::Set;

std::string place(const Ids& rows) {
  return rows.empty() ? "it has no revision yet" : "it is at " + join(rows, ", ");
}

Error wrong_way(const TargetExpression& target, bool up) {
  return {ExitCode::usage, "'" + target.text() + "' is a target of " +
                               (up ? "downgrade, not of upgrade" : "upgrade, not of downgrade")};
}

void add_once(Ids& ids, const std::string& id) {
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
}

void refuse_overlaps(const Graph& graph, const Ids& goals) {
  for (const auto& goal : goals) {
    const auto below = graph.below({goal});
    for (const auto& other : goals)
      if (other != goal && below[graph.number(other)])
        throw Error(ExitCode::usage,
                    "of the targets " + goal + " and " + other +
                        " one comes after the other: " + graph.with_files({other, goal}),
                    goal + " alone says the same");
  }
}

Set minus(Set from, const Set& what) {
  for (std::size_t n = 0; n < from.size(); ++n) from[n] = from[n] && !what[n];
  return from;
}
Set both(Set one, const Set& other) {
  for (std::size_t n = 0; n < one.size(); ++n) one[n] = one[n] && other[n];
  return one;
}

// What remains of `applied` when a branch goes back to its base: whatever another line needs.
Set without_branch(const Graph& graph, const Set& applied, const std::string& branch) {
  const auto own = graph.listed(graph.own_line(branch));
  auto others = minus(minus(applied, graph.above(own)), graph.below({branch}, Arrows::parents));
  return both(graph.below(graph.listed(others)), applied);
}

}  // namespace

Rows::Rows(const Graph& graph, const Ids& rows)
    : graph_(graph), applied_(graph.below(rows)), uses_(graph.size(), 0) {
  for (std::size_t n = 0; n < applied_.size(); ++n)
    if (applied_[n])
      for (const auto before : graph_.before(n)) ++uses_[before];
  for (std::size_t n = 0; n < applied_.size(); ++n)
    if (applied_[n] && uses_[n] == 0) rows_.insert(n);
}

void Rows::up(const std::string& id) {
  const auto n = graph_.number(id);
  if (applied_[n]) return;
  applied_[n] = true;
  rows_.insert(n);
  for (const auto before : graph_.before(n))
    if (uses_[before]++ == 0) rows_.erase(before);
}

void Rows::down(const std::string& id) {
  const auto n = graph_.number(id);
  if (!applied_[n]) return;
  applied_[n] = false;
  rows_.erase(n);
  for (const auto before : graph_.before(n))
    if (--uses_[before] == 0) rows_.insert(before);
}

Ids Rows::list() const {
  Ids out;
  for (const auto n : rows_) out.push_back(graph_.at(n).id);
  return out;
}

Ids newest_applied(const Graph& graph, const Ids& rows, const std::string& branch) {
  if (branch.empty()) return graph.effective_heads(rows);
  const auto in_line = both(graph.below(rows), graph.line(branch));
  return graph.effective_heads(graph.listed(in_line));
}

Ids upgrade_path(const Graph& graph, const Ids& rows, const std::vector<TargetExpression>& targets) {
  const auto applied = graph.below(rows);
  const auto standing = graph.effective_heads(rows);
  Ids goals;
  for (const auto& target : targets) {
    if (target.is(Anchor::base) || (target.anchor == Anchor::current && target.offset < 0))
      throw wrong_way(target, true);
    if (graph.empty() && (target.is(Anchor::head) || target.is(Anchor::heads))) continue;
    const auto found = resolve(graph, target, rows).revisions;
    if (found.empty() && !target.is(Anchor::current) && !target.is(Anchor::heads))
      throw wrong_way(target, true);
    for (const auto& id : found) add_once(goals, id);
  }
  if (targets.size() > 1) refuse_overlaps(graph, goals);
  for (const auto& goal : goals)
    if (applied[graph.number(goal)] && std::find(standing.begin(), standing.end(), goal) == standing.end())
      throw Error(ExitCode::usage, "the database is already past " + goal + ": " + place(standing),
                  "migrate downgrade " + goal + " goes back to it");
  return graph.listed(minus(graph.below(goals), applied));
}

namespace {

// One after the other, as long as there is one that can go.
Ids steps_back(const Graph& graph, const Ids& rows, const TargetExpression& target,
               const std::string& branch) {
  Rows now(graph, rows);
  Ids out;
  for (int done = 0; done < -target.offset; ++done) {
    const auto newest = branch.empty() ? now.list() : newest_applied(graph, now.list(), branch);
    if (newest.empty())
      throw Error(ExitCode::usage,
                  target.text() + " goes beyond the base: " +
                      (done == 0 ? "no revision is"
                                 : plural(static_cast<std::size_t>(done), "revision is", "revisions are")) +
                      " applied");
    if (newest.size() > 1)
      throw Error(ExitCode::undecided,
                  target.text() + " does not say which branch to go back on: " + place(newest) +
                      (done == 0 ? "" : " after " + plural(static_cast<std::size_t>(done), "revision")),
                  "name the revision to go back to, or a branch: " + newest.front() + "@-1");
    // Others may depend on what is the newest of its branch.
    const auto going =
        branch.empty() ? newest : graph.listed_down(both(graph.above(newest), graph.below(now.list())));
    for (const auto& id : going) {
      now.down(id);
      out.push_back(id);
    }
  }
  return out;
}

}  // namespace

Ids downgrade_path(const Graph& graph, const Ids& rows, const TargetExpression& target) {
  if (target.is(Anchor::head) || target.is(Anchor::heads) ||
      (target.anchor == Anchor::current && target.offset > 0))
    throw wrong_way(target, false);
  const auto applied = graph.below(rows);
  const auto branch = target.branch.empty() ? std::string() : graph.find_branch(target.branch).id;
  if (target.is(Anchor::current)) return {};
  if (target.anchor == Anchor::current) return steps_back(graph, rows, target, branch);
  const auto goals = resolve(graph, target, rows).revisions;
  if (goals.empty())
    return graph.listed_down(branch.empty() ? applied
                                            : minus(applied, without_branch(graph, applied, branch)));
  const auto& goal = goals.front();
  if (!applied[graph.number(goal)])
    throw Error(ExitCode::usage,
                "the database does not have " + goal + ": " + place(graph.effective_heads(rows)),
                "downgrade goes back to a revision that is applied");
  auto built_on_it = graph.children(goal);
  if (!branch.empty()) {
    const auto in_line = graph.line(branch);
    built_on_it.erase(std::remove_if(built_on_it.begin(), built_on_it.end(),
                                     [&](const std::string& id) { return !in_line[graph.number(id)]; }),
                      built_on_it.end());
  }
  return graph.listed_down(both(graph.above(built_on_it), applied));
}

Ids stamped_rows(const Graph& graph, const Ids& rows, const std::vector<TargetExpression>& targets) {
  auto kept = graph.effective_heads(rows);
  Ids goals;
  for (const auto& target : targets) {
    const auto found = resolve(graph, target, rows);
    if (found.revisions.empty()) {
      if (!target.branch.empty()) {
        const auto applied = graph.below(kept);
        kept = graph.effective_heads(graph.listed(without_branch(graph, applied, found.branch)));
      } else if (!target.is(Anchor::heads)) {
        kept.clear();
      }
      continue;
    }
    for (const auto& id : found.revisions) add_once(goals, id);
  }
  if (targets.size() > 1) refuse_overlaps(graph, goals);
  const auto below = graph.below(goals), above = graph.above(goals);
  kept.erase(std::remove_if(kept.begin(), kept.end(),
                            [&](const std::string& id) {
                              const auto n = graph.number(id);
                              return below[n] || above[n];
                            }),
             kept.end());
  kept.insert(kept.end(), goals.begin(), goals.end());
  return graph.effective_heads(kept);
}

Ids range(const Graph& graph, const RangeExpression& given, const std::optional<Ids>& rows) {
  // A relative side is counted from the other one.
  const auto is_relative = [](const std::optional<TargetExpression>& side) {
    return side && side->anchor == Anchor::current && side->offset != 0;
  };
  if (is_relative(given.from) && is_relative(given.to))
    throw Error(ExitCode::usage, "of a range only one side can be counted from the other");
  const auto counted_from = [&](const TargetExpression& side, const Ids& others, bool from) {
    if ((side.offset < 0) != from)
      throw Error(ExitCode::usage, "'" + side.text() + "' leads out of the range", "write -N:TO, or FROM:+N");
    Ids out;
    for (const auto& other : others.empty() ? Ids{""} : others) {
      auto anchored = side;
      anchored.anchor = other.empty() ? Anchor::base : Anchor::revision;
      anchored.revision = other;
      for (const auto& id : resolve(graph, anchored, rows, BeyondBase::stop).revisions) add_once(out, id);
    }
    return out;
  };
  const auto resolved = [&](const std::optional<TargetExpression>& side, const Ids& otherwise) {
    return side ? resolve(graph, *side, rows).revisions : otherwise;
  };
  Ids from, to;
  if (is_relative(given.from)) {
    to = resolved(given.to, graph.heads());
    from = counted_from(*given.from, to, true);
  } else {
    from = resolved(given.from, {});
    to = is_relative(given.to) ? counted_from(*given.to, from, false) : resolved(given.to, graph.heads());
  }
  const auto upper = graph.below(to);
  for (const auto& id : from)
    if (!upper[graph.number(id)])
      throw Error(ExitCode::usage,
                  (to.empty() ? "the base" : join(to, ", ")) + " does not come after " + id +
                      ": the range has nothing in it",
                  to.empty() ? "" : "did you mean " + to.front() + ":" + id + "?");
  if (from.empty()) return graph.listed(upper);
  return graph.listed(both(upper, graph.above(from)));
}

}  // namespace migrate::revision
