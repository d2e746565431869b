// One SQL file a revision (docs/reference/script-format.md).
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/statement.hpp"
#include "util/error.hpp"

namespace migrate::revision {

// The lines `-- migrate:KEY VALUE` at the top of a script: all that the graph needs.
struct Header {
  std::string id;
  std::vector<std::string> down_revisions;  // parents; empty: a base
  std::vector<std::string> branch_labels;
  std::vector<std::string> depends_on;  // ids or labels
  std::vector<std::string> replaces;    // ids that a squash stands for
  std::string message;
  std::string created;  // ISO 8601 with its offset: util/local_time.hpp
  std::filesystem::path path;
  // False for a file that begins with its first section, as dbmate writes them: its id comes from the file's
  // name, its parent from the folder's order (Directory sets it).
  bool written = true;
  int down_revision_line = 0;  // where the file says its parents, from 1; 0: nowhere

  bool operator==(const Header&) const = default;
};

enum class Direction { up, down };

// A step: its own transaction, or none.
struct Section {
  Direction direction = Direction::up;
  bool transactional = true;
  int undoes = 0;  // a down section: number, from 1, of the up section that it undoes; 0: not said
  // As PostgreSQL's settings take them: "3s", "0". `wait` is a CONCURRENTLY's, for other transactions.
  std::optional<std::string> lock_timeout, statement_timeout, wait;
  std::optional<int> lock_retries;
  std::vector<std::string>
      preserve;     // object keys whose owner, privileges, comment and label are put back after the step
  std::string sql;  // as it stands in the file after the marker's line, without white space at its end
  int line = 0;     // of its marker

  bool operator==(const Section&) const = default;
};

struct Script {
  Header header;
  std::vector<std::string> comments;  // the plain comment lines before the first section, without "-- "
  bool allows_data_loss = false;      // -- migrate:allow data-loss
  std::vector<Section> up, down;      // in file order

  bool operator==(const Script&) const = default;
};

// Both throw Error(failed) at file:line for: no header and no section, an unknown key, section or option
// (with the nearest known one), a value that does not fit, SQL before the first section, bytes that are not
// UTF-8. parse_header() reads no further than the first section, so a file's first part is enough if
// `is_whole_header` says so.
Header parse_header(std::string_view text, const std::filesystem::path& path);
Script parse_script(std::string_view text, const std::filesystem::path& path);
bool is_whole_header(std::string_view beginning);  // it goes on to the first section

// The text that parse_script() reads back to the same value, but for Section::line and the header's path and
// line. Line ends are \n. Throws Error(failed) for what no script can say: a comment or SQL that holds a
// marker of its own.
std::string format_script(const Script& script);
std::string format_header(const Script& script);  // its lines up to the first section
std::string format_sections(const std::vector<Section>& sections);

// SHA-256 over the normalised statements of a section, and the rows of its COPY.
std::string checksum(const Section& section, const std::string& file);
std::string checksum(const std::vector<sql::Statement>& statements);  // the same, of a section's
// With their lines in the file. Throws as sql::split().
std::vector<sql::Statement> statements(const Section& section, const std::string& file);

// Throws Error(usage) for one with anything but letters, digits, _ and inner dots, for a word that targets
// use (head, heads, base, none, current), and for one longer than 64.
void check_revision_id(const std::string& id);

}  // namespace migrate::revision
