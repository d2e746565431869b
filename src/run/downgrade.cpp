#include "run/downgrade.hpp"

#include <algorithm>
#include <charconv>

#include "run/runner.hpp"
#include "sql/statement.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::run {
namespace {

// "-N" less the half-applied revisions, which are not in the version table: empty if nothing remains.
std::string less_by(const std::string& to, std::size_t half_applied) {
  std::size_t count = 0;
  if (to.size() < 2 || to[0] != '-' ||
      std::from_chars(to.data() + 1, to.data() + to.size(), count).ptr != to.data() + to.size())
    return to;
  return count <= half_applied ? std::string() : "-" + std::to_string(count - half_applied);
}

std::vector<std::string> path_to(const Target& target, const State& state, const std::string& to) {
  std::vector<std::string> path;
  for (const auto& id : state.half_done)
    if (!state.applied.contains(id) && target.graph.contains(id)) path.push_back(id);
  const auto rest = less_by(to, path.size());
  if (rest.empty()) return path;
  // A target that is itself half applied means: up to there, and nothing is above it.
  const auto below = target.graph.downgrade_path(state.versions, rest);
  path.insert(path.end(), below.begin(), below.end());
  return path;
}

std::vector<std::string> losses_of(const StepPlan& plan) {
  std::vector<std::string> out;
  for (const auto& planned : plan.steps)
    for (const auto& statement : planned.step.statements)
      if (sql::facts(statement.text).loses_data)
        out.push_back(Location{planned.step.file, statement.line, 0}.text() + ": " +
                      shorten(one_line(statement.text), 100));
  return out;
}

}  // namespace

Result downgrade(const Target& target, const std::string& to, const Options& options, const Events& events,
                 const ConfirmDowngrade& confirm) {
  Runner runner(target, options, events);
  return runner.run(
      [&](const State& state) { return plan_downgrade(target, state, path_to(target, state, to), options); },
      [&](const StepPlan& plan) {
        std::vector<std::string> revisions;
        for (const auto& planned : plan.steps)
          if (revisions.empty() || revisions.back() != planned.entry.revision)
            revisions.push_back(planned.entry.revision);
        if (confirm && !revisions.empty()) confirm(revisions, losses_of(plan));
      });
}

}  // namespace migrate::run
