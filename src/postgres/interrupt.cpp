#include "postgres/interrupt.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>

#include "postgres/connection.hpp"
#include "postgres/session.hpp"

namespace migrate::postgres {
namespace {

std::atomic<int> signal_seen{0};
std::array<std::atomic<Connection*>, 8> watched{};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<Connection*>::is_always_lock_free);

void on_signal(int signal) {
  const int saved = errno;
  signal_seen.store(signal);
  for (auto& slot : watched)
    if (Connection* connection = slot.load()) connection->cancel();
  errno = saved;
}

}  // namespace

void install_interrupt_handlers() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction present = {};
    // nohup and shells that run us in the background ignore them on purpose.
    if (::sigaction(signal, nullptr, &present) == 0 && present.sa_handler == SIG_IGN) continue;
    ::sigaction(signal, &action, nullptr);
  }
}

bool interrupted() { return signal_seen.load() != 0; }

void check_interrupted() {
  if (interrupted())
    throw Error(ExitCode::failed, signal_seen.load() == SIGINT ? "interrupted" : "ended by a signal");
}

void interruptible_sleep(std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  for (;;) {
    check_interrupted();
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds(0)) return;
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, std::chrono::milliseconds(50)));
  }
}

WatchForInterrupt::WatchForInterrupt(Connection& connection) {
  for (std::size_t i = 0; i < watched.size() && slot_ < 0; ++i) {
    Connection* expected = nullptr;
    if (watched[i].compare_exchange_strong(expected, &connection)) slot_ = static_cast<int>(i);
  }
}

WatchForInterrupt::WatchForInterrupt(Session& session) : WatchForInterrupt(session.connection()) {}

WatchForInterrupt::~WatchForInterrupt() {
  if (slot_ >= 0) watched[static_cast<std::size_t>(slot_)].store(nullptr);
}

}  // namespace migrate::postgres
