#include <algorithm>
#include <charconv>
#include <optional>

#include "revision/graph.hpp"
#include "util/text.hpp"

namespace migrate::revision {
namespace {

// The N of "+N" or "-N".
std::optional<std::size_t> steps(std::string_view target, char sign) {
  if (target.empty() || target.front() != sign) return {};
  std::size_t count = 0;
  const auto* last = target.data() + target.size();
  const auto read = std::from_chars(target.data() + 1, last, count);
  if (read.ec != std::errc() || read.ptr != last || count == 0)
    throw Error(ExitCode::usage, "'" + std::string(target) + "' is not a number of revisions",
                std::string("write ") + sign + "1, " + sign + "2 and so on");
  return count;
}

std::string place(const std::vector<std::string>& applied) {
  return applied.empty() ? "it has no revision yet" : "it is at " + join(applied, ", ");
}

}  // namespace

void Graph::check_applied(const std::vector<std::string>& applied) const {
  for (const auto& id : applied)
    if (!contains(id))
      throw Error(ExitCode::ahead, "the database is at revision " + id + ", which no script has",
                  "it was changed from another checkout: get that revision's script, or go back from the "
                  "checkout that has it");
}

std::vector<std::string> Graph::upgrade_path(const std::vector<std::string>& applied,
                                             std::string_view target) const {
  check_applied(applied);
  const auto count = steps(target, '+');
  if (steps(target, '-') || target == "base")
    throw Error(ExitCode::usage, "'" + std::string(target) + "' is a target of downgrade, not of upgrade");
  std::string goal;
  if (count || target == "head" || target == "heads")
    goal = head();
  else
    goal = find(target).id;

  const auto done = reached(applied, true);
  std::vector<std::string> path;
  if (!goal.empty()) {
    const auto rows = effective_heads(applied);
    const bool is_row = std::find(rows.begin(), rows.end(), goal) != rows.end();
    if (!is_row && done[number(goal)])
      throw Error(ExitCode::usage, "the database is already past " + goal + ": " + place(rows),
                  "migrate downgrade " + goal + " goes back to it");
    const auto needed = reached({goal}, true);
    if (!is_row)
      for (const auto& row : rows)
        if (!needed[number(row)])
          throw Error(ExitCode::usage,
                      "the database is at " + row + ", from which no revision leads to " + goal,
                      "they are on different branches, which part before both");
    for (const auto& id : order_)
      if (const auto n = number(id); needed[n] && !done[n]) path.push_back(id);
  }
  if (!count) return path;
  if (*count > path.size())
    throw Error(ExitCode::usage,
                std::string(target) + " goes beyond the head: " +
                    (path.empty() ? "no revision is" : plural(path.size(), "revision is", "revisions are")) +
                    " left to apply");
  path.resize(*count);
  return path;
}

std::vector<std::string> Graph::downgrade_path(const std::vector<std::string>& applied,
                                               std::string_view target) const {
  check_applied(applied);
  const auto count = steps(target, '-');
  if (steps(target, '+') || target == "head" || target == "heads")
    throw Error(ExitCode::usage, "'" + std::string(target) + "' is a target of upgrade, not of downgrade");
  auto path = ancestors(applied);
  std::reverse(path.begin(), path.end());
  if (target == "base") return path;
  if (count) {
    const auto rows = effective_heads(applied);
    if (rows.size() > 1)
      throw Error(ExitCode::undecided,
                  std::string(target) + " does not say which branch to go back on: " + place(rows),
                  "name the revision to go back to");
    if (*count > path.size())
      throw Error(ExitCode::usage, std::string(target) + " goes beyond the base: " +
                                       (path.empty() ? "no revision is"
                                                     : plural(path.size(), "revision is", "revisions are")) +
                                       " applied");
    path.resize(*count);
    return path;
  }
  const auto goal = number(find(target).id);
  if (std::find(path.begin(), path.end(), headers_[goal].id) == path.end())
    throw Error(ExitCode::usage,
                "the database does not have " + headers_[goal].id + ": " + place(effective_heads(applied)),
                "downgrade goes back to a revision that is applied");
  // What was built on the goal, over parents and dependencies: parents come last in `path`, so one pass from
  // its end will do.
  std::vector<bool> above(headers_.size(), false);
  above[goal] = true;
  for (auto id = path.rbegin(); id != path.rend(); ++id) {
    const auto n = number(*id);
    if (std::any_of(before_[n].begin(), before_[n].end(), [&](std::size_t b) { return above[b]; }))
      above[n] = true;
  }
  above[goal] = false;
  path.erase(
      std::remove_if(path.begin(), path.end(), [&](const std::string& id) { return !above[number(id)]; }),
      path.end());
  return path;
}

}  // namespace migrate::revision
