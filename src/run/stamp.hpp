// Sets the version table without running anything.
#pragma once
#include <vector>

#include "revision/target.hpp"
#include "run/options.hpp"
#include "run/preview.hpp"

namespace migrate::run {

// Rows of the same line of revisions give way to the targets (revision::stamped_rows); with
// `purge` all rows do, also those that no script has, which are otherwise refused. What the log has as half
// done is void afterwards.
Result stamp(const Target& target, const std::vector<revision::TargetExpression>& to, bool purge,
             const Options& options, const Events& events);

// What it would do to the database, or to one that is at `from`, which is not looked at.
Preview preview_stamp(const Target& target, const std::vector<revision::TargetExpression>& to, bool purge,
                      const Options& options);
Preview preview_stamp(const Scripts& scripts, const revision::TargetExpression& from,
                      const std::vector<revision::TargetExpression>& to, bool purge, const Options& options);

}  // namespace migrate::run
