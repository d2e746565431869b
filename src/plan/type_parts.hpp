// What the kinds of types share: one that cannot be altered in place is made again, and what uses it moves
// over.
#pragma once
#include <string>

#include "plan/cast.hpp"
#include "plan/definition.hpp"

namespace migrate::plan {

// The type under a domain, and under the domain that that is of, with the brackets of an array; any other
// type as it stands.
std::string base_type(const catalog::Database& database, const std::string& type);

bool is_type(catalog::Kind kind);
catalog::ObjectId type_id(catalog::Kind kind, const catalog::Name& name);

// Whether a column of a table or a materialized view has the type, be it in an array, a domain, another type
// or the row of a table.
bool is_stored(const Planner& planner, const catalog::ObjectId& id);
// Whether a column has the domain other than as its own type, or as that of a domain over it: PostgreSQL
// looks at no such values, and so adds no constraint.
bool is_stored_within(const Planner& planner, const catalog::ObjectId& domain);

// Whether altering a composite type takes attributes away, or gives them another type.
bool loses_attributes(const Planner& planner, const catalog::ObjectId& id);

// DROP; of one that columns have, instead: it gets another name until they have the new one.
void drop_type(Planner& planner, const catalog::ObjectId& id);

void drop_old_type(Planner& planner, const catalog::ObjectId& id, std::size_t made);

// The range type whose values a routine makes canonical, or null. Each is made of the other, so the name of
// the type is there first, as a shell: https://www.postgresql.org/docs/current/sql-createtype.html, "Range
// Types".
const catalog::RangeType* range_made_canonical(const catalog::Database& database,
                                               const catalog::ObjectId& routine);
catalog::ObjectId shell_of(const catalog::RangeType& range);

// CREATE; of one that stands aside, the old one is dropped once nothing has it.
template <catalog::Definition T>
void create_type(Planner& planner, const T& now, const std::string& sql) {
  const auto made = create_definition(planner, now, sql);
  drop_old_type(planner, now.id(), made);
}

// How to make a value of the new composite type from the column's, which is of the old one.
// Throws Error(undecided) where nothing of it can be kept, and for an array with other attributes.
Conversion recomposed(const Planner& planner, const std::string& column, const catalog::CompositeType& was,
                      const catalog::CompositeType& now, const std::string& type);

// PostgreSQL wants the columns of a typed table in the order of the type's attributes, and adds them last.
// Throws Error(undecided) where they cannot get it.
void refuse_other_order(const Planner& planner, const catalog::Table& was, const catalog::Table& now);
// The composite type of a table that stays of it gets other attributes: the table is no longer of it while
// its columns follow.
void alter_under_type(Planner& planner, const catalog::Table& was, const catalog::Table& now);

}  // namespace migrate::plan
