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
  std::vector<std::string> depends_on;
  std::vector<std::string> replaces;  // ids that a squash stands for
  std::string message;
  std::string created;  // ISO 8601, UTC
  std::filesystem::path path;
};

enum class Direction { up, down };

// A step: its own transaction, or none.
struct Section {
  Direction direction = Direction::up;
  bool transactional = true;
  int undoes = 0;  // a down section: number, from 1, of the up section that it undoes; 0: not said
  std::optional<std::string> lock_timeout,
      statement_timeout;  // as PostgreSQL's settings take them: "3s", "0"
  std::vector<std::string>
      preserve;     // object keys whose owner, privileges, comment and label are put back after the step
  std::string sql;  // as it stands in the file
  int line = 0;     // of its marker
};

struct Script {
  Header header;
  std::vector<std::string> comments;  // the plain comment lines after the header, without "-- "
  bool allows_data_loss = false;      // -- migrate:allow data-loss
  std::vector<Section> up, down;      // in file order
};

// Both throw Error(failed) at file:line.
Header parse_header(std::string_view text, const std::filesystem::path& path);
Script parse_script(std::string_view text, const std::filesystem::path& path);
std::string format_script(const Script& script);

// SHA-256 over the normalised statements of a section.
std::string checksum(const Section& section, const std::string& file);
std::vector<sql::Statement> statements(const Section& section, const std::string& file);

}  // namespace migrate::revision
