// The connection itself, for this folder and tests/support alone: SQL in, rows out. The rest of the program
// uses the verbs of session.hpp, introspect.hpp, lock.hpp … The one file that sees libpqxx is connection.cpp.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "postgres/rows.hpp"
#include "postgres/server_message.hpp"
#include "util/error.hpp"

namespace migrate::postgres {

enum class TransactionStatus {
  idle,
  in_transaction,
  failed,
  busy,
  unknown
};  // failed: only ROLLBACK is taken; unknown: lost

using Parameter = std::optional<std::string>;

class Connection {
 public:
  using ConnectParameters = std::vector<std::pair<std::string, std::string>>;  // libpq's keywords and values
  using OnNotice = std::function<void(const ServerMessage&)>;

  // Throws Error(no_connection) with libpq's text as what(); password_missing() tells one of its causes.
  explicit Connection(const ConnectParameters& parameters);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Each of the following throws ServerError or ConnectionLost.

  // Exactly one statement; $1, $2 … are the parameters.
  Rows query(const std::string& sql, const std::vector<Parameter>& parameters = {});
  // The first cell of the first row, empty for null or no row.
  std::string value(const std::string& sql, const std::vector<Parameter>& parameters = {});
  // Any number of statements: fixed texts of this program, or a script that psql would take as one string.
  // Returns the rows of the last one.
  Rows execute(const std::string& sql);
  // The same, with the rows of each statement up to one that fails; of the errors of a statement
  // only COPY to or from the client is thrown.
  Answers execute_all(const std::string& sql);
  // The rows of one SELECT, for long lists: sent by COPY, they are taken in as they come, and have no names
  // of columns. The parameters are put in as literals.
  Rows copy_out(const std::string& select, const std::vector<Parameter>& parameters = {});
  // COPY … FROM stdin with its data as it stands in the script, line ends included, without the closing "\.".
  // Returns the number of rows.
  std::size_t copy_in(const std::string& sql, std::string_view data);

  void begin(std::string_view mode = {});  // "ISOLATION LEVEL REPEATABLE READ READ ONLY"
  void commit();                           // throws Error(failed) if the server rolled back instead
  void rollback();
  void
  rollback_quietly() noexcept;  // for clean-up: does nothing outside of a transaction or on a lost connection
  TransactionStatus transaction_status() const;

  // Asks the server to stop what this connection runs. Safe from another thread and from a signal handler.
  void cancel() noexcept;
  bool alive();  // by a round trip
  int backend_pid() const;
  int server_version() const;  // 150018
  std::string host() const;    // a name, an address, or the socket's folder
  std::string port() const;
  std::string user() const;
  std::string database() const;
  std::string parameter(
      const std::string& name) const;  // as the server reports it: "server_encoding", "is_superuser"

  // Notices and warnings; without a callback they are dropped.
  void on_notice(OnNotice callback);

  static bool password_missing(const Error& error);  // the server asked for a password and there was none
  // The parameters in a postgresql:// URL or a key=value text, service files and environment not yet looked
  // at. Throws Error(usage), without any value of the text in it.
  static ConnectParameters parse(const std::string& url);
  static std::string text(
      const ConnectParameters& parameters);  // the reverse, as key='value'; with the password in it

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace migrate::postgres
