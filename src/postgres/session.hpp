// A connection to a server as the rest of the program sees it. What can be done over it are the verbs of the
// other headers of this folder (introspect, scratch, lock, bookkeeping, executor); there is no general query.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/session_sql.hpp"

namespace migrate::postgres {

class Connection;  // postgres/connection.hpp, for this folder alone

struct ConnectOptions {
  std::string url = {};               // postgresql://… or key=value
  std::string password_command = {};  // run if the server asks for a password that nothing else gives
  std::string application_name = "migrate";
  bool keeps_sessions = false;  // a pooler that may be in between lends one server connection for all of it
};

class Session {
 public:
  // Connects, checks that the server is 13 or newer, pins the settings that printed text depends on.
  // Throws Error(no_connection), without the password.
  explicit Session(const ConnectOptions& options);
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  int server_version() const;  // 150018
  std::string database() const;
  std::string user() const;
  std::string host() const;  // or the socket's folder
  std::string port() const;
  std::string description() const;  // "database shop on db.internal:5432 as app"

  // A pooler is in between that may lend another server connection for each transaction. Nothing may then be
  // left behind in the session, which others use next.
  bool pooled() const { return pooled_; }

  // Sets again what printed text and the meaning of our SQL depend on, and the search_path: after RESET ALL,
  // or a script. Schemas are names, unquoted.
  void pin(const std::vector<std::string>& search_path = {});
  // The statements by which pin() does so, but for limits of time, for a text that goes to the server in
  // one piece.
  Statements pins(const std::vector<std::string>& search_path);
  // From now on, until pin().
  void set_search_path(const std::vector<std::string>& schemas);
  // A transaction; where the session is pooled, the two above hold in it and nowhere else.
  void begin(std::string_view mode);

  Connection& connection();
  const ConnectOptions& options() const { return options_; }  // for a second one like it

 private:
  Statements pins() const;
  Statements unhurried_pins() const;

  ConnectOptions options_;
  std::unique_ptr<Connection> connection_;
  bool pooled_ = false;
  std::string search_path_;  // as SQL
};

// The URL (or key=value text) with its passwords, if it has any, shown as ***. Takes malformed ones too, and
// then hides rather too much than too little.
std::string redact(std::string_view url);

}  // namespace migrate::postgres
