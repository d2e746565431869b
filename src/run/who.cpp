#include "run/who.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <string>

namespace migrate::run {
namespace {

struct Who {
  std::string os_user, host;
};

// Asked once: a run may sign a thousand rows, and each question reads files.
const Who& ourselves() {
  static const Who out = [] {
    Who who;
    const passwd* user = ::getpwuid(::geteuid());
    who.os_user = user == nullptr ? std::to_string(::geteuid()) : std::string(user->pw_name);
    std::array<char, 256> buffer{};
    if (::gethostname(buffer.data(), buffer.size() - 1) == 0) who.host = buffer.data();
    return who;
  }();
  return out;
}

}  // namespace

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
  entry.os_user = ourselves().os_user;
  entry.host = ourselves().host;
}

std::string who(const postgres::LogEntry& entry) {
  return entry.role + " (" + entry.os_user + " on " + entry.host + ")";
}

}  // namespace migrate::run
