// Which objects a statement uses, for one whose dependencies no server has told: found by parsing it.
#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/database.hpp"

namespace migrate::plan {

class UsedObjects {
 public:
  explicit UsedObjects(const catalog::Database& database);

  // A name without a schema may be of any schema, a function's of any of its overloads: it may be too much,
  // but for what is in a text (a routine's body) never too little.
  std::vector<catalog::ObjectId> in(std::string_view statement) const;

 private:
  // By the name without its schema: the schema, and whose name it is.
  using Names = std::map<std::string, std::vector<std::pair<std::string, catalog::ObjectId>>>;
  Names relations_, routines_, types_;
};

}  // namespace migrate::plan
