// What can be said of the models without looking at a database.
#pragma once
#include <set>
#include <string>

#include "catalog/database.hpp"

namespace migrate::diff {

struct Prepared {
  catalog::Database database;  // sorted, everything has a name
  std::set<catalog::ObjectId>
      made_up;  // constraints and indexes that the models don't name: their names are PostgreSQL's choice
};

// The models with spellings of built-in types, storage parameters and defaults of the server as the catalogue
// has them, serial taken apart into its sequence and default, the columns of a primary key NOT NULL, the
// columns of a foreign key's target filled in, schemas that are only used declared, and names for everything.
// A function of the models alone, so that what it is built into can be cached.
Prepared prepare(const catalog::Database& models);

}  // namespace migrate::diff
