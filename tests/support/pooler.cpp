#include "tests/support/pooler.hpp"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "postgres/connection.hpp"
#include "util/files.hpp"
#include "util/process.hpp"

namespace migrate::test {
namespace fs = std::filesystem;

Pooler::Pooler(const std::string& mode, int size) {
  const auto server = Cluster::instance().folder();
  fs::path program = find_program("pgbouncer");
  if (program.empty()) program = "/usr/sbin/pgbouncer";
  if (!fs::exists(program)) throw std::runtime_error("there is no pgbouncer: install the package pgbouncer");
  std::string name = "/tmp/migrate-pooler-XXXXXX";
  struct stat owner = {};
  if (mkdtemp(name.data()) == nullptr || chmod(name.c_str(), 0755) != 0 ||
      stat(server.c_str(), &owner) != 0 || chown(name.c_str(), owner.st_uid, owner.st_gid) != 0)
    throw std::runtime_error("cannot make a folder for pgbouncer");
  folder_ = name;
  write_file(folder_ / "pgbouncer.ini",
             "[databases]\n* = host=" + server.string() +
                 " user=postgres\n[pgbouncer]\nlisten_addr =\nlisten_port = "
                 "6432\nunix_socket_dir = " +
                 name + "\nauth_type = any\npool_mode = " + mode +
                 "\nmax_client_conn = 200\ndefault_pool_size = " + std::to_string(size) +
                 "\nserver_idle_timeout = 2\nlogfile = " + (folder_ / "log").string() + "\n");
  pid_ = ::fork();
  if (pid_ == 0) {
#ifdef __linux__
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (::geteuid() == 0 &&
        (::setgroups(0, nullptr) != 0 || ::setgid(owner.st_gid) != 0 || ::setuid(owner.st_uid) != 0))
      ::_exit(126);
    const int nothing = ::open("/dev/null", O_RDWR);
    for (const int stream : {0, 1, 2}) ::dup2(nothing, stream);
    ::execl(program.c_str(), "pgbouncer", "-q", (folder_ / "pgbouncer.ini").c_str(),
            static_cast<char*>(nullptr));
    ::_exit(127);
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  const auto log = [this] {
    return fs::exists(folder_ / "log") ? read_file(folder_ / "log") : std::string();
  };
  const auto answers = [this] {
    try {
      postgres::Connection(postgres::Connection::parse("host=" + folder_.string() +
                                                       " port=6432 user=postgres dbname=postgres"));
      return true;
    } catch (const Error&) {
      return false;
    }
  };
  while (!answers()) {
    if (::waitpid(pid_, nullptr, WNOHANG) != 0 || std::chrono::steady_clock::now() > end)
      throw std::runtime_error("pgbouncer did not start: " + log());
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

Pooler::~Pooler() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string Pooler::url(const TestDatabase& database) const {
  return "postgresql:///" + database.name() + "?host=" + folder_.string() + "&port=6432&user=postgres";
}

}  // namespace migrate::test
