// A run as a script for psql: the plan that the runner would run, with its bookkeeping, for somebody who runs
// it by hand. After it the database is as if the runner had run it.
#pragma once
#include <string>

#include "run/options.hpp"
#include "run/preview.hpp"

namespace migrate::run {

// The script stops at its first error (ON_ERROR_STOP), and runs nothing where the database is not where
// `preview.before` says, where a revision of the plan is half done there, where something was run since a
// live one was looked at, and where another runner is at work. Throws Error(half_done) for what cannot be
// written down: a step that a run was cut off in.
std::string sql_script(const Preview& preview, const Options& options);

// Makes the tables of the bookkeeping where they are missing.
std::string sql_script_of_tables(const Options& options);

}  // namespace migrate::run
