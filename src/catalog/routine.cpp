#include "catalog/routine.hpp"

#include "util/text.hpp"

namespace migrate::catalog {

std::string Routine::signature() const {
  std::vector<std::string> types;
  for (const auto& each : arguments)
    if (each.mode.empty() || each.mode == "inout" || each.mode == "variadic") types.push_back(each.type);
  return join(types, ", ");
}

}  // namespace migrate::catalog
