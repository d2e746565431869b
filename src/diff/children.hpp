// What partitions and children have because of their parents.
#pragma once
#include <functional>

#include "catalog/database.hpp"

namespace migrate::diff {

// Brings the children in `target` in step with their parents there, as PostgreSQL would: inherited columns,
// checks and foreign keys, and the partitions' parts of keys and indexes, come, change and go with the
// parent's. What `live` has of them already keeps its name. Done twice, it changes nothing more; to be done
// again when tables were added to `target`. What a table of the models says of an inherited column stays as
// it says it.
using IsDeclared = std::function<bool(const catalog::Name& table)>;
void complete_children(catalog::Database& target, const catalog::Database& live,
                       const IsDeclared& is_declared);

// Adds to `target` the partitions that `live` has and the models don't speak of, of every parent that stays
// partitioned.
void add_undeclared_partitions(catalog::Database& target, const catalog::Database& live);

// What the table has of its parents becomes its own, as DETACH PARTITION and NO INHERIT leave it.
void leave_parents(catalog::Table& table);

}  // namespace migrate::diff
