#include "revision/graph.hpp"

#include <algorithm>

#include "util/files.hpp"
#include "util/text.hpp"
#include "util/topological_sort.hpp"

namespace migrate::revision {
namespace {

std::string file_of(const Header& header) { return display_path(header.path); }

Error error_at(const Header& header, const std::string& what, std::string hint = {}) {
  return Error(ExitCode::failed, what, std::move(hint)).at({file_of(header), header.down_revision_line, 0});
}

}  // namespace

Graph::Graph(std::vector<Header> headers) : headers_(std::move(headers)) {
  index_ids();
  link();
  sort();
}

void Graph::index_ids() {
  for (std::size_t i = 0; i < headers_.size(); ++i) {
    const auto [known, is_new] = number_.emplace(headers_[i].id, i);
    if (!is_new)
      throw Error(ExitCode::failed,
                  "two scripts have the revision id " + headers_[i].id + ": " +
                      file_of(headers_[known->second]) + " and " + file_of(headers_[i]),
                  "give one of them an id of its own, or remove it");
  }
  for (std::size_t i = 0; i < headers_.size(); ++i)
    for (const auto& label : headers_[i].branch_labels) {
      const auto [known, is_new] = label_.emplace(label, i);
      if (!is_new)
        throw Error(ExitCode::failed, "two scripts have the branch label " + label + ": " +
                                          file_of(headers_[known->second]) + " and " + file_of(headers_[i]));
      if (number_.count(label) != 0)
        throw Error(ExitCode::failed, "the branch label " + label + " of " + file_of(headers_[i]) +
                                          " is also the revision id of " +
                                          file_of(headers_[number_.find(label)->second]));
    }
}

std::string Graph::resolve(const Header& header, const std::string& name, std::string_view what) const {
  const bool labels = what == "depends_on";
  if (labels)
    if (const auto label = label_.find(name); label != label_.end()) return headers_[label->second].id;
  if (number_.count(name) == 0) {
    std::vector<std::string> known;
    for (const auto& [id, unused] : number_) known.push_back(id);
    const auto near = nearest(name, known);
    throw error_at(
        header, "the " + std::string(what) + " " + name + " of revision " + header.id + " is in no script",
        near.empty() ? "the script is missing, or was not checked out" : "did you mean " + near + "?");
  }
  if (name == header.id)
    throw error_at(header, "revision " + header.id + " names itself as its " + std::string(what));
  return name;
}

void Graph::link() {
  before_.resize(headers_.size());
  children_.resize(headers_.size());
  std::vector<bool> is_parent(headers_.size(), false);
  for (std::size_t i = 0; i < headers_.size(); ++i) {
    const auto& header = headers_[i];
    for (const auto& parent : header.down_revisions) {
      const auto n = number(resolve(header, parent, "down_revision"));
      before_[i].push_back(n);
      children_[n].push_back(header.id);
      is_parent[n] = true;
    }
    for (const auto& dependency : header.depends_on) {
      const auto id = resolve(header, dependency, "depends_on");
      if (id == header.id)
        throw error_at(header, "revision " + id + " depends on itself, by its label " + dependency);
      before_[i].push_back(number(id));
    }
    if (header.down_revisions.empty()) bases_.push_back(header.id);
  }
  for (std::size_t i = 0; i < headers_.size(); ++i)
    if (!is_parent[i]) heads_.push_back(headers_[i].id);
}

void Graph::sort() {
  const auto sorted = topological_sort(before_);
  if (!sorted.cycle.empty()) {
    auto text = join_with(sorted.cycle, ", ",
                          [&](std::size_t n) { return headers_[n].id + " (" + file_of(headers_[n]) + ")"; });
    throw Error(ExitCode::failed, "these revisions each come before the other: " + text,
                "one of them has the wrong down_revision or depends_on");
  }
  rank_.resize(headers_.size());
  for (const auto n : sorted.order) {
    rank_[n] = order_.size();
    order_.push_back(headers_[n].id);
  }
}

std::size_t Graph::number(const std::string& id) const {
  const auto found = number_.find(id);
  if (found == number_.end()) throw Error(ExitCode::failed, "no script has the revision " + id);
  return found->second;
}

const Header& Graph::at(const std::string& id) const { return headers_[number(id)]; }
bool Graph::contains(const std::string& id) const { return number_.count(id) != 0; }
const std::vector<std::string>& Graph::children(const std::string& id) const { return children_[number(id)]; }

std::vector<bool> Graph::reached(const std::vector<std::string>& start, bool with_start) const {
  std::vector<bool> marked(headers_.size(), false);
  std::vector<std::size_t> todo;
  const auto visit = [&](std::size_t n) {
    if (marked[n]) return;
    marked[n] = true;
    todo.push_back(n);
  };
  for (const auto& id : start) {
    if (with_start)
      visit(number(id));
    else
      for (const auto n : before_[number(id)]) visit(n);
  }
  while (!todo.empty()) {
    const auto n = todo.back();
    todo.pop_back();
    for (const auto next : before_[n]) visit(next);
  }
  return marked;
}

std::vector<std::string> Graph::in_order(const std::vector<bool>& marked) const {
  std::vector<std::string> out;
  for (const auto& id : order_)
    if (marked[number(id)]) out.push_back(id);
  return out;
}

bool Graph::is_ancestor(const std::string& ancestor, const std::string& id) const {
  const auto goal = number(ancestor);
  // Nothing that is sorted before the ancestor can lead to it.
  std::vector<bool> seen(headers_.size(), false);
  std::vector<std::size_t> todo{number(id)};
  while (!todo.empty()) {
    const auto n = todo.back();
    todo.pop_back();
    if (n == goal) return true;
    for (const auto next : before_[n])
      if (!seen[next] && rank_[next] >= rank_[goal]) {
        seen[next] = true;
        todo.push_back(next);
      }
  }
  return false;
}

std::vector<std::string> Graph::ancestors(const std::vector<std::string>& ids) const {
  return in_order(reached(ids, true));
}

std::vector<std::string> Graph::effective_heads(const std::vector<std::string>& ids) const {
  const auto below = reached(ids, false);
  std::vector<std::size_t> kept;
  for (const auto& id : ids)
    if (!below[number(id)]) kept.push_back(number(id));
  std::sort(kept.begin(), kept.end());
  kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
  std::vector<std::string> out;
  for (const auto n : kept) out.push_back(headers_[n].id);
  return out;
}

// The edit that puts the revisions which only `newer` has on top of `older`: the first of them gets another
// parent.
std::string Graph::how_to_join(const std::string& older, const std::string& newer) const {
  const auto in_older = reached({older}, true);
  const Header* first = nullptr;
  for (const auto& id : ancestors({newer})) {
    const auto n = number(id);
    if (in_older[n]) continue;
    const bool starts = std::all_of(before_[n].begin(), before_[n].end(),
                                    [&](std::size_t parent) { return in_older[parent]; });
    if (!starts) continue;
    if (first != nullptr || headers_[n].down_revisions.size() > 1 || headers_[n].down_revision_line == 0)
      return "join them by a script that has -- migrate:down_revision " + older + " " + newer +
             " and an empty section -- migrate:up";
    first = &headers_[n];
  }
  return "to let " + newer + " come after " + older + ", change line " +
         std::to_string(first->down_revision_line) + " of " + file_of(*first) +
         " to: -- migrate:down_revision " + older;
}

std::string Graph::head() const {
  const auto heads = effective_heads();
  if (heads.empty()) return {};
  if (heads.size() == 1) return heads.front();
  const auto names =
      join_with(heads, ", ", [&](const std::string& id) { return id + " (" + file_of(at(id)) + ")"; });
  std::string hint;
  for (std::size_t i = 1; i < heads.size(); ++i) {
    if (i > 1) hint += "\n  hint: ";
    hint += how_to_join(heads[i - 1], heads[i]);
  }
  throw Error(ExitCode::undecided, "there are " + std::to_string(heads.size()) + " heads: " + names, hint);
}

const Header& Graph::find(std::string_view wanted) const {
  if (const auto exact = number_.find(wanted); exact != number_.end()) return headers_[exact->second];
  if (const auto label = label_.find(wanted); label != label_.end()) return headers_[label->second];
  std::vector<std::string> candidates;
  for (auto at = number_.lower_bound(wanted);
       !wanted.empty() && at != number_.end() && at->first.starts_with(wanted); ++at)
    candidates.push_back(at->first);
  if (candidates.size() == 1) return at(candidates.front());
  if (!candidates.empty()) {
    constexpr std::size_t most = 10;
    const auto count = candidates.size();
    candidates.resize(std::min(count, most));
    throw Error(ExitCode::usage,
                "'" + std::string(wanted) + "' is the beginning of " + std::to_string(count) +
                    " revisions: " +
                    join_with(candidates, ", ",
                              [&](const std::string& id) { return id + " (" + file_of(at(id)) + ")"; }) +
                    (count > most ? ", …" : ""),
                "give more of its digits");
  }
  std::vector<std::string> known;
  for (const auto& [id, unused] : number_) known.push_back(id);
  for (const auto& [label, unused] : label_) known.push_back(label);
  const auto near = nearest(wanted, known);
  throw Error(ExitCode::usage, "no script has the revision '" + std::string(wanted) + "'",
              near.empty() ? "migrate history lists them" : "did you mean " + near + "?");
}

}  // namespace migrate::revision
