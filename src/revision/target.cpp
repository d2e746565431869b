#include "revision/target.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "revision/path.hpp"
#include "util/text.hpp"

namespace migrate::revision {
namespace {

using Anchor = TargetExpression::Anchor;
using Ids = std::vector<std::string>;

constexpr const char* forms =
    "a target is head, heads, base, current, a revision or the beginning of its id, a label, LABEL@head, or "
    "one "
    "of these with +N or -N";

int parse_offset(std::string_view text, std::string_view whole) {
  int count = 0;
  const auto* last = text.data() + text.size();
  const auto read = std::from_chars(text.data() + 1, last, count);
  if (read.ec != std::errc() || read.ptr != last || count <= 0)
    throw Error(ExitCode::usage, "'" + std::string(whole) + "' is not a number of revisions",
                std::string("write ") + text[0] + "1, " + text[0] + "2 and so on");
  return text[0] == '-' ? -count : count;
}

Anchor anchor_of(std::string_view word) {
  if (word == "head") return Anchor::head;
  if (word == "heads") return Anchor::heads;
  if (word == "base") return Anchor::base;
  if (word == "current") return Anchor::current;
  return Anchor::revision;
}

// Walks from where the anchor is.
class Walk {
 public:
  Walk(const Graph& graph, const TargetExpression& target, const std::string& branch, BeyondBase beyond)
      : graph_(graph), target_(target), beyond_(beyond) {
    if (!branch.empty()) line_ = graph.line(branch);
  }

  // "" is the base.
  std::string from(const std::string& start) const {
    auto at = start;
    for (int done = 0; done < std::abs(target_.offset); ++done) {
      const auto next = target_.offset > 0 ? above(at) : below(at);
      if (next.size() > 1) throw ambiguous(at, next);
      if (target_.offset < 0 && at.empty() && beyond_ == BeyondBase::stop) return {};
      if (target_.offset > 0 ? next.empty() : at.empty()) throw too_far(start, done);
      at = next.empty() ? std::string() : next.front();
    }
    return at;
  }

 private:
  Ids above(const std::string& at) const {
    return of_the_branch(at.empty() ? graph_.bases() : graph_.children(at));
  }
  Ids below(const std::string& at) const {
    return at.empty() ? Ids() : of_the_branch(graph_.at(at).down_revisions);
  }
  Ids of_the_branch(Ids ids) const {
    if (line_)
      ids.erase(std::remove_if(ids.begin(), ids.end(),
                               [&](const std::string& id) { return !(*line_)[graph_.number(id)]; }),
                ids.end());
    return ids;
  }
  Error too_far(const std::string& start, int done) const {
    const bool up = target_.offset > 0;
    const auto count =
        done == 0 ? "no revision comes"
                  : "only " + plural(static_cast<std::size_t>(done), "revision comes", "revisions come");
    if (up)
      return {ExitCode::usage, target_.text() + " goes beyond the head: " + count + " after " +
                                   (start.empty() ? "the base" : start)};
    return {ExitCode::usage, target_.text() + " goes beyond the base, which is " +
                                 plural(static_cast<std::size_t>(done), "step") + " from " +
                                 (start.empty() ? "there" : start)};
  }
  Error ambiguous(const std::string& at, const Ids& next) const {
    auto narrowed = target_;
    narrowed.branch = next.front();
    return {ExitCode::undecided,
            target_.text() + " does not say which way to go from " + (at.empty() ? "the base" : at) + ": " +
                graph_.with_files(next),
            "name the revision, or a branch: " + narrowed.text()};
  }

  const Graph& graph_;
  const TargetExpression& target_;
  BeyondBase beyond_;
  std::optional<Graph::Set> line_;
};

// The heads that come after a branch's revision.
Ids heads_of(const Graph& graph, const std::string& branch) {
  if (branch.empty()) return graph.effective_heads();
  const auto later = graph.above({branch}, Arrows::parents);
  Ids out;
  for (const auto& id : graph.heads())
    if (later[graph.number(id)]) out.push_back(id);
  return out;
}

std::string one_head(const Graph& graph, const TargetExpression& target, const std::string& branch) {
  if (branch.empty()) return graph.head();
  const auto heads = heads_of(graph, branch);
  if (heads.size() == 1) return heads.front();
  throw Error(ExitCode::undecided,
              "the branch " + target.branch + " has " + std::to_string(heads.size()) +
                  " heads: " + graph.with_files(heads),
              target.branch + "@heads means all of them; name one, or join them with migrate merge " +
                  join(heads, " "));
}

}  // namespace

std::string TargetExpression::text() const {
  std::string out = branch.empty() ? "" : branch + "@";
  switch (anchor) {
    case Anchor::revision:
      out += revision;
      break;
    case Anchor::head:
      out += "head";
      break;
    case Anchor::heads:
      out += "heads";
      break;
    case Anchor::base:
      out += "base";
      break;
    case Anchor::current:
      if (offset == 0) out += "current";
      break;
  }
  if (offset > 0) out += "+";
  if (offset != 0) out += std::to_string(offset);
  return out;
}

TargetExpression parse_target(std::string_view text) {
  const auto refuse = [&](const std::string& why) {
    return Error(ExitCode::usage, "'" + std::string(text) + "' is not a target: " + why, forms);
  };
  TargetExpression out;
  auto rest = text;
  if (const auto at = rest.find('@'); at != std::string_view::npos) {
    out.branch = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    if (out.branch.empty()) throw refuse("no branch stands before @");
    if (anchor_of(out.branch) != Anchor::revision) throw refuse(out.branch + " is no branch");
    if (out.branch.find_first_of("+-:") != std::string::npos)
      throw refuse("before @ stands a label or an id");
  }
  if (rest.find_first_of("@:") != std::string_view::npos)
    throw refuse(rest.find(':') == std::string_view::npos ? "it has more than one @"
                                                          : "a range has no place here");
  if (const auto sign = rest.find_first_of("+-"); sign != std::string_view::npos) {
    out.offset = parse_offset(rest.substr(sign), text);
    rest = rest.substr(0, sign);
  } else if (rest.empty()) {
    if (out.branch.empty()) throw Error(ExitCode::usage, "a target is empty", forms);
    throw refuse("nothing stands after @");
  }
  if (rest.empty()) return out;
  out.anchor = anchor_of(rest);
  if (out.anchor == Anchor::revision) out.revision = rest;
  if (out.anchor == Anchor::heads && out.offset != 0) throw refuse("no offset goes with heads");
  return out;
}

std::vector<TargetExpression> parse_targets(const std::vector<std::string>& texts) {
  std::vector<TargetExpression> out;
  for (const auto& text : texts) out.push_back(parse_target(text));
  return out;
}

RangeExpression parse_range(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos)
    throw Error(ExitCode::usage, "'" + std::string(text) + "' is not a range", "write FROM:TO, FROM: or :TO");
  RangeExpression out;
  if (colon > 0) out.from = parse_target(text.substr(0, colon));
  if (colon + 1 < text.size()) out.to = parse_target(text.substr(colon + 1));
  return out;
}

Resolved resolve(const Graph& graph, const TargetExpression& target, const std::optional<Ids>& rows,
                 BeyondBase beyond) {
  Resolved out;
  if (!target.branch.empty()) out.branch = graph.find_branch(target.branch).id;
  Ids starts;
  switch (target.anchor) {
    case Anchor::heads:
      out.revisions = heads_of(graph, out.branch);
      return out;
    case Anchor::head:
      starts = {one_head(graph, target, out.branch)};
      break;
    case Anchor::revision:
      starts = {graph.find(target.revision, out.branch).id};
      break;
    case Anchor::base:
      starts = {""};
      break;
    case Anchor::current:
      if (!rows)
        throw Error(ExitCode::usage,
                    "'" + target.text() + "' is counted from where a database is, and none is asked here");
      starts = newest_applied(graph, *rows, out.branch);
      if (starts.empty()) starts = {""};
  }
  const Walk walk(graph, target, out.branch, beyond);
  std::set<std::string> ends;
  for (const auto& start : starts) try {
      ends.insert(walk.from(start));
    } catch (const Error& error) {
      // Of several places one may be at its head already.
      if (starts.size() == 1 || error.code() != ExitCode::usage) throw;
      ends.insert(start);
    }
  if (target.offset != 0 && ends.size() > 1) {
    auto narrowed = target;
    narrowed.branch = starts.front();
    throw Error(
        ExitCode::undecided,
        target.text() + " does not say which way to go: the database is at " + graph.with_files(starts),
        "name the revision, or a branch: " + narrowed.text());
  }
  for (const auto& end : ends)
    if (!end.empty()) out.revisions.push_back(end);
  return out;
}

std::string resolve_one(const Graph& graph, const TargetExpression& target, const std::optional<Ids>& rows) {
  if (graph.empty())
    throw Error(ExitCode::usage, "there are no revisions", "migrate revision -m writes the first one");
  const auto found = resolve(graph, target, rows).revisions;
  if (found.size() == 1) return found.front();
  throw Error(ExitCode::usage, "'" + target.text() + "' means " +
                                   (found.empty() ? "the base, which is no revision"
                                                  : "several revisions: " + graph.with_files(found)));
}

}  // namespace migrate::revision
