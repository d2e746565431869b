// Looking up what the calls refer to. Everything that is wrong is added to the model's problems; nothing is
// thrown.
#pragma once
#include "data.hpp"

namespace migrate::detail {

// Adds a problem.
void report(ModelData& model, Where where, std::string text);

// The column that is meant, or null after a problem has been reported. `what` says whose it is: "index
// users_email_idx".
ColumnData* find_column(TableData& table, const GroupData* group, ColumnRef& ref, Where where,
                        const std::string& what);

// The table of a struct, or of a name; null if there is none or the struct has several (then a problem has
// been reported).
TableData* find_table(ModelData& model, Spelling row, Where where, const std::string& what);
TableData* find_table(ModelData& model, const QualifiedName& name);

void resolve_columns(
    ModelData& model);  // resolve_columns.cpp: names, types, defaults, nullability; serial's sequences
void resolve_constraints(
    ModelData& model);  // resolve_constraints.cpp: columns, targets and names of constraints and indexes
void resolve_definitions(ModelData& model);  // trigger.cpp: columns that were given as members
void check_coverage(ModelData& model);       // coverage.cpp

}  // namespace migrate::detail
