// Where the database is, for commands that ask one only when a target speaks of it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "revision/target.hpp"
#include "run/state.hpp"

namespace migrate::cli {

// The rows as revisions of these scripts, if one of `targets` is counted from them; else nullopt, and no
// database is asked. Throws as run::refuse_unknown().
std::optional<std::vector<std::string>> rows_for(Context& context,
                                                 const std::vector<revision::TargetExpression>& targets);

}  // namespace migrate::cli
