// The statements of the bookkeeping as texts, which the runner sends and a script for psql holds.
#pragma once
#include <string>
#include <vector>

#include "postgres/bookkeeping.hpp"

namespace migrate::postgres {

// The schema and the tables, each with a query that has a row if it is there; nothing of them is PUBLIC's.
struct Creation {
  std::string exists;
  Statements statements;
  std::string last;  // if not empty: after them, a query that says one more statement
};
std::vector<Creation> create_tables_sql(const BookkeepingNames& names);

// A row of the log, by who is logged in; without a semicolon and RETURNING. It ends now, unless it is
// running, and begins by the expression `started_at`; empty: now.
std::string insert_log_sql(const BookkeepingNames& names, const LogEntry& entry,
                           const std::string& started_at);

// Each must hit exactly one row.
struct VersionStatement {
  std::string sql, what;  // what: "the change from a to b"
};
std::vector<VersionStatement> change_version_sql(const BookkeepingNames& names, const VersionChange& change);

}  // namespace migrate::postgres
