#include "revision/script.hpp"

#include <algorithm>

#include "revision/markers.hpp"
#include "util/files.hpp"
#include "util/sha256.hpp"
#include "util/text.hpp"

namespace migrate::revision {
namespace {

// A checkout may have turned line ends into \r\n; what a routine's body holds must not depend on it.
std::string clean(std::string_view text, const std::string& file) {
  text = without_byte_order_mark(text);
  if (is_utf8(text) && text.find('\0') == std::string_view::npos) return with_unix_line_ends(text);
  int number = 0;
  for (const auto line : split(text, '\n')) {
    ++number;
    if (!is_utf8(line))
      throw Error(ExitCode::failed, "this line is not UTF-8", "save the file as UTF-8").at({file, number, 0});
    if (line.find('\0') != std::string_view::npos)
      throw Error(ExitCode::failed, "this line holds a NUL byte, which no SQL can").at({file, number, 0});
  }
  return with_unix_line_ends(text);
}

std::string_view without_end(std::string_view text) {
  while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
  return text;
}

bool begins_section(std::string_view comment) {
  const auto marker = marker_of(comment);
  return marker && (marker->key == "up" || marker->key == "down");
}

void check_undoes(const Script& script, const std::string& file) {
  for (const auto& section : script.down)
    if (section.undoes > static_cast<int>(script.up.size()))
      throw Error(ExitCode::failed, "undoes:" + std::to_string(section.undoes) + ", but there " +
                                        (script.up.size() == 1 ? "is " : "are ") +
                                        plural(script.up.size(), "up section"))
          .at({file, section.line, 0});
}

void append_key(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  out += "-- migrate:";
  out += key;
  out += ' ';
  out += value;
  out += '\n';
}

void append_section(std::string& out, const Section& section) {
  for (const auto& comment : sql::line_comments(section.sql, {}))
    if (const auto marker = marker_of(comment.text); marker && marker->key != "allow")
      throw Error(ExitCode::failed, "a section's SQL holds a line -- migrate:" + std::string(marker->key));
  out += section.direction == Direction::up ? "\n-- migrate:up" : "\n-- migrate:down";
  out += format_options(section);
  out += '\n';
  const auto sql = without_end(section.sql);
  if (sql.empty()) return;
  out += sql;
  out += '\n';
}

}  // namespace

Script parse_script(std::string_view text, const std::filesystem::path& path) {
  const std::string file = display_path(path);
  const std::string script_text = clean(text, file);
  auto top = read_top(script_text, path);
  Script script;
  script.header = std::move(top.header);
  script.comments = std::move(top.comments);
  script.allows_data_loss = top.allows_data_loss;

  const auto body = std::string_view(script_text).substr(top.end);
  Section* open = nullptr;
  std::size_t begin = 0;
  const auto close = [&](std::size_t end) {
    if (open != nullptr && begin < end) open->sql = without_end(body.substr(begin, end - begin));
  };
  for (const auto& comment : sql::line_comments(body, file, top.end_line, begins_section)) {
    const auto marker = marker_of(comment.text);
    if (!marker) continue;
    if (!comment.first_on_line)
      throw Error(ExitCode::failed,
                  "-- migrate:" + std::string(marker->key) + " must stand on a line of its own")
          .at({file, comment.line, 0});
    if (marker->key == "allow") {
      read_allow(marker->value, script.allows_data_loss, comment.line, file);
      continue;
    }
    if (marker->key != "up" && marker->key != "down") {
      if (is_header_key(marker->key))
        throw Error(ExitCode::failed,
                    "-- migrate:" + std::string(marker->key) + " belongs before the first section")
            .at({file, comment.line, 0});
      unknown_marker(marker->key, comment.line, file);
    }
    close(body.substr(0, comment.offset).find_last_of("\r\n") + 1);
    auto& sections = marker->key == "up" ? script.up : script.down;
    open = &sections.emplace_back(read_section(*marker, comment.line, file));
    begin = comment.offset + comment.text.size() + 1;
  }
  close(body.size());
  if (script.up.empty())
    throw Error(ExitCode::failed, "no section -- migrate:up", "a revision that does nothing has an empty one")
        .at({file, top.end_line, 0});
  check_undoes(script, file);
  return script;
}

std::string format_header(const Script& script) {
  std::string out;
  const auto& header = script.header;
  append_key(out, "revision", header.id);
  append_key(out, "down_revision", header.down_revisions.empty() ? "none" : join(header.down_revisions, " "));
  append_key(out, "branch_labels", join(header.branch_labels, " "));
  append_key(out, "depends_on", join(header.depends_on, " "));
  append_key(out, "replaces", join(header.replaces, " "));
  append_key(out, "message", one_line(header.message));
  append_key(out, "created", header.created);
  if (script.allows_data_loss) append_key(out, "allow", "data-loss");
  if (!script.comments.empty()) out += "--\n";
  for (const auto& comment : script.comments) {
    if (marker_of("--" + comment))
      throw Error(ExitCode::failed, "a comment of a script cannot begin with migrate:");
    const auto text = without_end(comment);
    out += text.empty() ? "--" : "-- ";
    out += text;
    out += '\n';
  }
  return out;
}

std::string format_sections(const std::vector<Section>& sections) {
  std::string out;
  for (const auto& section : sections) append_section(out, section);
  return out;
}

std::string format_script(const Script& script) {
  return format_header(script) + format_sections(script.up) + format_sections(script.down);
}

std::vector<sql::Statement> statements(const Section& section, const std::string& file) {
  return sql::split(section.sql, file, section.line + 1);
}

std::string checksum(const Section& section, const std::string& file) {
  return checksum(statements(section, file));
}

std::string checksum(const std::vector<sql::Statement>& statements) {
  std::string all;
  for (const auto& statement : statements) {
    all += sql::normalized(statement.text) + ";\n";
    if (statement.has_copy_data) all += statement.copy_data + "\\.\n";
  }
  return sha256(all);
}

}  // namespace migrate::revision
