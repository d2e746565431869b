// What the parts of a table offer to the table that is created or dropped as a whole, and to each other.
#pragma once
#include <string>
#include <vector>

#include "plan/planner.hpp"

namespace migrate::plan {

// Throw Error(failed) if the server is too old for what the object says.
void check_version(const Planner& planner, const catalog::Name& table, const catalog::Column& column);
void check_version(const Planner& planner, const catalog::Name& table, const catalog::Constraint& constraint);

// What CREATE TABLE and ADD COLUMN cannot say: storage, statistics target, options, and what an inherited
// column has of its own.
void set_up_column(Planner& planner, const catalog::Table& table, const catalog::Column& column);
void comment_column(Planner& planner, const catalog::Name& table, const std::string& was,
                    const catalog::Column& column);

// A default that calls a function over its own table, which the plan makes after, or takes away before, it.
void put_default(Planner& planner, const catalog::Table& table, const catalog::Column& column, bool set);

// What can be altered where it stands; everything else is taken down and put back.
bool alters_in_place(const Planner& planner, const catalog::Column& was, const catalog::Column& now);
bool alters_in_place(const Planner& planner, const catalog::Constraint& was, const catalog::Constraint& now);
bool alters_in_place(const catalog::Index& was, const catalog::Index& now);
bool changes_type(const catalog::Column& was, const catalog::Column& now);
bool type_changes(const Planner& planner, const catalog::ObjectId& column);  // or its collation

// Stand for the form of the table's rows, which can be stored elsewhere, in the facts of an action: what
// changes it makes the new one, and drops the old one.
catalog::ObjectId row_form(const catalog::Name& table);
catalog::ObjectId old_row_form(const catalog::Name& table);

// The fates of what children have of their parents, after those of what the changes name.
void note_inherited_columns(Planner& planner, const std::vector<diff::Change>& changes);

// PostgreSQL gives a child's column the type that the parent's gets, also where the child has it by itself,
// too.
bool type_comes_with_parent(const Planner& planner, const catalog::ObjectId& column);
// Something becomes of it; a child's column is another one when the parent's is.
bool is_touched(const Planner& planner, const catalog::ObjectId& id);

// Stands for a table's having lost a column or a constraint.
catalog::ObjectId without(const catalog::ObjectId& member);
// What drops the column or check `member` comes after what drops it from the table's parents.
void wait_for_parents(const Planner& planner, const catalog::ObjectId& member, Action& action);
// Stands for a table's having ceased to inherit from another.
catalog::ObjectId left(const catalog::Name& child, const catalog::Name& parent);
// What a parent's children lose with it comes after those that cease to be children have gone.
void wait_for_leavers(const Planner& planner, const catalog::Name& table, Action& action);
// What makes a table a child of `parent` comes after what that loses.
void wait_for_parent(const Planner& planner, const catalog::Name& parent, Action& action);

// Stands for what a child must have as the table has it: its columns, their types and NOT NULL. Who needs
// that of the table, or of its heirs in `database`, waits for the action.
catalog::ObjectId columns_of(const catalog::Name& table);
void settles_columns(Action& action, const catalog::Database& database, const catalog::Name& table);

// Stands for a column's being NOT NULL in the facts of an action.
catalog::ObjectId not_null_of(const catalog::Name& table, const std::string& column);

bool relies_on(const catalog::Constraint& constraint, const std::string& column);
// The tables that have `table` as a parent, by inheritance or partitioning, and theirs.
std::vector<catalog::Name> heirs(const catalog::Database& database, const catalog::Name& table);

bool owns_index(const catalog::Constraint& constraint);  // primary key, unique, exclusion
// The columns, keys and types that a constraint stands on. In `before` or in `after`: the names are the same
// after the renames.
std::vector<catalog::ObjectId> needs_of(const Planner& planner, const catalog::Database& database,
                                        const catalog::Table& table, const catalog::Constraint& constraint);
void create_constraint(Planner& planner, const catalog::Table& table, const catalog::Constraint& constraint);
void drop_constraint(Planner& planner, const catalog::Table& table, const catalog::Constraint& constraint);
void comment_constraint(Planner& planner, const catalog::Name& table, const std::string& was,
                        const catalog::Constraint& constraint);
// The constraint or unique index of `database` that a foreign key relies on; its id, or one with an empty
// name.
catalog::ObjectId key_behind(const catalog::Database& database, const catalog::ObjectId& foreign_key);

std::vector<catalog::ObjectId> needs_of(const Planner& planner, const catalog::Table& table,
                                        const catalog::Index& index);
bool relies_on(const catalog::Index& index, const std::string& column);
void create_index(Planner& planner, const catalog::Table& table, const catalog::Index& index);

// ---- partition.cpp

// What a partition has of an index or key of its parent.
struct Part {
  catalog::Name table;
  std::string name;
  bool key = false;  // a constraint, not an index
  catalog::ObjectId id() const;
};
// The parts of the index, or of the index behind a key, at all levels.
std::vector<Part> parts_of(const catalog::Database& database, const catalog::Name& index);
// Those that go with it: not those of partitions that are detached first.
std::vector<Part> droppable_parts(const Planner& planner, const catalog::Name& index);
void erase_parts(catalog::Database& database, const std::vector<Part>& parts);
// The index or key of the parent that a part belongs to; its id, or one with an empty name.
catalog::ObjectId whole_of(const catalog::Database& database, const catalog::Table& partition,
                           const catalog::Name& attached_to);
// The table is the same partition of the same parent in both catalogues, and all the time.
bool stays_partition(const Planner& planner, const catalog::Table& table);
// Partitions in use have parts of this index or key, so that it is made ON ONLY the parent.
bool has_parts(const Planner& planner, const catalog::Table& table, const std::string& name);
// Creates the parts that have no change of their own. Returns the ids of all parts, which must be there
// before the whole is made.
std::vector<catalog::ObjectId> create_parts(Planner& planner, const catalog::Table& table,
                                            const std::string& name);
void attach_part(Planner& planner, const catalog::Table& table, const Part& part,
                 const catalog::Name& attached_to);
// Stands for the partition's being one in the facts of an action. What is made ON ONLY the parent must wait
// for its partitions: ATTACH PARTITION would take it to them.
catalog::ObjectId attachment(const catalog::Name& partition);
// The same for its being none. What drops an index or key does so before the partition is attached again.
catalog::ObjectId detachment(const catalog::Name& partition);
// A partition takes a part of what its parent can hold: it is freed, by whoever goes, before it is taken.
catalog::Name room_in(const catalog::Name& parent);
void drop_while_detached(const Planner& planner, const catalog::Name& table, const catalog::Name& index,
                         Action& action);
void wait_for_partitions(const Planner& planner, const catalog::Table& table, Action& action);
// The column whose change carries an inherited one along: itself, or that of a parent.
catalog::ObjectId deciding_column(const Planner& planner, const catalog::Database& database,
                                  const catalog::Table& table, const std::string& column);

}  // namespace migrate::plan
