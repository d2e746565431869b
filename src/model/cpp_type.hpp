#pragma once
#include <map>
#include <string>

#include "catalog/object_id.hpp"

namespace migrate::model {

struct CppType {
  std::string name;    // "std::int64_t"
  bool exact = false;  // the SQL type follows from it; else .type("…") must say it
};

// The C++ type of the table in docs/reference/models.md for a type as the catalogue has it. `enums` are the
// C++ names of the enums.
CppType cpp_type(const std::string& sql_type, const std::map<catalog::Name, std::string>& enums);

}  // namespace migrate::model
