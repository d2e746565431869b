// Runs the up parts of what is between the database and a target.
#pragma once
#include <string>

#include "run/options.hpp"
#include "run/preview.hpp"

namespace migrate::run {

// `target`: "head", an id or unique prefix, "+N". Everything is planned and checked first, without a lock;
// with nothing to do none is taken and nothing is created. Under the lock the state is read again, a step
// that was cut off is settled, and a half-applied revision goes on where it stands. Throws Error as
// Graph::upgrade_path, plan_upgrade, AdvisoryLock and Executor do; after a failure its hint says where the
// database stands.
Result upgrade(const Target& target, const std::string& to, const Options& options, const Events& events);

// What that would do. Nothing is asked, locked, created or run.
Preview preview_upgrade(const Target& target, const std::string& to, const Options& options,
                        const Events& events);

// The same from `from`, "base", "heads" or an id or the beginning of one, to `to`, without a database: as if
// it were at `from`, and nothing of it half done.
Preview preview_upgrade(const Scripts& scripts, const std::string& from, const std::string& to,
                        const Options& options);

}  // namespace migrate::run
