// Roles that scripts name (GRANT, OWNER TO, policies), on a server for scratch databases, which need not have
// them.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "postgres/scratch.hpp"
#include "sql/statement.hpp"

namespace migrate::cli {

std::set<std::string> roles_in(const std::vector<sql::Statement>& statements);
// Of the revisions that lead to `targets`.
std::set<std::string> roles_in(const revision::Directory& directory, const revision::Graph& graph,
                               const std::vector<std::string>& targets);

// On the project's own server ("local") makes those that are missing, for as long as the database is there.
// Returns those that are missing elsewhere.
std::vector<std::string> provide_roles(Context& context, postgres::ScratchDatabase& database,
                                       const std::set<std::string>& roles);
// The same. Throws Error(failed) that names those that are missing elsewhere.
void require_roles(Context& context, postgres::ScratchDatabase& database, const std::set<std::string>& roles);

}  // namespace migrate::cli
