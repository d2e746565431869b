// The graphs that the tests of targets and paths speak of.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "revision/graph.hpp"

namespace migrate::test {

using Ids = std::vector<std::string>;

inline revision::Header rev(std::string id, Ids parents = {}, Ids depends = {}, Ids labels = {}) {
  revision::Header header;
  header.path = "m/" + id + ".sql";
  header.id = std::move(id);
  header.down_revisions = std::move(parents);
  header.depends_on = std::move(depends);
  header.branch_labels = std::move(labels);
  header.down_revision_line = 2;
  return header;
}

// a b c d e
inline revision::Graph line() {
  return revision::Graph({rev("a"), rev("b", {"a"}), rev("c", {"b"}), rev("d", {"c"}), rev("e", {"d"})});
}
// a b, then c1 d1 and c2 d2
inline revision::Graph branched() {
  return revision::Graph({rev("a"), rev("b", {"a"}), rev("c1", {"b"}, {}, {"c1branch"}),
                          rev("c2", {"b"}, {}, {"c2branch"}), rev("d1", {"c1"}), rev("d2", {"c2"})});
}
// a b, c1 and c2, joined by e; f
inline revision::Graph merged() {
  return revision::Graph({rev("a"), rev("b", {"a"}), rev("c1", {"b"}), rev("c2", {"b"}),
                          rev("e", {"c1", "c2"}), rev("f", {"e"})});
}

}  // namespace migrate::test
