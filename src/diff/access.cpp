#include "diff/access.hpp"

#include <algorithm>
#include <utility>

#include "diff/kinds.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

using catalog::Access;
using catalog::Database;
using catalog::Grant;
using catalog::ObjectId;

// Calls both(id, before, after) for every object that either side says something of.
template <class Both>
void each_access(const Database& before, const Database& after, Both&& both) {
  static const Access nothing;
  auto a = before.access.begin();
  auto b = after.access.begin();
  while (a != before.access.end() || b != after.access.end()) {
    if (b == after.access.end() || (a != before.access.end() && a->object < b->object)) {
      both(a->object, *a, nothing);
      ++a;
    } else if (a == before.access.end() || b->object < a->object) {
      both(b->object, nothing, *b);
      ++b;
    } else {
      both(a->object, *a, *b);
      ++a, ++b;
    }
  }
}

}  // namespace

void diff_access(const Database& before, const Database& after, std::vector<Change>& changes) {
  std::vector<Change> more;
  each_access(before, after, [&](const ObjectId& id, const Access& old, const Access& current) {
    std::vector<std::string> fields;
    // An owner that one side does not know is no difference.
    if (old.owner != current.owner && !old.owner.empty() && !current.owner.empty())
      fields.emplace_back("owner");
    if (!grant_changes(old.grants, current.grants).empty()) fields.emplace_back("grants");
    if (fields.empty() || !catalog::bears_access(before, id) || !catalog::bears_access(after, id)) return;
    const auto at =
        std::lower_bound(changes.begin(), changes.end(), id,
                         [](const Change& each, const ObjectId& wanted) { return each.object < wanted; });
    if (at != changes.end() && at->object == id && at->action == Action::alter)
      at->fields.insert(at->fields.end(), fields.begin(), fields.end());
    else
      more.push_back({Action::alter, id, {}, std::move(fields)});
  });
  const auto middle = static_cast<std::ptrdiff_t>(changes.size());
  std::move(more.begin(), more.end(), std::back_inserter(changes));
  std::inplace_merge(changes.begin(), changes.begin() + middle, changes.end(),
                     [](const Change& a, const Change& b) { return a.object < b.object; });
}

namespace {

// Columns, and sequences of columns, are their table's owner's.
std::string owner_of(const Database& database, const ObjectId& id) {
  using catalog::Kind;
  if (const auto* access = catalog::find_access(database, id); access && !access->owner.empty())
    return access->owner;
  catalog::Name whole = id.name;
  if (id.kind == Kind::sequence) {
    const auto* sequence = database.sequence(id.name);
    whole = sequence ? sequence->owned_by_table : catalog::identity_column_of(database, id.name).name;
  } else if (id.kind != Kind::column) {
    return {};
  }
  for (const auto kind : {Kind::table, Kind::view, Kind::materialized_view})
    if (const auto* access = catalog::find_access(database, {kind, whole, ""})) return access->owner;
  return {};
}

}  // namespace

void settle_access(Database& target, const Database& live) {
  for (const Access& there : live.access) {
    if (!catalog::bears_access(target, there.object)) continue;
    Access& wanted = catalog::access_of(target, there.object);
    if (wanted.owner.empty()) wanted.owner = there.owner;
  }
  // What the owner is granted, the owner has.
  for (Access& each : target.access)
    if (const auto owner = owner_of(target, each.object); !owner.empty())
      std::erase_if(each.grants,
                    [&](const Grant& grant) { return grant.grantee == owner && !grant.revoked; });
}

void access_follows(Database& database, const Rename& rename, const std::map<ObjectId, ObjectId>& moved) {
  using catalog::Kind;
  for (auto& each : database.access) {
    auto& id = each.object;
    // Columns of views and sequences of identity columns are no objects of their own.
    if (id.kind == Kind::column)
      for (const auto kind : {Kind::view, Kind::materialized_view})
        if (const auto found = moved.find({kind, id.name, ""}); found != moved.end())
          id.name = found->second.name;
    if (const auto found = moved.find(id); found != moved.end())
      id = found->second;
    else if (rename.from.kind == Kind::schema && id.name.schema == rename.from.name.name)
      id.name.schema = rename.to.name.name;
  }
}

std::vector<GrantChange> grant_changes(const std::vector<Grant>& before, const std::vector<Grant>& after) {
  using Verb = GrantChange::Verb;
  // What PostgreSQL gives by itself is between the two.
  enum State { taken = -1, usual, granted, grantable };
  const auto state_in = [](const std::vector<Grant>& grants, const Grant& wanted) {
    for (const Grant& each : grants)
      if (each.grantee == wanted.grantee && each.privilege == wanted.privilege)
        return each.revoked ? taken : each.grantable ? grantable : granted;
    return usual;
  };
  std::vector<GrantChange> out;
  const auto note = [&](const Grant& grant, bool gives) {
    const State was = state_in(before, grant), now = state_in(after, grant);
    if (was == now || (now > was) != gives) return;
    const Verb verb = was == grantable && now == granted ? Verb::revoke_option
                      : now < was                        ? Verb::revoke
                      : now == grantable                 ? Verb::grant_with_option
                                                         : Verb::grant;
    auto change = std::find_if(out.begin(), out.end(), [&](const GrantChange& each) {
      return each.grantee == grant.grantee && each.verb == verb;
    });
    if (change == out.end()) change = out.insert(out.end(), {grant.grantee, {}, verb});
    auto& privileges = change->privileges;
    const auto at = std::lower_bound(privileges.begin(), privileges.end(), grant.privilege);
    if (at == privileges.end() || *at != grant.privilege) privileges.insert(at, grant.privilege);
  };
  for (const auto* list : {&before, &after})
    for (const Grant& each : *list) note(each, false);
  for (const auto* list : {&after, &before})
    for (const Grant& each : *list) note(each, true);
  return out;
}

std::string describe(const std::vector<GrantChange>& changes) {
  return join_with(changes, ", ", [](const GrantChange& change) {
    const bool gives =
        change.verb == GrantChange::Verb::grant || change.verb == GrantChange::Verb::grant_with_option;
    const std::string option = change.verb == GrantChange::Verb::grant_with_option ? " with grant option"
                               : change.verb == GrantChange::Verb::revoke_option   ? "the grant option for "
                                                                                   : "";
    const std::string who = change.grantee == "public" ? "public" : quote_identifier(change.grantee);
    return gives ? "grants " + join(change.privileges, ", ") + " to " + who + option
                 : "revokes " + option + join(change.privileges, ", ") + " from " + who;
  });
}

}  // namespace migrate::diff
