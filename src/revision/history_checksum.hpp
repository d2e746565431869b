// One checksum for all that a database has: of a revision's script and of every script below it. Two
// checkouts agree on it if, and only if, those scripts are the same, byte for byte.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "revision/directory.hpp"
#include "revision/graph.hpp"

namespace migrate::revision {

class HistoryChecksums {
 public:
  // Both outlive it.
  HistoryChecksums(const Directory& directory, const Graph& graph) : directory_(directory), graph_(graph) {}

  // SHA-256 in hexadecimal, of a full id; empty for one that is not here. Each script is read and hashed
  // once, when it is first needed. Throws as Directory::text().
  const std::string& of(const std::string& id);

 private:
  std::string made_of(std::size_t number) const;

  const Directory& directory_;
  const Graph& graph_;
  std::vector<std::string> known_;  // by Graph::number(); empty: not made yet
};

}  // namespace migrate::revision
