// The names that PostgreSQL gives to constraints, indexes and sequences that nobody named. The rules are
// those of makeObjectName, ChooseRelationName, ChooseConstraintName, ChooseIndexName and FigureColname of its
// sources.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/table.hpp"

namespace migrate::diff {

// catalog::default_name, with 1, 2, … after the label until the name is free.
std::string choose_name(std::string_view name1, std::string_view name2, std::string_view label,
                        const std::function<bool(const std::string&)>& is_taken);

// What is chosen for an unnamed constraint or index of `table`, whose columns decide which words of a check
// are columns.
std::string choose_constraint_name(const catalog::Table& table, const catalog::Constraint& constraint,
                                   const std::function<bool(const std::string&)>& is_taken);
std::string choose_index_name(const catalog::Table& table, const catalog::Index& index,
                              const std::function<bool(const std::string&)>& is_taken);

// The name of an index's column for an expression: "lower" of lower(email), "expr" of a + b.
std::string expression_name(std::string_view expression);

}  // namespace migrate::diff
