// Names: as the compiler spells them, as models give them, and as they stand in the document.
#pragma once
#include "definition_data.hpp"

namespace migrate::detail {

std::string place_text(Where where);       // "models/user.cpp:12"
std::string member_name(Spelling member);  // "email"
std::string member_text(Spelling member);  // "User::email", for messages
std::string type_text(Spelling type);      // "shop::User", for messages
// The enumerators that the compiler found among its candidates, in order of value.
std::vector<std::pair<std::int64_t, std::string>> enumerators_in(Spelling spelling);

// "users", "sales.orders", "\"odd.name\"": parts are taken as they stand, in quotes if they hold a dot or a
// quote.
QualifiedName parse_name(std::string_view text);
std::string quoted(std::string_view name);       // always in quotes
std::string quoted(const QualifiedName& name);   // "schema"."name"
std::string literal(std::string_view text);      // 'it''s', E'a\\b'
std::string display(const QualifiedName& name);  // for messages
std::string key_of(const DefinitionData& data);  // "view "public"."v"", as locations have it
// The name that PostgreSQL itself would choose: parts joined by _, shortened to 63 bytes in all
// (makeObjectName).
std::string postgres_name(std::string_view table, std::string_view columns, std::string_view label);

}  // namespace migrate::detail
