// A person's word on how a step without a transaction ended.
#pragma once
#include <string>

#include "run/options.hpp"

namespace migrate::run {

enum class Decision { done, undone };

// Of the revision `id` (or unique prefix, also of one that no script here has), the step that was cut off in
// a statement: `done`, the statement took effect, and the next run goes on after it; `undone`, nothing of it
// is there, and the next run begins with it. Of a step that failed after some of its statements: `done`, all
// of them are done by now; `undone`, all have been taken back. Nothing is run. `step`: which one is meant; 0:
// whichever it is. Throws Error(failed) if there is no such step, or its script is not to be had.
Result resolve(const Target& target, const std::string& id, int step, Decision decision,
               const Options& options, const Events& events);

}  // namespace migrate::run
