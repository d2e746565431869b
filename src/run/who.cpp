#include "run/who.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <string>

namespace migrate::run {

std::unique_ptr<postgres::Lock> lock_database(postgres::Session& session,
                                              const postgres::ConnectOptions& connect, const Options& options,
                                              const Events& events) {
  postgres::LogEntry us;
  sign(us, options);
  return postgres::take_lock(session, connect, options.names, options.wait,
                             us.application + " (" + us.os_user + " on " + us.host + ")",
                             [&](const std::string& holder) {
                               if (events.note) events.note("waiting for another runner: " + holder);
                             });
}

void sign(postgres::LogEntry& entry, const Options& options) {
  entry.tool_version = options.tool_version;
  entry.application = options.command;
  entry.tag = options.tag;
  const passwd* user = ::getpwuid(::geteuid());
  entry.os_user = user == nullptr ? std::to_string(::geteuid()) : std::string(user->pw_name);
  std::array<char, 256> buffer{};
  if (::gethostname(buffer.data(), buffer.size() - 1) == 0) entry.host = buffer.data();
}

std::string who(const postgres::LogEntry& entry) {
  return entry.role + " (" + entry.os_user + " on " + entry.host + ")";
}

}  // namespace migrate::run
