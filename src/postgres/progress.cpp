#include "postgres/progress.hpp"

#include <memory>
#include <utility>

#include "postgres/connection.hpp"

namespace migrate::postgres {
namespace {

using Clock = std::chrono::steady_clock;

// What a server of this version has: what runs, its phase, done and total of the phase.
std::string views(int server_version) {
  std::string out =
      "SELECT 'building index', phase, CASE WHEN blocks_total > 0 THEN blocks_done ELSE tuples_done END,"
      " CASE WHEN blocks_total > 0 THEN blocks_total ELSE tuples_total END"
      " FROM pg_catalog.pg_stat_progress_create_index WHERE pid = $1"
      " UNION ALL SELECT 'vacuuming', phase, heap_blks_scanned, heap_blks_total"
      " FROM pg_catalog.pg_stat_progress_vacuum WHERE pid = $1"
      " UNION ALL SELECT lower(command), phase, heap_blks_scanned, heap_blks_total"
      " FROM pg_catalog.pg_stat_progress_cluster WHERE pid = $1"
      " UNION ALL SELECT 'analyzing', phase, sample_blks_scanned, sample_blks_total"
      " FROM pg_catalog.pg_stat_progress_analyze WHERE pid = $1";
  if (server_version >= 140000)
    out +=
        " UNION ALL SELECT 'copying', tuples_processed || ' rows', bytes_processed, bytes_total"
        " FROM pg_catalog.pg_stat_progress_copy WHERE pid = $1";
  return out;
}

void ask(Session& session, int pid, StatementProgress& progress) {
  const auto rows = session.connection().query(views(session.server_version()), {std::to_string(pid)});
  if (rows.empty()) return;
  progress.phase = std::string(rows[0].text(0)) + ": " + std::string(rows[0].text(1));
  const auto done = rows[0].integer(2), total = rows[0].integer(3);
  if (total > 0 && done <= total) progress.percent = static_cast<int>(100 * done / total);
}

}  // namespace

ProgressWatch::ProgressWatch(Session& watched, const ConnectOptions& options, std::string statement,
                             OnProgress on_progress)
    : options_(options),
      statement_(std::move(statement)),
      on_progress_(std::move(on_progress)),
      pid_(watched.pooled() ? 0 : watched.connection().backend_pid()) {
  thread_ = std::thread([this] { watch(); });
}

ProgressWatch::~ProgressWatch() {
  {
    const std::lock_guard hold(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ProgressWatch::watch() noexcept {
  const auto begin = Clock::now();
  std::unique_ptr<Session> own;
  bool asks = pid_ != 0;
  std::unique_lock hold(mutex_);
  std::chrono::seconds pause(2);
  while (!wake_.wait_for(hold, pause, [this] { return ended_; })) {
    pause = std::chrono::seconds(1);
    hold.unlock();
    try {
      StatementProgress progress;
      progress.statement = statement_;
      progress.running = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
      if (asks) try {
          if (!own) own = std::make_unique<Session>(options_);
          ask(*own, pid_, progress);
        } catch (const Error&) {
          asks = false;  // how long it runs is known without the server
        }
      on_progress_(progress);
    } catch (const std::exception&) {
      return;  // whatever could not be told is not worth ending the run
    }
    hold.lock();
  }
}

}  // namespace migrate::postgres
