#include "postgres/executor.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "postgres/connection.hpp"
#include "postgres/interrupt.hpp"
#include "postgres/preserve.hpp"
#include "postgres/step_error.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::postgres {
namespace {

std::chrono::milliseconds pause_before(int retry) {
  static thread_local std::minstd_rand random(std::random_device{}());
  const auto full =
      std::min(std::chrono::milliseconds(250) * (1 << std::min(retry, 7)), std::chrono::milliseconds(30000));
  return full / 2 + std::chrono::milliseconds(random() % static_cast<unsigned>(full.count() / 2));
}

// What a role or a database may have set otherwise, and a runner must not inherit.
std::string our_settings(int server_version) {
  std::string out =
      "SET default_transaction_read_only = off; SET default_transaction_isolation = 'read committed';"
      "SET default_transaction_deferrable = off; SET statement_timeout = 0; SET lock_timeout = 0;"
      "SET idle_in_transaction_session_timeout = 0";
  if (server_version >= 140000) out += "; SET idle_session_timeout = 0";
  if (server_version >= 170000) out += "; SET transaction_timeout = 0";
  return out;
}

std::string in_seconds(std::chrono::milliseconds time) {
  const auto tenths = (time.count() + 50) / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

}  // namespace

Executor::Executor(Session& session, ConnectOptions options, const AdvisoryLock& lock,
                   const Bookkeeping& bookkeeping, Observer observer)
    : session_(session),
      options_(std::move(options)),
      lock_(lock),
      bookkeeping_(bookkeeping),
      observer_(std::move(observer)) {
  session_.connection().on_notice([this](const ServerMessage& message) {
    // "relation exists, skipping" and the like.
    if (observer_.note && message.severity != "DEBUG")
      observer_.note(message.severity + ": " + message.message);
  });
}

Executor::~Executor() { session_.connection().on_notice({}); }

Connection& Executor::control() {
  if (!control_) {
    control_ = std::make_unique<Session>(options_);
    control_->connection().execute(our_settings(control_->server_version()));
  }
  return control_->connection();
}

void Executor::clean_session(const StepSettings& settings) {
  auto& connection = session_.connection();
  connection.rollback_quietly();
  // Never DISCARD ALL: it would let the advisory lock go.
  connection.execute(
      "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; CLOSE ALL; UNLISTEN *; DEALLOCATE ALL; DISCARD "
      "TEMP");
  connection.execute(our_settings(session_.server_version()));
  session_.pin();
  session_.set_search_path(settings.search_path);
  connection.query(
      "SELECT pg_catalog.set_config('lock_timeout', $1, false), pg_catalog.set_config('statement_timeout', "
      "$2, false)",
      {settings.lock_timeout, settings.statement_timeout});
}

void Executor::run_one(const StepStatement& statement) {
  check_interrupted();
  if (observer_.statement) observer_.statement(statement.text);
  auto& connection = session_.connection();
  if (statement.has_copy_data)
    connection.copy_in(statement.text, statement.copy_data);
  else
    connection.execute(statement.text);
}

void Executor::run_transaction(const Step& step, const StepSettings& settings, LogEntry entry,
                               const VersionChange& change) {
  for (int retry = 0;; ++retry) {
    try {
      try_transaction(step, settings, entry, change);
      return;
    } catch (const StepFailure& failure) {
      clean_session(settings);
      lock_.check_held(session_.connection());
      check_interrupted();
      if (!failure.worth_retrying() || retry >= settings.lock_retries) {
        log_failure(entry, failure.error().what());
        throw failure.error_after("the step was rolled back");
      }
      const auto pause = pause_before(retry);
      if (observer_.note)
        observer_.note(step.label + ": " + failure.error().what() + "; trying again in " + in_seconds(pause) +
                       " (" + std::to_string(retry + 1) + " of " + std::to_string(settings.lock_retries) +
                       ")");
      interruptible_sleep(pause);
    }
  }
}

void Executor::try_transaction(const Step& step, const StepSettings& settings, const LogEntry& entry,
                               const VersionChange& change) {
  auto& connection = session_.connection();
  clean_session(settings);
  connection.begin("ISOLATION LEVEL READ COMMITTED READ WRITE");
  const auto begun =
      connection.query("SELECT pg_catalog.pg_current_xact_id()::text, pg_catalog.clock_timestamp()::text");
  const std::string transaction(begun[0].text(0));
  LogEntry row = entry;
  row.started_at = begun[0].text(1);
  row.state = StepState::done;
  row.statements_done = static_cast<int>(step.statements.size());
  row.statements_checksum = step.checksums.back();

  StepStatement section;  // to blame for what no single statement did
  section.line = step.line;
  const Preserved preserved(connection, step.preserve);
  std::vector<std::string> statements;
  if (!step.preserve.empty())
    for (const auto& statement : step.statements) statements.push_back(statement.text);
  for (const auto& statement : step.statements) {
    try {
      run_one(statement);
    } catch (const ServerError& error) {
      throw StepFailure(error, step, statement);
    } catch (const ConnectionLost&) {
      throw;
    } catch (const Error& error) {
      throw StepFailure(error, step, statement);
    }
    if (connection.transaction_status() != TransactionStatus::in_transaction)
      throw StepFailure(Error(ExitCode::failed, "this statement ended the step's transaction",
                              "a step is one transaction: take COMMIT and ROLLBACK out of it, or give the "
                              "section transaction:false"),
                        step, statement);
  }
  try {
    preserved.put_back(connection, statements);
    finish_transaction(step, row, change, transaction);
  } catch (const ConnectionLost&) {
    throw;
  } catch (const ServerError& error) {
    throw StepFailure(error, step, section);
  } catch (const Error& error) {
    throw StepFailure(error, step, section);
  }
}

void Executor::finish_transaction(const Step& step, const LogEntry& entry, const VersionChange& change,
                                  const std::string& transaction) {
  auto& connection = session_.connection();
  // What is deferred fails here, with the step to blame, and not in COMMIT. Then our own rows are written as
  // ourselves, whatever role, path and time limits the script has set.
  connection.execute(
      "SET CONSTRAINTS ALL IMMEDIATE; RESET SESSION AUTHORIZATION; RESET ROLE; SET LOCAL search_path = "
      "pg_catalog;"
      "SET LOCAL statement_timeout = 0");
  bookkeeping_.add(connection, entry);
  bookkeeping_.change(connection, change);
  if (connection.transaction_status() != TransactionStatus::in_transaction ||
      connection.value("SELECT pg_catalog.pg_current_xact_id()::text") != transaction)
    throw Error(ExitCode::failed, step.label + ": the script ended the step's transaction and began another",
                "take COMMIT and ROLLBACK out of it");
  lock_.check_held(connection);
  check_interrupted();
  connection.commit();
}

// A failed step is worth a row, but nothing depends on it.
void Executor::log_failure(LogEntry entry, const std::string& error) {
  entry.state = StepState::failed;
  entry.error = error;
  try {
    bookkeeping_.add(session_.connection(), entry);
  } catch (const Error& ignored) {
    if (observer_.note)
      observer_.note(std::string("the failure could not be written to the log: ") + ignored.what());
  }
}

void Executor::close_cut_off(const LogEntry& entry, std::size_t statements_done,
                             const std::string& checksum) {
  auto& connection = session_.connection();
  bookkeeping_.progress(connection, entry.id, static_cast<int>(statements_done), checksum);
  bookkeeping_.finish(connection, entry.id, StepState::failed, "the run was cut off");
}

}  // namespace migrate::postgres
