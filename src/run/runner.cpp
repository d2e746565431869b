#include "run/runner.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "postgres/interrupt.hpp"
#include "run/edited.hpp"
#include "run/grouping.hpp"
#include "run/who.hpp"
#include "util/error.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace migrate::run {
namespace {

using Clock = std::chrono::steady_clock;

// Losses of `now` that `asked` did not have.
bool grew(const std::vector<std::string>& asked, const std::vector<std::string>& now) {
  return std::any_of(now.begin(), now.end(), [&](const std::string& loss) {
    return std::find(asked.begin(), asked.end(), loss) == asked.end();
  });
}

// Revisions with a step that a run was cut off in.
std::vector<std::string> cut_off(const State& state) {
  std::vector<std::string> out;
  for (const auto& [id, progress] : state.progress)
    if (progress.open != nullptr && progress.open->state == postgres::StepState::running) out.push_back(id);
  return out;
}

// Rows that are closed do not change, and where `before` has the newest alone none was open.
bool log_grew(const State& before, const State& now) {
  if (before.whole_log) return before.log != now.log;
  return now.log.empty() || before.log.back() != now.log.back();
}

bool is_settled(const State& state) { return cut_off(state).empty(); }

Error needs_a_session(const std::string& what) {
  return Error(
      ExitCode::usage,
      "between this program and the server is a pooler, through which a step without a transaction "
      "cannot run: " +
          what,
      "name the server itself in [database] direct_url, which is then used instead of url; or say "
      "[database] pooler = \"session\" if the pooler gives each client a server connection of its own");
}

}  // namespace

Error with_hint(const Error& error, const std::string& text) {
  return Error(error.code(), error.what(), error.hint().empty() ? text : error.hint() + "; " + text)
      .sqlstate(error.sqlstate())
      .statement(error.statement())
      .at(error.location());
}

Preview preview_of(const State& state, StepPlan plan, const Options& options) {
  Preview out;
  out.before = state.versions;
  out.state = describe(state);
  out.cut_off = cut_off(state);
  out.plan = std::move(plan);
  out.groups = group_steps(out.plan, options);
  return out;
}

Runner::Runner(const Target& target, const Options& options, const Events& events)
    : target_(target), options_(options), events_(events), bookkeeping_(target.session, options.names) {}

Result Runner::run(const MakePlan& make_plan, const Confirm& confirm) {
  Result result;
  std::optional<State> own;
  const auto& first_look = this->first_look(own);
  result.before = result.after = first_look.versions;
  result.state = describe(first_look);
  if (is_ahead(first_look)) return result;
  refuse_unknown_half_done(first_look, target_.graph);
  // A step that was cut off is looked after under the lock only; until then there is no saying what is left
  // to do.
  std::optional<StepPlan> asked;
  if (is_settled(first_look)) {
    const auto& plan = asked.emplace(make_plan(first_look));
    group_steps(plan, options_);
    for (const auto& warning : plan.warnings)
      if (events_.warning) events_.warning(warning);
    if (plan.steps.empty() && plan.accepted.empty()) return result;
    check_width(plan);
    refuse_pooled(plan);
    confirm(plan);
  }

  const postgres::WatchForInterrupt watch(target_.session);
  const auto lock = lock_database(target_.session, target_.connect, options_, events_);
  postgres::Executor executor(target_.session, target_.connect, *lock, bookkeeping_,
                              {events_.statement, events_.note, events_.progress});
  executor.clean_session(settings_of(nullptr, options_));
  if (!options_.rollback) bookkeeping_.ensure();
  try {
    if (!options_.rollback) settle_cut_off(executor);
    const auto now = state();
    result.before = now.versions;
    refuse_unknown(now, target_.graph);
    refuse_cut_off(now);
    refuse_unknown_half_done(now, target_.graph);
    const bool as_asked = asked && now.versions == first_look.versions && !log_grew(first_look, now);
    const auto plan = as_asked ? std::move(*asked) : make_plan(now);
    refuse_pooled(plan);
    if (!as_asked && (!asked || grew(asked->losses, plan.losses))) confirm(plan);
    if (options_.rollback) {
      result.rolled_back = true;
      result.reached = plan.rows;
    }
    if (!options_.rollback)
      for (const auto& entry : plan.accepted) bookkeeping_.record(entry);
    execute(executor, plan, result);
  } catch (const Error& error) {
    throw with_state(error, *lock);
  }
  executor.clean_session(settings_of(nullptr, options_));
  target_.session.pin();
  const auto end = read_state(bookkeeping_.read_newest(), target_.graph);
  result.after = end.versions;
  result.state = describe(end);
  return result;
}

const State& Runner::first_look(std::optional<State>& own) const {
  const auto* given = target_.first_look;
  if (given != nullptr && given->whole_log) return *given;
  revision::HistoryChecksums made(target_.directory, target_.graph);
  auto& checksums = target_.checksums != nullptr ? *target_.checksums : made;
  return given != nullptr && is_unedited(*given, checksums) ? *given : own.emplace(state());
}

// Throws for a row that no script has, unless the database is ahead and that is allowed.
bool Runner::is_ahead(const State& now) const {
  try {
    refuse_unknown(now, target_.graph);
  } catch (const Error& error) {
    if (error.code() != ExitCode::ahead || !options_.allow_ahead) throw;
    if (events_.warning) events_.warning(error.what());
    return true;
  }
  return false;
}

// A step without a transaction needs a session: its lock, its settings, and a second look from outside.
void Runner::refuse_pooled(const StepPlan& plan) const {
  if (!target_.session.pooled()) return;
  std::vector<std::string> names;
  for (const auto& planned : plan.steps)
    if (!planned.step.transactional) names.push_back(planned.step.label);
  if (!names.empty()) throw needs_a_session(join(names, "; "));
}

// A step without a transaction that a killed run, or a lost connection, left as running.
void Runner::settle_cut_off(postgres::Executor& executor) {
  const auto now = state();
  for (const auto& [id, progress] : now.progress) {
    if (progress.open == nullptr || progress.open->state != postgres::StepState::running) continue;
    const auto& open = *progress.open;
    if (target_.session.pooled())
      throw needs_a_session(
          "finding out how " + id + ", " +
          step_name(open.kind == postgres::LogKind::up ? revision::Direction::up : revision::Direction::down,
                    open.step, open.steps) +
          " ended");
    const auto revision = describe_progress(now, id);  // clang 14 captures no structured binding
    const auto undecided = [&](const std::string& why) {
      return Error(
          ExitCode::half_done,
          "revision " + revision + ", by a run that was cut off at " + open.started_at + ", and " + why,
          "look for the step's effect in the database, finish or undo it by hand, and say so with "
          "`migrate resolve`");
    };
    if (!target_.graph.contains(id)) throw undecided("no script here has that revision");
    const auto& header = target_.graph.at(id);
    const auto script = target_.directory.load(header);
    const auto& sections = open.kind == postgres::LogKind::up ? script.up : script.down;
    const auto index = static_cast<std::size_t>(open.step - 1);
    if (index >= sections.size() ||
        revision::checksum(sections[index], display_path(header.path)) != open.checksum)
      throw undecided("its script has another step there now");
    const auto step = make_step(header, &sections[index], open.step, open.steps);
    const auto settings = settings_of(&sections[index], options_);
    auto done = static_cast<std::size_t>(open.statements_done);
    if (done < step.statements.size() &&
        executor.look_after(step, step.statements[done], settings) == postgres::Executor::Found::done)
      ++done;
    executor.close_cut_off(open, done, step.checksums.at(done));
    if (events_.note)
      events_.note(step.label + ": a run was cut off in it; going on after " + plural(done, "statement"));
  }
}

void Runner::execute(postgres::Executor& executor, const StepPlan& plan, Result& result) {
  const auto groups = group_steps(plan, options_);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    postgres::check_interrupted();
    run_group(executor, plan, groups[i], i + 1 < groups.size() ? groups[i + 1] : Numbers(), result);
  }
}

void Runner::run_group(postgres::Executor& executor, const StepPlan& plan, const Numbers& numbers,
                       const Numbers& next, Result& result) {
  const auto done_before = result.steps.size();
  Clock::time_point begin;
  const auto begins = [&](std::size_t i) {
    if (i == 0) result.steps.resize(done_before);  // also when the transaction is tried again
    if (events_.step_begins) events_.step_begins(plan.steps[numbers[i]].info);
    begin = Clock::now();
  };
  const auto ends = [&](std::size_t i) {
    auto info = plan.steps[numbers[i]].info;
    info.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    result.steps.push_back(info);
    if (events_.step_ends) events_.step_ends(info);
  };
  const auto& first = plan.steps[numbers.front()];
  if (!first.step.transactional) {
    begins(0);
    executor.run_statements(first);
    ends(0);
    return;
  }
  postgres::Group group;
  for (const auto number : numbers) group.steps.push_back(&plan.steps[number]);
  if (!next.empty() && plan.steps[next.front()].step.transactional)
    group.next = &plan.steps[next.front()].settings;
  group.step_begins = begins;
  group.step_ends = ends;
  if (options_.rollback) {
    group.commit = false;
    group.begun = [&](postgres::Connection& connection) {
      bookkeeping_.create(connection);
      for (const auto& entry : plan.accepted) bookkeeping_.add(connection, entry);
    };
  }
  executor.run_transaction(group);
}

void Runner::check_width(const StepPlan& plan) const {
  std::vector<std::string> ids;
  for (const auto& step : plan.steps) ids.push_back(step.entry.revision);
  bookkeeping_.check_width(ids);
}

// What a run was cut off in is looked after before anything else, and that cannot be rolled back.
void Runner::refuse_cut_off(const State& now) const {
  const auto open = cut_off(now);
  if (!options_.rollback || open.empty()) return;
  throw Error(ExitCode::half_done,
              "revision " + describe_progress(now, open.front()) +
                  ", by a run that was cut off: what that has left cannot be looked after in a transaction "
                  "that is rolled back",
              "run `migrate upgrade` or `migrate downgrade` without --rollback first");
}

Preview Runner::preview(const MakePlan& make_plan) const {
  std::optional<State> own;
  const auto& now = first_look(own);
  const bool ahead = is_ahead(now);
  auto out = preview_of(now, ahead ? StepPlan{{}, {}, {}, {}, now.versions} : make_plan(now), options_);
  out.newest_entry = now.log.empty() ? 0 : now.log.back().id;
  check_width(out.plan);
  return out;
}

// A commit whose answer was lost is looked up, over another connection if need be.
std::string Runner::state_now() const {
  try {
    return describe(state());
  } catch (const Error&) {
    try {
      postgres::Session again(target_.connect);
      const postgres::Bookkeeping bookkeeping(again, options_.names);
      return describe(read_state(bookkeeping.read(), target_.graph));
    } catch (const Error&) {
      return {};
    }
  }
}

// The connection is gone, and with it the answer to what was sent last: whether it was a commit, and whether
// it took place, can be told once the server process behind it has ended.
std::string Runner::state_after_loss(const postgres::Lock& lock) const {
  const auto end = Clock::now() + options_.patience;
  bool said = false;
  for (;;) {
    try {
      postgres::Session again(target_.connect);
      if (!lock.at_work(again)) {
        const postgres::Bookkeeping bookkeeping(again, options_.names);
        return describe(read_state(bookkeeping.read(), target_.graph));
      }
    } catch (const Error&) {
      // The server is not back yet.
    }
    if (Clock::now() > end) return {};
    if (!said && events_.note)
      events_.note("the connection was lost; waiting for the server to say where the database stands");
    said = true;
    try {
      postgres::interruptible_sleep(std::chrono::milliseconds(250));
    } catch (const Error&) {
      return {};
    }
  }
}

Error Runner::with_state(const Error& error, const postgres::Lock& lock) const {
  const auto now = error.code() == ExitCode::no_connection ? state_after_loss(lock) : state_now();
  if (now.empty())
    return with_hint(error, "where the database stands cannot be read now; `migrate current` tells");
  return with_hint(error, "the database is at " + now);
}

}  // namespace migrate::run
