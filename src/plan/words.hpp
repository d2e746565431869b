// What an SQL expression may mention. Found without a grammar: it may be too much (a function called like a
// column), never too little.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "catalog/object_id.hpp"

namespace migrate::plan {

bool mentions_identifier(std::string_view sql, const std::string& name);

// schema.name as two words, also inside of a literal ('public.users_id_seq'::regclass).
bool mentions_name(std::string_view sql, const catalog::Name& name);

// Every name that the text may mean: qualified ones, also inside of literals, and bare words as of public.
std::vector<catalog::Name> names_in(std::string_view sql);

// The values of its string literals.
std::vector<std::string> literals_in(std::string_view sql);

// It calls a function other than the given ones.
bool calls_other_than(std::string_view sql, const std::vector<std::string>& functions);

// It is one call of a function and nothing else, which an index takes without parentheses around it.
bool is_function_call(std::string_view sql);

// As a column's DEFAULT it must stand in parentheses: outside of them it has an operator that is a word (AND,
// IN, IS …).
bool has_word_operator(std::string_view sql);

}  // namespace migrate::plan
