// What the kinds of objects share while a plan is made: the two catalogues, what happens to which object, and
// the actions so far.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/database.hpp"
#include "diff/access.hpp"
#include "diff/change.hpp"
#include "plan/action.hpp"
#include "plan/rename.hpp"
#include "plan/set_aside.hpp"

namespace migrate::plan {

enum class Mode {
  build,     // from nothing
  online,    // a database in use: indexes concurrently, keys and checks validated in a later step
  one_step,  // a way back: everything in one transaction, since it must undo exactly one step
};

class UsedObjects;

// What happens to an object that exists in both catalogues or in one.
enum class Fate { untouched, created, dropped, altered, rebuilt };

class Planner {
 public:
  Planner(const catalog::Database& from, const catalog::Database& to, int version, Mode how);

  const catalog::Database& before;  // with the renames applied, and what stands aside under its other name
  const catalog::Database& after;
  const int server_version;
  const Mode mode;
  SetAside aside;
  const catalog::Database* in_place = &before;  // `before`, but with nothing set aside
  std::set<catalog::Name> at_once;        // tables whose changes wait for each other unless they are one step
  std::set<catalog::ObjectId> if_exists;  // drops of these say IF EXISTS: they may have gone already
  // Dropped and made again, although they could be replaced: what they use before must go before what they
  // use after can come.
  std::set<catalog::ObjectId> made_again;

  std::size_t add(Action action) {
    actions_.push_back(std::move(action));
    return actions_.size() - 1;
  }
  Action& action(std::size_t number) { return actions_[number]; }
  std::vector<Action>& actions() { return actions_; }

  Fate fate(const catalog::ObjectId& id) const {
    const auto found = fates_.find(id);
    return found == fates_.end() ? Fate::untouched : found->second;
  }
  void set_fate(const catalog::ObjectId& id, Fate fate) { fates_[id] = fate; }
  const std::map<catalog::ObjectId, Fate>& fates() const { return fates_; }
  // The fields that differ, for an object that is altered.
  std::map<catalog::ObjectId, std::vector<std::string>> fields;

  bool is_gone(const catalog::ObjectId& id) const {
    return fate(id) == Fate::dropped || fate(id) == Fate::rebuilt;
  }
  bool is_made(const catalog::ObjectId& id) const {
    return fate(id) == Fate::created || fate(id) == Fate::rebuilt;
  }

  // What an object of `before`, or of `after`, cannot be without: Database::dependencies.
  const std::vector<catalog::ObjectId>& used_before(const catalog::ObjectId& id) const;
  const std::vector<catalog::ObjectId>& used_after(const catalog::ObjectId& id) const;

  // The table or materialized view has rows that somebody may be using: it is in both catalogues.
  bool in_use(const catalog::Name& relation) const;
  // The table that an index of `before` or `after` stands on, or its materialized view as one
  // (catalog::bearer_of); null if there is no such index.
  const catalog::Table* bearer(const catalog::Database& database, const catalog::Name& index) const;
  bool online(const catalog::Name& table) const {
    return mode == Mode::online && in_use(table) && at_once.count(table) == 0;
  }

  // A name of at most 63 bytes that no relation or constraint of the two catalogues has, from the given
  // parts.
  std::string free_name(const catalog::Name& table, const std::string& base, const std::string& suffix);

  // Throws Error(failed) "index users_x: NULLS NOT DISTINCT needs PostgreSQL 15, the server is 13".
  void require(int version, const std::string& feature, const catalog::ObjectId& object) const;

  // A sequence that PostgreSQL makes with the column, because the column is written as serial.
  bool is_serial(const catalog::Sequence& sequence) const;
  // "smallserial", "serial", "bigserial" for a column that this plan makes, or empty.
  std::string serial_type(const catalog::Name& table, const catalog::Column& column) const;

  // Adds what the SQL text names and this plan makes, or takes away, to the needs, or the releases, of an
  // action.
  std::vector<catalog::ObjectId> mentioned(std::string_view sql) const;
  std::vector<catalog::ObjectId> mentioned_types(const catalog::Column& column) const;

  // A sequence's position must lie within its new bounds before they are set. The last of the actions, if
  // any.
  std::optional<std::size_t> move_into_bounds(const catalog::Name& sequence, const std::string& type,
                                              const catalog::SequenceOptions& was,
                                              const catalog::SequenceOptions& now);

  // `id` has no statement of its own: it goes when the statement that drops `dropped` runs.
  void goes_with(const catalog::ObjectId& dropped, const catalog::ObjectId& id, Effect effect) {
    going_along_[dropped].emplace_back(id, std::move(effect));
  }
  // Adds these to the actions that drop.
  void join_effects();

  void add_rename(const diff::Rename& rename, const std::string& sql);
  // HEAD a RENAME TO b, and SET SCHEMA where the schema differs.
  void add_rename(const diff::Rename& rename, const std::string& head, const catalog::Name& from,
                  const catalog::Name& to);

  // Types that are replaced, with the name that the old one has meanwhile.
  std::map<catalog::Name, catalog::Name> old_types;
  struct NewLabel {
    std::string label;
    std::size_t action;
  };
  // The action that drops an object, the one that builds its successor aside, and for whose sake an object is
  // rebuilt.
  std::map<catalog::ObjectId, std::size_t> drop_actions, built_aside;
  std::map<catalog::ObjectId, catalog::ObjectId> because_of;
  // Columns whose default is taken off and put back, because of what it uses.
  std::set<catalog::ObjectId> suspended_defaults;
  // By the name of a constraint the tables that have it, now or in the end, once somebody asks for it.
  mutable std::optional<std::map<catalog::Name, std::set<catalog::Name>>> constrained;
  // Parts of indexes and keys that go when the parent's goes: nothing need be done to drop them.
  std::set<catalog::ObjectId> goes_with_whole;
  // Columns that come or go with the parent's; those that are dropped while a child keeps its own.
  std::set<catalog::ObjectId> goes_with_parent, dropped_alone;
  // Partitions that are detached and attached again, since a key of theirs is part of an index that goes.
  std::set<catalog::Name> reattached;
  std::vector<catalog::Name> new_tables;  // in an order in which they can be made
  // Foreign keys in a circle of new tables, which are added after them, and in a circle of dropped ones,
  // which go before them.
  std::set<catalog::ObjectId> late_keys, early_keys;
  // The same for columns whose default calls a function over the table; such checks are among the keys.
  std::set<catalog::ObjectId> late_defaults, early_defaults;
  std::vector<NewLabel> new_labels;  // cannot be used before they are committed

  // COMMENT ON, where the comment of `id` is not `was`.
  void comment(const catalog::ObjectId& id, const std::string& was, const std::string& now,
               const Effect& effect);

 private:
  std::vector<Action> actions_;
  std::map<catalog::ObjectId, Fate> fates_;
  std::map<catalog::ObjectId, std::vector<catalog::ObjectId>> used_before_, used_after_;
  std::map<catalog::ObjectId, std::vector<std::pair<catalog::ObjectId, Effect>>> going_along_;
  std::vector<catalog::Table> bearers_before_, bearers_after_;
  std::set<catalog::Name> taken_;
  std::optional<std::size_t> last_rename_;
};

// A relation, type or constraint has this name.
bool is_occupied(const catalog::Database& database, const catalog::Name& name);

// Ids.
catalog::ObjectId table_id(const catalog::Name& name);
catalog::ObjectId column_id(const catalog::Name& table, const std::string& column);
catalog::ObjectId constraint_id(const catalog::Name& table, const std::string& constraint);
catalog::ObjectId index_id(const catalog::Name& table, const std::string& index);
catalog::ObjectId sequence_id(const catalog::Name& name);
catalog::ObjectId enum_id(const catalog::Name& name);
catalog::ObjectId schema_id(const std::string& name);

// How one kind is planned. Each is called once for each object that has that fate; `rebuilt` calls drop and
// create.
struct KindPlanner {
  void (*create)(Planner& planner, const catalog::ObjectId& id);
  void (*drop)(Planner& planner, const catalog::ObjectId& id);
  void (*alter)(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>& fields);
  void (*rename)(Planner& planner, const diff::Rename& rename);
  // Of a definition: whether alter() can bring it from `before` to `after`; else it is dropped and made
  // again. What uses it then stays.
  bool (*alters_in_place)(const Planner& planner, const catalog::ObjectId& id) = nullptr;
};
extern const KindPlanner schema_planner, extension_planner, enum_type_planner, sequence_planner,
    table_planner, column_planner, constraint_planner, index_planner;
extern const KindPlanner view_planner, materialized_view_planner, routine_planner, trigger_planner,
    event_trigger_planner, default_privileges_planner;
extern const KindPlanner domain_planner, composite_type_planner, range_type_planner, policy_planner,
    rule_planner;
const KindPlanner& planner_of(catalog::Kind kind);
Rank rank_of(catalog::Kind kind);  // where an object that is made stands

// Whether a routine that goes makes way for a new one of its name, with other arguments.
bool has_successor(const Planner& planner, const catalog::ObjectId& routine);

// Owners and privileges, of whatever kind of object: after all other actions are known.
void plan_access(Planner& planner);
// GRANT and REVOKE of `target` ("SELECT ON TABLE t"), also within ALTER DEFAULT PRIVILEGES.
std::string grant_sql(const diff::GrantChange& change, const std::string& target);

// CLUSTER ON and REPLICA IDENTITY of every table where they, or the indexes that they name, change.
void plan_table_indexes(Planner& planner);

// Whether ALTER TYPE … ADD VALUE is enough.
bool only_adds_labels(const catalog::EnumType& was, const catalog::EnumType& now);

// Finds what must be taken down and put back, or put off, because of what is altered: sets more fates.
void find_rebuilds(Planner& planner);

// Finds defaults and checks that cannot be there when their table is made, or must go before it: they call a
// function that needs the table. `parsed`: as for used_objects.hpp, or null.
void find_circles(Planner& planner, const UsedObjects* parsed);
// What the server looks for when a routine's body is a text: Action::wishes.
void add_wishes(Planner& planner, std::size_t first);

// The steps from `before` (renames not applied) to `after`.
struct PlannedSteps {
  std::vector<ActionStep> steps;
  catalog::Database renamed;          // `before` with the renames applied
  std::vector<diff::Change> changes;  // from `renamed` to `after`
};
PlannedSteps planned_steps(const catalog::Database& before, const catalog::Database& after,
                           int server_version, std::vector<diff::Rename> renames, Mode mode,
                           const std::set<catalog::ObjectId>& if_exists = {});

std::string_view lock_name(Lock lock);  // "ACCESS EXCLUSIVE"

// "creates table orders; locks …; loses nothing"
std::vector<std::string> summary_of(const PlannedSteps& planned, const std::vector<Step>& steps,
                                    const catalog::Database& after, const std::vector<diff::Rename>& renames);

}  // namespace migrate::plan
