// Which steps of a plan are one transaction.
#pragma once
#include <cstddef>
#include <vector>

#include "run/options.hpp"
#include "run/step_plan.hpp"

namespace migrate::run {

// Numbers of steps, in order; a step without a transaction is alone. By Options::transaction; with
// Options::rollback all of them are one. A step that uses an enum label which a step before it adds cannot be
// in one transaction with it (SQLSTATE 55P04; before PostgreSQL 17 also where that makes the type):
// `revision` begins another.
//
// Throws Error(undecided), naming the steps, where `all` or a rollback would need such steps, or one without
// a transaction, in its transaction.
std::vector<std::vector<std::size_t>> group_steps(const StepPlan& plan, const Options& options);

}  // namespace migrate::run
