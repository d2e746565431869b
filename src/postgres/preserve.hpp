// What a step that re-creates an object must give back to it: owner, privileges, comment and security label,
// as they are when the step runs.
#pragma once
#include <string>
#include <vector>

#include "postgres/session.hpp"

namespace migrate::postgres {

class Preserved {
 public:
  // Reads them for the objects that are there; `keys` as catalog::ObjectId::key(). A table's, view's or
  // sequence's columns belong to it. Throws Error(failed) for a key of a kind that has none of these.
  Preserved(Connection& connection, const std::vector<std::string>& keys);

  // Puts them back on the objects of these keys that are there now. A comment or label that the step itself
  // set stays, and so does none where one of `statements`, the step's, is COMMENT ON that object IS NULL.
  void put_back(Connection& connection, const std::vector<std::string>& statements) const;

 private:
  struct Grant {
    std::string privilege, grantee;  // grantee: empty for PUBLIC
    bool grantable = false;
    std::string column;  // empty: of the whole object
  };
  struct Note {  // comment (provider empty) or security label
    std::string provider, column, text;
  };
  struct Object {
    std::string key, owner;
    std::vector<Grant> grants;
    std::vector<Note> notes;
  };
  std::vector<Object> objects_;
};

}  // namespace migrate::postgres
