// How far a statement is that takes long: by the server's own progress views, over a connection of its own.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "postgres/session.hpp"

namespace migrate::postgres {

struct StatementProgress {
  std::string statement;
  std::chrono::milliseconds running{0};
  std::string phase;  // "building index: scanning table"; empty: the server does not say
  int percent = -1;   // of the phase; -1: not known
};

// While it lives, calls back from a thread of its own every second, for the first time after two: a short
// statement costs nothing. Through a pooler only the time is known. A connection that fails ends it quietly.
class ProgressWatch {
 public:
  using OnProgress = std::function<void(const StatementProgress&)>;

  ProgressWatch(Session& watched, const ConnectOptions& options, std::string statement,
                OnProgress on_progress);
  ~ProgressWatch();
  ProgressWatch(const ProgressWatch&) = delete;
  ProgressWatch& operator=(const ProgressWatch&) = delete;

 private:
  void watch() noexcept;

  const ConnectOptions& options_;
  const std::string statement_;
  const OnProgress on_progress_;
  const int pid_;  // 0: behind a pooler
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace migrate::postgres
