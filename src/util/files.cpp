#include "util/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "util/error.hpp"

namespace migrate {
namespace fs = std::filesystem;
namespace {
[[noreturn]] void fail(std::string_view verb, const fs::path& path, int reason) {
  throw Error(ExitCode::failed,
              "cannot " + std::string(verb) + " " + display_path(path) + ": " + std::strerror(reason));
}
}  // namespace

std::string read_file(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail("read", path, errno);
  struct stat status {};
  const bool says_size = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  const auto expected = says_size ? static_cast<std::size_t>(status.st_size) : 0;
  std::string out(expected, '\0');
  std::size_t size = 0;
  while (expected == 0 || size < expected) {  // a file that is as long as it says needs no look for its end
    constexpr std::size_t block = 65536;
    if (out.size() == size) out.resize(size + block);
    const auto got = ::read(fd, out.data() + size, out.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int reason = errno;
      ::close(fd);
      fail("read", path, reason);
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  ::close(fd);
  out.resize(size);
  return out;
}

void write_file(const fs::path& path, std::string_view bytes) {
  std::error_code made;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), made);
  if (made) fail("create the folder of", path, made.value());
  std::string temporary = path.string() + ".XXXXXX";
  const int fd = ::mkstemp(temporary.data());
  if (fd < 0) fail("write", path, errno);
  const auto give_up = [&](int reason) {
    ::close(fd);
    ::unlink(temporary.c_str());
    fail("write", path, reason);
  };
  for (std::string_view rest = bytes; !rest.empty();) {
    const auto written = ::write(fd, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) give_up(errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  const auto mask = ::umask(0);
  ::umask(mask);
  if (::fchmod(fd, 0666 & ~mask) != 0 || ::fsync(fd) != 0) give_up(errno);
  if (::close(fd) != 0 || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    ::unlink(temporary.c_str());
    fail("write", path, reason);
  }
}

std::string display_path(const fs::path& path) {
  // By the text alone, since 1,000 scripts are named even if nothing is said of them. The program stays where
  // it was started.
  static const auto here = [] {
    std::error_code failed;
    auto folder = fs::current_path(failed);
    return failed ? fs::path() : folder;
  }();
  const auto& whole = path.native();
  if (here.empty() || path.is_relative()) return whole;
  if (whole.size() > here.native().size() && whole.starts_with(here.native()) &&
      whole[here.native().size()] == '/')
    return whole.substr(here.native().size() + 1);
  const auto near = path.lexically_relative(here).string();
  return near.empty() || near.size() >= whole.size() || near.starts_with("../../..") ? whole : near;
}

}  // namespace migrate
