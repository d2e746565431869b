#include "run/log_scripts.hpp"

#include <set>

#include "postgres/bookkeeping.hpp"
#include "run/edited.hpp"
#include "run/state.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::run {
namespace {

// By what the log says of each step that was run.
void check_unchanged(const Progress& progress, const revision::Script& script) {
  const auto& header = script.header;
  const auto file = header.path.string();
  bool same = !progress.up.empty() && progress.up.rbegin()->second.down_checksum == down_checksum(script);
  for (const auto& [step, entry] : progress.up) {
    const auto index = static_cast<std::size_t>(step - 1);
    same = same && index < script.up.size() && revision::checksum(script.up[index], file) == entry.checksum;
  }
  if (same) return;
  throw Error(
      ExitCode::failed,
      "the log's script of revision " + header.id + " is not the one that was run: its checksums differ",
      "get that revision's script, or set the version table right with `migrate stamp --purge REVISION`");
}

}  // namespace

LogScripts::LogScripts(const Target& target, const Options& options, const Events& events) : given_(target) {
  const postgres::Bookkeeping bookkeeping(target.session, options.names);
  const auto state = read_state(bookkeeping, target.graph);
  std::vector<std::string> todo = state.unknown, found;
  for (const auto& id : state.half_done)
    if (!target.graph.contains(id)) todo.push_back(id);
  if (todo.empty()) return;
  directory_ = target.directory;
  std::set<std::string> seen;
  while (!todo.empty()) {
    const auto id = todo.back();
    todo.pop_back();
    if (target.graph.contains(id) || !seen.insert(id).second) continue;
    const auto* entry = state.newest(id);
    const auto text = bookkeeping.script(id);
    if (entry == nullptr || !text) return;  // the row is refused, as one that nobody knows
    auto script = revision::parse_script(*text, options.names.log_table() + "/" + id + ".sql");
    script.header.id = id;
    script.header.down_revisions = entry->parents;
    check_unchanged(state.progress.at(id), script);
    for (const auto* before : {&script.header.down_revisions, &script.header.depends_on})
      todo.insert(todo.end(), before->begin(), before->end());
    directory_->add(script.header, *text);
    found.push_back(id);
  }
  graph_.emplace(directory_->headers());
  extended_.emplace(Target{target.session, target.connect, *directory_, *graph_});
  if (events.note)
    events.note("no script here has " + join(found, ", ") + ": " +
                (found.size() == 1 ? "its script comes" : "their scripts come") +
                " from the log of the database");
}

}  // namespace migrate::run
