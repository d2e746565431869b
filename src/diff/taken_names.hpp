// Which names are taken in the schemas of one or more catalogues, as PostgreSQL looks when it chooses one.
#pragma once
#include <set>
#include <string>

#include "catalog/database.hpp"

namespace migrate::diff {

class TakenNames {
 public:
  void add(const catalog::Database&
               database);  // what has a name; constraints and indexes without one are passed over
  void add(const catalog::Table& table, const catalog::Constraint& constraint);
  void add(const catalog::Table& table, const catalog::Index& index);

  // A free name by PostgreSQL's rule, which is taken from now on.
  std::string choose(const catalog::Table& table, const catalog::Constraint& constraint);
  std::string choose(const catalog::Table& table, const catalog::Index& index);

 private:
  std::set<catalog::Name> relations_;
  std::set<catalog::Name> constraints_;
};

}  // namespace migrate::diff
