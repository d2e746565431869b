#pragma once
#include <string>

namespace migrate::catalog {

// An installed extension: introspected because types and operator classes come from it. Its members are never
// in the catalogue.
struct Extension {
  std::string name;
  std::string schema;
  std::string version;

  bool operator==(const Extension&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("schema", self.schema);
    visit("version", self.version);
  }
};

}  // namespace migrate::catalog
