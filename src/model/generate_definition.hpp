// The part of generate_cpp() that is about what is declared as a whole: views, routines, triggers …
#pragma once
#include <string>

#include "model/generate_table.hpp"

namespace migrate::model {

std::string definition_calls(const catalog::Database& database, const CppNames& names);

}  // namespace migrate::model
