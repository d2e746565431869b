// Tables that ALTER TABLE cannot bring into their new form: that become partitioned, cease to be, or are
// partitioned in another way. The old one is set aside under another name, the new one made with its
// partitions, the rows copied, and the old one dropped, all in one step. To the rest of the plan the one is a
// table that goes, the other a table that comes, with everything on them.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "diff/rename.hpp"

namespace migrate::plan {

class Planner;

struct AsideTable {
  catalog::Name name, aside;
  bool copied = false;                             // by a statement of its own, not with a parent's rows
  catalog::Name detached_from;                     // a parent that is not set aside itself
  std::vector<diff::Rename> keys;                  // its indexes and constraints whose names are needed
  std::map<std::string, catalog::Name> sequences;  // identity column: its sequence, while it stands aside
  std::map<std::string, catalog::Name> sequences_were;
};

struct SetAside {
  std::vector<AsideTable> tables;  // by name
  catalog::Database before;        // as it is once they stand aside
  // Other parents, at all levels, that lose partitions for a while: foreign keys to them must go meanwhile.
  std::set<catalog::Name> loosened;

  const AsideTable* find(const catalog::Name& name) const;
  const AsideTable* find_aside(const catalog::Name& aside) const;
};

SetAside set_aside(const catalog::Database& before, const catalog::Database& after, int server_version);

// The statements that set aside: first of all but the renames.
void plan_set_aside(Planner& planner);
// The copies, once all else is planned, and what must wait for them.
void plan_copies(Planner& planner);

// Stands for the rows' being in the new table.
catalog::ObjectId copied_rows(const catalog::Name& table);

}  // namespace migrate::plan
