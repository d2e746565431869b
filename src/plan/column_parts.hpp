// What the files about columns share.
#pragma once
#include <functional>
#include <string>

#include "plan/cast.hpp"
#include "plan/planner.hpp"

namespace migrate::plan {

// A part of an ALTER TABLE.
Action part(const Planner& planner, const catalog::Name& table, const std::string& sql,
            Lock lock = Lock::access_exclusive);

// Changes the column in the table, and in the heirs that have it from there, to what `after` says by
// `change`.
using ColumnChange = std::function<void(catalog::Column& into, const catalog::Column& from)>;
Effect on_column(const Planner& planner, const catalog::Name& table, const std::string& column,
                 bool with_heirs, const ColumnChange& change);

std::string name_of_not_null(const catalog::Table& table, const catalog::Column& column);  // PostgreSQL 18
// The column with the name of its NOT NULL said where PostgreSQL 18 would choose another than it does else:
// something of the schema has that one.
catalog::Column with_name_of_not_null(const Planner& planner, const catalog::Table& table,
                                      catalog::Column column);
// What else of the table's columns goes and has the name of this one's NOT NULL goes first.
void wait_for_name_of_not_null(const Planner& planner, const catalog::Table& table,
                               const catalog::Column& column, Action& action);

using SameColumn = std::function<bool(const catalog::Column& a, const catalog::Column& b)>;
// Adds a part that PostgreSQL carries to all heirs. Where some of them must not have it, it becomes a
// statement of its own with ONLY, and so does that of each heir that must. Returns its number.
std::size_t add_for_heirs(Planner& planner, Action action, const catalog::Name& table,
                          const catalog::Column& now, const SameColumn& same, const ColumnChange& change);

// How the values of one type become those of the other: for a domain as for the type under it. `name`: the
// column's, quoted.
Conversion conversion_of(const Planner& planner, const std::string& name, const catalog::Column& was,
                         const catalog::Column& now);
// The same of an expression.
Conversion conversion_of(const Planner& planner, const std::string& value, const std::string& from,
                         const std::string& to);

// The sequence behind an identity column.
catalog::Name sequence_of(const catalog::Name& table, const catalog::Column& column);
// A sequence that begins to number a column with rows goes on behind the largest value that is there.
// `sequence`: an SQL expression.
void continue_numbering(Planner& planner, const catalog::Name& table, const catalog::Column& column,
                        const std::string& sequence, const catalog::SequenceOptions& options,
                        std::size_t after);

void set_not_null(Planner& planner, const catalog::Table& table, const catalog::Column& now, bool rewritten);
void add_named_not_null(Planner& planner, const catalog::Table& table, const catalog::Column& now);
void alter_not_null(Planner& planner, const catalog::Table& table, const catalog::Column& was,
                    const catalog::Column& now, bool rewritten);
void alter_identity(Planner& planner, const catalog::Table& table, const catalog::Column& was,
                    const catalog::Column& now);

}  // namespace migrate::plan
