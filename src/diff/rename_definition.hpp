// Renames among what is made as a whole: views, routines, triggers, policies, types. Names and references
// follow exactly; of SQL texts, what a few neighbouring tokens make certain (diff/rename_text.hpp). A text
// that is not certain stays as it was, and the comparison finds it changed.
#pragma once
#include <string>

#include "catalog/database.hpp"

namespace migrate::diff {

// Gives a definition its new name, and schema; false if there is none, or the new name is taken. What refers
// to it is for the functions below.
bool rename_definition(catalog::Database& database, const catalog::ObjectId& from,
                       const catalog::ObjectId& to);

bool has_attribute(const catalog::CompositeType& type, const std::string& name);
// False if there is no such type or attribute, or the new name is taken.
bool rename_attribute(catalog::Database& database, const catalog::Name& type, const std::string& from,
                      const std::string& to);

// A table, view, materialized view or sequence has got another name.
void definitions_follow_relation(catalog::Database& database, const catalog::Name& from,
                                 const catalog::Name& to);
// A type has, also the row type of a table.
void definitions_follow_type(catalog::Database& database, const catalog::Name& from, const catalog::Name& to);
void definitions_follow_routine(catalog::Database& database, const catalog::Name& from,
                                const catalog::Name& to);
void definitions_follow_column(catalog::Database& database, const catalog::Name& table,
                               const std::string& from, const std::string& to);
void definitions_follow_schema(catalog::Database& database, const std::string& from, const std::string& to);

}  // namespace migrate::diff
