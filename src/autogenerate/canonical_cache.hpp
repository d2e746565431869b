// The files in which canonical forms are kept. A line each: the number of tables, the catalogue without its
// tables, and every table; so that a big one is read without all of its text at hand.
#pragma once
#include <filesystem>

#include "catalog/database.hpp"

namespace migrate::autogenerate {

void write_canonical(const std::filesystem::path& file, const catalog::Database& database);

// What its tables have as those of `like` have it is shared with them. Throws Error(failed) for a file that
// is not there, is cut off, or was written by another version.
catalog::Database read_canonical(const std::filesystem::path& file, const catalog::Database& like);

}  // namespace migrate::autogenerate
