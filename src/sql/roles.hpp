#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace migrate::sql {

// The roles that a statement names (GRANT, OWNER TO, CREATE POLICY … TO, ALTER DEFAULT PRIVILEGES FOR, SET
// ROLE …), sorted, but for one that it creates itself. Nothing where libpg_query's grammar does not know the
// statement; what stands in a routine's body or a DO block is not seen.
std::vector<std::string> named_roles(std::string_view statement);

}  // namespace migrate::sql
