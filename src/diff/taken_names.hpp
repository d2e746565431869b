// Which names are taken in the schemas of one or more catalogues, as PostgreSQL looks when it chooses one.
#pragma once
#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

#include "catalog/database.hpp"

namespace migrate::diff {

class TakenNames {
 public:
  // What has a name in it; constraints and indexes without one are passed over. It must live as long: nothing
  // is looked at before a name is to be chosen, which is rare.
  void add(const catalog::Database& database) { databases_.push_back(&database); }
  void add(const catalog::Table& table, const catalog::Constraint& constraint);
  void add(const catalog::Table& table, const catalog::Index& index);

  // A free name by PostgreSQL's rule, which is taken from now on.
  std::string choose(const catalog::Table& table, const catalog::Constraint& constraint);
  std::string choose(const catalog::Table& table, const catalog::Index& index);

 private:
  void look_at_databases();
  void look(const catalog::Database& database);

  struct Hash {
    std::size_t operator()(const catalog::Name& name) const { return std::hash<std::string>()(name.name); }
  };
  std::unordered_set<catalog::Name, Hash> relations_, constraints_;
  std::vector<const catalog::Database*> databases_;
};

}  // namespace migrate::diff
