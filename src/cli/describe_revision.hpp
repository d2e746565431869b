// How `history`, `heads` and `show` say a revision.
#pragma once
#include <string>
#include <vector>

#include "report/output.hpp"
#include "revision/graph.hpp"

namespace migrate::cli {

// "(head)", "(branch point)", …, each only if it is so; `current`: rows of the version table. Begins with a
// space, if not empty.
std::string marks(const revision::Graph& graph, const std::string& id,
                  const std::vector<std::string>& current = {});

// "51f2c3d4e5f6 -> 7c1f0e9a4b21 (head), add orders"; a base comes from <base>.
std::string revision_line(const report::Output& out, const revision::Graph& graph, const std::string& id,
                          const std::vector<std::string>& current = {});

// The same without what it comes from: "7c1f0e9a4b21 (head), add orders".
std::string short_line(const report::Output& out, const revision::Graph& graph, const std::string& id,
                       const std::vector<std::string>& current = {});

// The header, a line each: "Revision:", "Parent:" and so on; what is empty is left out.
std::vector<std::string> header_lines(const report::Output& out, const revision::Graph& graph,
                                      const std::string& id, const std::vector<std::string>& current = {});

// The text of a JSON record: revision, down_revisions, branch_labels, depends_on, replaces, message, created,
// path, head, branch_point, merge_point.
std::string header_json(const revision::Graph& graph, const std::string& id);

}  // namespace migrate::cli
