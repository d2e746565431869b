#include "run/upgrade.hpp"

#include <algorithm>

#include "run/runner.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::run {
namespace {

void refuse_losses(const std::vector<std::string>& losses) {
  if (losses.empty()) return;
  throw Error(ExitCode::undecided, "this loses data:\n  " + join(losses, "\n  "),
              "allow it, or write -- migrate:allow data-loss into the script");
}

// The half-done revisions first: what is built on them needs them whole.
std::vector<std::string> path_to(const Target& target, const State& state, const std::string& to) {
  auto path = target.graph.upgrade_path(state.versions, to);
  std::vector<std::string> first;
  for (const auto& id : state.half_done) {
    if (!target.graph.contains(id) || std::find(path.begin(), path.end(), id) != path.end()) continue;
    if (!state.applied.contains(id) && path.empty()) continue;  // the target is below it
    if (!state.applied.contains(id))
      throw Error(ExitCode::half_done,
                  "revision " + describe_progress(state, id) + ", and it is not on the way to " + to,
                  "finish it with `migrate upgrade " + id + "`, or take it back with `migrate downgrade`");
    first.push_back(id);
  }
  path.insert(path.begin(), first.begin(), first.end());
  return path;
}

}  // namespace

Result upgrade(const Target& target, const std::string& to, const Options& options, const Events& events) {
  Runner runner(target, options, events);
  return runner.run(
      [&](const State& state) { return plan_upgrade(target, state, path_to(target, state, to), options); },
      [&](const StepPlan& plan) {
        if (plan.losses.empty()) return;
        if (events.confirm_data_loss)
          events.confirm_data_loss(plan.losses);
        else
          refuse_losses(plan.losses);
      });
}

}  // namespace migrate::run
