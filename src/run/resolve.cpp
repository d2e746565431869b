#include "run/resolve.hpp"

#include <optional>

#include "postgres/bookkeeping.hpp"
#include "postgres/interrupt.hpp"
#include "run/state.hpp"
#include "run/step_plan.hpp"
#include "run/who.hpp"
#include "util/error.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace migrate::run {
namespace {

using postgres::LogEntry;
using postgres::LogKind;
using revision::Direction;

Direction direction_of(const LogEntry& entry) {
  return entry.kind == LogKind::up ? Direction::up : Direction::down;
}

// Half-done revisions, by their id or the beginning of it: also those that no script here has.
std::string find(const State& state, const std::string& id) {
  std::vector<std::string> found;
  for (const auto& each : state.half_done) {
    if (each == id) return id;
    if (each.starts_with(id)) found.push_back(each);
  }
  if (found.size() == 1) return found.front();
  if (found.size() > 1)
    throw Error(ExitCode::usage, id + " is the beginning of several revisions: " + join(found, ", "));
  throw Error(ExitCode::failed, "there is nothing to resolve: revision " + id +
                                    " is not half done; the database is at " + describe(state));
}

// The step as it was run: of the script in this checkout, or of the one in the log.
std::optional<postgres::Step> step_as_run(const Target& target, const postgres::Bookkeeping& bookkeeping,
                                          const LogEntry& open) {
  const auto of = [&](const revision::Script& script) -> std::optional<postgres::Step> {
    const auto& sections = open.kind == LogKind::up ? script.up : script.down;
    const auto index = static_cast<std::size_t>(open.step - 1);
    if (index >= sections.size() ||
        revision::checksum(sections[index], display_path(script.header.path)) != open.checksum)
      return {};
    return make_step(script.header, &sections[index], open.step, open.steps);
  };
  if (target.graph.contains(open.revision))
    if (auto step = of(target.directory.load(target.graph.at(open.revision)))) return step;
  const auto text = bookkeeping.script(open.revision);
  if (!text) return {};
  return of(revision::parse_script(*text, "the log's script of " + open.revision));
}

}  // namespace

Result resolve(const Target& target, const std::string& id, int step, Decision decision,
               const Options& options, const Events& events) {
  postgres::Bookkeeping bookkeeping(target.session, options.names);
  // Without the lock, which a mistyped id need not wait for.
  find(read_state(bookkeeping.read(), target.graph), id);
  const postgres::WatchForInterrupt watch(target.session);
  const auto lock = lock_database(target.session, target.connect, options, events);
  const auto state = read_state(bookkeeping.read(), target.graph);
  const auto revision = find(state, id);
  const auto* open = state.progress.at(revision).open;
  if (open == nullptr)
    throw Error(ExitCode::failed,
                "there is nothing to resolve: revision " + describe_progress(state, revision) +
                    ", and each of its steps ended cleanly",
                "`migrate upgrade` goes on with it, `migrate downgrade` takes it back");
  const auto name = step_name(direction_of(*open), open->step, open->steps);
  if (step != 0 && step != open->step)
    throw Error(ExitCode::failed, "there is nothing to resolve in step " + std::to_string(step) + " of " +
                                      revision + ": what is open is " + name);
  const bool cut_off = open->state == postgres::StepState::running;
  std::size_t done = cut_off ? static_cast<std::size_t>(open->statements_done) : 0;
  std::string checksum = open->statements_checksum;
  if (decision == Decision::done || !cut_off) {
    const auto as_run = step_as_run(target, bookkeeping, *open);
    if (!as_run)
      throw Error(ExitCode::failed,
                  revision + ", " + name + ": neither this checkout nor the log has the script as it was run",
                  "say where the database stands as a whole with `migrate stamp`");
    if (decision == Decision::done) done = cut_off ? done + 1 : as_run->statements.size();
    checksum = as_run->checksums.at(done);
  }

  LogEntry entry;
  entry.run = revision::new_revision_id();
  entry.revision = revision;
  entry.parents = open->parents;
  entry.kind = LogKind::resolve;
  entry.step = open->step;
  entry.steps = open->steps;
  entry.state = decision == Decision::done ? postgres::StepState::done : postgres::StepState::failed;
  entry.statements_done = static_cast<int>(done);
  entry.statements_checksum = checksum;
  entry.checksum = open->checksum;
  sign(entry, options);
  bookkeeping.resolve(*open, static_cast<int>(done), checksum, entry, *lock);

  const auto end = read_state(bookkeeping.read(), target.graph);
  Result result;
  result.before = state.versions;
  result.after = end.versions;
  result.state = describe(end);
  return result;
}

}  // namespace migrate::run
