// Renames, as far as the plan needs them.
#pragma once
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "diff/rename.hpp"

namespace migrate::plan {

// `database` after the renames, in order; those whose object is not there are taken out of `renames`. Throws
// Error(undecided) if the new name is taken.
catalog::Database renamed(catalog::Database database, std::vector<diff::Rename>& renames);

// "renames table a to b"
std::string describe(const diff::Rename& rename);

}  // namespace migrate::plan
