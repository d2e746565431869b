// Renames: stated ones are applied to the catalogue before it is compared; likely ones are found, never
// guessed.
#pragma once
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "diff/change.hpp"

namespace migrate::diff {

struct Rename {
  catalog::ObjectId from;
  catalog::ObjectId to;              // same kind, same table
  std::string from_label, to_label;  // of an enum type
  bool operator==(const Rename&) const = default;
};

// `database` as it is after the renames, and everything that refers to a renamed thing with it (foreign keys,
// owned sequences, column lists, types, partitions; not SQL text: the server rewrites that, and the caller
// reads it again). A rename whose `from` is not there is dropped from `renames`.
catalog::Database apply_renames(catalog::Database database, std::vector<Rename>& renames);

// Pairs of a dropped and a created object that look like a rename: same kind, same place, and for tables
// mostly equal columns, for columns equal type and nullability. Best first, each object in at most one pair.
std::vector<Rename> rename_candidates(const catalog::Database& before, const catalog::Database& after,
                                      const std::vector<Change>& changes);

}  // namespace migrate::diff
