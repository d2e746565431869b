// ATTACH PARTITION and DETACH PARTITION.
#pragma once
#include <cstddef>
#include <optional>

#include "plan/planner.hpp"

namespace migrate::plan {

// Of a table that was made apart, or had another parent. Both return the action's number.
std::size_t attach(Planner& planner, const catalog::Table& table);
std::size_t detach(Planner& planner, const catalog::Table& was);
// DETACH PARTITION … CONCURRENTLY, if that can be done: the server, the parent and its use say so.
std::optional<std::size_t> detach_concurrently(Planner& planner, const catalog::Table& was);
// A table that stays becomes a partition, or ceases to be one, or is one of another parent or with other
// bounds.
void change_parent(Planner& planner, const catalog::Table& was, const catalog::Table& now);

}  // namespace migrate::plan
