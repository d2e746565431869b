#include "util/topological_sort.hpp"

#include <algorithm>
#include <queue>
#include <utility>

namespace migrate {
namespace {

// Every node that could not be placed has an unplaced node before it, so walking backwards must meet itself.
std::vector<std::size_t> find_cycle(const std::vector<std::vector<std::size_t>>& before,
                                    const std::vector<bool>& placed) {
  const auto start =
      static_cast<std::size_t>(std::find(placed.begin(), placed.end(), false) - placed.begin());
  std::vector<std::size_t> path{start};
  for (;;) {
    const auto& candidates = before[path.back()];
    const auto next =
        *std::find_if(candidates.begin(), candidates.end(), [&](std::size_t n) { return !placed[n]; });
    const auto seen = std::find(path.begin(), path.end(), next);
    if (seen != path.end()) {
      std::vector<std::size_t> cycle(seen, path.end());
      std::reverse(cycle.begin(), cycle.end());
      return cycle;
    }
    path.push_back(next);
  }
}

}  // namespace

TopologicalOrder topological_sort(const std::vector<std::vector<std::size_t>>& before,
                                  const std::vector<int>& rank) {
  const std::size_t count = before.size();
  std::vector<std::vector<std::size_t>> after(count);
  std::vector<std::size_t> waiting(count, 0);
  for (std::size_t node = 0; node < count; ++node)
    for (const std::size_t first : before[node]) {
      after[first].push_back(node);
      ++waiting[node];
    }
  using Entry = std::pair<int, std::size_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> free;
  const auto rank_of = [&](std::size_t node) { return node < rank.size() ? rank[node] : 0; };
  for (std::size_t node = 0; node < count; ++node)
    if (waiting[node] == 0) free.emplace(rank_of(node), node);
  TopologicalOrder result;
  std::vector<bool> placed(count, false);
  while (!free.empty()) {
    const auto node = free.top().second;
    free.pop();
    placed[node] = true;
    result.order.push_back(node);
    for (const std::size_t next : after[node])
      if (--waiting[next] == 0) free.emplace(rank_of(next), next);
  }
  if (result.order.size() != count) result.cycle = find_cycle(before, placed);
  return result;
}

}  // namespace migrate
