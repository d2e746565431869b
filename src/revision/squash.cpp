#include "revision/squash.hpp"

#include <algorithm>

#include "util/files.hpp"
#include "util/text.hpp"

namespace migrate::revision {
namespace {

void check_line(const Graph& graph, const std::vector<std::string>& ids) {
  const auto refuse = [&](const std::string& id, const std::string& why) {
    return Error(ExitCode::usage,
                 "revision " + id + " (" + display_path(graph.at(id).path) + ") " + why +
                     ": only revisions of one line can become one",
                 "migrate history --graph shows the lines");
  };
  if (ids.size() < 2)
    throw Error(ExitCode::usage, "there is nothing to squash: a range of two revisions or more is wanted");
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto& children = graph.children(ids[i]);
    if (i > 0 && graph.at(ids[i]).down_revisions != std::vector<std::string>{ids[i - 1]})
      throw refuse(ids[i], graph.is_merge_point(ids[i]) ? "is a merge" : "does not come after " + ids[i - 1]);
    if (i + 1 < ids.size() && children.size() != 1) throw refuse(ids[i], "is a branch point");
  }
  for (const auto& child : graph.children(ids.back()))
    if (!graph.at(child).written)
      throw Error(
          ExitCode::usage,
          display_path(graph.at(child).path) + " has no header and would stand after a script that has one",
          "squash up to it as well, or write -- migrate:revision and -- migrate:down_revision at its top");
}

// The number of the up section that a down section undoes.
int undone(const Script& script, std::size_t down) {
  const auto& section = script.down[down];
  if (section.undoes > 0) return section.undoes;
  const auto ups = static_cast<int>(script.up.size());
  if (script.up.size() == script.down.size()) return ups - static_cast<int>(down);
  if (ups == 1) return 1;
  throw Error(ExitCode::usage, "this section does not say which up section it undoes",
              "write undoes:K behind it")
      .at({display_path(script.header.path), section.line, 0});
}

}  // namespace

Script squash(const Directory& directory, const Graph& graph, const std::vector<std::string>& ids) {
  check_line(graph, ids);
  Script out;
  auto& header = out.header;
  header.down_revisions = graph.at(ids.front()).down_revisions;
  header.created = graph.at(ids.back()).created;
  const auto within = [&](const std::string& name) {
    const auto* labelled = graph.find_label(name);
    const auto& id = labelled != nullptr ? labelled->id : name;
    return std::find(ids.begin(), ids.end(), id) != ids.end() ||
           (graph.replaced_by(id) != nullptr &&
            std::find(ids.begin(), ids.end(), graph.replaced_by(id)->id) != ids.end());
  };
  std::vector<Section> down;
  std::string no_way_back;
  out.comments.emplace_back("stands for");
  for (const auto& id : ids) {
    const auto script = directory.load(graph.at(id));
    const auto& old = script.header;
    header.replaces.insert(header.replaces.end(), old.replaces.begin(), old.replaces.end());
    header.replaces.push_back(id);
    header.branch_labels.insert(header.branch_labels.end(), old.branch_labels.begin(),
                                old.branch_labels.end());
    for (const auto& name : old.depends_on)
      if (!within(name) &&
          std::find(header.depends_on.begin(), header.depends_on.end(), name) == header.depends_on.end())
        header.depends_on.push_back(name);
    out.comments.push_back("  " + id + (old.message.empty() ? "" : " " + one_line(old.message)));
    out.allows_data_loss = out.allows_data_loss || script.allows_data_loss;
    const auto before = static_cast<int>(out.up.size());
    if (script.down.empty() && no_way_back.empty()) no_way_back = id;
    std::vector<Section> sections;
    for (std::size_t i = 0; i < script.down.size(); ++i) {
      sections.push_back(script.down[i]);
      sections.back().undoes = before + undone(script, i);
    }
    out.up.insert(out.up.end(), script.up.begin(), script.up.end());
    down.insert(down.begin(), sections.begin(), sections.end());
  }
  if (no_way_back.empty())
    out.down = std::move(down);
  else
    out.comments.push_back("there is no way back: " + no_way_back + " had no down part");
  return out;
}

}  // namespace migrate::revision
