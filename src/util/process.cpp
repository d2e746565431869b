#include "util/process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "util/error.hpp"
#include "util/text.hpp"

extern char** environ;

namespace migrate {
namespace {

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
      throw Error(ExitCode::failed, std::string("cannot make a pipe: ") + std::strerror(errno));
    read = ends[0];
    write = ends[1];
  }
  ~Pipe() {
    close(read);
    close(write);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  static void close(int& fd) {
    if (fd >= 0) ::close(fd);
    fd = -1;
  }
};

// A descriptor above those that the child gives a meaning to, so that dup2 cannot overwrite one that is still
// needed.
int out_of_the_way(int fd) { return ::fcntl(fd, F_DUPFD_CLOEXEC, 100); }

struct ChildStreams {
  int in, out, err, extra, failure;
};

// After fork: only async-signal-safe calls until exec; what they need was made before.
[[noreturn]] void become(const Command& command, const char* const* arguments, const char* const* environment,
                         const char* program, const ChildStreams& streams) {
  const auto fail = [&] {
    const int reason = errno;
    [[maybe_unused]] const auto written = ::write(streams.failure, &reason, sizeof reason);
    ::_exit(127);
  };
  if (!command.inherit_streams) {
    ::setpgid(0, 0);
    if (::dup2(streams.in, 0) < 0 || ::dup2(streams.out, 1) < 0 || ::dup2(streams.err, 2) < 0) fail();
    if (command.extra_fd >= 0 && ::dup2(streams.extra, command.extra_fd) < 0) fail();
  }
  if (command.group && (::setgroups(0, nullptr) != 0 || ::setgid(*command.group) != 0)) fail();
  if (command.user && ::setuid(*command.user) != 0) fail();
  if (!command.directory.empty() && ::chdir(command.directory.c_str()) != 0) fail();
  struct sigaction usual = {};
  usual.sa_handler = SIG_DFL;
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM}) ::sigaction(signal, &usual, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(program, const_cast<char* const*>(arguments), const_cast<char* const*>(environment));
  fail();
  ::_exit(127);
}

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!added.contains(std::string(text.substr(0, text.find('='))))) out.emplace_back(text);
  }
  for (const auto& [name, value] : added) out.push_back(name + "=" + value);
  return out;
}

std::vector<const char*> pointers(const std::vector<std::string>& texts) {
  std::vector<const char*> out;
  for (const auto& text : texts) out.push_back(text.c_str());
  out.push_back(nullptr);
  return out;
}

// Collects what the child writes until it closes its ends or the deadline passes; true if it did pass.
bool collect(std::array<std::pair<int*, std::string*>, 3> streams,
             const std::optional<std::chrono::steady_clock::time_point>& deadline) {
  for (;;) {
    std::array<pollfd, 3> watched{};
    std::size_t open = 0;
    for (std::size_t i = 0; i < streams.size(); ++i) {
      watched[i] = {*streams[i].first, POLLIN, 0};
      open += *streams[i].first >= 0;
    }
    if (open == 0) return false;
    int wait = -1;
    if (deadline) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now())
              .count();
      if (left <= 0) return true;
      wait = static_cast<int>(std::min<long long>(left, 1000));
    }
    if (::poll(watched.data(), watched.size(), wait) < 0 && errno != EINTR) return false;
    for (std::size_t i = 0; i < streams.size(); ++i) {
      if ((watched[i].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
      std::array<char, 65536> buffer{};
      const auto count = ::read(*streams[i].first, buffer.data(), buffer.size());
      if (count > 0)
        streams[i].second->append(buffer.data(), static_cast<std::size_t>(count));
      else if (count == 0 || errno != EINTR)
        Pipe::close(*streams[i].first);
    }
  }
}

// Waits for the child, killing its process group when the deadline passes.
int wait_for(pid_t child, const std::optional<std::chrono::steady_clock::time_point>& deadline,
             bool& timed_out) {
  int status = 0;
  for (;;) {
    const auto ended = ::waitpid(child, &status, deadline && !timed_out ? WNOHANG : 0);
    if (ended == child) return status;
    if (ended < 0 && errno != EINTR) return 0;
    if (ended == 0) {
      if (std::chrono::steady_clock::now() >= *deadline) {
        timed_out = true;
        ::kill(-child, SIGKILL);
      } else {
        ::usleep(2000);
      }
    }
  }
}

}  // namespace

std::filesystem::path find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    return ::access(name.c_str(), X_OK) == 0 ? std::filesystem::path(name) : std::filesystem::path();
  }
  const char* path = std::getenv("PATH");
  for (const auto folder : split(path != nullptr ? path : "/usr/bin:/bin", ':')) {
    auto candidate = std::filesystem::path(folder) / name;
    std::error_code ignored;
    if (::access(candidate.c_str(), X_OK) == 0 && !std::filesystem::is_directory(candidate, ignored))
      return candidate;
  }
  return {};
}

ProcessResult run_process(const Command& command) {
  const auto program = find_program(command.arguments.at(0));
  if (program.empty()) throw Error(ExitCode::failed, "there is no program " + command.arguments[0]);
  const auto environment = merged_environment(command.environment);
  const auto argument_pointers = pointers(command.arguments);
  const auto environment_pointers = pointers(environment);
  Pipe out, err, extra, failure;
  int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ChildStreams streams{null, out.write, err.write, out_of_the_way(extra.write),
                       out_of_the_way(failure.write)};
  const pid_t child = ::fork();
  if (child == 0)
    become(command, argument_pointers.data(), environment_pointers.data(), program.c_str(), streams);
  const int fork_failure = child < 0 ? errno : 0;
  for (int* fd : {&null, &streams.extra, &streams.failure}) Pipe::close(*fd);
  for (Pipe* pipe : {&out, &err, &extra, &failure}) Pipe::close(pipe->write);
  if (child < 0)
    throw Error(ExitCode::failed, "cannot start " + program.string() + ": " + std::strerror(fork_failure));

  int reason = 0;
  if (::read(failure.read, &reason, sizeof reason) == sizeof reason) {
    ::waitpid(child, nullptr, 0);
    throw Error(ExitCode::failed, "cannot start " + program.string() + ": " + std::strerror(reason));
  }
  ProcessResult result;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  if (command.timeout) deadline = std::chrono::steady_clock::now() + *command.timeout;
  result.timed_out =
      collect({{{&out.read, &result.out}, {&err.read, &result.err}, {&extra.read, &result.extra}}}, deadline);
  if (result.timed_out) ::kill(-child, SIGKILL);
  const int status = wait_for(child, deadline, result.timed_out);
  result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  result.status = WIFSIGNALED(status) ? 128 + result.signal : WEXITSTATUS(status);
  return result;
}

}  // namespace migrate
