#include "revision/history_checksum.hpp"

#include <algorithm>

#include "util/sha256.hpp"

namespace migrate::revision {

const std::string& HistoryChecksums::of(const std::string& id) {
  static const std::string none;
  if (!graph_.contains(id)) return none;
  known_.resize(graph_.size());
  // Not by recursion: a history has any length.
  std::vector<std::size_t> todo{graph_.number(id)};
  while (!todo.empty()) {
    const auto number = todo.back();
    const auto waiting = todo.size();
    for (const auto before : graph_.before(number))
      if (known_[before].empty()) todo.push_back(before);
    if (todo.size() > waiting) continue;
    if (known_[number].empty()) known_[number] = made_of(number);
    todo.pop_back();
  }
  return known_[graph_.number(id)];
}

std::string HistoryChecksums::made_of(std::size_t number) const {
  const auto& header = graph_.at(number);
  std::vector<std::string> before;
  for (const auto each : graph_.before(number)) before.push_back(known_[each]);
  std::sort(before.begin(), before.end());
  Sha256 hash;
  hash.add(header.id + "\n");
  for (const auto& each : before) hash.add(each + "\n");
  hash.add("\n" + directory_.text(header));
  return hash.finish();
}

}  // namespace migrate::revision
