#include "run/log_scripts.hpp"

#include <set>

#include "postgres/bookkeeping.hpp"
#include "run/edited.hpp"
#include "run/state.hpp"
#include "util/error.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace migrate::run {
namespace {

// By what the log says of each step that was run.
void check_unchanged(const Progress& progress, const revision::Script& script) {
  const auto& header = script.header;
  const auto file = header.path.string();
  bool same = !progress.up.empty() && progress.up.rbegin()->second->down_checksum == down_checksum(script);
  for (const auto& [step, entry] : progress.up) {
    const auto index = static_cast<std::size_t>(step - 1);
    same = same && index < script.up.size() && revision::checksum(script.up[index], file) == entry->checksum;
  }
  if (same) return;
  throw Error(
      ExitCode::failed,
      "the log's script of revision " + header.id + " is not the one that was run: its checksums differ",
      "get that revision's script, or set the version table right with `migrate stamp --purge REVISION`");
}

// A dependency has no row of its own, so whether the database has all of a squash shows in other rows only.
void check_dependency(const std::string& id, const std::string& name, const State& state,
                      const revision::Graph& graph) {
  const auto* squash = graph.replaced_by(name);
  if (squash == nullptr || squash->replaces.back() == name || state.applied.contains(squash->id)) return;
  throw Error(ExitCode::failed,
              "the database is at revision " + id + ", which no script here has, and which depends on " +
                  name + ", which " + squash->id + " (" + display_path(squash->path) +
                  ") replaces together with later ones: it may have a part of that",
              "take the scripts from before the squash, which version control has, run migrate upgrade " +
                  squash->replaces.back() + " with them, then go on with these");
}

}  // namespace

LogScripts::LogScripts(const Target& target, const Options& options, const Events& events) : given_(target) {
  const postgres::Bookkeeping bookkeeping(target.session, options.names);
  const auto state = read_state(bookkeeping.read(), target.graph);
  // As itself, or in what a squash replaces; who has a part of that is refused.
  const auto is_here = [&](const std::string& id) {
    return target.graph.contains(id) || target.graph.replaced_by(id) != nullptr;
  };
  std::vector<std::string> todo, found;
  for (const auto& row : state.unknown)
    if (!is_here(row)) todo.push_back(row);
  for (const auto& id : state.half_done)
    if (!is_here(id)) todo.push_back(id);
  if (todo.empty()) return;
  directory_ = target.directory;
  std::set<std::string> seen;
  while (!todo.empty()) {
    const auto id = todo.back();
    todo.pop_back();
    if (target.graph.revision_of_row(id) || !seen.insert(id).second) continue;
    if (is_here(id)) return;
    const auto* entry = state.newest(id);
    const auto text = bookkeeping.script(id);
    if (entry == nullptr || !text) return;  // the row is refused, as one that nobody knows
    auto script = revision::parse_script(*text, options.names.log_table() + "/" + id + ".sql");
    script.header.id = id;
    script.header.down_revisions = entry->parents;
    // A squash, in a checkout from before it: the database has the one, and none of the others.
    std::erase_if(script.header.replaces, [&](const std::string& each) { return is_here(each); });
    check_unchanged(state.progress.at(id), script);
    todo.insert(todo.end(), entry->parents.begin(), entry->parents.end());
    for (const auto& name : script.header.depends_on) {
      check_dependency(id, name, state, target.graph);
      if (!is_here(name) && target.graph.find_label(name) == nullptr) todo.push_back(name);
    }
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
