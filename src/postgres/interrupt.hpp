// Ctrl-C and SIGTERM: what the server runs for us is cancelled, so that it can be rolled back and the lock
// given back.
#pragma once
#include <chrono>
#include <string>

#include "util/error.hpp"

namespace migrate::postgres {

class Connection;
class Session;

// From now on SIGINT and SIGTERM (and SIGHUP) are remembered, and cancel what the watched connections run.
// For the program itself; a library or a test that embeds the runner keeps its own handlers.
void install_interrupt_handlers();

bool interrupted();
void check_interrupted();  // throws Error(failed) "interrupted" if it is

// As std::this_thread::sleep_for, but ends by throwing when a signal arrives.
void interruptible_sleep(std::chrono::milliseconds time);

// While it lives, a signal cancels what `connection` runs. Up to 8 at once in a process; more are not
// cancelled.
class WatchForInterrupt {
 public:
  explicit WatchForInterrupt(Connection& connection);
  explicit WatchForInterrupt(Session& session);
  ~WatchForInterrupt();
  WatchForInterrupt(const WatchForInterrupt&) = delete;
  WatchForInterrupt& operator=(const WatchForInterrupt&) = delete;

 private:
  int slot_ = -1;
};

}  // namespace migrate::postgres
