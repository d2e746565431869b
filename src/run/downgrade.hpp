// Runs the down parts of what is between the database and an older revision.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "revision/target.hpp"
#include "run/options.hpp"
#include "run/preview.hpp"

namespace migrate::run {

// A half-applied revision counts as one, and only what was done of it is taken back. `confirm` is called with
// the revisions in the order in which they go, and what their down parts lose, before anything runs; it
// throws to refuse.
using ConfirmDowngrade =
    std::function<void(const std::vector<std::string>& revisions, const std::vector<std::string>& losses)>;
Result downgrade(const Target& target, const revision::TargetExpression& to, const Options& options,
                 const Events& events, const ConfirmDowngrade& confirm = {});

// What that would do, and what the down parts lose, as the plan's losses. Nothing is asked, locked, created
// or run.
Preview preview_downgrade(const Target& target, const revision::TargetExpression& to, const Options& options,
                          const Events& events);

// The same from `from` to `to`, as preview_upgrade() has it.
Preview preview_downgrade(const Scripts& scripts, const revision::TargetExpression& from,
                          const revision::TargetExpression& to, const Options& options);

}  // namespace migrate::run
