#include "revision/rebase.hpp"

#include <algorithm>
#include <system_error>

#include "revision/header_line.hpp"
#include "util/files.hpp"
#include "util/local_time.hpp"

namespace migrate::revision {
namespace {
namespace fs = std::filesystem;

Error refuse(const std::string& what, const std::string& hint = {}) { return {ExitCode::usage, what, hint}; }

// Whether the name is the one that the layout gives it.
bool follows(const Layout& layout, const Header& header) {
  if (!parse_time(header.created)) return false;
  const auto name = file_name(layout, header);
  const auto path = header.path.string(), ending = "/" + name.string();
  return path.ends_with(ending);
}

}  // namespace

Rebase plan_rebase(const Graph& graph, const std::string& mine, const std::string& onto) {
  const auto theirs = graph.below({onto}, Arrows::parents);
  auto own = graph.below({mine}, Arrows::parents);
  if (own[graph.number(onto)])
    throw refuse(mine + " is on top of " + onto + " already", "migrate history --graph shows it");
  if (theirs[graph.number(mine)])
    throw refuse(onto + " comes after " + mine + ": there is nothing to move",
                 "migrate history --graph shows it");
  Rebase out;
  out.onto = onto;
  for (std::size_t n = 0; n < own.size(); ++n) {
    if (!own[n] || theirs[n]) continue;
    const auto& header = graph.at(n);
    const auto in_theirs = std::count_if(header.down_revisions.begin(), header.down_revisions.end(),
                                         [&](const std::string& id) { return theirs[graph.number(id)]; });
    if (in_theirs == 0 && !header.down_revisions.empty()) continue;
    if (header.down_revisions.size() > 1)
      throw refuse("revision " + header.id + " (" + display_path(header.path) +
                       ") is a merge: what it joins cannot be put on one line",
                   "join the heads instead: migrate merge " + onto + " " + mine);
    if (!out.first.empty())
      throw refuse(
          "what leads to " + mine + " begins in two places: " + graph.with_files({out.first, header.id}),
          "join the heads instead: migrate merge " + onto + " " + mine);
    out.first = header.id;
  }
  const auto& first = graph.at(out.first);
  if (first.down_revision_line == 0)
    throw refuse(
        display_path(first.path) + " has no header in which a parent could be said",
        "write -- migrate:revision " + first.id + " and -- migrate:down_revision " + onto + " at its top");
  const auto moved = graph.above({out.first}, Arrows::parents);
  const auto needed = graph.below({onto});
  for (std::size_t n = 0; n < moved.size(); ++n)
    if (moved[n] && needed[n])
      throw refuse(onto + " depends on " + graph.at(n).id + " (" + display_path(graph.at(n).path) +
                   "), which would come after it");
  out.moved = graph.listed(moved);
  return out;
}

std::vector<Rewritten> rebase(const Directory& directory, const Graph& graph, const Rebase& plan,
                              std::time_t now) {
  const auto& layout = directory.layout();
  const auto& first = graph.at(plan.first);
  bool rename = first.path.filename() < graph.at(plan.onto).path.filename();
  for (const auto& id : plan.moved) rename = rename && follows(layout, graph.at(id));
  std::vector<Rewritten> out;
  for (const auto& id : plan.moved) {
    auto header = graph.at(id);
    Rewritten one{id, header.path, header.path};
    auto text = read_file(header.path);
    if (id == plan.first) text = with_header_line(text, "down_revision", plan.onto);
    if (rename) {
      const auto old_name = file_name(layout, header).string();
      header.created = format_time(now + static_cast<std::time_t>(out.size()), layout.timezone);
      text = with_header_line(text, "created", header.created);
      const auto path = header.path.string();
      one.after = fs::path(path.substr(0, path.size() - old_name.size())) / file_name(layout, header);
    }
    if (id == plan.first || rename) write_file(one.after, text);
    if (one.after != one.before) {
      std::error_code failed;
      fs::remove(one.before, failed);
      if (failed)
        throw Error(ExitCode::failed, "cannot remove " + display_path(one.before) + ": " + failed.message(),
                    "remove it: " + display_path(one.after) + " has taken its place");
    }
    if (id == plan.first || rename) out.push_back(std::move(one));
  }
  directory.set_head(plan.moved.back());
  return out;
}

}  // namespace migrate::revision
