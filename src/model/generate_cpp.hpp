// A catalogue as C++ models: what `inspect --format cpp` writes for a database that is already there.
#pragma once
#include <string>
#include <vector>

#include "catalog/database.hpp"

namespace migrate::model {

// A source that compiles against migrate/model.hpp and declares `database`: what read_document() makes of it
// is equal but for what models do not say (the server's version, versions of extensions, validity of
// indexes). Objects of other kinds are named in comments. Names in the first schema of `search_path` are
// written without it.
std::string generate_cpp(const catalog::Database& database,
                         const std::vector<std::string>& search_path = {"public"});

}  // namespace migrate::model
