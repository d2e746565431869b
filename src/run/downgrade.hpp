// Runs the down parts of what is between the database and an older revision.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "run/options.hpp"

namespace migrate::run {

// `to`: "-N", "base", an id or unique prefix. A half-applied revision counts as one, and only what was done
// of it is taken back. `confirm` is called with the revisions in the order in which they go, and what their
// down parts lose, before anything runs; it throws to refuse.
using ConfirmDowngrade =
    std::function<void(const std::vector<std::string>& revisions, const std::vector<std::string>& losses)>;
Result downgrade(const Target& target, const std::string& to, const Options& options, const Events& events,
                 const ConfirmDowngrade& confirm = {});

}  // namespace migrate::run
