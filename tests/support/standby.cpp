#include "tests/support/standby.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

#include "tests/support/cluster.hpp"
#include "util/process.hpp"

namespace migrate::test {
namespace fs = std::filesystem;

// As the user that the tests' own server runs as.
Standby::Standby() {
  std::string name = "/tmp/migrate-standby-XXXXXX";
  struct stat owner = {};
  if (mkdtemp(name.data()) == nullptr || chmod(name.c_str(), 0755) != 0 ||
      stat(Cluster::instance().folder().c_str(), &owner) != 0 ||
      chown(name.c_str(), owner.st_uid, owner.st_gid) != 0)
    throw std::runtime_error("cannot make a folder for a standby");
  folder_ = name;
  shell(
      "\"$2/initdb\" -D \"$1/data\" -U postgres -A trust -E UTF8 --locale=C --no-sync && "
      "touch \"$1/data/standby.signal\" && \"$2/pg_ctl\" -D \"$1/data\" -w -t 60 -l \"$1/log\" "
      "-o \"-c listen_addresses= -c unix_socket_directories='$1' -c fsync=off -c hot_standby=on\" start");
}

Standby::~Standby() {
  try {
    shell("\"$2/pg_ctl\" -D \"$1/data\" -w -m immediate stop");
  } catch (const std::exception&) {
    // It did not start.
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string Standby::url() const {
  return "postgresql:///postgres?host=" + folder_.string() + "&user=postgres";
}

void Standby::shell(const std::string& script) const {
  struct stat owner = {};
  stat(folder_.c_str(), &owner);
  Command command;
  if (::geteuid() == 0) {
    command.user = owner.st_uid;
    command.group = owner.st_gid;
  }
  command.arguments = {"/bin/sh",
                       "-c",
                       "cd / && { " + script + "; } >&2",
                       "sh",
                       folder_.string(),
                       Cluster::instance().bindir().string()};
  command.timeout = std::chrono::seconds(90);
  const auto result = run_process(command);
  if (result.status != 0) throw std::runtime_error("a standby does not start: " + result.err);
}

}  // namespace migrate::test
