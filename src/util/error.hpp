// The one exception of the program, and the exit codes (docs/reference/exit-codes.md).
// An error says what happened, where, and what to do next. It never holds a password: whoever builds one from
// a URL passes it through postgres::redact first.
#pragma once
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace migrate {

enum class ExitCode : int {
  ok = 0,
  failed = 1,
  usage = 2,        // wrong usage or configuration
  differences = 3,  // check, heads --check …
  lint = 4,
  no_connection = 5,
  lock_timeout = 6,  // another runner held the lock for too long
  half_done = 7,     // a step without a transaction needs a decision
  ahead = 8,         // the database is ahead of this checkout
  undecided = 9,     // refused until someone decides: rename, several heads, data loss, protected
};

// A place in a file; line and column count from 1, 0 means unknown.
struct Location {
  std::string file;
  int line = 0;
  int column = 0;

  bool operator==(const Location&) const = default;
  bool empty() const { return file.empty(); }
  std::string text() const;  // "models/user.cpp:12" or "models/user.cpp:12:5"
};

class Error : public std::runtime_error {
 public:
  // `what` is one sentence without a full stop at its end; `hint` says what to do.
  Error(ExitCode code, const std::string& what, std::string hint = {});

  Error& at(Location where) &;
  Error&& at(Location where) &&;
  Error& sqlstate(std::string state) &;
  Error& statement(std::string sql) &;
  Error&& sqlstate(std::string state) &&;  // five characters, as PostgreSQL's appendix A
  Error&& statement(std::string sql) &&;   // shown shortened

  ExitCode code() const { return code_; }
  const std::string& hint() const { return hint_; }
  const Location& location() const { return location_; }
  const std::string& sqlstate() const { return sqlstate_; }
  const std::string& statement() const { return statement_; }

  // As people read it, without the leading "error: ":
  //   models/user.cpp:12: check users_email_has_at: syntax error (SQLSTATE 42601)
  //     in: CHECK (position('@' email))
  //     hint: …
  std::string text() const;

 private:
  ExitCode code_;
  std::string hint_;
  Location location_;
  std::string sqlstate_;
  std::string statement_;
};

}  // namespace migrate
