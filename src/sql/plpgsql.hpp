// PL/pgSQL as far as it must be understood to see which SQL statements a block holds.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace migrate::sql {

// Texts that may be statements of SQL in the body of a block: what stands behind a semicolon, BEGIN, THEN,
// ELSE, LOOP, IN or QUERY, up to the next semicolon or LOOP. Only those that parse are statements; one that
// begins with EXECUTE runs a text, and PERFORM is written as SELECT. Nothing for a body that is not closed.
std::vector<std::string> possible_statements(std::string_view body);

}  // namespace migrate::sql
