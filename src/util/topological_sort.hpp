#pragma once
#include <cstddef>
#include <vector>

namespace migrate {

struct TopologicalOrder {
  std::vector<std::size_t> order;  // nodes, each after all that must come before it
  std::vector<std::size_t> cycle;  // empty if all could be placed; else one cycle, in order
};

// Sorts the nodes 0 … before.size()-1; before[n] lists the nodes that must come before n. Of the nodes that
// are free, the one with the smallest rank comes first, then the smallest number: the order is a function of
// its input alone.
TopologicalOrder topological_sort(const std::vector<std::vector<std::size_t>>& before,
                                  const std::vector<int>& rank = {});

}  // namespace migrate
