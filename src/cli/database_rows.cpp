#include "cli/database_rows.hpp"

#include <algorithm>

namespace migrate::cli {

std::optional<std::vector<std::string>> rows_for(Context& context,
                                                 const std::vector<revision::TargetExpression>& targets) {
  if (std::none_of(targets.begin(), targets.end(), [](const auto& each) {
        return each.anchor == revision::TargetExpression::Anchor::current;
      }))
    return std::nullopt;
  const auto& state = context.database_state();
  run::refuse_unknown(state, context.graph());
  return state.rows;
}

}  // namespace migrate::cli
