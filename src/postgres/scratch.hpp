// Databases of our own, made for a moment on some server, in which the server itself says what SQL means.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "postgres/session.hpp"
#include "util/error.hpp"

namespace migrate::postgres {

// A statement that the scratch server refused; what(), hint() and sqlstate() are the server's.
class BuildError : public Error {
 public:
  BuildError(Error error, std::size_t statement_index)
      : Error(std::move(error)), statement_index_(statement_index) {}
  std::size_t statement_index() const { return statement_index_; }  // in the list that build() was given

 private:
  std::size_t statement_index_;
};

// A database created at construction and dropped at destruction; its name begins with migrate_scratch_.
// Leftovers of runs that were killed are dropped when the next one is made (they hold an advisory lock while
// they are in use).
class ScratchDatabase {
 public:
  // `url`: any database of a server on which the role may CREATEDB. Throws Error(no_connection / failed).
  explicit ScratchDatabase(const ConnectOptions& server);
  ~ScratchDatabase();
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;

  Session& session();
  const ConnectOptions& options() const;  // to open more sessions on it
  const ConnectOptions& server() const;   // as given at construction

  // Runs statements that build a schema, in transactions of at most 200 statements, with `search_path` in
  // force. Throws BuildError for the first statement that fails.
  void build(const std::vector<std::string>& statements, const std::vector<std::string>& search_path);

  // Those that the server does not have. Roles belong to the server, not to the database.
  std::vector<std::string> missing_roles(const std::vector<std::string>& names);
  // Makes roles that cannot log in, for as long as this database is there; what runs left behind that were
  // killed goes with them. Only for a server that nobody else has a claim on.
  void make_roles(const std::vector<std::string>& names);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace migrate::postgres
