#include "run/who.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <string>

namespace migrate::run {

void sign(postgres::LogEntry& entry, const Options& options) {
  entry.tool_version = options.tool_version;
  entry.application = options.command;
  entry.tag = options.tag;
  const passwd* user = ::getpwuid(::geteuid());
  entry.os_user = user == nullptr ? std::to_string(::geteuid()) : std::string(user->pw_name);
  std::array<char, 256> buffer{};
  if (::gethostname(buffer.data(), buffer.size() - 1) == 0) entry.host = buffer.data();
}

}  // namespace migrate::run
