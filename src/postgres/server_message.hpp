// What a server says in an error or a notice, taken apart.
#pragma once
#include <string>
#include <string_view>

#include "util/error.hpp"

namespace migrate::postgres {

// Empty: not said.
struct ServerMessage {
  std::string severity;  // ERROR, FATAL, NOTICE, WARNING; in the server's language
  std::string sqlstate;
  std::string message, detail, hint, query, context;
  std::string schema, table, column, type, constraint;
  int line = 0;  // of the statement, from 1; 0: not said
};

// Reads libpq's text of an error at verbosity "verbose", which is the one form in which libpqxx hands on
// every field. libpq's labels are translated only in a program that calls setlocale(); this one never does.
ServerMessage parse_server_message(std::string_view text);

// An error that the server reported for a statement. what() is "message; detail; in context", hint() the
// server's hint.
class ServerError : public Error {
 public:
  ServerError(ServerMessage message, std::string_view statement);
  const ServerMessage& server() const { return server_; }

 private:
  ServerMessage server_;
};

// The connection was lost, or the server ended it, while a statement ran: ExitCode::no_connection. Whether
// that statement took effect is not known.
class ConnectionLost : public Error {
 public:
  ConnectionLost(std::string_view reason, std::string_view statement);
};

}  // namespace migrate::postgres
