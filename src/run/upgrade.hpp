// Runs the up parts of what is between the database and a target.
#pragma once
#include <vector>

#include "revision/target.hpp"
#include "run/options.hpp"
#include "run/preview.hpp"

namespace migrate::run {

// Everything is planned and checked first, without a lock; with nothing to do none is taken and nothing is
// created. Under the lock the state is read again, a step that was cut off is settled, and a half-applied
// revision goes on where it stands. Throws Error as revision::upgrade_path, plan_upgrade, AdvisoryLock and
// Executor do; after a failure its hint says where the database stands.
Result upgrade(const Target& target, const std::vector<revision::TargetExpression>& to,
               const Options& options, const Events& events);

// What that would do. Nothing is asked, locked, created or run.
Preview preview_upgrade(const Target& target, const std::vector<revision::TargetExpression>& to,
                        const Options& options, const Events& events);

// The same from `from` to `to`, without a database: as if
// it were at `from`, and nothing of it half done.
Preview preview_upgrade(const Scripts& scripts, const revision::TargetExpression& from,
                        const std::vector<revision::TargetExpression>& to, const Options& options);

}  // namespace migrate::run
