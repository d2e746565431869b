#include "cli/describe_revision.hpp"

#include <algorithm>

#include "util/files.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

bool is_one_of(const std::string& id, const std::vector<std::string>& ids) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

std::string marks(const revision::Graph& graph, const std::string& id,
                  const std::vector<std::string>& current) {
  std::string out;
  if (is_one_of(id, current)) out += " (current)";
  if (is_one_of(id, graph.heads())) out += " (head)";
  if (graph.is_branch_point(id)) out += " (branch point)";
  if (graph.is_merge_point(id)) out += " (merge point)";
  return out;
}

std::string short_line(const report::Output& out, const revision::Graph& graph, const std::string& id,
                       const std::vector<std::string>& current) {
  const auto& header = graph.at(id);
  std::string line =
      out.styled(id, report::Style::strong) + out.styled(marks(graph, id, current), report::Style::good);
  if (!header.branch_labels.empty()) line += " (" + join(header.branch_labels, ", ") + ")";
  if (!header.message.empty()) line += ", " + header.message;
  return line;
}

std::string revision_line(const report::Output& out, const revision::Graph& graph, const std::string& id,
                          const std::vector<std::string>& current) {
  const auto& parents = graph.at(id).down_revisions;
  return out.styled((parents.empty() ? "<base>" : join(parents, ", ")) + " -> ", report::Style::faint) +
         short_line(out, graph, id, current);
}

std::vector<std::string> header_lines(const report::Output& out, const revision::Graph& graph,
                                      const std::string& id, const std::vector<std::string>& current) {
  const auto& header = graph.at(id);
  std::vector<std::string> lines;
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) lines.push_back(name + ": " + value);
  };
  add("Revision",
      out.styled(id, report::Style::strong) + out.styled(marks(graph, id, current), report::Style::good));
  add(header.down_revisions.size() > 1 ? "Parents" : "Parent",
      header.down_revisions.empty() ? "<base>" : join(header.down_revisions, ", "));
  add("Branch labels", join(header.branch_labels, ", "));
  add("Depends on", join(header.depends_on, ", "));
  add("Replaces", join(header.replaces, ", "));
  add("Message", header.message);
  add("Created", header.created);
  add("Path", display_path(header.path));
  return lines;
}

std::string header_json(const revision::Graph& graph, const std::string& id) {
  const auto& header = graph.at(id);
  nlohmann::ordered_json out;
  out["revision"] = id;
  out["down_revisions"] = header.down_revisions;
  out["branch_labels"] = header.branch_labels;
  out["depends_on"] = header.depends_on;
  out["replaces"] = header.replaces;
  out["message"] = header.message;
  if (header.created.empty())
    out["created"] = nullptr;
  else
    out["created"] = header.created;
  out["path"] = display_path(header.path);
  out["head"] = is_one_of(id, graph.heads());
  out["branch_point"] = graph.is_branch_point(id);
  out["merge_point"] = graph.is_merge_point(id);
  return out.dump();
}

}  // namespace migrate::cli
