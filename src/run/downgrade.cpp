#include "run/downgrade.hpp"

#include <algorithm>

#include "revision/path.hpp"
#include "run/log_scripts.hpp"
#include "run/runner.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::run {
namespace {

std::vector<std::string> path_to(const revision::Graph& graph, const State& state,
                                 const revision::TargetExpression& to) {
  std::vector<std::string> path;
  for (const auto& id : state.half_done)
    if (!state.applied.contains(id) && graph.contains(id)) path.push_back(id);
  // -N counts the half-applied revisions, which are not in the version table.
  auto rest = to;
  if (to.anchor == revision::TargetExpression::Anchor::current && to.offset < 0 && !path.empty()) {
    const auto half_applied = static_cast<int>(path.size());
    if (-to.offset <= half_applied) return path;
    rest.offset += half_applied;
  }
  // A target that is itself half applied means: up to there, and nothing is above it.
  const auto below = revision::downgrade_path(graph, state.rows, rest);
  path.insert(path.end(), below.begin(), below.end());
  return path;
}

StepPlan plan(const Scripts& scripts, const State& state, const revision::TargetExpression& to,
              const Options& options) {
  return plan_downgrade(scripts, state, path_to(scripts.graph, state, to), options);
}

}  // namespace

Preview preview_downgrade(const Target& given, const revision::TargetExpression& to, const Options& options,
                          const Events& events) {
  const LogScripts scripts(given, options, events);
  const auto& target = scripts.target();
  return Runner(target, options, events).preview([&](const State& state) {
    return plan(target.scripts(), state, to, options);
  });
}

Preview preview_downgrade(const Scripts& scripts, const revision::TargetExpression& from,
                          const revision::TargetExpression& to, const Options& options) {
  const auto state = state_at(scripts.graph, from);
  return preview_of(state, plan(scripts, state, to, options), options);
}

Result downgrade(const Target& given, const revision::TargetExpression& to, const Options& options,
                 const Events& events, const ConfirmDowngrade& confirm) {
  const LogScripts scripts(given, options, events);
  const auto& target = scripts.target();
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
