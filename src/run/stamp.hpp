// Sets the version table without running anything.
#pragma once
#include <string>

#include "run/options.hpp"

namespace migrate::run {

// `to`: "head", "base", an id or unique prefix. Rows of the same line of revisions give way to it; with
// `purge` all rows do, also those that no script has, which are otherwise refused. What the log has as half
// done is void afterwards.
Result stamp(const Target& target, const std::string& to, bool purge, const Options& options,
             const Events& events);

}  // namespace migrate::run
