#pragma once
#include <string>

namespace migrate::catalog {

// https://www.postgresql.org/docs/current/ddl-schemas.html
struct Schema {
  std::string name;
  std::string comment;

  bool operator==(const Schema&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("comment", self.comment);
  }
};

}  // namespace migrate::catalog
