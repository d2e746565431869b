// A connection to a server as the rest of the program sees it. What can be done over it are the verbs of the
// other headers of this folder (introspect, scratch, lock, bookkeeping, executor); there is no general query.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::postgres {

class Connection;  // postgres/connection.hpp, for this folder alone

struct ConnectOptions {
  std::string url;               // postgresql://… or key=value
  std::string password_command;  // run if the server asks for a password that nothing else gives
  std::string application_name = "migrate";
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
  std::string host() const;         // or the socket's folder
  std::string description() const;  // "database shop on db.internal:5432 as app"

  Connection& connection();

 private:
  std::unique_ptr<Connection> connection_;
};

// The URL with its password, if it has one, shown as ***.
std::string redact(std::string_view url);

}  // namespace migrate::postgres
