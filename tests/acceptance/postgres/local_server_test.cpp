#include "postgres/local_server.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "postgres/connection.hpp"
#include "postgres/session.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "util/error.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

using namespace migrate;
using namespace migrate::postgres;
using migrate::test::TemporaryFolder;

namespace {

// A project folder that others than its owner can enter, and no server left behind.
class LocalProject {
 public:
  explicit LocalProject(const std::string& name) : path_(folder_.path() / name) {
    std::filesystem::create_directories(path_);
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
  }
  ~LocalProject() {
    try {
      LocalServer(path_).destroy();
    } catch (const Error&) {
      // The test has failed already, and the folder goes anyway.
    }
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  TemporaryFolder folder_;
  std::filesystem::path path_;
};

std::string value(const std::string& url, const std::string& sql) {
  ConnectOptions options;
  options.url = url;
  return Session(options).connection().value(sql);
}

}  // namespace

TEST_CASE("a local server is made on first use, is there only on its socket, and keeps its data") {
  const LocalProject project("My \"Shop\" $1, ünï");
  LocalServer server(project.path());
  CHECK_FALSE(server.status().made);
  const auto url = server.ensure_started();
  CHECK(server.status().running);
  CHECK(value(url, "SELECT current_database()") == server.database_name());
  CHECK(server.database_name().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
        std::string::npos);
  CHECK(value(url, "SHOW listen_addresses").empty());
  CHECK(value(url, "SHOW server_encoding") == "UTF8");
  value(url, "CREATE TABLE public.kept ()");
  CHECK(server.ensure_started() == url);
  server.stop();
  CHECK_FALSE(server.status().running);
  server.stop();
  CHECK(server.ensure_started() == url);
  CHECK(value(url, "SELECT 'public.kept'::regclass") == "public.kept");
  CHECK(read_file(project.path() / ".migrate/.gitignore") == "*\n");
  server.destroy();
  CHECK_FALSE(server.status().made);
  CHECK_FALSE(std::filesystem::exists(project.path() / ".migrate/postgres"));
}

TEST_CASE("a local server that was killed is started again, whatever its pid files say") {
  const LocalProject project(std::string(80, 'p'));
  LocalServer server(project.path());
  const auto url = server.ensure_started();
  value(url, "CREATE TABLE public.kept ()");
  ::kill(server.status().pid, SIGKILL);
  while (server.status().running) ::usleep(1000);
  const auto pid_file = project.path() / ".migrate/postgres/data/postmaster.pid";
  if (GENERATE(true, false))
    write_file(pid_file,
               replace_all(read_file(pid_file), read_file(pid_file).substr(0, read_file(pid_file).find('\n')),
                           std::to_string(::getpid())));
  CHECK(server.ensure_started() == url);
  CHECK(value(url, "SELECT 'public.kept'::regclass") == "public.kept");
}

TEST_CASE("processes that start a local server at the same time share one") {
  const LocalProject project("shared");
  std::vector<pid_t> children;
  for (int i = 0; i < 3; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        LocalServer(project.path()).ensure_started();
        ::_exit(0);
      } catch (...) {
        ::_exit(1);
      }
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  CHECK(LocalServer(project.path()).status().running);
}

TEST_CASE("a cluster of another major version is said to be one, with what to do") {
  const LocalProject project("old");
  LocalServer server(project.path());
  server.ensure_started();
  server.stop();
  const auto version = project.path() / ".migrate/postgres/data/PG_VERSION";
  const auto real = read_file(version);
  write_file(version, "9\n");
  try {
    server.ensure_started();
    FAIL("it was started");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::no_connection);
    CHECK(std::string(error.what()).find("was made by PostgreSQL 9, and what is installed is PostgreSQL ") !=
          std::string::npos);
    CHECK(error.hint() ==
          "install postgresql-9, or give the cluster up with `migrate local destroy` and build it again with "
          "`migrate upgrade head`");
  }
  SECTION("destroying it needs no programs of its version") { server.destroy(); }
  SECTION("") { write_file(version, real); }
}

TEST_CASE("without server programs the error names the package") {
  const LocalProject project("none");
  ::setenv("MIGRATE_POSTGRES_BIN", "/nowhere", 1);
  try {
    LocalServer(project.path()).ensure_started();
    FAIL("it was started");
  } catch (const Error& error) {
    CHECK(error.text() ==
          "the database is \"local\", and no PostgreSQL server is installed (initdb, pg_ctl and postgres "
          "were looked for)\n"
          "  hint: apt-get install postgresql (or: brew install postgresql), or set MIGRATE_POSTGRES_BIN to "
          "the folder of its programs");
  }
  ::unsetenv("MIGRATE_POSTGRES_BIN");
}
