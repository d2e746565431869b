#include "run/stamp.hpp"

#include <algorithm>
#include <optional>

#include "postgres/bookkeeping.hpp"
#include "postgres/interrupt.hpp"
#include "revision/path.hpp"
#include "run/state.hpp"
#include "run/who.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::run {
namespace {

using Ids = std::vector<std::string>;

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::vector<std::string> rows_after(const revision::Graph& graph, const State& state,
                                    const std::vector<revision::TargetExpression>& to, bool purge) {
  return revision::stamped_rows(graph, purge ? Ids() : state.rows, to);
}

// Nothing if all is as it is to be.
std::optional<Stamp> plan(const State& state, const Ids& rows, const Options& options) {
  Stamp out;
  for (const auto& row : state.versions)
    if (!has(rows, row)) out.change.remove.push_back(row);
  for (const auto& row : rows)
    if (!has(state.versions, row)) out.change.add.push_back(row);
  if (out.change.empty() && state.half_done.empty()) return {};
  out.entry.run = revision::new_revision_id();
  out.entry.revision = join(rows, " ");
  out.entry.parents = state.versions;
  out.entry.kind = postgres::LogKind::stamp;
  out.entry.last = true;
  sign(out.entry, options);
  return out;
}

Preview preview(const State& state, const Ids& rows, const Options& options) {
  Preview out;
  out.before = state.versions;
  out.state = describe(state);
  out.plan.rows = rows;
  out.stamp = plan(state, rows, options);
  return out;
}

}  // namespace

Result stamp(const Target& target, const std::vector<revision::TargetExpression>& to, bool purge,
             const Options& options, const Events& events) {
  postgres::Bookkeeping bookkeeping(target.session, options.names);
  // Refused before anything is created: what no script has, and ids that do not fit.
  bookkeeping.check_width(rows_after(target.graph, read_state(bookkeeping.read(), target.graph), to, purge));
  const postgres::WatchForInterrupt watch(target.session);
  const auto lock = lock_database(target.session, target.connect, options, events);
  bookkeeping.ensure();
  const auto state = read_state(bookkeeping.read(), target.graph);
  if (!purge) refuse_unknown(state, target.graph);

  Result result;
  result.before = state.versions;
  if (const auto planned = plan(state, rows_after(target.graph, state, to, purge), options))
    bookkeeping.stamp(planned->change, planned->entry, *lock);
  const auto end = read_state(bookkeeping.read(), target.graph);
  result.after = end.versions;
  result.state = describe(end);
  return result;
}

Preview preview_stamp(const Target& target, const std::vector<revision::TargetExpression>& to, bool purge,
                      const Options& options) {
  const postgres::Bookkeeping bookkeeping(target.session, options.names);
  const auto state = read_state(bookkeeping.read(), target.graph);
  if (!purge) refuse_unknown(state, target.graph);
  const auto rows = rows_after(target.graph, state, to, purge);
  bookkeeping.check_width(rows);
  auto out = preview(state, rows, options);
  out.newest_entry = state.log.empty() ? 0 : state.log.back().id;
  return out;
}

Preview preview_stamp(const Scripts& scripts, const revision::TargetExpression& from,
                      const std::vector<revision::TargetExpression>& to, bool purge, const Options& options) {
  const auto state = state_at(scripts.graph, from);
  return preview(state, rows_after(scripts.graph, state, to, purge), options);
}

}  // namespace migrate::run
