// Owners and privileges: they belong to their objects and come and go with them, but stand in a list of their
// own (catalog/access.hpp), so that one comparison serves every kind.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "diff/change.hpp"
#include "diff/rename.hpp"

namespace migrate::diff {

// "owner" and "grants", where they differ, as fields of the changes of objects that both have. `changes` is
// sorted and stays so.
void diff_access(const catalog::Database& before, const catalog::Database& after,
                 std::vector<Change>& changes);

// What the models say of the objects that `target` has is all that there is: whoever has more loses it. An
// owner that they don't name stays. `target.access` is the models' own.
void settle_access(catalog::Database& target, const catalog::Database& live);

// After a rename that gave objects (the keys) other ids.
void access_follows(catalog::Database& database, const Rename& rename,
                    const std::map<catalog::ObjectId, catalog::ObjectId>& moved);

// What must be revoked and granted to get from one to the other: first what is taken, then what is given, in
// the order in which it stands in the lists, each with the privileges in order of name.
struct GrantChange {
  std::string grantee;
  std::vector<std::string> privileges;
  enum class Verb { grant, grant_with_option, revoke, revoke_option } verb{};
};
std::vector<GrantChange> grant_changes(const std::vector<catalog::Grant>& before,
                                       const std::vector<catalog::Grant>& after);

// "grants select, insert to app, revokes execute from public"
std::string describe(const std::vector<GrantChange>& changes);

}  // namespace migrate::diff
