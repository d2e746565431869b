// The ways through the graph, and the rows of the version table on the way. `rows` are what a database says,
// as revisions of the graph (Graph::revision_of_row); ones that others of them imply do no harm.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "revision/graph.hpp"
#include "revision/target.hpp"

namespace migrate::revision {

// What is applied, and which rows stand for it, while revisions come and go.
class Rows {
 public:
  Rows(const Graph& graph, const std::vector<std::string>& rows);

  bool has(const std::string& id) const { return rows_.count(graph_.number(id)) != 0; }  // it is a row
  bool applied(const std::string& id) const { return applied_[graph_.number(id)]; }
  void up(const std::string& id);         // what its arrows lead to is applied; nothing if it is, too
  void down(const std::string& id);       // it is a row; nothing if it is not applied
  std::vector<std::string> list() const;  // in file order

 private:
  const Graph& graph_;
  Graph::Set applied_;
  std::vector<std::size_t> uses_;  // applied revisions whose arrows lead to it
  std::set<std::size_t> rows_;
};

// Of what is applied, the newest: the rows that stand for it; of a branch's line, the newest in it. In file
// order.
std::vector<std::string> newest_applied(const Graph& graph, const std::vector<std::string>& rows,
                                        const std::string& branch = {});

// What is to be applied, in order. Throws as resolve(), and Error(usage) for base and -N, for a target that
// the database is past, and for targets of which one comes after another.
std::vector<std::string> upgrade_path(const Graph& graph, const std::vector<std::string>& rows,
                                      const std::vector<TargetExpression>& targets);

// What is to be taken back, in order: for a revision all that was built on its children, with a branch only
// on those of the branch; for BRANCH@base what the branch has for itself, and what no other line needs after
// that; for -N so many, one at a time. Throws as resolve(), and Error(usage) for head and +N, for what is not
// applied and for -N beyond the base; Error(undecided) for -N where several could go.
std::vector<std::string> downgrade_path(const Graph& graph, const std::vector<std::string>& rows,
                                        const TargetExpression& target);

// The rows after a stamp: those of the targets' own lines give way, others stay. Throws as resolve(), and
// Error(usage) for targets of which one comes after another.
std::vector<std::string> stamped_rows(const Graph& graph, const std::vector<std::string>& rows,
                                      const std::vector<TargetExpression>& targets);

// From the one to the other, both included, in order(). Throws Error(usage) unless the one comes before the
// other.
std::vector<std::string> range(const Graph& graph, const RangeExpression& range,
                               const std::optional<std::vector<std::string>>& rows = std::nullopt);

}  // namespace migrate::revision
