// What PostgreSQL needs to be told to change a column's type: pg_cast of the built-in types, and what of it
// rewrites or loses.
#pragma once
#include <string>

namespace migrate::plan {

struct Conversion {
  std::string using_expression;  // empty: an assignment cast does it
  std::string note;              // for the author: why the conversion may not be what is wanted
  bool rewrites = true;
  bool may_fail = false;  // values exist that do not fit
  bool lossy = false;     // values may come back different
};

// `column` is quoted. Enum types, say, and arrays of them, have casts from and to text alone.
Conversion conversion(const std::string& column, const std::string& from, const std::string& to,
                      bool from_by_text = false, bool to_by_text = false);

// plain, main, external, extended: what a column of the type has if nothing is said; empty if the type is not
// built in.
std::string default_storage(const std::string& type);

}  // namespace migrate::plan
