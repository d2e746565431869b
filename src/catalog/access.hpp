// Who owns an object, and who else may do what with it:
// https://www.postgresql.org/docs/current/ddl-priv.html
#pragma once
#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/definition.hpp"
#include "catalog/object_id.hpp"

namespace migrate::catalog {

struct Database;

// A privilege that a role has beyond what PostgreSQL gives by itself, or that was taken away from what it
// gives: everything to the owner, EXECUTE of routines and USAGE of types to everybody.
struct Grant {
  std::string grantee;    // a role; "public": everybody (no role can have that name)
  std::string privilege;  // "select"; models may also say "all"
  bool grantable = false;
  bool revoked = false;  // the grantee has it by default and lost it

  auto operator<=>(const Grant&) const = default;
  bool operator==(const Grant&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("grantee", self.grantee);
    visit("privilege", self.privilege);
    visit("grantable", self.grantable);
    visit("revoked", self.revoked);
  }
};

// Of one object. Columns of tables and views, and the sequences of identity columns, have grants of their
// own; a sequence that a column owns has the owner of its table, and none here.
struct Access {
  ObjectId object;
  std::string owner;          // empty: not compared, and of models: whoever it is
  std::vector<Grant> grants;  // in the order in which they were made, which dumps keep; it is no difference

  bool operator==(const Access&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("object", self.object);
    visit("owner", self.owner);
    visit("grants", self.grants);
  }
};

// What objects that a role makes are granted when they are made:
// https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html
struct DefaultPrivileges {
  std::string role;
  std::string schema;         // empty: in all of them
  std::string objects;        // "tables", "sequences", "functions", "types", "schemas", "large objects"
  std::vector<Grant> grants;  // sorted; in a schema only additions

  ObjectId id() const { return {Kind::default_privileges, {schema, role}, objects}; }
  bool operator==(const DefaultPrivileges&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("role", self.role);
    visit("schema", self.schema);
    visit("objects", self.objects);
    visit("grants", self.grants);
  }
};

// Every privilege that objects of a kind know, or those that DefaultPrivileges::objects names; empty: none.
std::vector<std::string> privileges_on(Kind kind, int server_version);
std::vector<std::string> privileges_on(std::string_view objects, int server_version);

// The DefaultPrivileges::objects that objects of this kind are among; empty: none.
std::string_view default_privileges_for(Kind kind);

// The object is there, and can be granted or owned.
bool bears_access(const Database& database, const ObjectId& id);
// The entry of this object; null where there is none.
const Access* find_access(const Database& database, const ObjectId& id);
// The same, made where there is none.
Access& access_of(Database& database, const ObjectId& id);
// Forgets the entries of objects that are not there.
void forget_lost_access(Database& database);
// Takes away what is not to be compared.
void keep_access(Database& database, bool owners, bool privileges);
// Puts the single privileges in the place of "all". Throws Error(failed) for one that the kind of object, or
// the server, does not know.
void spell_out_all(Database& database, int server_version);

// The identity column behind a sequence: {column, table, name}; an id without a name if there is none.
ObjectId identity_column_of(const Database& database, const Name& sequence);

}  // namespace migrate::catalog
