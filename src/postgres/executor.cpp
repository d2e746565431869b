#include "postgres/executor.hpp"

#include <algorithm>
#include <optional>
#include <random>
#include <utility>

#include "postgres/connection.hpp"
#include "postgres/interrupt.hpp"
#include "postgres/preserve.hpp"
#include "postgres/session_sql.hpp"
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

constexpr const char* begin_step = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
constexpr const char* begun_row =
    "SELECT pg_catalog.pg_current_xact_id()::text, pg_catalog.clock_timestamp()::text";

std::string in_seconds(std::chrono::milliseconds time) {
  const auto tenths = (time.count() + 50) / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

}  // namespace

Executor::Executor(Session& session, ConnectOptions options, const Lock& lock, const Bookkeeping& bookkeeping,
                   Observer observer)
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

Executor::~Executor() {
  session_.connection().on_notice({});
  if (!control_) return;
  try {
    control_->connection().query("SELECT pg_catalog.pg_advisory_unlock_all()");
  } catch (const Error&) {
    // It is gone, and what it held.
  }
}

Connection& Executor::control() {
  if (!control_) {
    auto second = std::make_unique<Session>(options_);
    second->connection().execute(text_of(our_settings(second->server_version())));
    lock_.join(second->connection());
    control_ = std::move(second);
  }
  return control_->connection();
}

void Executor::clean_session(const StepSettings& settings) {
  auto& connection = session_.connection();
  connection.rollback_quietly();
  // The server connection behind a pooler is others' too: nothing is set but for a transaction.
  if (!session_.pooled()) connection.execute(settings_sql(settings));
}

// For a session as a script has left it, also inside of a transaction.
std::string Executor::settings_sql(const StepSettings& settings) {
  Statements statements = our_settings(session_.server_version());
  const auto pins = session_.pins(settings.search_path);
  statements.insert(statements.end(), pins.begin(), pins.end());
  statements.push_back("SET lock_timeout = " + quote_literal(settings.lock_timeout));
  statements.push_back("SET statement_timeout = " + quote_literal(settings.statement_timeout));
  for (const auto& variable : settings.variables)
    statements.push_back(set_sql(variable.name, variable.value));
  return session_.pooled() ? text_of(for_transaction(statements))
                           : text_of(undo_session()) + ";" + text_of(statements);
}

// The settings are made in a transaction of their own: they stay whatever becomes of the step's, and UNLISTEN
// waits for COMMIT.
std::string Executor::begin_sql(const StepSettings& settings) {
  return "BEGIN;" + settings_sql(settings) + ";COMMIT;" + begin_step + ";" + begun_row;
}

Executor::Begun Executor::begun_from(const Rows& rows) {
  return {std::string(rows[0].text(0)), std::string(rows[0].text(1))};
}

Executor::Begun Executor::begin(const StepSettings& settings) {
  auto& connection = session_.connection();
  if (const auto ahead = std::exchange(ahead_, {});
      ahead && ahead->settings == &settings &&
      connection.transaction_status() == TransactionStatus::in_transaction)
    return ahead->begun;
  connection.rollback_quietly();
  return begun_from(connection.execute(begin_sql(settings)));
}

// What a pooler has lent is given back before COMMIT, by questions of its own.
bool Executor::commits_with_step(const Group& group) const { return group.commit && !session_.pooled(); }

std::unique_ptr<Borrowed> Executor::borrow(const StepSettings& settings) {
  auto& connection = session_.connection();
  connection.rollback_quietly();
  connection.execute(begin_step);
  std::vector<std::string> ours;
  for (const auto& variable : settings.variables) ours.push_back(variable.name);
  return std::make_unique<Borrowed>(connection, std::move(ours));
}

void Executor::run_one(const StepStatement& statement) {
  check_interrupted();
  if (observer_.statement) observer_.statement(statement.text);
  std::optional<ProgressWatch> watch;
  if (observer_.progress) watch.emplace(session_, options_, statement.text, observer_.progress);
  auto& connection = session_.connection();
  if (statement.has_copy_data)
    connection.copy_in(statement.text, statement.copy_data);
  else
    connection.execute(statement.text);
}

void Executor::run_transaction(const Group& group) {
  const auto& first = group.steps.front()->settings;
  for (int retry = 0;; ++retry) {
    std::size_t at = 0;
    try {
      try_transaction(group, at);
      return;
    } catch (const StepFailure& failure) {
      clean_session(first);
      lock_.check_held(session_.connection());
      check_interrupted();
      const auto& step = group.steps[at]->step;
      if (!failure.worth_retrying() || retry >= group.steps[at]->settings.lock_retries) {
        if (group.commit) log_failure(group.steps[at]->entry, failure.error().what());
        throw failure.error_after(at == 0 ? "the step was rolled back"
                                          : "the step was rolled back, and with it " + plural(at, "step") +
                                                " before it in the same transaction");
      }
      const auto pause = pause_before(retry);
      if (observer_.note)
        observer_.note(step.label + ": " + failure.error().what() + "; trying again in " + in_seconds(pause) +
                       " (" + std::to_string(retry + 1) + " of " +
                       std::to_string(group.steps[at]->settings.lock_retries) + ")");
      interruptible_sleep(pause);
    }
  }
}

// `at` is the step that runs: the one to blame.
void Executor::try_transaction(const Group& group, std::size_t& at) {
  auto& connection = session_.connection();
  const bool alone = group.steps.size() == 1;
  const auto& first = group.steps.front()->settings;
  std::unique_ptr<Borrowed> borrowed;
  Begun begun;
  try {
    if (session_.pooled()) {
      borrowed = borrow(first);
      begun = begun_from(connection.execute(settings_sql(first) + ";" + begun_row));
    } else {
      begun = begin(first);
    }
    lock_.enter(connection);
  } catch (const Error&) {
    connection.rollback_quietly();
    throw;
  }
  if (group.begun) group.begun(connection);
  for (at = 0; at < group.steps.size(); ++at) {
    if (group.step_begins) group.step_begins(at);
    if (at > 0) {
      if (borrowed) borrowed->give_back();
      begun.at = connection.execute(settings_sql(group.steps[at]->settings) + ";" + begun_row)[0].text(1);
    }
    run_step(*group.steps[at], begun, group, at + 1 == group.steps.size());
    if (group.step_ends && !alone) group.step_ends(at);
  }
  --at;
  if (!commits_with_step(group)) {
    check_interrupted();
    if (borrowed && group.commit) borrowed->give_back();
    if (group.commit)
      connection.commit();
    else if (borrowed)
      borrowed.reset();  // which rolls back
    else
      connection.rollback();
  }
  if (group.step_ends && alone) group.step_ends(0);
}

void Executor::run_step(const Work& work, const Begun& begun, const Group& group, bool last) {
  const auto& step = work.step;
  auto& connection = session_.connection();
  const bool alone = group.steps.size() == 1;
  LogEntry row = work.entry;
  row.started_at = begun.at;
  row.state = StepState::done;
  row.statements_done = static_cast<int>(step.statements.size());
  row.statements_checksum = step.checksums.back();

  StepStatement section;  // to blame for what no single statement did
  section.line = step.line;
  const auto blaming = [&](const StepStatement& statement, const auto& action) {
    try {
      action();
    } catch (const ConnectionLost&) {
      throw;
    } catch (const ServerError& error) {
      throw StepFailure(error, step, statement);
    } catch (const Error& error) {
      throw StepFailure(error, step, statement);
    }
  };
  std::string preserved;
  blaming(section, [&] {
    // A savepoint of its own: no step reaches back to one of another.
    if (!alone) connection.execute("SAVEPOINT migrate_step");
    if (!step.preserve.empty()) preserved = connection.value(preserve_sql(step));
  });
  for (const auto& statement : step.statements) {
    blaming(statement, [&] { run_one(statement); });
    if (connection.transaction_status() != TransactionStatus::in_transaction)
      throw StepFailure(Error(ExitCode::failed, "this statement ended the step's transaction",
                              "a step is one transaction: take COMMIT and ROLLBACK out of it, or give the "
                              "section transaction:false"),
                        step, statement);
  }
  blaming(section, [&] {
    if (!step.preserve.empty()) connection.execute(put_back_sql(step, quote_literal(preserved)));
    check_interrupted();
    finish_step(work, row, begun, group, last);
  });
}

// Its rows, and unless more is to be done in the transaction, COMMIT and the beginning of the next one.
void Executor::finish_step(const Work& work, const LogEntry& row, const Begun& begun, const Group& group,
                           bool last) {
  auto& connection = session_.connection();
  // What is deferred fails here, with the step to blame, and not in COMMIT. Then our own rows are written as
  // ourselves, whatever role, path and time limits the script has set.
  Statements before{last ? "SET CONSTRAINTS ALL IMMEDIATE" : check_deferred()};
  before.insert(before.end(), as_ourselves().begin(), as_ourselves().end());
  // What follows is read in the encoding that is set when it arrives.
  if (connection.parameter("client_encoding") != "UTF8")
    connection.execute(text_of(std::exchange(before, {})));
  const bool commits = last && commits_with_step(group);
  const bool begins_next = commits && group.next != nullptr;
  Statements after;
  if (group.steps.size() > 1) after.emplace_back("RELEASE SAVEPOINT migrate_step");
  if (commits) after.emplace_back("COMMIT");
  const auto needed = after.size();
  if (begins_next) after.push_back(begin_sql(*group.next));
  const auto answers = bookkeeping_.end_step(
      connection, {std::move(before), row, work.change, begun.transaction, lock_, std::move(after)});
  if (answers.rows.size() < needed) throw ServerError(answers.error.value());
  // What keeps the next one from beginning is met again, and told, when it is begun alone.
  if (begins_next && !answers.error) ahead_ = Ahead{group.next, begun_from(answers.rows.back())};
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
