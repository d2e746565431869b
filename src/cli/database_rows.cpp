#include "cli/database_rows.hpp"

#include <algorithm>

namespace migrate::cli {

run::State database_state(Context& context) {
  const auto& settings = context.config({.database = true}).migrations;
  const auto& graph = context.graph();
  return run::read_state(postgres::Bookkeeping(context.session(), {settings.schema, settings.version_table}),
                         graph);
}

std::optional<std::vector<std::string>> rows_for(Context& context,
                                                 const std::vector<revision::TargetExpression>& targets) {
  if (std::none_of(targets.begin(), targets.end(), [](const auto& each) {
        return each.anchor == revision::TargetExpression::Anchor::current;
      }))
    return std::nullopt;
  const auto state = database_state(context);
  run::refuse_unknown(state, context.graph());
  return state.rows;
}

}  // namespace migrate::cli
