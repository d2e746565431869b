// Sets the version table without running anything.
#pragma once
#include <vector>

#include "revision/target.hpp"
#include "run/options.hpp"

namespace migrate::run {

// Rows of the same line of revisions give way to the targets (revision::stamped_rows); with
// `purge` all rows do, also those that no script has, which are otherwise refused. What the log has as half
// done is void afterwards.
Result stamp(const Target& target, const std::vector<revision::TargetExpression>& to, bool purge,
             const Options& options, const Events& events);

}  // namespace migrate::run
