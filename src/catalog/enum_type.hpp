#pragma once
#include <string>
#include <vector>

#include "catalog/object_id.hpp"

namespace migrate::catalog {

// https://www.postgresql.org/docs/current/datatype-enum.html
struct EnumType {
  Name name;
  std::vector<std::string> labels;  // in sort order
  std::string comment;

  bool operator==(const EnumType&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("labels", self.labels);
    visit("comment", self.comment);
  }
};

}  // namespace migrate::catalog
