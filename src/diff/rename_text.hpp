// Renames inside of SQL text that a server printed with an empty search_path: keywords in capitals,
// everything outside of pg_catalog qualified, columns unqualified. Only what a few neighbouring tokens make
// certain is rewritten.
#pragma once
#include <string>

#include "catalog/database.hpp"

namespace migrate::diff {

// References to a column of the table that the text belongs to.
std::string rename_column(const std::string& text, const std::string& from, const std::string& to);

// Casts to a type and to arrays of it: 'x'::public.role, 'public.role' → `to`.
std::string rename_type(const std::string& text, const catalog::Name& from, const catalog::Name& to);

// Types by commas, as a function's arguments are told apart.
std::string rename_argument(const std::string& text, const catalog::Name& from, const catalog::Name& to);

// 'public.users_id_seq'::regclass.
std::string rename_relation(const std::string& text, const catalog::Name& from, const catalog::Name& to);

// Whole rows of the table that the text belongs to: users.*
std::string rename_row(const std::string& text, const std::string& from, const std::string& to);

// The relation in a query: schema.users, and users.email where the query calls it so and by no alias.
std::string rename_in_query(const std::string& text, const catalog::Name& from, const catalog::Name& to);

// Calls of a function: schema.f(…).
std::string rename_function(const std::string& text, const catalog::Name& from, const catalog::Name& to);

// old.email and new.email.
std::string rename_row_column(const std::string& text, const std::string& from, const std::string& to);

// Everything that is qualified with the schema, and regclass literals in it.
std::string rename_schema(const std::string& text, const std::string& from, const std::string& to);

// 'old'::public.role and the elements of '{old,other}'::public.role[].
std::string rename_label(const std::string& text, const catalog::Name& type, const std::string& from,
                         const std::string& to);

// 'old' in the bound of a partition whose key is of the type.
std::string rename_literal(const std::string& text, const std::string& from, const std::string& to);

}  // namespace migrate::diff
