// The part of generate_cpp() that is about owners and privileges.
#pragma once
#include <string>

#include "catalog/database.hpp"

namespace migrate::model {

std::string access_calls(const catalog::Database& database);

// The table, view or other object of a name of its own that an entry belongs to: {schema, name}.
catalog::Name place_of_access(const catalog::Database& database, const catalog::ObjectId& id);

}  // namespace migrate::model
