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

// What can be altered where it stands; everything else is taken down and put back.
bool alters_in_place(const Planner& planner, const catalog::Column& was, const catalog::Column& now);
bool alters_in_place(const Planner& planner, const catalog::Constraint& was, const catalog::Constraint& now);
bool alters_in_place(const catalog::Index& was, const catalog::Index& now);
bool changes_type(const catalog::Column& was, const catalog::Column& now);

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
catalog::ObjectId key_behind(const catalog::Database& database, const catalog::Constraint& foreign_key);

std::vector<catalog::ObjectId> needs_of(const Planner& planner, const catalog::Table& table,
                                        const catalog::Index& index);
bool relies_on(const catalog::Index& index, const std::string& column);
void create_index(Planner& planner, const catalog::Table& table, const catalog::Index& index);

}  // namespace migrate::plan
