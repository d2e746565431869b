// Owners and privileges. They stand beside the objects and not in them, so one planner serves every kind.
#include <algorithm>
#include <map>

#include "diff/access.hpp"
#include "plan/definition.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::Access;
using catalog::Grant;
using catalog::Kind;
using catalog::ObjectId;
using Verb = diff::GrantChange::Verb;

// What an object is given when `role` makes it.
std::vector<Grant> granted_at_creation(const catalog::Database& database, const ObjectId& id) {
  const auto objects = catalog::default_privileges_for(id.kind);
  if (objects.empty() || database.role.empty()) return {};
  std::map<std::pair<std::string, std::string>, Grant> grants;
  for (const auto& schema : {std::string(), id.name.schema}) {
    const auto* given = database.find<catalog::DefaultPrivileges>(
        {Kind::default_privileges, {schema, database.role}, std::string(objects)});
    if (!given) continue;
    for (const Grant& each : given->grants) {
      // Everywhere EXECUTE was taken from PUBLIC, and in this schema it is given.
      const auto found = grants.find({each.grantee, each.privilege});
      if (found != grants.end() && found->second.revoked)
        grants.erase(found);
      else if (each.revoked || each.grantee != database.role)
        grants[{each.grantee, each.privilege}] = each;
    }
    if (id.name.schema.empty()) break;
  }
  std::vector<Grant> out;
  for (auto& [key, grant] : grants) out.push_back(grant);
  return out;
}

// ALTER … OWNER TO gives the new owner what the old one had, and what the new one was granted becomes a part
// of that.
std::vector<Grant> with_new_owner(std::vector<Grant> grants, const std::string& was, const std::string& now) {
  const auto given = grants;
  std::erase_if(grants, [&](const Grant& each) { return each.grantee == now && !each.revoked; });
  for (Grant& each : grants)
    if (each.grantee == was && each.revoked) each.grantee = now;
  std::erase_if(grants, [&](const Grant& each) {
    return each.grantee == now && std::any_of(given.begin(), given.end(), [&](const Grant& other) {
             return other.grantee == now && !other.revoked && other.privilege == each.privilege;
           });
  });
  return grants;
}

// What must be there before the object can be granted.
ObjectId bearer_of(const catalog::Database& database, const ObjectId& id) {
  if (catalog::contains(database, id)) return id;
  return id.kind == Kind::sequence ? catalog::identity_column_of(database, id.name)
                                   : id_of_relation(database, id.name);
}

std::string target(const ObjectId& id, const std::vector<std::string>& privileges) {
  const bool is_column = id.kind == Kind::column;
  const std::string columns = is_column ? " (" + quote_identifier(id.member) + ")" : "";
  const std::string list =
      join_with(privileges, ", ", [&](const auto& each) { return to_upper(each) + columns; });
  // As GRANT calls them, and an aggregate is a function there.
  const std::string kind = catalog::is_routine(id.kind) ? "ROUTINE"
                           : id.kind == Kind::view || id.kind == Kind::materialized_view || is_column
                               ? "TABLE"
                               : std::string(catalog::sql_kind(id.kind));
  const std::string name = catalog::is_routine(id.kind) ? id.name.sql() + "(" + id.member + ")"
                           : is_column                  ? id.name.sql()
                                                        : id.sql();
  return list + " ON " + kind + " " + name;
}

class AccessPlanner {
 public:
  explicit AccessPlanner(Planner& planner) : planner_(planner) {
    for (std::size_t n = 0; n < planner.actions().size(); ++n)
      for (const auto& id : planner.action(n).creates) makers_[id].push_back(n);
  }

  void plan(const ObjectId& id) {
    if (!catalog::bears_access(planner_.after, id)) return;
    static const Access nothing;
    const auto* now = catalog::find_access(planner_.after, id);
    if (!now) now = &nothing;
    bearer_ = bearer_of(planner_.after, id);
    const bool created = is_created(id);
    const auto* was = created ? nullptr : catalog::find_access(*planner_.in_place, id);
    auto grants = created ? granted_at_creation(planner_.before, id)
                  : was   ? was->grants
                          : std::vector<Grant>();
    const std::string owner = created ? planner_.before.role : was ? was->owner : "";
    const std::string wanted = now->owner.empty() ? owner : now->owner;
    previous_.reset();
    if (id.kind == Kind::column) {
      // Taken from the whole, it was taken from the columns, too.
      const Whole& whole = wholes_[id.name];
      previous_ = whole.last;
      std::erase_if(grants, [&](const Grant& each) {
        return whole.taken.contains({each.grantee, each.privilege});
      });
    }
    // Whoever runs the script makes the object: who is to own it is said all the same.
    if (wanted != owner || (created && !now->owner.empty())) {
      grants = with_new_owner(std::move(grants), owner, wanted);
      change_owner(id, wanted, grants);
    }
    for (const auto& change : diff::grant_changes(grants, now->grants)) {
      if (change.verb == Verb::revoke && is_relation(id))
        for (const auto& privilege : change.privileges)
          wholes_[id.name].taken.emplace(change.grantee, privilege);
      add(id, grant_sql(change, target(id, change.privileges)),
          [id, all = now->grants](catalog::Database& database) {
            catalog::access_of(database, id).grants = all;
          });
    }
    if (is_relation(id)) wholes_[id.name].last = previous_;
  }

 private:
  // What was planned of a table or view, before its columns.
  struct Whole {
    std::optional<std::size_t> last;
    std::set<std::pair<std::string, std::string>> taken;  // grantee, privilege
  };

  static bool is_relation(const ObjectId& id) {
    return id.kind == Kind::table || id.kind == Kind::view || id.kind == Kind::materialized_view;
  }

  bool is_created(const ObjectId& id) const {
    if (!catalog::bears_access(*planner_.in_place, id)) return true;
    if (planner_.aside.find(id.name)) return false;
    // A column has its name only in its table: another table, or a view, may have come in its place.
    return id.kind == Kind::column && planner_.fate(id_of_relation(planner_.after, id.name)) == Fate::created;
  }

  void change_owner(const ObjectId& id, const std::string& owner, const std::vector<Grant>& grants) {
    const auto number = add(id,
                            "ALTER " + std::string(catalog::sql_kind(id.kind)) + " " + id.sql() +
                                " OWNER TO " + quote_identifier(owner),
                            [id, owner, grants](catalog::Database& database) {
                              auto& access = catalog::access_of(database, id);
                              access.owner = owner;
                              access.grants = grants;
                            });
    const bool locks = is_relation(id) || id.kind == Kind::sequence;
    if (!locks || planner_.is_made(bearer_)) return;
    auto& statement = planner_.action(number).statement;
    statement.lock = Lock::access_exclusive;
    statement.locks = id.name.text();
  }

  // One after the other, as they were found.
  std::size_t add(const ObjectId& id, const std::string& sql, Effect effect) {
    Action action;
    action.rank = planner_.is_made(bearer_) ? rank_of(bearer_.kind) : Rank::comment;
    action.statement.sql = sql;
    action.about = id;
    action.needs = {bearer_};
    action.effect = std::move(effect);
    if (previous_) action.after.push_back(*previous_);
    // What is made again gets back at the end of its step what it had at its beginning.
    if (planner_.fate(bearer_) == Fate::rebuilt || rebuilt_with_relation() ||
        planner_.aside.find(bearer_.name))
      if (const auto made = makers_.find(bearer_); made != makers_.end()) action.after_commit = made->second;
    previous_ = planner_.add(std::move(action));
    return *previous_;
  }

  bool rebuilt_with_relation() const {
    return bearer_.kind == Kind::column &&
           planner_.fate(id_of_relation(planner_.after, bearer_.name)) == Fate::rebuilt;
  }

  Planner& planner_;
  std::map<ObjectId, std::vector<std::size_t>> makers_;
  ObjectId bearer_;
  std::optional<std::size_t> previous_;
  std::map<catalog::Name, Whole> wholes_;
};

}  // namespace

std::string grant_sql(const diff::GrantChange& change, const std::string& target) {
  const std::string who = change.grantee == "public" ? "PUBLIC" : quote_identifier(change.grantee);
  switch (change.verb) {
    case Verb::grant:
      return "GRANT " + target + " TO " + who;
    case Verb::grant_with_option:
      return "GRANT " + target + " TO " + who + " WITH GRANT OPTION";
    case Verb::revoke:
      return "REVOKE " + target + " FROM " + who;
    case Verb::revoke_option:
      return "REVOKE GRANT OPTION FOR " + target + " FROM " + who;
  }
  return {};
}

void plan_access(Planner& planner) {
  std::set<ObjectId> ids;
  for (const auto* side : {&planner.before, &planner.after})
    for (const Access& each : side->access) ids.insert(each.object);
  // What default privileges give to new objects is taken where nobody declares it.
  const bool gives = std::any_of(
      planner.before.default_privileges.begin(), planner.before.default_privileges.end(),
      [&](const auto& each) { return !planner.before.role.empty() && each.role == planner.before.role; });
  if (gives)
    for (const auto& id : catalog::object_ids(planner.after))
      if (id.kind != Kind::column && !catalog::contains(*planner.in_place, id)) ids.insert(id);
  AccessPlanner access(planner);
  for (const bool columns : {false, true})
    for (const auto& id : ids)
      if ((id.kind == Kind::column) == columns) access.plan(id);
}

}  // namespace migrate::plan
