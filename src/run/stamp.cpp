#include "run/stamp.hpp"

#include <algorithm>

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

}  // namespace

Result stamp(const Target& target, const std::vector<revision::TargetExpression>& to, bool purge,
             const Options& options, const Events& events) {
  postgres::Bookkeeping bookkeeping(target.session, options.names);
  // Refused before anything is created: what no script has, and ids that do not fit.
  bookkeeping.check_width(
      revision::stamped_rows(target.graph, purge ? Ids() : read_state(bookkeeping, target.graph).rows, to));
  const postgres::WatchForInterrupt watch(target.session);
  const auto lock = lock_database(target.session, target.connect, options, events);
  bookkeeping.ensure();
  const auto state = read_state(bookkeeping, target.graph);
  if (!purge) refuse_unknown(state, target.graph);

  Result result;
  result.before = state.versions;
  const auto rows = revision::stamped_rows(target.graph, purge ? Ids() : state.rows, to);
  postgres::VersionChange change;
  for (const auto& row : state.versions)
    if (!has(rows, row)) change.remove.push_back(row);
  for (const auto& row : rows)
    if (!has(state.versions, row)) change.add.push_back(row);
  if (!change.empty() || !state.half_done.empty()) {
    postgres::LogEntry entry;
    entry.run = revision::new_revision_id();
    entry.revision = join(rows, " ");
    entry.parents = state.versions;
    entry.kind = postgres::LogKind::stamp;
    entry.last = true;
    sign(entry, options);
    bookkeeping.stamp(change, entry, *lock);
  }
  const auto end = read_state(bookkeeping, target.graph);
  result.after = end.versions;
  result.state = describe(end);
  return result;
}

}  // namespace migrate::run
