// Puts a line of revisions that nobody has applied yet on top of another head.
#pragma once
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "revision/directory.hpp"
#include "revision/graph.hpp"

namespace migrate::revision {

struct Rebase {
  std::string onto;
  std::string first;               // whose parent becomes `onto`
  std::vector<std::string> moved;  // it and all that comes after it, in order
};

// What of `mine` does not lie below `onto` goes on top of it. Throws Error(usage) where there is nothing to
// move, and where that is no one line that parts from the other: a merge in it, several beginnings, a script
// without a header, or one of it that `onto` depends on.
Rebase plan_rebase(const Graph& graph, const std::string& mine, const std::string& onto);

struct Rewritten {
  std::string id;
  std::filesystem::path before, after;  // equal, if the file keeps its name
};

// Rewrites the parent; where file names would no longer come in the order of the graph, and follow the
// layout, the moved ones get new times of creation from `now` on, and so new names. HEAD gets the last of
// `moved`.
std::vector<Rewritten> rebase(const Directory& directory, const Graph& graph, const Rebase& plan,
                              std::time_t now);

}  // namespace migrate::revision
