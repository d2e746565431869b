#include "tests/support/cluster.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

#include "postgres/connection.hpp"
#include "util/files.hpp"
#include "util/process.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::test {
namespace fs = std::filesystem;
namespace {

using namespace std::chrono_literals;

bool has_server(const fs::path& folder) {
  return fs::exists(folder / "initdb") && fs::exists(folder / "postgres");
}

fs::path find_bindir() {
  if (const char* given = std::getenv("MIGRATE_TEST_BINDIR"); given && *given) {
    if (!has_server(given))
      throw std::runtime_error(std::string("$MIGRATE_TEST_BINDIR has no initdb and postgres: ") + given);
    return given;
  }
  std::vector<fs::path> candidates;
  if (!find_program("pg_config").empty()) {
    Command ask;
    ask.arguments = {"pg_config", "--bindir"};
    candidates.emplace_back(trim(run_process(ask).out));
  }
  std::vector<std::pair<int, fs::path>> versions;
  if (const fs::path all = "/usr/lib/postgresql"; fs::is_directory(all))
    for (const auto& entry : fs::directory_iterator(all))
      versions.emplace_back(std::atoi(entry.path().filename().c_str()), entry.path() / "bin");
  std::sort(versions.rbegin(), versions.rend());
  for (const auto& version : versions) candidates.push_back(version.second);
  if (const fs::path initdb = find_program("initdb"); !initdb.empty())
    candidates.push_back(initdb.parent_path());
  for (const fs::path& candidate : candidates)
    if (has_server(candidate)) return candidate;
  throw std::runtime_error(
      "no PostgreSQL server programs found: install the package postgresql, or set $MIGRATE_TEST_BINDIR");
}

struct Account {
  uid_t user;
  gid_t group;
};

// Whom the server runs as: it refuses root.
std::optional<Account> server_account() {
  if (geteuid() != 0) return std::nullopt;
  for (const char* name : {"postgres", "nobody"})
    if (const passwd* entry = getpwnam(name)) return Account{entry->pw_uid, entry->pw_gid};
  throw std::runtime_error("run by root, the tests need a user postgres or nobody to run the server");
}

// Measured: half of a test's time is making its database's files, and in memory that takes a third of the
// time.
fs::path parent_folder() {
  constexpr std::uintmax_t enough = 2'000'000'000;
  std::error_code unknown;
  const fs::path memory = "/dev/shm";
  if (!std::getenv("TMPDIR") && access(memory.c_str(), W_OK) == 0 &&
      fs::space(memory, unknown).available >= enough && !unknown)
    return memory;
  // A socket's path has room for about a hundred bytes.
  fs::path temporary = fs::temp_directory_path();
  return temporary.string().size() > 60 ? fs::path("/tmp") : temporary;
}

fs::path make_folder(const std::optional<Account>& account) {
  const fs::path parent = parent_folder();
  std::string name = (parent / "migrate-test-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a folder in " + parent.string());
  if (chmod(name.c_str(), 0755) != 0 || (account && chown(name.c_str(), account->user, account->group) != 0))
    throw std::runtime_error("cannot hand " + name + " to the server's user");
  return name;
}

// $1 is the folder, $2 the one of the programs; the settings trade every safety for speed.
constexpr const char* start_script = R"(
exec >"$1/log" 2>&1
"$2/initdb" -D "$1/data" -U postgres -A trust -E UTF8 --locale=C --no-sync || { touch "$1/failed"; exit 1; }
exec "$2/postgres" -D "$1/data" -c listen_addresses= -c "unix_socket_directories=$1" -c fsync=off \
  -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB -c autovacuum=off -c max_wal_size=1GB
)";

// In the child of a fork: makes the cluster and becomes the server.
[[noreturn]] void become_server(const fs::path& bindir, const fs::path& folder,
                                const std::optional<Account>& account) {
  setpgid(0, 0);
  if (account && (setgroups(0, nullptr) != 0 || setgid(account->group) != 0 || setuid(account->user) != 0))
    _exit(126);
  if (chdir(folder.c_str()) != 0) _exit(126);
  execl("/bin/sh", "sh", "-c", start_script, "sh", folder.c_str(), bindir.c_str(), nullptr);
  _exit(127);
}

// A process of its own that outlives this one for a moment: it starts the server, waits until the other end
// of `pipe` is closed, which a crash or a SIGKILL of the tests does too, and clears everything away.
[[noreturn]] void keep_server(int pipe, const fs::path& bindir, const fs::path& folder,
                              const std::optional<Account>& account) {
  setsid();  // Ctrl-C on the terminal is not for us
  const int nothing = open("/dev/null", O_RDWR);
  for (const int stream : {0, 1, 2}) dup2(nothing, stream);
  for (int other = 3; other < 256; ++other)
    if (other != pipe) close(other);
  const pid_t server = fork();
  if (server == 0) {
    close(pipe);
    become_server(bindir, folder, account);
  }
  char byte;
  while (read(pipe, &byte, 1) < 0 && errno == EINTR) {
  }
  if (server > 0) {
    kill(-server, SIGQUIT);
    waitpid(server, nullptr, 0);
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  _exit(0);
}

std::string encode(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    const auto byte = static_cast<unsigned char>(c);
    constexpr const char* digits = "0123456789ABCDEF";
    if (plain)
      out += c;
    else
      out += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

std::string new_name() {
  static int count = 0;
  return "test_" + std::to_string(++count);
}

void create_database(const std::string& name, const std::string& original) {
  auto& connection = Cluster::instance().connection();
  // Measured: copying the files takes a third of the time of copying them through the WAL.
  connection.execute("CREATE DATABASE " + quote_identifier(name) + " TEMPLATE " + quote_identifier(original) +
                     (connection.server_version() >= 150000 ? " STRATEGY file_copy" : ""));
}

}  // namespace

struct Cluster::State {
  fs::path bindir, folder;
  int pipe = -1;
  pid_t keeper = -1;
  std::unique_ptr<postgres::Connection> connection;
};

Cluster& Cluster::instance() {
  static Cluster cluster;
  return cluster;
}

Cluster::Cluster() : state_(std::make_unique<State>()) {
  state_->bindir = find_bindir();
  const std::optional<Account> account = server_account();
  state_->folder = make_folder(account);
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
  state_->keeper = fork();
  if (state_->keeper == 0) {
    close(ends[1]);
    keep_server(ends[0], state_->bindir, state_->folder, account);
  }
  close(ends[0]);
  state_->pipe = ends[1];
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (!state_->connection) {
    try {
      state_->connection = std::make_unique<postgres::Connection>(postgres::Connection::parse(url()));
    } catch (const Error& error) {
      if (std::chrono::steady_clock::now() > end || fs::exists(state_->folder / "failed"))
        throw std::runtime_error(std::string("the server did not start: ") + error.what() + "\n" +
                                 read_file(state_->folder / "log"));
      std::this_thread::sleep_for(20ms);
    }
  }
}

Cluster::~Cluster() {
  state_->connection.reset();
  close(state_->pipe);
  waitpid(state_->keeper, nullptr, 0);
}

std::string Cluster::url(const std::string& database) const {
  return "postgresql:///" + encode(database) + "?host=" + encode(state_->folder.string()) + "&user=postgres";
}
fs::path Cluster::folder() const { return state_->folder; }
fs::path Cluster::bindir() const { return state_->bindir; }
postgres::Connection& Cluster::connection() {
  if (!state_->connection->alive())
    state_->connection = std::make_unique<postgres::Connection>(postgres::Connection::parse(url()));
  return *state_->connection;
}

TestDatabase::TestDatabase() : name_(new_name()) { create_database(name_, "template0"); }

TestDatabase::TestDatabase(Copy, TestDatabase& original) : name_(new_name()) {
  original.connection_.reset();
  create_database(name_, original.name_);
}

TestDatabase::~TestDatabase() {
  connection_.reset();
  try {
    Cluster::instance().connection().execute("DROP DATABASE IF EXISTS " + quote_identifier(name_) +
                                             " WITH (FORCE)");
  } catch (const Error&) {
    // A test that broke the server has failed already, and the folder goes with the process.
  }
}

std::string TestDatabase::url() const { return Cluster::instance().url(name_); }

postgres::ConnectOptions TestDatabase::options() const {
  postgres::ConnectOptions options;
  options.url = url();
  return options;
}

postgres::Connection& TestDatabase::connection() {
  if (!connection_) connection_ = std::make_unique<postgres::Connection>(postgres::Connection::parse(url()));
  return *connection_;
}

void TestDatabase::execute(const std::string& sql) { connection().execute(sql); }

void TestDatabase::execute(const std::string& sql, const std::string& sqlstate) {
  std::string got = "success";
  try {
    connection().execute(sql);
  } catch (const Error& error) {
    got = error.sqlstate();
  }
  if (got != sqlstate)
    throw std::runtime_error("expected SQLSTATE " + sqlstate + " and got " + got + ": " + sql);
}

std::string TestDatabase::value(const std::string& sql) { return connection().value(sql); }

}  // namespace migrate::test
