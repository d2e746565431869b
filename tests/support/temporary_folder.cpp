#include "tests/support/temporary_folder.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <string>

namespace migrate::test {
namespace fs = std::filesystem;
namespace {

// What postmaster.pid says: the process on line 1, the folder of the socket on line 5.
void stop_server(const fs::path& data) {
  std::ifstream file(data / "postmaster.pid");
  std::string pid, line, sockets;
  std::getline(file, pid);
  for (int number = 2; number <= 5 && std::getline(file, line); ++number)
    if (number == 5) sockets = line;
  const pid_t server = std::atoi(pid.c_str());
  if (server <= 1) return;
  std::error_code failed;
  // Another process may have the number by now.
  if (fs::read_symlink("/proc/" + std::to_string(server) + "/cwd", failed) != fs::canonical(data, failed))
    return;
  ::kill(server, SIGQUIT);
  for (int i = 0; i < 500 && ::kill(server, 0) == 0; ++i) ::usleep(10000);
  if (sockets.compare(0, 13, "/tmp/migrate-") == 0) fs::remove_all(sockets, failed);
}

// Stops the servers of the projects below `folder`, and removes it with what its links lead to.
void clear(const fs::path& folder) {
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->path().filename() != "postgres" || entry->path().parent_path().filename() != ".migrate")
      continue;
    entry.disable_recursion_pending();
    std::error_code unknown;
    const auto real = fs::canonical(entry->path(), unknown);
    if (unknown) continue;
    stop_server(real / "data");
    fs::remove_all(real, unknown);
  }
  fs::remove_all(folder, failed);
}

// The folder that holds all others of this process. A second process waits until the other end of a pipe is
// closed, which a crash or a SIGKILL of the tests does too, and clears it away.
class Parent {
 public:
  static const fs::path& folder() {
    static const Parent parent;
    return parent.folder_;
  }

 private:
  Parent() {
    std::string name = (fs::temp_directory_path() / "migrate_test_XXXXXX").string();
    int ends[2];
    if (::mkdtemp(name.data()) == nullptr || ::chmod(name.c_str(), 0755) != 0 || ::pipe(ends) != 0)
      throw std::runtime_error("cannot make " + name);
    folder_ = name;
    for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
    keeper_ = ::fork();
    if (keeper_ == 0) {
      ::close(ends[1]);
      keep(ends[0], folder_);
    }
    ::close(ends[0]);
    pipe_ = ends[1];
  }
  ~Parent() {
    ::close(pipe_);
    ::waitpid(keeper_, nullptr, 0);
  }

  [[noreturn]] static void keep(int pipe, const fs::path& folder) {
    ::setsid();  // Ctrl-C on the terminal is not for us
    const int nothing = ::open("/dev/null", O_RDWR);
    for (const int stream : {0, 1, 2}) ::dup2(nothing, stream);
    for (int other = 3; other < 256; ++other)
      if (other != pipe) ::close(other);
    char byte = 0;
    while (::read(pipe, &byte, 1) < 0 && errno == EINTR) {
    }
    clear(folder);
    ::_exit(0);
  }

  fs::path folder_;
  int pipe_ = -1;
  pid_t keeper_ = -1;
};

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (Parent::folder() / "XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() { clear(path_); }

}  // namespace migrate::test
