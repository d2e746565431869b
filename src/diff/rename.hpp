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
  std::string from_label, to_label;  // of an enum type; of a composite type an attribute
  bool operator==(const Rename&) const = default;
};

// `database` as it is after the renames, and everything that refers to a renamed thing with it: foreign keys,
// owned sequences, column lists, types, partitions, children that inherit, and SQL text as far as a few
// neighbouring tokens make it certain (diff/rename_text.hpp); what is not certain is left, and the comparison
// by the server settles it. Names that PostgreSQL made from the old one (of an identity column's sequence)
// stay.
//
// `renames` becomes the list of those that were carried out, in an order that works: schemas, types, labels,
// sequences, tables and views, columns, constraints, indexes, the rest, each `from` named as it is at its
// turn (a column by its table's new name), a chain from its free end, a ring (a to b, b to a) over a name for
// the time being, which adds a rename to it. One whose `from` is not there, or whose `to` is, is dropped.
catalog::Database apply_renames(catalog::Database database, std::vector<Rename>& renames);

// The name that `id` has after `rename`: of itself, of its table, of its schema, of a type among its
// arguments. An index stays where it is when a table moves to another schema: which table it has is not known
// here.
catalog::ObjectId renamed(catalog::ObjectId id, const Rename& rename);
catalog::ObjectId renamed(catalog::ObjectId id, const std::vector<Rename>& renames);  // one after the other
Rename inverse(const Rename& rename);

// The first of those that go round in a ring, in which each takes the name of the next; empty if none do.
std::vector<Rename> rename_ring(const std::vector<Rename>& renames);

// Pairs of a dropped and a created object that look like a rename: same kind, same place, and for tables
// mostly equal columns, for columns equal type and nullability. Best first, each object in at most one pair.
std::vector<Rename> rename_candidates(const catalog::Database& before, const catalog::Database& after,
                                      const std::vector<Change>& changes);

}  // namespace migrate::diff
