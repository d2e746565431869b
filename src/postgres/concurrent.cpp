// Steps without a transaction: Executor's other half.
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "catalog/spelling.hpp"
#include "postgres/connection.hpp"
#include "postgres/executor.hpp"
#include "postgres/interrupt.hpp"
#include "postgres/step_error.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::postgres {
namespace {

using Clock = std::chrono::steady_clock;

// Cancels what `watched` runs once it has waited for the same kind of trouble, other transactions, for longer
// than `limit` without a break. Nothing of ours may time out by itself here: lock_timeout would also hit the
// short waits in between.
class BlockerWatch {
 public:
  BlockerWatch(Connection& watched, Connection& asking, std::chrono::milliseconds limit)
      : watched_(watched),
        asking_(asking),
        limit_(limit),
        pid_(watched.value("SELECT pg_catalog.pg_backend_pid()")) {
    thread_ = std::thread([this] { watch(); });
  }
  ~BlockerWatch() { stop(); }
  BlockerWatch(const BlockerWatch&) = delete;
  BlockerWatch& operator=(const BlockerWatch&) = delete;

  void stop() {
    {
      const std::lock_guard hold(mutex_);
      stopped_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  const std::string& blockers() const { return blockers_; }  // after stop(); empty: it never was too long

 private:
  void watch() noexcept {
    std::optional<Clock::time_point> since;
    std::unique_lock hold(mutex_);
    while (!wake_.wait_for(hold, std::chrono::milliseconds(200), [this] { return stopped_; })) {
      try {
        const auto rows = asking_.query(
            "SELECT DISTINCT pid FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($1)) pid ORDER BY pid",
            {pid_});
        if (rows.empty()) {
          since.reset();
          continue;
        }
        if (!since) since = Clock::now();
        if (Clock::now() - *since < limit_) continue;
        if (blockers_.empty()) blockers_ = describe(rows);
        watched_.cancel();
      } catch (const Error&) {
        return;  // without a connection nothing can be watched; the statement itself will tell
      }
    }
  }

  std::string describe(const Rows& rows) {
    constexpr std::size_t most = 3;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(rows.size(), most); ++i)
      names.push_back(describe_backend(asking_, static_cast<int>(rows[i].integer(0))));
    return join(names, ", ") +
           (rows.size() > most ? " and " + std::to_string(rows.size() - most) + " more" : "");
  }

  Connection& watched_;
  Connection& asking_;
  std::chrono::milliseconds limit_;
  std::string pid_, blockers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopped_ = false;
  std::thread thread_;
};

struct IndexState {
  std::string name;  // as SQL
  bool valid = false;
};

// The index that a CREATE INDEX CONCURRENTLY makes: it stands in its table's schema.
std::optional<IndexState> index_of(Connection& connection, const StepStatement& statement) {
  const auto name = catalog::split_identifier(statement.index);
  if (!name) return {};
  const auto rows = connection.query(
      "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), i.indisvalid"
      " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
      " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
      " WHERE i.indrelid = pg_catalog.to_regclass($1) AND c.relname = $2",
      {statement.table, name->back()});
  if (rows.empty()) return {};
  return IndexState{std::string(rows[0].text(0)), rows[0].boolean(1)};
}

// What a REINDEX CONCURRENTLY that did not come to its end leaves beside the indexes that it was to build
// anew: the new one (_ccnew) or the old one (_ccold), invalid. Those of TOAST tables cannot be dropped by
// name.
std::vector<std::string> reindex_leftovers(Connection& connection, const StepStatement& statement) {
  const auto rows = connection.query(
      R"(
SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND c.relkind = 'i' AND n.nspname <> 'pg_toast'
  AND EXISTS (SELECT FROM pg_catalog.pg_index o JOIN pg_catalog.pg_class oc ON oc.oid = o.indexrelid
    WHERE o.indrelid = i.indrelid AND o.indisvalid
      AND pg_catalog.starts_with(oc.relname::text, pg_catalog.regexp_replace(c.relname::text, '_cc(new|old)[0-9]*$', '')))
  AND CASE $1
    WHEN 'index' THEN i.indrelid IN (SELECT t.indrelid FROM pg_catalog.pg_index t
      WHERE t.indexrelid = pg_catalog.to_regclass($2) OR t.indexrelid IN
        (SELECT relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass($2))))
    WHEN 'table' THEN i.indrelid = pg_catalog.to_regclass($2) OR i.indrelid IN
      (SELECT relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass($2)))
    WHEN 'schema' THEN n.nspname = $2
    ELSE true END
ORDER BY 1)",
      {statement.reindexed_kind, statement.reindexed});
  std::vector<std::string> names;
  for (const auto& row : rows) names.emplace_back(row.text(0));
  return names;
}

enum class Partition { attached, pending, detached };

Partition partition_of(Connection& connection, const StepStatement& statement) {
  if (connection.server_version() < 140000) return Partition::attached;
  const auto rows = connection.query(
      "SELECT inhdetachpending FROM pg_catalog.pg_inherits WHERE inhrelid = pg_catalog.to_regclass($1)"
      " AND inhparent = pg_catalog.to_regclass($2)",
      {statement.partition, statement.table});
  if (rows.empty()) return Partition::detached;
  return rows[0].boolean(0) ? Partition::pending : Partition::attached;
}

std::string ms(std::chrono::milliseconds time) {
  return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + " s"
                                  : std::to_string(time.count()) + " ms";
}

}  // namespace

void Executor::run_concurrently(const StepStatement& statement, const StepSettings& settings) {
  auto& connection = session_.connection();
  const auto before = connection.value("SELECT pg_catalog.current_setting('lock_timeout')");
  connection.execute("SET lock_timeout = 0");
  BlockerWatch watch(connection, control(), settings.concurrent_wait);
  try {
    run_one(statement);
  } catch (const ServerError& error) {
    watch.stop();
    connection.query("SELECT pg_catalog.set_config('lock_timeout', $1, false)", {before});
    if (watch.blockers().empty() || error.sqlstate() != "57014") throw;
    throw Error(ExitCode::lock_timeout,
                "it waited for more than " + ms(settings.concurrent_wait) + " for " + watch.blockers(),
                "wait for that transaction to end, end it with SELECT pg_terminate_backend(pid), or give "
                "more time with --wait");
  }
  watch.stop();
  connection.query("SELECT pg_catalog.set_config('lock_timeout', $1, false)", {before});
}

// True if nothing invalid is left.
bool Executor::drop_invalid_index(const StepStatement& statement, const StepSettings& settings) {
  auto& connection = session_.connection();
  const auto found = index_of(connection, statement);
  return !found || found->valid || drop_indexes({found->name}, settings);
}

bool Executor::drop_indexes(const std::vector<std::string>& names, const StepSettings& settings) {
  auto& connection = session_.connection();
  const auto patience = std::min(settings.concurrent_wait, std::chrono::milliseconds(10000));
  try {
    connection.rollback_quietly();
    const auto before = connection.value("SELECT pg_catalog.current_setting('lock_timeout')");
    connection.execute("SET lock_timeout = 0");
    for (const auto& name : names) {
      BlockerWatch watch(connection, control(), patience);
      const auto drop = "DROP INDEX CONCURRENTLY IF EXISTS " + name;
      if (observer_.statement) observer_.statement(drop);
      connection.execute(drop);
    }
    connection.query("SELECT pg_catalog.set_config('lock_timeout', $1, false)", {before});
  } catch (const ServerError&) {
    return false;
  }
  return true;
}

void Executor::run_alone(const Step& step, const StepStatement& statement, const StepSettings& settings) {
  auto& connection = session_.connection();
  const bool creates = statement.concurrent == Concurrent::create_index;
  const bool reindexes = statement.concurrent == Concurrent::reindex;
  // Another session's REINDEX may be at work: what is there already is not ours.
  const auto others = reindexes ? reindex_leftovers(connection, statement) : std::vector<std::string>();
  for (int retry = 0;; ++retry) {
    const bool there_before = creates && index_of(connection, statement).has_value();
    std::optional<StepFailure> failure;
    try {
      if (statement.concurrent == Concurrent::no)
        run_one(statement);
      else
        run_concurrently(statement, settings);
    } catch (const ServerError& error) {
      failure.emplace(error, step, statement);
    } catch (const ConnectionLost&) {
      throw;
    } catch (const Error& error) {
      failure.emplace(error, step, statement);
    }
    if (!failure) {
      // IF NOT EXISTS skips an invalid index of that name without a word.
      const auto made = creates ? index_of(connection, statement) : std::nullopt;
      if (made && !made->valid)
        throw StepFailure(Error(ExitCode::failed, "there was an invalid index " + made->name + " already",
                                "DROP INDEX CONCURRENTLY " + made->name + ", and run it again"),
                          step, statement);
      return;
    }
    connection.rollback_quietly();
    const bool clean = !creates || there_before || drop_invalid_index(statement, settings);
    if (!clean)
      throw LeftBehind{*failure, "an invalid index " + statement.index +
                                     " is left behind, which the next run drops and builds again"};
    if (reindexes) {
      auto leftovers = reindex_leftovers(connection, statement);
      std::erase_if(leftovers, [&](const std::string& name) {
        return std::find(others.begin(), others.end(), name) != others.end();
      });
      if (!leftovers.empty() && !drop_indexes(leftovers, settings))
        throw LeftBehind{*failure, "the invalid index " + join(leftovers, ", ") +
                                       " is left behind, which the next run drops"};
    }
    if (statement.concurrent == Concurrent::detach_partition &&
        partition_of(connection, statement) == Partition::pending)
      throw LeftBehind{*failure, "the partition " + statement.partition +
                                     " is half detached, which the next run completes"};
    if (statement.may_commit) throw LeftBehind{*failure, {}};
    if (interrupted() || !failure->worth_retrying() || failure->error().sqlstate().empty() ||
        retry >= settings.lock_retries)
      throw *failure;
    const auto pause = std::min(std::chrono::milliseconds(250) * (1 << std::min(retry, 7)),
                                std::chrono::milliseconds(30000));
    if (observer_.note)
      observer_.note(step.label + ": " + failure->error().what() + "; trying again (" +
                     std::to_string(retry + 1) + " of " + std::to_string(settings.lock_retries) + ")");
    interruptible_sleep(pause);
  }
}

void Executor::run_statements(const Work& work) {
  const auto& [step, settings, ignored, change, first] = work;
  auto entry = work.entry;
  auto& log = control();
  clean_session(settings);
  entry.state = StepState::running;
  entry.statements_done = static_cast<int>(first);
  entry.statements_checksum = step.checksums.at(first);
  entry.id = bookkeeping_.add(log, entry);
  for (std::size_t i = first; i < step.statements.size(); ++i) {
    const auto& statement = step.statements[i];
    const auto done_before = i == 0 ? std::string()
                                    : "; " + plural(i, "statement") + " of the step before it " +
                                          (i == 1 ? "is" : "are") + " done";
    try {
      run_alone(step, statement, settings);
    } catch (const StepFailure& failure) {
      bookkeeping_.finish(log, entry.id, StepState::failed, failure.error().what());
      clean_session(settings);
      throw failure.error_after("the statement left nothing behind" + done_before);
    } catch (const LeftBehind& left) {
      bookkeeping_.finish(log, entry.id, StepState::running, left.failure.error().what());
      clean_session(settings);
      if (!left.what.empty()) throw left.failure.error_after(left.what + done_before);
      const auto& error = left.failure.error();
      throw std::move(Error(ExitCode::half_done, error.what(),
                            "part of the statement may have been committed" + done_before +
                                "; finish or undo it by hand, then say so with `migrate resolve`")
                          .at(error.location()))
          .sqlstate(error.sqlstate());
    }
    lock_.check_held(log);
    if (session_.connection().transaction_status() != TransactionStatus::idle) {
      session_.connection().rollback_quietly();
      throw std::move(Error(ExitCode::half_done,
                            step.label + ": the statement left a transaction open, which was rolled back",
                            "a section with transaction:false must not open one"))
          .at({step.file, statement.line, 0});
    }
    bookkeeping_.progress(log, entry.id, static_cast<int>(i) + 1, step.checksums.at(i + 1));
  }
  try {
    log.begin("ISOLATION LEVEL READ COMMITTED READ WRITE");
    bookkeeping_.finish(log, entry.id, StepState::done, "");
    bookkeeping_.change(log, change);
    log.commit();
  } catch (const Error&) {
    log.rollback_quietly();
    throw;
  }
  clean_session(settings);
}

Executor::Found Executor::look_after(const Step& step, const StepStatement& statement,
                                     const StepSettings& settings) {
  clean_session(settings);
  auto& connection = session_.connection();
  const auto said = [this](const std::string& text) {
    if (observer_.note) observer_.note(text);
  };
  switch (statement.concurrent) {
    case Concurrent::create_index: {
      if (statement.index.empty()) break;
      const auto found = index_of(connection, statement);
      if (found && found->valid) return Found::done;
      if (found) {
        said(step.label + ": dropping the invalid index " + found->name +
             " that an interrupted run left behind");
        if (!drop_invalid_index(statement, settings))
          throw Error(
              ExitCode::lock_timeout,
              "the invalid index " + found->name + " cannot be dropped: other transactions use its table",
              "try again when they have ended");
      }
      return Found::not_done;
    }
    case Concurrent::reindex: {
      const auto leftovers = reindex_leftovers(connection, statement);
      if (leftovers.empty()) return Found::not_done;
      said(step.label + ": dropping the invalid index " + join(leftovers, ", ") +
           " that an interrupted run left behind");
      if (!drop_indexes(leftovers, settings))
        throw Error(ExitCode::lock_timeout,
                    "the invalid index " + join(leftovers, ", ") +
                        " cannot be dropped: other transactions use its table",
                    "try again when they have ended");
      return Found::not_done;
    }
    case Concurrent::drop_index:
      return connection.value("SELECT pg_catalog.to_regclass($1)", {statement.index}).empty()
                 ? Found::done
                 : Found::not_done;
    case Concurrent::detach_partition:
      switch (partition_of(connection, statement)) {
        case Partition::attached:
          return Found::not_done;
        case Partition::detached:
          return Found::done;
        case Partition::pending: {
          said(step.label + ": completing the detaching of " + statement.partition +
               " that an interrupted run left half-done");
          const auto finalize =
              "ALTER TABLE " + statement.table + " DETACH PARTITION " + statement.partition + " FINALIZE";
          if (observer_.statement) observer_.statement(finalize);
          connection.execute(finalize);
          return Found::done;
        }
      }
      break;
    case Concurrent::other:
    case Concurrent::no:
      if (statement.repeatable) return Found::not_done;
      break;
  }
  throw std::move(
      Error(ExitCode::half_done,
            step.label + ": a run was cut off in this statement, and whether it took effect "
                         "cannot be told from the catalogue",
            "look for its effect; `migrate resolve --done` says that it is there, and the next run "
            "goes on after it; `migrate resolve --undo` that nothing of it is, and it is run again")
          .statement(statement.text))
      .at({step.file, statement.line, 0});
}

}  // namespace migrate::postgres
