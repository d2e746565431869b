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

// Every node that can be reached from `starts`, each after all that `first` lists for it, in depth first, so
// that what leads to one start stands together.
std::vector<std::size_t> depth_first(const std::vector<std::vector<std::size_t>>& first,
                                     const std::vector<std::size_t>& starts) {
  std::vector<std::size_t> out;
  out.reserve(first.size());
  std::vector<bool> seen(first.size(), false);
  std::vector<std::pair<std::size_t, std::size_t>> open;  // a node, and how many of its own are done
  for (const auto start : starts) {
    if (seen[start]) continue;
    seen[start] = true;
    open.emplace_back(start, 0);
    while (!open.empty()) {
      const auto node = open.back().first;
      if (open.back().second == first[node].size()) {
        out.push_back(node);
        open.pop_back();
        continue;
      }
      const auto next = first[node][open.back().second++];
      if (seen[next]) continue;
      seen[next] = true;
      open.emplace_back(next, 0);
    }
  }
  return out;
}

void sort_and_unite(std::vector<std::size_t>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

}  // namespace

Graph::Graph(std::vector<Header> headers) : headers_(std::move(headers)) {
  index();
  index_replaced();
  link();
  sort();
}

void Graph::index() {
  number_.reserve(headers_.size());
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

void Graph::index_replaced() {
  for (std::size_t i = 0; i < headers_.size(); ++i)
    for (const auto& id : headers_[i].replaces) {
      if (const auto own = number_.find(id); own != number_.end())
        throw Error(ExitCode::failed,
                    "revision " + id + " (" + file_of(headers_[own->second]) + ") is replaced by " +
                        headers_[i].id + " (" + file_of(headers_[i]) + "), and its script is still there",
                    "remove one of the two");
      const auto [known, is_new] = replaced_.emplace(id, i);
      if (!is_new)
        throw Error(ExitCode::failed, "two scripts replace the revision " + id + ": " +
                                          file_of(headers_[known->second]) + " and " + file_of(headers_[i]));
    }
}

std::size_t Graph::resolve(const Header& header, const std::string& name, bool dependency) const {
  const std::string what = dependency ? "depends_on" : "down_revision";
  if (name == header.id) throw error_at(header, "revision " + header.id + " names itself as its " + what);
  if (const auto own = number_.find(name); own != number_.end()) return own->second;
  if (const auto* labelled = find_label(name); dependency && labelled != nullptr) {
    if (labelled->id == header.id)
      throw error_at(header, "revision " + header.id + " depends on itself, by its label " + name);
    return number(labelled->id);
  }
  if (const auto* squash = replaced_by(name)) {
    if (squash->id == header.id)
      throw error_at(header,
                     "revision " + header.id + " names " + name + " as its " + what + ", which it replaces");
    if (!dependency && squash->replaces.back() != name)
      throw error_at(header,
                     "the down_revision " + name + " of revision " + header.id + " is one of those that " +
                         squash->id + " (" + file_of(*squash) + ") replaces, and not the last of them",
                     "put it on top of " + squash->id);
    return number(squash->id);
  }
  const auto near = nearest(name, known_names());
  throw error_at(
      header, "the " + what + " " + name + " of revision " + header.id + " is in no script",
      near.empty() ? "the script is missing, or was not checked out" : "did you mean " + near + "?");
}

void Graph::link() {
  const auto count = headers_.size();
  for (auto* links : {&parents_, &before_, &child_numbers_, &after_}) links->resize(count);
  children_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto& header = headers_[i];
    for (auto& parent : header.down_revisions) {
      const auto n = resolve(header, parent, false);
      parent = headers_[n].id;
      parents_[i].push_back(n);
      before_[i].push_back(n);
      child_numbers_[n].push_back(i);
      children_[n].push_back(header.id);
    }
    for (const auto& dependency : header.depends_on) before_[i].push_back(resolve(header, dependency, true));
    sort_and_unite(before_[i]);
    for (const auto n : before_[i]) after_[n].push_back(i);
    if (parents_[i].empty()) bases_.push_back(header.id);
  }
  for (std::size_t i = 0; i < count; ++i)
    if (child_numbers_[i].empty()) heads_.push_back(headers_[i].id);
}

void Graph::sort() {
  const auto refuse = [&](const std::vector<std::size_t>& cycle, const std::string& wrong) {
    if (cycle.empty()) return;
    throw Error(
        ExitCode::failed,
        "these revisions each come before the other: " +
            join_with(cycle, ", ",
                      [&](std::size_t n) { return headers_[n].id + " (" + file_of(headers_[n]) + ")"; }),
        "one of them has the wrong " + wrong);
  };
  if (auto cycle = topological_sort(before_).cycle; !cycle.empty()) {
    refuse(topological_sort(parents_).cycle, "down_revision");
    refuse(cycle, "depends_on");
  }
  std::vector<std::size_t> ends, roots;
  for (std::size_t i = 0; i < headers_.size(); ++i) {
    if (child_numbers_[i].empty()) ends.push_back(i);  // also heads that others depend on, in file order
    if (before_[i].empty()) roots.push_back(i);
  }
  up_ = depth_first(before_, ends);
  down_ = depth_first(after_, roots);
  for (const auto n : up_) order_.push_back(headers_[n].id);
  for (const auto n : down_) order_down_.push_back(headers_[n].id);
}

std::size_t Graph::number(const std::string& id) const {
  const auto found = number_.find(id);
  if (found == number_.end()) throw Error(ExitCode::failed, "no script has the revision " + id);
  return found->second;
}

Graph::Set Graph::reached(const Ids& from, const Links& arrows) const {
  Set marked(headers_.size(), false);
  std::vector<std::size_t> todo;
  const auto visit = [&](std::size_t n) {
    if (marked[n]) return;
    marked[n] = true;
    todo.push_back(n);
  };
  for (const auto& id : from) visit(number(id));
  while (!todo.empty()) {
    const auto n = todo.back();
    todo.pop_back();
    for (const auto next : arrows[n]) visit(next);
  }
  return marked;
}

Graph::Set Graph::below(const Ids& ids, Arrows arrows) const {
  return reached(ids, arrows == Arrows::all ? before_ : parents_);
}

Graph::Set Graph::above(const Ids& ids, Arrows arrows) const {
  return reached(ids, arrows == Arrows::all ? after_ : child_numbers_);
}

Graph::Ids Graph::listed(const Set& set) const {
  Ids out;
  for (const auto n : up_)
    if (set[n]) out.push_back(headers_[n].id);
  return out;
}

Graph::Ids Graph::listed_down(const Set& set) const {
  Ids out;
  for (const auto n : down_)
    if (set[n]) out.push_back(headers_[n].id);
  return out;
}

bool Graph::is_ancestor(const std::string& ancestor, const std::string& id) const {
  return below({id})[number(ancestor)];
}

Graph::Ids Graph::effective_heads(const Ids& ids) const {
  Set wanted(headers_.size(), false), not_last(headers_.size(), false);
  for (const auto& id : ids) wanted[number(id)] = true;
  // What is before another: one pass over all from the newest, since not_last only ever goes down.
  const auto all = below(ids);
  for (auto n = up_.rbegin(); n != up_.rend(); ++n)
    if (all[*n])
      for (const auto before : before_[*n]) not_last[before] = true;
  Ids out;
  for (std::size_t n = 0; n < headers_.size(); ++n)
    if (wanted[n] && !not_last[n]) out.push_back(headers_[n].id);
  return out;
}

Graph::Set Graph::line(const std::string& id) const {
  auto out = below({id}, Arrows::parents);
  const auto later = above({id}, Arrows::parents);
  for (std::size_t n = 0; n < out.size(); ++n) out[n] = out[n] || later[n];
  return out;
}

Graph::Set Graph::own_line(const std::string& id) const {
  auto out = above({id}, Arrows::parents);
  for (auto n = number(id); parents_[n].size() == 1;) {
    n = parents_[n].front();
    if (child_numbers_[n].size() > 1 || parents_[n].size() > 1) break;
    out[n] = true;
  }
  return out;
}

Graph::Ids Graph::labels_of(const std::string& id) const {
  Ids out;
  for (const auto& [label, of] : label_)
    if (own_line(headers_[of].id)[number(id)]) out.push_back(label);
  std::sort(out.begin(), out.end());
  return out;
}

std::string Graph::with_files(const Ids& ids) const {
  return join_with(ids, ", ", [&](const std::string& id) { return id + " (" + file_of(at(id)) + ")"; });
}

std::string Graph::head() const {
  const auto heads = effective_heads();
  if (heads.empty()) return {};
  if (heads.size() == 1) return heads.front();
  const auto& newest = heads.back();
  throw Error(ExitCode::undecided,
              "there are " + std::to_string(heads.size()) + " heads: " + with_files(heads),
              "heads means all of them, " + newest + " or LABEL@head one; migrate rebase " + newest +
                  " --onto " + heads[heads.size() - 2] + " puts one on top of the other, migrate merge " +
                  join(heads, " ") + " joins them");
}

Graph::Ids Graph::known_names() const {
  Ids out;
  for (const auto& header : headers_) out.push_back(header.id);
  for (const auto& [label, unused] : label_) out.push_back(label);
  std::sort(out.begin(), out.end());
  return out;
}

const Header* Graph::find_label(const std::string& label) const {
  const auto found = label_.find(label);
  return found == label_.end() ? nullptr : &headers_[found->second];
}

const Header& Graph::find(std::string_view text, const std::string& branch) const {
  const std::string wanted(text);
  std::optional<Set> in_line;
  if (!branch.empty()) in_line = line(branch);
  const auto member = [&](std::size_t n) { return !in_line || (*in_line)[n]; };
  const Header* found = nullptr;
  if (const auto exact = number_.find(wanted); exact != number_.end())
    found = &headers_[exact->second];
  else if (const auto* labelled = find_label(wanted))
    found = labelled;
  else if (const auto* squash = replaced_by(wanted))
    found = squash;
  if (found == nullptr && !wanted.empty()) {
    Ids candidates, elsewhere;
    for (std::size_t n = 0; n < headers_.size(); ++n)
      if (headers_[n].id.starts_with(wanted)) (member(n) ? candidates : elsewhere).push_back(headers_[n].id);
    if (candidates.empty() && elsewhere.size() == 1) candidates = elsewhere;
    if (candidates.size() == 1) found = &at(candidates.front());
    if (candidates.size() > 1) {
      constexpr std::size_t most = 10;
      std::sort(candidates.begin(), candidates.end());
      const auto count = candidates.size();
      candidates.resize(std::min(count, most));
      throw Error(ExitCode::usage,
                  "'" + wanted + "' is the beginning of " + std::to_string(count) +
                      " revisions: " + with_files(candidates) + (count > most ? ", …" : ""),
                  "give more of its digits");
    }
  }
  if (found == nullptr) {
    const auto near = nearest(wanted, known_names());
    throw Error(ExitCode::usage, "no script has the revision '" + wanted + "'",
                near.empty() ? "migrate history lists them" : "did you mean " + near + "?");
  }
  if (!member(number(found->id)))
    throw Error(ExitCode::usage,
                "revision " + found->id + " (" + file_of(*found) + ") is not on the branch of " + branch +
                    " (" + file_of(at(branch)) + ")",
                "migrate branches shows which revisions are");
  return *found;
}

const Header& Graph::find_branch(const std::string& name) const {
  if (const auto* labelled = find_label(name)) return *labelled;
  try {
    return find(name);
  } catch (const Error& error) {
    if (std::any_of(headers_.begin(), headers_.end(),
                    [&](const Header& h) { return h.id.starts_with(name); }))
      throw;
    throw Error(error.code(), "there is no branch '" + name + "': no label and no revision of that name",
                error.hint());
  }
}

const Header* Graph::replaced_by(const std::string& id) const {
  const auto found = replaced_.find(id);
  return found == replaced_.end() ? nullptr : &headers_[found->second];
}

std::optional<std::string> Graph::revision_of_row(const std::string& row) const {
  if (contains(row)) return row;
  const auto* squash = replaced_by(row);
  if (squash == nullptr || squash->replaces.back() != row) return {};
  return squash->id;
}

}  // namespace migrate::revision
