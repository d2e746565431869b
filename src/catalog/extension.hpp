#pragma once
#include <string>

namespace migrate::catalog {

// An installed extension: introspected because types and operator classes come from it. Its members are never
// in the catalogue.
struct Extension {
  std::string name;
  std::string schema;  // empty: the one that it brings along
  std::string version;
  std::string comment;        // where it is not the one that CREATE EXTENSION gives it
  std::string usual_comment;  // that one, from its control file: for the way back

  bool operator==(const Extension&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("schema", self.schema);
    visit("version", self.version);
    visit("comment", self.comment);
    visit("usual_comment", self.usual_comment);
  }
};

}  // namespace migrate::catalog
