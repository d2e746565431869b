// C++ identifiers and literals for what a database calls otherwise.
#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "catalog/object_id.hpp"

namespace migrate::model {

bool is_cpp_identifier(std::string_view text);      // and no keyword, no reserved name, no common macro
std::string cpp_identifier(std::string_view text);  // the same where it is one, else near to it
std::string camel_case(std::string_view text);      // "order_lines" → OrderLines, an identifier
std::string cpp_literal(std::string_view text);     // "a \"b\"\n"
std::string cpp_text(std::string_view text);        // the same, but R"sql(…)sql" for several lines
// With a number after it where it is taken.
std::string unique_in(std::set<std::string>& taken, const std::string& wanted,
                      const std::set<std::string>& taken_elsewhere = {});

}  // namespace migrate::model
