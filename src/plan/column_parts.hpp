// What the files about columns share.
#pragma once
#include <functional>
#include <string>

#include "plan/planner.hpp"

namespace migrate::plan {

// A part of an ALTER TABLE.
Action part(const Planner& planner, const catalog::Name& table, const std::string& sql,
            Lock lock = Lock::access_exclusive);
// Makes it a statement of its own if the table has heirs that it must not reach.
void only_here(const Planner& planner, Action& action);

// Changes the column in the table, and in the heirs that have it from there, to what `after` says by
// `change`.
using ColumnChange = std::function<void(catalog::Column& into, const catalog::Column& from)>;
Effect on_column(const Planner& planner, const catalog::Name& table, const std::string& column,
                 bool with_heirs, const ColumnChange& change);

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
