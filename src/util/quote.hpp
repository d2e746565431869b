// The one way in which identifiers and literals get into SQL.
#pragma once
#include <string>
#include <string_view>

namespace migrate {

// As quote_ident(): quoted only where PostgreSQL needs it (capitals, spaces, keywords other than unreserved
// ones …).
std::string quote_identifier(std::string_view name);

// As quote_literal() under standard_conforming_strings = on; text with a backslash becomes E'…', which reads
// the same under both.
std::string quote_literal(std::string_view text);

// "schema.name", each part quoted; just the name if the schema is empty.
std::string qualified(std::string_view schema, std::string_view name);

// Dollar-quoted with a tag that does not occur in the text: for bodies.
std::string dollar_quote(std::string_view text);

}  // namespace migrate
