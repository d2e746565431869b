#include "run/upgrade.hpp"

#include <algorithm>

#include "revision/path.hpp"
#include "run/runner.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::run {
namespace {

using Targets = std::vector<revision::TargetExpression>;

void refuse_losses(const std::vector<std::string>& losses) {
  if (losses.empty()) return;
  throw Error(ExitCode::undecided, "this loses data:\n  " + join(losses, "\n  "),
              "allow it, or write -- migrate:allow data-loss into the script");
}

// The half-done revisions first: what is built on them needs them whole.
std::vector<std::string> path_to(const revision::Graph& graph, const State& state, const Targets& to) {
  auto path = revision::upgrade_path(graph, state.rows, to);
  std::vector<std::string> first;
  for (const auto& id : state.half_done) {
    if (!graph.contains(id) || std::find(path.begin(), path.end(), id) != path.end()) continue;
    if (!state.applied.contains(id) && path.empty()) continue;  // the target is below it
    if (!state.applied.contains(id))
      throw Error(ExitCode::half_done,
                  "revision " + describe_progress(state, id) + ", and it is not on the way to " +
                      join_with(to, " ", [](const auto& each) { return each.text(); }),
                  "finish it with `migrate upgrade " + id + "`, or take it back with `migrate downgrade`");
    first.push_back(id);
  }
  path.insert(path.begin(), first.begin(), first.end());
  return path;
}

StepPlan plan(const Scripts& scripts, const State& state, const Targets& to, const Options& options) {
  return plan_upgrade(scripts, state, path_to(scripts.graph, state, to), options);
}

}  // namespace

Preview preview_upgrade(const Target& target, const Targets& to, const Options& options,
                        const Events& events) {
  return Runner(target, options, events).preview([&](const State& state) {
    return plan(target.scripts(), state, to, options);
  });
}

Preview preview_upgrade(const Scripts& scripts, const revision::TargetExpression& from, const Targets& to,
                        const Options& options) {
  const auto state = state_at(scripts.graph, from);
  return preview_of(state, plan(scripts, state, to, options), options);
}

Result upgrade(const Target& target, const Targets& to, const Options& options, const Events& events) {
  Runner runner(target, options, events);
  return runner.run([&](const State& state) { return plan(target.scripts(), state, to, options); },
                    [&](const StepPlan& planned) {
                      if (planned.losses.empty() || options.rollback) return;
                      if (events.confirm_data_loss)
                        events.confirm_data_loss(planned.losses);
                      else
                        refuse_losses(planned.losses);
                    });
}

}  // namespace migrate::run
