// Scripts taken apart into statements, by the rules of psql's scanner, and what a single statement is.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace migrate::sql {

struct Statement {
  std::string text;            // without leading white space and comments, without its semicolon
  int line = 0;                // of its first word, counted from `first_line`
  bool has_copy_data = false;  // COPY … FROM stdin with rows in the script
  std::string copy_data;       // the rows as they stand, without the closing \.
};

// Throws Error(failed) at file:line for an unterminated quote, comment or dollar quote and for a backslash
// command other than \restrict and \unrestrict (which are skipped).
std::vector<Statement> split(std::string_view script, const std::string& file, int first_line = 1);

// The statement with comments gone and white space outside of quotes made one space: what checksums are taken
// over.
std::string normalized(std::string_view statement);

enum class TransactionUse {
  any,
  control,    // BEGIN, COMMIT, ROLLBACK, PREPARE TRANSACTION …: has no place in a transactional step
  forbidden,  // cannot run inside a transaction block: CREATE INDEX CONCURRENTLY, VACUUM, CREATE DATABASE …
};
TransactionUse transaction_use(std::string_view statement);

// Set by a parse with libpg_query; a statement that its grammar does not know has `known == false` and
// nothing else.
struct Facts {
  bool known = false;
  bool loses_data = false;       // DROP TABLE, DROP COLUMN, TRUNCATE, DELETE, DROP SCHEMA …
  std::string concurrent_index;  // CREATE/DROP INDEX CONCURRENTLY: its name as written, qualified if it was
  bool creates_index = false;
};
Facts facts(std::string_view statement);

}  // namespace migrate::sql
