// What differs between two catalogues, as plain data: the objects themselves are looked up in the two
// databases by their ids.
#pragma once
#include <string>
#include <vector>

#include "catalog/database.hpp"

namespace migrate::diff {

enum class Action { create, drop, alter, rename };

struct Change {
  Action action{};
  catalog::ObjectId object;  // in `after`; for a drop, in `before`
  catalog::ObjectId was;     // rename: the id before it
  std::vector<std::string>
      fields;  // alter: the fields of the value that differ ("type", "not_null", "default_value")

  bool operator==(const Change&) const = default;
};

// Everything that is in one and not in the other, and every field that differs. Columns, constraints and
// indexes of a table that is created or dropped as a whole have no change of their own. The order of columns
// is not a difference. Sorted by kind and name; of one id the drop comes before the create.
//
// What a partition or a child table has because of its parent has no change of its own where the parent's
// change brings it: an inherited column or constraint and an index attached to the parent's that come or go
// together with the parent's, and a field of an inherited column or constraint that changes as the parent's
// does (the plan must therefore alter the parent without ONLY). `inherited` follows from the parents and is
// never a difference.
std::vector<Change> diff(const catalog::Database& before, const catalog::Database& after);

// "adds column users.nick", "changes column users.email: type text to citext": a line for people, without the
// SQL.
std::string describe(const Change& change, const catalog::Database& before, const catalog::Database& after);

}  // namespace migrate::diff
