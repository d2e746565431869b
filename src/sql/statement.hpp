// Scripts taken apart into statements, by the rules of psql's scanner, and what a single statement is.
#pragma once
#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::sql {

struct Statement {
  std::string text;            // without leading white space and comments, without its semicolon
  int line = 0;                // of its first word, counted from `first_line`
  bool has_copy_data = false;  // COPY … FROM stdin with rows in the script
  std::string copy_data;       // the rows as they stand, without the closing \.

  bool operator==(const Statement&) const = default;
};

// What ends a statement: a semicolon outside of quotes, comments, parentheses and BEGIN ATOMIC … END. The
// rows after `COPY … FROM stdin;` belong to it, up to a line `\.`. Empty statements are left out. Throws
// Error(failed) at file:line for a quote, comment, dollar quote, parenthesis, BEGIN ATOMIC or COPY that is
// not closed, and for a backslash command other than \restrict and \unrestrict (which pg_dump writes, and
// which are skipped).
std::vector<Statement> split(std::string_view script, const std::string& file, int first_line = 1);

// A comment `-- …` outside of quotes, block comments and rows of COPY.
struct LineComment {
  std::string_view text;       // with its dashes, without its line end; a part of the script
  std::size_t offset = 0;      // in the script
  int line = 0;                // counted from `first_line`
  bool first_on_line = false;  // nothing but white space stands before it
};

// All of them, in order. A comment for which `begins_script` is true ends the statement that it stands in,
// closed or not: what follows is read as a script of its own. Throws as split() does for what is not closed,
// but parentheses and BEGIN ATOMIC.
std::vector<LineComment> line_comments(std::string_view script, const std::string& file, int first_line = 1,
                                       bool (*begins_script)(std::string_view comment) = nullptr);

// The statement with comments gone and white space outside of quotes made one space: what checksums are taken
// over.
std::string normalized(std::string_view statement);

enum class TransactionUse {
  any,
  control,    // BEGIN, COMMIT, ROLLBACK, PREPARE TRANSACTION …: has no place in a transactional step
  forbidden,  // cannot run inside a transaction block: CREATE INDEX CONCURRENTLY, VACUUM, CREATE DATABASE …
};
// By its keywords alone. What only the server can tell (CALL of a procedure that commits, DROP SUBSCRIPTION
// with a slot, REINDEX of a partitioned table) is `any`; SAVEPOINT, RELEASE and ROLLBACK TO are too.
TransactionUse transaction_use(std::string_view statement);

// Set by a parse with libpg_query; a statement that its grammar does not know has `known == false` and
// nothing else.
struct Facts {
  bool known = false;
  // DROP TABLE, COLUMN or ATTRIBUTE, DROP SCHEMA, TYPE, DOMAIN or EXTENSION with CASCADE, DROP OWNED, DROP
  // DATABASE, TRUNCATE, DELETE (in WITH and MERGE too). What can be computed again (materialized views,
  // indexes, generated columns) is no loss. Of a DO block in PL/pgSQL the statements that stand in it, and
  // EXECUTE of a text that stands in it; what functions do, and text that is put together, is not seen.
  bool loses_data = false;
  bool concurrently = false;  // CREATE, DROP or REINDEX INDEX CONCURRENTLY, DETACH PARTITION … CONCURRENTLY
  bool creates_index = false;
  // CREATE/DROP INDEX CONCURRENTLY: the index as SQL names it, quoted where needed; a created one in the
  // schema of its table if that is said; empty if the statement leaves the name to PostgreSQL or names
  // several.
  std::string concurrent_index;
  std::string index_table;  // CREATE INDEX: the table as SQL names it
  std::string detached_from,
      detached;  // DETACH PARTITION … CONCURRENTLY: the parent and the partition, as SQL
  // REINDEX … CONCURRENTLY: "index", "table", "schema", "system" or "database", and its name: of an index or
  // a table as SQL, of the others as it is.
  std::string reindexed_kind, reindexed;
  std::string label_type, added_label;  // ALTER TYPE … ADD VALUE: its name without the schema, and the label
};
Facts facts(std::string_view statement);
// False: facts() has neither loses_data nor added_label. By its words alone, a small part of what a parse
// takes.
bool may_lose_data_or_add_label(std::string_view statement);

// Whether a literal of exactly this text stands in it, also inside of a body in dollar quotes or quotes.
bool has_literal(std::string_view statement, std::string_view text);
// Whether a field of these rows of COPY, in its text format, is exactly this text.
bool has_copied_value(std::string_view rows, std::string_view text);

// A name in a statement, as it stands there: the schema is empty where none is given.
struct UsedName {
  std::string schema, name;
  auto operator<=>(const UsedName&) const = default;
};
// What a statement speaks of, found by a parse with libpg_query; nothing where its grammar does not know it.
// A name that WITH gives to a query is no relation. What stands in a routine's body as a text is not seen.
struct UsedNames {
  std::vector<UsedName> relations, functions, types;  // each sorted
};
UsedNames used_names(std::string_view statement);

}  // namespace migrate::sql
