// A PostgreSQL of the tests' own. The first use in a process makes a cluster in a temporary folder and starts
// it on a unix socket there (no TCP, nothing synced to disk); it is stopped and removed when the process
// ends, however it ends. A test takes a TestDatabase. Processes that run side by side don't see each other.
//
// The server's programs are those of $MIGRATE_TEST_BINDIR, else of `pg_config --bindir`, else the newest
// under /usr/lib/postgresql, else in PATH. Started by root, the server runs as user postgres or nobody.
#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "postgres/session.hpp"

namespace migrate::postgres {
class Connection;
}

namespace migrate::test {

// The cluster's superuser in every URL is "postgres", and needs no password.
class Cluster {
 public:
  static Cluster& instance();  // throws std::runtime_error, with the server's log, if it cannot be started

  std::string url(const std::string& database = "postgres") const;
  std::filesystem::path folder() const;  // holds the socket and the data; other users can enter it
  std::filesystem::path bindir() const;  // initdb, postgres, psql …
  postgres::Connection& connection();    // to database postgres; a new one if the server was restarted

 private:
  Cluster();
  ~Cluster();
  struct State;
  std::unique_ptr<State> state_;
};

// An empty database (CREATE DATABASE … TEMPLATE template0, UTF8), dropped with everybody in it at the end.
class TestDatabase {
 public:
  TestDatabase();
  // A copy of another, to which nothing else may be connected.
  enum class Copy { of };
  TestDatabase(Copy, TestDatabase& original);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& name() const { return name_; }
  std::string url() const;
  postgres::ConnectOptions options() const;

  // Over a connection of its own with the settings that any client gets (search_path "$user", public).
  void execute(const std::string& sql);                               // any number of statements
  void execute(const std::string& sql, const std::string& sqlstate);  // one that must fail like this
  std::string value(const std::string& sql);  // first column of the first row; empty for null or no row
  postgres::Connection& connection();

 private:
  std::string name_;
  std::unique_ptr<postgres::Connection> connection_;
};

}  // namespace migrate::test
