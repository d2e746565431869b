// The local normal form of SQL expressions: two texts with the same form surely mean the same, so that most
// comparisons need no server. It never goes further than what holds without knowing tables or search_path:
// white space, case and quotes that change nothing, comments, parentheses that group what is grouped anyway,
// spellings of built-in types, CAST for ::, != for <>, and a number for the string cast to just the type that
// the number has.
#pragma once
#include <string>
#include <string_view>

namespace migrate::diff {

std::string normal_form(std::string_view expression);

// Of a column's default: also without a cast of a literal to the column's own type (only where the cast has
// no modifier and the type has none of its own: 'abc'::character(2) cuts, an assignment fails), and empty for
// NULL.
std::string normal_default(std::string_view expression, std::string_view column_type);

// Of a quoted and perhaps qualified name (collation, operator class): without pg_catalog.
std::string normal_name(std::string_view name);

}  // namespace migrate::diff
