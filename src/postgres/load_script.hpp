// A file of SQL that builds a schema, run as psql runs it: for databases of our own.
#pragma once
#include <string>
#include <vector>

#include "postgres/executor.hpp"
#include "postgres/session.hpp"

namespace migrate::postgres {

// Each statement is its own transaction unless the script opens one; rows of COPY go over by its protocol.
// `search_path` is in force at the beginning. A GRANT, REVOKE or OWNER TO that names a role which the server
// does not have is skipped; the result says which, a line each: "schema.sql:12: role "app" does not exist".
// Afterwards the session is as it was made, whatever the script has set.
//
// Throws Error(failed) at file:line for the first other statement that the server refuses, for one that
// reaches beyond this database (CREATE ROLE, DROP DATABASE, ALTER SYSTEM …; nothing has run then), and for a
// transaction that is left open.
std::vector<std::string> load_script(Session& session, const std::vector<StepStatement>& statements,
                                     const std::string& file, const std::vector<std::string>& search_path);

}  // namespace migrate::postgres
