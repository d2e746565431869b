// The files in which canonical forms are kept. A table's text is there beside its checksum, so that it is not
// read where the table is known already.
#pragma once
#include <filesystem>
#include <string>
#include <unordered_map>

#include "catalog/database.hpp"

namespace migrate::autogenerate {

// The tables of a catalogue by their checksums.
class KnownTables {
 public:
  explicit KnownTables(const catalog::Database& database);  // outlives it

  const catalog::Table* with_checksum(const std::string& checksum) const;
  const catalog::Table* named(const catalog::Name& name) const { return database_.table(name); }

 private:
  const catalog::Database& database_;
  std::unordered_map<std::string, const catalog::Table*> tables_;
};

void write_canonical(const std::filesystem::path& file, const catalog::Database& database);

// A table that is known is taken as it is, and of another what it has like the known one of its name. Throws
// Error(failed) for a file that is not there, is cut off, or was written by another version.
catalog::Database read_canonical(const std::filesystem::path& file, const KnownTables& known);

}  // namespace migrate::autogenerate
