// One planned statement with what it means for the objects of the catalogue. The order of a plan follows from
// these facts alone, so a kind of object is planned in a file of its own and knows nothing of the other kinds
// but their ids.
#pragma once
#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "catalog/database.hpp"
#include "plan/plan.hpp"
#include "util/error.hpp"

namespace migrate::plan {

// The order of statements that no fact puts in order. What belongs to a table that is created stands right
// behind it.
enum class Rank : int {
  rename,
  release,  // constraints, defaults and indexes that are in the way go first
  schema,
  extension,
  type,
  sequence,
  table,  // a new table with its indexes and comments
  column,
  after_column,  // owned-by and the like
  key,
  check,
  index,
  foreign_key,
  routine,
  view,
  trigger,  // and what else hangs on a table or a view: rules, policies
  comment,
  drop,  // what goes for good goes late
  drop_table,
  drop_sequence,
  drop_type,
  drop_extension,
  drop_schema,
  default_privileges,
  event_trigger,
};

// Changes a catalogue in the way the statement changes the database.
using Effect = std::function<void(catalog::Database&)>;

// Puts a value in its place in a list that is sorted by name.
template <class List, class Value>
void put(List& list, const Value& value) {
  const auto at = std::lower_bound(list.begin(), list.end(), value,
                                   [](const Value& a, const Value& b) { return a.name < b.name; });
  if (at != list.end() && at->name == value.name)
    *at = value;
  else
    list.insert(at, value);
}

struct Action {
  Statement statement;
  Rank rank = Rank::table;

  // Facts. An alteration that others must wait for, in both directions, names its object in `creates` and in
  // `drops`.
  std::vector<catalog::ObjectId> creates;  // exists, or has its new form, once this has run
  std::vector<catalog::ObjectId> drops;    // is gone, or has lost its old form, once this has run
  std::vector<catalog::ObjectId> needs;    // must exist in its new form before this runs
  // As needs, where that makes no circle; else it is made without the server's looking at its body.
  std::vector<catalog::ObjectId> wishes;
  bool unchecked_body = false;
  std::vector<catalog::ObjectId> releases;  // does not depend on it any more once this has run
  std::vector<catalog::Name> takes,
      frees;                       // names of relations and types that it begins and ceases to occupy
  std::vector<std::size_t> after;  // actions that must run before, by the number that Planner::add gave
  std::vector<std::size_t> after_commit;  // the same, and must be committed

  catalog::ObjectId about;  // if it is not the first of creates or needs
  bool alone = false;       // cannot run inside a transaction
  // A part of an ALTER TABLE on this table: neighbours on the same table become one statement, so that a
  // table is locked, and rewritten, once. `statement.sql` is then only the part.
  catalog::Name part_of;

  Effect effect;
  Reversal reversal = Reversal::exact;       // how well the way back restores what was there
  std::string loss;                          // what the way back does not restore: a note for the down part
  std::vector<catalog::ObjectId> transient;  // exists only between two steps of this plan
  std::vector<catalog::ObjectId>
      absorbs;                        // transient ones that from here on live and go with what this makes
  std::vector<diff::Rename> renames;  // for the way back
  std::vector<catalog::ObjectId>
      preserve;  // re-created: owner, privileges, comment, label are to be put back
};

// A step before its statements are written out.
struct ActionStep {
  bool transactional = true;
  std::vector<Action> actions;
};

// Statements wait for each other: `objects` are those that they are about.
class Circle : public Error {
 public:
  Circle(const std::string& text, std::vector<catalog::ObjectId> objects);
  const std::vector<catalog::ObjectId>& objects() const { return objects_; }

 private:
  std::vector<catalog::ObjectId> objects_;
};

// Puts the actions in order and into as few transactional steps as the facts allow. The result is a function
// of the input alone. Throws Circle naming the statements of a cycle.
std::vector<ActionStep> arrange(std::vector<Action> actions);

// The step's renames taken back, in the order of the way back: from the names at its end to those at its
// begin.
std::vector<diff::Rename> renames_back(const ActionStep& step);

// Joins neighbouring parts of one table and writes the step out.
Step written(const ActionStep& step);

// The object that the statement is about, for an error that names it.
catalog::ObjectId object_of(const Action& action);
// The same as written() gives, with the object of each.
std::vector<std::pair<Statement, catalog::ObjectId>> statements_of(const ActionStep& step);

}  // namespace migrate::plan
