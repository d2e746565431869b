#include "run/downgrade.hpp"

#include <algorithm>
#include <charconv>

#include "run/runner.hpp"
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

std::vector<std::string> path_to(const revision::Graph& graph, const State& state, const std::string& to) {
  std::vector<std::string> path;
  for (const auto& id : state.half_done)
    if (!state.applied.contains(id) && graph.contains(id)) path.push_back(id);
  const auto rest = less_by(to, path.size());
  if (rest.empty()) return path;
  // A target that is itself half applied means: up to there, and nothing is above it.
  const auto below = graph.downgrade_path(state.versions, rest);
  path.insert(path.end(), below.begin(), below.end());
  return path;
}

StepPlan plan(const Scripts& scripts, const State& state, const std::string& to, const Options& options) {
  return plan_downgrade(scripts, state, path_to(scripts.graph, state, to), options);
}

}  // namespace

Preview preview_downgrade(const Target& target, const std::string& to, const Options& options,
                          const Events& events) {
  return Runner(target, options, events).preview([&](const State& state) {
    return plan(target.scripts(), state, to, options);
  });
}

Preview preview_downgrade(const Scripts& scripts, const std::string& from, const std::string& to,
                          const Options& options) {
  const auto state = state_at(scripts.graph, from);
  return preview_of(state, plan(scripts, state, to, options), options);
}

Result downgrade(const Target& target, const std::string& to, const Options& options, const Events& events,
                 const ConfirmDowngrade& confirm) {
  Runner runner(target, options, events);
  return runner.run([&](const State& state) { return plan(target.scripts(), state, to, options); },
                    [&](const StepPlan& planned) {
                      std::vector<std::string> revisions;
                      for (const auto& step : planned.steps)
                        if (revisions.empty() || revisions.back() != step.entry.revision)
                          revisions.push_back(step.entry.revision);
                      if (confirm && !revisions.empty()) confirm(revisions, planned.losses);
                    });
}

}  // namespace migrate::run
