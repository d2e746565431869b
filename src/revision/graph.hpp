// The directed acyclic graph of revisions, and the paths through it.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "revision/script.hpp"

namespace migrate::revision {

class Graph {
 public:
  // Throws Error(failed) for duplicate ids (naming both files), missing parents, cycles, duplicate labels.
  explicit Graph(std::vector<Header> headers);

  bool empty() const { return headers_.empty(); }
  std::size_t size() const { return headers_.size(); }
  std::vector<std::string> heads() const;  // in file order
  std::vector<std::string> bases() const;
  const Header& at(const std::string& id) const;  // a full id that exists
  bool contains(const std::string& id) const;
  const std::vector<std::string>& children(const std::string& id) const;
  bool is_ancestor(const std::string& ancestor, const std::string& id) const;  // or equal
  std::vector<std::string> ancestors(
      const std::vector<std::string>& ids) const;  // with the ids themselves, parents first
  std::vector<std::string> order() const;          // all, parents first, ties in file order

  // The one head. Throws Error(undecided) when there are several, naming their files and the one-line edit
  // that settles it;
  // "" for an empty graph.
  std::string head() const;

  // An id, or a unique prefix of one. Throws Error(usage) for an unknown one (with the nearest) and for an
  // ambiguous one (naming the candidates).
  const Header& find(std::string_view id_or_prefix) const;

  // The revisions to apply, in order, to get from `applied` (the rows of the version table) to `target`:
  // "head", an id or prefix, "+N". Throws Error: unknown target; target behind or beside what is applied; +N
  // beyond the head.
  std::vector<std::string> upgrade_path(const std::vector<std::string>& applied,
                                        std::string_view target) const;

  // The revisions to take back, newest first. `target`: "-N", "base", an id or prefix that is an ancestor.
  std::vector<std::string> downgrade_path(const std::vector<std::string>& applied,
                                          std::string_view target) const;

 private:
  std::vector<Header> headers_;
  std::map<std::string, std::size_t, std::less<>> number_;
  std::vector<std::vector<std::string>> children_;
};

}  // namespace migrate::revision
