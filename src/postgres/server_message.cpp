#include "postgres/server_message.hpp"

#include <array>
#include <charconv>

#include "util/text.hpp"

namespace migrate::postgres {
namespace {

struct Label {
  std::string_view text;
  std::string ServerMessage::*field;  // nullptr: not kept
};

constexpr std::array<Label, 10> labels{{
    {"DETAIL:  ", &ServerMessage::detail},
    {"HINT:  ", &ServerMessage::hint},
    {"QUERY:  ", &ServerMessage::query},
    {"CONTEXT:  ", &ServerMessage::context},
    {"SCHEMA NAME:  ", &ServerMessage::schema},
    {"TABLE NAME:  ", &ServerMessage::table},
    {"COLUMN NAME:  ", &ServerMessage::column},
    {"DATATYPE NAME:  ", &ServerMessage::type},
    {"CONSTRAINT NAME:  ", &ServerMessage::constraint},
    {"LOCATION:  ", nullptr},
}};

bool is_sqlstate(std::string_view text) {
  if (text.size() != 5) return false;
  for (const char c : text)
    if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))) return false;
  return true;
}

// "LINE 3: SELECT …" → 3; 0 for anything else.
int line_number(std::string_view line) {
  constexpr std::string_view label = "LINE ";
  if (!line.starts_with(label)) return 0;
  int number = 0;
  const char* end = line.data() + line.size();
  const auto [rest, error] = std::from_chars(line.data() + label.size(), end, number);
  return error == std::errc{} &&
                 std::string_view(rest, static_cast<std::size_t>(end - rest)).starts_with(": ")
             ? number
             : 0;
}

void first_line(ServerMessage& message, std::string_view line) {
  const std::size_t severity = line.find(":  ");
  if (severity != std::string_view::npos && line.size() >= severity + 10 &&
      is_sqlstate(line.substr(severity + 3, 5)) && line.substr(severity + 8, 2) == ": ") {
    message.severity = line.substr(0, severity);
    message.sqlstate = line.substr(severity + 3, 5);
    line.remove_prefix(severity + 10);
  }
  message.message = line;
}

void append_line(std::string& field, std::string_view line) {
  field += '\n';
  field += line;
}

// DETAIL and CONTEXT are sentences; what() is one sentence without a full stop.
std::string clause(const std::string& text) {
  std::string out = one_line(text);
  if (out.ends_with('.')) out.pop_back();
  return out;
}

std::string sentence(const ServerMessage& message) {
  std::string out = clause(message.message);
  if (!message.detail.empty()) out += "; " + clause(message.detail);
  if (!message.context.empty()) out += "; in " + clause(message.context);
  return out;
}

}  // namespace

ServerMessage parse_server_message(std::string_view text) {
  ServerMessage message;
  std::string* current = &message.message;
  bool first = true;
  bool in_excerpt = false;  // the lines under "LINE n: " that show the place
  for (const std::string_view line : lines(trim(text))) {
    if (first) {
      first_line(message, line);
      first = false;
      continue;
    }
    if (const int number = line_number(line); number > 0 && message.line == 0) {
      message.line = number;
      in_excerpt = true;
      continue;
    }
    const Label* found = nullptr;
    for (const Label& label : labels)
      if (line.starts_with(label.text)) found = &label;
    if (found) {
      in_excerpt = false;
      current = found->field ? &(message.*found->field) : nullptr;
      if (current) *current = line.substr(found->text.size());
    } else if (!in_excerpt && current) {
      append_line(*current, line);
    }
  }
  return message;
}

ServerError::ServerError(ServerMessage message, std::string_view statement)
    : Error(ExitCode::failed, sentence(message), one_line(message.hint)), server_(std::move(message)) {
  Error::sqlstate(server_.sqlstate);
  Error::statement(std::string(statement));
}

ConnectionLost::ConnectionLost(std::string_view reason, std::string_view statement)
    : Error(ExitCode::no_connection,
            "the connection to the server was lost: " +
                clause(std::string(reason.substr(0, reason.find('\n')))),
            "run the command again when the server is back: it looks at the database first and goes on from "
            "what it finds") {
  std::move(static_cast<Error&>(*this)).statement(std::string(statement));
}

}  // namespace migrate::postgres
