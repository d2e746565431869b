// Names and enumerators as text and back: one spelling for JSON, messages and files.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/column.hpp"
#include "catalog/constraint.hpp"
#include "catalog/object_id.hpp"

namespace migrate::catalog {

std::string_view spelling(Generation value);        // "always", "by_default"
std::string_view spelling(ConstraintType value);    // "primary_key" …
std::string_view spelling(ForeignKeyAction value);  // "no_action", "restrict" …
std::string_view spelling(ForeignKeyMatch value);   // "simple", "full"
inline std::string_view spelling(Kind value) { return kind_name(value); }

std::string_view sql_words(ForeignKeyAction value);  // "NO ACTION", "RESTRICT" …

template <class Enumeration>
std::optional<Enumeration> spelled(std::string_view text);  // for the five above

// "schema.name" or "name" with parts quoted as SQL would; an unquoted part is folded to lower case. False if
// it is neither.
bool from_text(std::string_view text, Name& name);
bool from_text(std::string_view key, ObjectId& id);  // ObjectId::key()

// The parts of a dotted, possibly quoted identifier: "a.\"B.c\".d" → a, B.c, d; nullopt if it is none.
std::optional<std::vector<std::string>> split_identifier(std::string_view text);

}  // namespace migrate::catalog
