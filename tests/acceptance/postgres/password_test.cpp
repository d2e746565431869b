// Connecting to a server that asks for passwords.
#include <cstdlib>
#include <fstream>

#include "postgres/connection.hpp"
#include "postgres/session.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "util/files.hpp"

using namespace migrate;
using namespace migrate::postgres;
using migrate::test::Cluster;
using migrate::test::TestDatabase;

namespace {

// A role that needs a password, on a server that has to be told so; given back as it was.
class PasswordRole {
 public:
  PasswordRole() : hba_(Cluster::instance().folder() / "data" / "pg_hba.conf"), before_(read_file(hba_)) {
    database_.execute(
        "SET password_encryption = 'scram-sha-256'; CREATE ROLE \"Secret user\" LOGIN PASSWORD 's3cret "
        "pass/w@rd'");
    std::ofstream(hba_) << "local all \"Secret user\" scram-sha-256\n" << before_;
    reload();
  }
  ~PasswordRole() {
    std::ofstream(hba_) << before_;
    reload();
    database_.execute("DROP ROLE \"Secret user\"");
  }
  PasswordRole(const PasswordRole&) = delete;
  PasswordRole& operator=(const PasswordRole&) = delete;

  std::string folder() const { return Cluster::instance().folder().string(); }
  std::string where() const {
    return "cannot connect to database " + database_.name() + " on " + folder() + " as Secret user: ";
  }
  std::string url(const std::string& password = {}) const {
    return "postgresql://Secret%20user" + (password.empty() ? "" : ":" + password) + "@/" + database_.name() +
           "?host=" + folder();
  }
  const TestDatabase& database() const { return database_; }

 private:
  void reload() {
    database_.execute("SELECT pg_reload_conf()");
    while (database_.value("SELECT count(*) FROM pg_hba_file_rules WHERE user_name = '{\"Secret user\"}'") ==
           (read_file(hba_) == before_ ? "1" : "0"))
      ;
    // The postmaster reads it when it gets the signal: the next connection that it starts sees it.
    database_.execute("SELECT pg_sleep(0.1)");
  }
  TestDatabase database_;
  std::filesystem::path hba_;
  std::string before_;
};

std::string connect(const std::string& url, const std::string& password_command = {}) {
  ConnectOptions options;
  options.url = url;
  options.password_command = password_command;
  try {
    return Session(options).description();
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::no_connection);
    CHECK(error.text().find("s3cret") == std::string::npos);
    return error.text();
  }
}

}  // namespace

TEST_CASE("passwords: from the URL, a command or the password file; never shown") {
  ::unsetenv("PGPASSWORD");
  ::setenv("PGPASSFILE", "/nonexistent", 1);
  const PasswordRole role;
  const std::string connected =
      "database " + role.database().name() + " on " + role.folder() + " as Secret user";
  CHECK(connect(role.url("s3cret%20pass%2Fw%40rd")) == connected);
  CHECK(connect("host=" + role.folder() + " dbname=" + role.database().name() +
                " user='Secret user' password='s3cret pass/w@rd'") == connected);
  CHECK(connect(role.url("s3cret-wrong")) == role.where() +
                                                 "password authentication failed for user \"Secret user\"\n"
                                                 "  hint: check the password: it is taken from the URL, "
                                                 "PGPASSWORD, [database] password_command or the "
                                                 "password file");
  CHECK(connect(role.url()) == role.where() +
                                   "no password supplied\n"
                                   "  hint: give the password in the URL, as PGPASSWORD, by [database] "
                                   "password_command or in the password "
                                   "file (~/.pgpass)");

  CHECK(connect(role.url(), "printf 's3cret pass/w@rd\\nsecond line\\n'") == connected);
  // Not asked if the password is there, or none is needed.
  CHECK(connect(role.url("s3cret%20pass%2Fw%40rd"), "exit 3") == connected);
  CHECK(connect(role.database().url(), "exit 3").ends_with(" as postgres"));
  const std::string hint =
      "\n  hint: see [database] password_command: it prints the password and ends with status 0";
  CHECK(connect(role.url(), "echo no key >&2; exit 3") ==
        "password_command ended with status 3: no key" + hint);
  CHECK(connect(role.url(), "true") == "password_command printed nothing" + hint);
  CHECK(connect(role.url(), "echo s3cret").starts_with(role.where() + "password authentication failed"));

  const std::filesystem::path file = Cluster::instance().folder() / "passfile";
  std::ofstream(file) << "*:*:*:Secret user:s3cret pass/w@rd\n";
  std::filesystem::permissions(file,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  ::setenv("PGPASSFILE", file.c_str(), 1);
  CHECK(connect(role.url()) == connected);
  ::unsetenv("PGPASSFILE");
}

TEST_CASE("service files and lists of hosts") {
  TestDatabase database;
  const std::string folder = Cluster::instance().folder().string();
  const std::filesystem::path file = Cluster::instance().folder() / "services";
  std::ofstream(file) << "[our shop]\nhost=" << folder << "\ndbname=" << database.name()
                      << "\nuser=postgres\n";
  ::setenv("PGSERVICEFILE", file.c_str(), 1);
  const std::string connected = "database " + database.name() + " on " + folder + " as postgres";
  CHECK(connect("service='our shop'") == connected);
  CHECK(connect("postgresql:///?service=our%20shop") == connected);
  CHECK(connect("service=nosuch") ==
        "cannot connect to the database of service nosuch: definition of service \"nosuch\" not found\n"
        "  hint: see ~/.pg_service.conf, or PGSERVICEFILE");
  ::unsetenv("PGSERVICEFILE");
  CHECK(connect("postgresql:///" + database.name() + "?host=/nonexistent," + folder + "&user=postgres") ==
        connected);
}
