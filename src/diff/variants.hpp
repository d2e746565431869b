// Small databases to be built by a server, which hold only what the texts in doubt need.
#pragma once
#include <vector>

#include "catalog/database.hpp"

namespace migrate::diff {

// An object of the models whose printed text still differs from that of the live object that it stands for.
// The live one must outlive it.
struct TextInDoubt {
  catalog::Name table;
  std::string
      declared;  // name of the column, constraint or index in the prepared models; empty for the table itself
  const catalog::Column* column = nullptr;  // the live one: one of these three, or none for the table itself
  const catalog::Constraint* constraint = nullptr;
  const catalog::Index* index = nullptr;

  catalog::ObjectId id() const;  // of the declared one
  const void* live() const;      // which of them it is
};

// Of `database`, the tables in doubt (with their parents, and the tables and types that their columns are
// of), in them all columns but only the texts in doubt.
catalog::Database only_in_doubt(const catalog::Database& database, const std::vector<TextInDoubt>& doubts);

// The same with the live texts in the place of the models', and with the columns and types that only `live`
// has, which they may speak of.
catalog::Database with_live_texts(const catalog::Database& database, const catalog::Database& live,
                                  const std::vector<TextInDoubt>& doubts);

}  // namespace migrate::diff
