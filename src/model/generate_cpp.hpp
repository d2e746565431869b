// A catalogue as C++ models: what `inspect --format cpp` writes for a database that is already there.
#pragma once
#include <cstddef>
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

struct SourceFile {
  std::string name;  // "orders.cpp", "orders.hpp": in one folder
  std::string text;
};

// The same in several files of about `most_lines` lines at most: one, schema.cpp, if that is enough; else for
// each schema, or for tables whose names begin alike, a header with the structs and a source that declares
// what goes with them, and types.hpp with the enums. Only a table or a body that is longer by itself makes a
// longer file.
std::vector<SourceFile> generate_cpp_files(const catalog::Database& database,
                                           const std::vector<std::string>& search_path = {"public"},
                                           std::size_t most_lines = 600);

}  // namespace migrate::model
