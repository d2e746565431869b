#include "postgres/local_server.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "postgres/connection.hpp"
#include "util/error.hpp"
#include "util/files.hpp"
#include "util/process.hpp"
#include "util/quote.hpp"
#include "util/sha256.hpp"
#include "util/text.hpp"

namespace migrate::postgres {
namespace fs = std::filesystem;
namespace {

constexpr auto start_timeout = std::chrono::seconds(60);
constexpr const char* superuser = "postgres";
constexpr const char* socket_name = ".s.PGSQL.5432";
constexpr std::size_t longest_socket_path = 103;  // macOS; Linux takes 107

struct Account {
  uid_t user;
  gid_t group;
  std::string name;
};

std::optional<Account> account(const passwd* entry) {
  if (entry == nullptr) return {};
  return Account{entry->pw_uid, entry->pw_gid, entry->pw_name};
}

// Who the server runs as; empty: the caller.
std::optional<Account> server_account(const fs::path& project) {
  if (::geteuid() != 0) return {};
  if (auto found = account(::getpwnam("postgres"))) return found;
  struct stat owner = {};
  if (::stat(project.c_str(), &owner) == 0 && owner.st_uid != 0)
    if (auto found = account(::getpwuid(owner.st_uid))) return found;
  if (auto found = account(::getpwnam("nobody"))) return found;
  throw Error(ExitCode::no_connection,
              "PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as",
              "create a user postgres, or run migrate as another user");
}

bool can_enter(const Account& who, const fs::path& folder) {
  for (fs::path at = folder;; at = at.parent_path()) {
    struct stat state = {};
    if (::stat(at.c_str(), &state) != 0) return false;
    const mode_t needed = state.st_uid == who.user ? S_IXUSR : state.st_gid == who.group ? S_IXGRP : S_IXOTH;
    if ((state.st_mode & needed) == 0) return false;
    if (at == at.parent_path()) return true;
  }
}

[[noreturn]] void fail(const std::string& verb, const fs::path& path, int reason) {
  throw Error(ExitCode::failed, "cannot " + verb + " " + display_path(path) + ": " + std::strerror(reason));
}

void make_folder(const fs::path& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) fail("create the folder", path, failed.value());
}

void own(const fs::path& path, const std::optional<Account>& who) {
  if (::chmod(path.c_str(), 0700) != 0) fail("set the mode of", path, errno);
  if (who && ::chown(path.c_str(), who->user, who->group) != 0) fail("change the owner of", path, errno);
}

// One process at a time makes, starts, stops or destroys; released when the process ends, however it ends.
class FolderLock {
 public:
  explicit FolderLock(const fs::path& file) : fd_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (fd_ < 0) fail("open", file, errno);
    while (::flock(fd_, LOCK_EX) != 0)
      if (errno != EINTR) {
        const int reason = errno;
        ::close(fd_);
        fail("lock", file, reason);
      }
  }
  ~FolderLock() { ::close(fd_); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int fd_;
};

FolderLock lock_project(const fs::path& project) {
  const auto folder = project / ".migrate";
  make_folder(folder);
  const auto ignore = folder / ".gitignore";
  std::error_code unknown;
  if (!fs::exists(ignore, unknown)) write_file(ignore, "*\n");
  return FolderLock(folder / "postgres.lock");
}

std::string tail_of(const fs::path& log) {
  std::error_code unknown;
  if (!fs::exists(log, unknown)) return {};
  const auto text = read_file(log);
  auto all = lines(text);
  while (!all.empty() && trim(all.back()).empty()) all.pop_back();
  std::string out;
  for (std::size_t i = all.size() > 5 ? all.size() - 5 : 0; i < all.size(); ++i)
    out += "\n    " + std::string(all[i]);
  return out;
}

int first_number(std::string_view text) {
  const auto begin = text.find_first_of("0123456789");
  return begin == std::string_view::npos ? 0 : std::atoi(std::string(text.substr(begin, 9)).c_str());
}

// The pid of the first line of postmaster.pid, 0 if there is none.
int recorded_pid(const fs::path& data) {
  std::error_code unknown;
  const auto file = data / "postmaster.pid";
  return fs::exists(file, unknown) ? first_number(read_file(file)) : 0;
}

// Server processes work in their data folder. Where the system does not show working folders, PostgreSQL's
// own check of postmaster.pid has to do.
std::vector<int> processes_in(const fs::path& data) {
  std::vector<int> out;
  std::error_code failed;
  const auto wanted = fs::canonical(data, failed);
  if (failed) return out;
  for (fs::directory_iterator entry("/proc", failed), end; !failed && entry != end; entry.increment(failed)) {
    const int pid = first_number(entry->path().filename().string());
    std::error_code gone;
    if (pid > 0 && fs::read_symlink(entry->path() / "cwd", gone) == wanted && !gone) out.push_back(pid);
  }
  return out;
}

// After a crash of machine or container the pid in postmaster.pid may be another process's by now, which
// PostgreSQL takes for a running server. The file may only go when no process of the old server is left: they
// would write to the same files.
void remove_stale_pid_files(const fs::path& data, const fs::path& sockets) {
  const int pid = recorded_pid(data);
  std::error_code failed;
  if (!fs::exists("/proc/self/cwd", failed)) return;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  auto left = processes_in(data);
  while (!left.empty() && std::find(left.begin(), left.end(), pid) == left.end() &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    left = processes_in(data);
  }
  if (!left.empty()) return;
  fs::remove(data / "postmaster.pid", failed);
  fs::remove(sockets / (std::string(socket_name) + ".lock"), failed);
}

std::string encoded(std::string_view text) {
  static constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (plain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte / 16];
      out += digits[byte % 16];
    }
  }
  return out;
}

std::optional<ServerPrograms> programs_in(const fs::path& folder) {
  for (const char* name : {"initdb", "pg_ctl", "postgres"})
    if (::access((folder / name).c_str(), X_OK) != 0) return {};
  Command command;
  command.arguments = {(folder / "postgres").string(), "--version"};
  const auto said = run_process(command).out;  // postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
  const auto begin = said.find_first_of("0123456789");
  if (begin == std::string::npos) return {};
  ServerPrograms found{folder, said.substr(begin, said.find_first_of(" \n", begin) - begin),
                       first_number(said)};
  return found;
}

// The sub-folders `suffix` of a folder's entries that begin with `prefix`, the highest version first.
std::vector<fs::path> versioned(const fs::path& parent, std::string_view prefix, const fs::path& suffix) {
  std::vector<std::pair<int, fs::path>> found;
  std::error_code failed;
  for (fs::directory_iterator entry(parent, failed), end; !failed && entry != end; entry.increment(failed))
    if (const auto name = entry->path().filename().string(); name.starts_with(prefix))
      found.emplace_back(first_number(name.substr(prefix.size())), entry->path() / suffix);
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<fs::path> out;
  for (auto& [version, path] : found) out.push_back(std::move(path));
  return out;
}

Error no_programs() {
  return Error(ExitCode::no_connection,
               "the database is \"local\", and no PostgreSQL server is installed (initdb, pg_ctl and "
               "postgres were looked for)",
               "apt-get install postgresql (or: brew install postgresql), or set MIGRATE_POSTGRES_BIN to the "
               "folder of its programs");
}

}  // namespace

std::vector<ServerPrograms> installed_servers() {
  std::vector<fs::path> folders;
  if (const char* given = std::getenv("MIGRATE_POSTGRES_BIN"); given != nullptr && *given != '\0') {
    folders.emplace_back(given);
  } else {
    if (!find_program("pg_config").empty()) {
      Command command;
      command.arguments = {"pg_config", "--bindir"};
      const auto said = run_process(command);
      folders.emplace_back(std::string(trim(said.out)));
    }
    for (const auto& [parent, prefix, suffix] : {std::tuple{"/usr/lib/postgresql", "", "bin"},
                                                 {"/usr", "pgsql-", "bin"},
                                                 {"/opt/homebrew/opt", "postgresql", "bin"},
                                                 {"/usr/local/opt", "postgresql", "bin"}})
      for (auto& found : versioned(parent, prefix, suffix)) folders.push_back(std::move(found));
    if (const auto found = find_program("pg_ctl"); !found.empty()) folders.push_back(found.parent_path());
  }
  std::vector<ServerPrograms> out;
  std::vector<fs::path> seen;
  for (const auto& folder : folders) {
    std::error_code failed;
    const auto real = fs::canonical(folder, failed);
    if (failed || std::find(seen.begin(), seen.end(), real) != seen.end()) continue;
    seen.push_back(real);
    if (auto found = programs_in(real)) out.push_back(std::move(*found));
  }
  return out;
}

LocalServer::LocalServer(const fs::path& project) : project_(fs::absolute(project).lexically_normal()) {
  if (!project_.has_filename() && project_.has_parent_path()) project_ = project_.parent_path();
  folder_ = project_ / ".migrate" / "postgres";
}

std::string LocalServer::database_name() const {
  std::error_code unknown;
  const auto file = folder_ / "database";
  if (fs::exists(file, unknown)) return std::string(trim(read_file(file)));
  auto name = slug(project_.filename().string(), 50);
  if (name.empty() || (name[0] >= '0' && name[0] <= '9') || name == "postgres" ||
      name.starts_with("template"))
    name = "project_" + name;
  return name;
}

fs::path LocalServer::socket_folder() const {
  static constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/";
  std::error_code unknown;
  const auto near = fs::weakly_canonical(folder_, unknown) / "socket";
  const auto path = near.string();
  // The setting unix_socket_directories is a list with quotes of its own: an odd path goes elsewhere too.
  if (path.size() + 1 + std::strlen(socket_name) <= longest_socket_path &&
      path.find_first_not_of(plain) == std::string::npos)
    return near;
  return fs::path("/tmp") / ("migrate-" + sha256(folder_.string()).substr(0, 16));
}

std::string LocalServer::url() const {
  return "postgresql:///" + encoded(database_name()) + "?host=" + encoded(socket_folder().string()) +
         "&port=5432&user=" + superuser;
}

bool LocalServer::listening() const {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const auto path = (socket_folder() / socket_name).string();
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return false;
  const bool answered = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return answered;
}

LocalServer::Status LocalServer::status() const {
  Status out;
  std::error_code unknown;
  out.data = data();
  out.log = folder_ / "server.log";
  out.database = database_name();
  out.url = url();
  out.made = fs::exists(data() / "PG_VERSION", unknown);
  if (!out.made && ::access(folder_.c_str(), F_OK) == 0 && ::access(folder_.c_str(), X_OK) != 0)
    fail("enter", folder_, EACCES);
  if (!out.made) return out;
  out.version = std::string(trim(read_file(data() / "PG_VERSION")));
  out.running = listening();
  if (out.running) out.pid = recorded_pid(data());
  return out;
}

std::optional<ServerPrograms> LocalServer::programs_for_data() const {
  const auto all = installed_servers();
  if (all.empty()) return {};
  std::error_code unknown;
  if (!fs::exists(data() / "PG_VERSION", unknown)) return all.front();
  const auto version = std::string(trim(read_file(data() / "PG_VERSION")));
  for (const auto& programs : all)
    if (std::to_string(programs.major) == version) return programs;
  throw Error(
      ExitCode::no_connection,
      "the local cluster in " + display_path(folder_) + " was made by PostgreSQL " + version +
          ", and what is installed is PostgreSQL " +
          join_with(all, ", ",
                    [](const ServerPrograms& one) { return one.version + " (" + one.folder.string() + ")"; }),
      "install postgresql-" + version +
          ", or give the cluster up with `migrate local destroy` and build it again with `migrate upgrade "
          "head`");
}

std::string LocalServer::ensure_started() {
  const FolderLock lock = lock_project(project_);
  const auto now = status();
  if (!now.running) {
    const auto programs = programs_for_data();
    if (!programs) throw no_programs();
    if (!now.made) make(*programs);
    start(*programs);
  }
  make_database();
  return url();
}

void LocalServer::make(const ServerPrograms& programs) {
  const auto who = server_account(project_);
  std::error_code failed;
  if (!fs::exists(folder_, failed)) {
    fs::remove(folder_, failed);  // a link to what is gone
    if (who && !can_enter(*who, project_)) {
      const auto far = fs::path("/var/lib/migrate") / (slug(project_.filename().string(), 30) + "_" +
                                                       sha256(folder_.string()).substr(0, 12));
      make_folder(far);
      fs::create_directory_symlink(far, folder_, failed);
      if (failed) fail("create the link", folder_, failed.value());
    } else {
      make_folder(folder_);
    }
  }
  own(folder_, who);
  const auto unfinished = folder_ / "data.new";
  fs::remove_all(unfinished, failed);
  fs::remove_all(data(), failed);

  Command command;
  command.directory = fs::canonical(folder_);  // a link's own place may be out of the server's reach
  if (who) command.user = who->user, command.group = who->group;
  for (const char* locale : {"C.UTF-8", "C"}) {  // macOS has no C.UTF-8
    command.arguments = {(programs.folder / "initdb").string(),
                         "-D",
                         "data.new",
                         "-U",
                         superuser,
                         "-A",
                         "trust",
                         "-E",
                         "UTF8",
                         "--locale",
                         locale,
                         "--no-sync"};
    const auto said = run_process(command);
    if (said.status == 0) break;
    fs::remove_all(unfinished, failed);
    if (std::string_view(locale) == "C")
      throw Error(ExitCode::no_connection,
                  "the local cluster cannot be made in " + display_path(folder_) +
                      ": initdb: " + std::string(trim(said.err.empty() ? said.out : said.err)));
  }
  write_file(unfinished / "postgresql.conf",
             read_file(unfinished / "postgresql.conf") + "\ninclude 'migrate.conf'\n");
  write_file(folder_ / "database", database_name() + "\n");
  if (who && ::chown((unfinished / "postgresql.conf").c_str(), who->user, who->group) != 0)
    fail("change the owner of", unfinished, errno);
  fs::rename(unfinished, data(), failed);
  if (failed) fail("rename", unfinished, failed.value());
}

void LocalServer::start(const ServerPrograms& programs) {
  const auto who = server_account(project_);
  const auto sockets = socket_folder();
  if (::mkdir(sockets.c_str(), 0700) != 0 && errno != EEXIST) fail("create the folder", sockets, errno);
  struct stat state = {};
  const uid_t wanted = who ? who->user : ::geteuid();
  if (::lstat(sockets.c_str(), &state) != 0) fail("look at", sockets, errno);
  if (!S_ISDIR(state.st_mode) || (state.st_uid != wanted && state.st_uid != ::geteuid()))
    throw Error(ExitCode::no_connection,
                "the folder " + sockets.string() +
                    ", in which the local server's socket would be, belongs to somebody else",
                "remove it, or move the project");
  own(sockets, who);

  const auto settings = data() / "migrate.conf";
  write_file(settings,
             "# Written by migrate at each start.\n"
             "listen_addresses = ''\n"
             "port = 5432\n"
             "unix_socket_directories = '" +
                 sockets.string() +
                 "'\n"
                 "unix_socket_permissions = 0700\n");
  if (who && ::chown(settings.c_str(), who->user, who->group) != 0)
    fail("change the owner of", settings, errno);
  remove_stale_pid_files(data(), sockets);
  // A start that was killed half-way leaves a server that goes on starting.
  const auto deadline = std::chrono::steady_clock::now() + start_timeout;
  while (recorded_pid(data()) != 0 && !processes_in(data()).empty() &&
         std::chrono::steady_clock::now() < deadline) {
    if (listening()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }

  Command command;
  // Relative names: pg_ctl hands the paths to a shell.
  command.directory = fs::canonical(folder_);
  command.arguments = {(programs.folder / "pg_ctl").string(), "-D", "data", "-l", "server.log", "-w", "-t",
                       std::to_string(start_timeout.count()), "-s", "start"};
  command.timeout = start_timeout + std::chrono::seconds(10);
  if (who) command.user = who->user, command.group = who->group;
  const auto said = run_process(command);
  if (said.status != 0 && !listening())
    throw Error(ExitCode::no_connection, "the local server does not start: " + one_line(trim(said.err)) +
                                             "; its log, " + display_path(folder_ / "server.log") +
                                             ", ends:" + tail_of(folder_ / "server.log"));
}

void LocalServer::make_database() const {
  auto parameters = Connection::parse(url());
  for (auto& [key, value] : parameters)
    if (key == "dbname") value = "postgres";
  Connection connection(parameters);
  const auto name = database_name();
  if (!connection.query("SELECT FROM pg_catalog.pg_database WHERE datname = $1", {name}).empty()) return;
  connection.execute("CREATE DATABASE " + quote_identifier(name));
}

void LocalServer::stop() {
  std::error_code unknown;
  if (!fs::exists(folder_, unknown)) return;
  const FolderLock lock = lock_project(project_);
  stop_locked();
}

void LocalServer::stop_locked() {
  if (!status().running && processes_in(data()).empty()) return;
  const auto programs = programs_for_data();
  if (!programs) throw no_programs();
  Command command;
  command.directory = fs::canonical(folder_);
  command.arguments = {
      (programs->folder / "pg_ctl").string(), "-D", "data", "-w", "-s", "-m", "fast", "stop"};
  if (const auto who = server_account(project_)) command.user = who->user, command.group = who->group;
  const auto said = run_process(command);
  if (said.status != 0 && listening())
    throw Error(ExitCode::failed, "the local server does not stop: " + one_line(trim(said.err)));
}

void LocalServer::destroy() {
  std::error_code failed;
  if (!fs::exists(folder_, failed)) {
    fs::remove(folder_, failed);  // a link to what is gone
    return;
  }
  const FolderLock lock = lock_project(project_);
  stop_locked();
  fs::remove_all(socket_folder(), failed);
  const auto real = fs::canonical(folder_, failed);
  if (!failed) fs::remove_all(real, failed);
  if (failed) fail("remove", real, failed.value());
  fs::remove(folder_, failed);
}

int LocalServer::psql(const std::vector<std::string>& arguments) {
  const auto address = ensure_started();
  const auto programs = programs_for_data();
  Command command;
  const auto beside = programs ? programs->folder / "psql" : fs::path();
  command.arguments = {!beside.empty() && ::access(beside.c_str(), X_OK) == 0 ? beside.string() : "psql",
                       "-d", address};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.inherit_streams = true;
  return run_process(command).status;
}

}  // namespace migrate::postgres
