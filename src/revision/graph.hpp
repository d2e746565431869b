// The directed acyclic graph of revisions, and the paths through it.
//
// An arrow goes from a revision to its parents (down_revision) and to what it depends on (depends_on). A head
// is no revision's parent; an *effective* head is no revision's dependency either: those are the rows of the
// version table of a database that has them all.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "revision/script.hpp"

namespace migrate::revision {

class Graph {
 public:
  // `headers` in order of file name. Throws Error(failed) for duplicate ids and labels (naming both files),
  // parents and dependencies that no script has, and cycles (naming the files on it).
  explicit Graph(std::vector<Header> headers);

  bool empty() const { return headers_.empty(); }
  std::size_t size() const { return headers_.size(); }
  const std::vector<std::string>& heads() const { return heads_; }  // in file order
  const std::vector<std::string>& bases() const { return bases_; }
  const std::vector<std::string>& order() const {
    return order_;
  }                                               // all, parents and dependencies first, ties in file order
  const Header& at(const std::string& id) const;  // a full id that exists
  bool contains(const std::string& id) const;
  const std::vector<std::string>& children(const std::string& id) const;
  bool is_branch_point(const std::string& id) const { return children(id).size() > 1; }
  bool is_merge_point(const std::string& id) const { return at(id).down_revisions.size() > 1; }

  // All these go over parents and dependencies. The ids must exist.
  bool is_ancestor(const std::string& ancestor, const std::string& id) const;  // or equal
  std::vector<std::string> ancestors(
      const std::vector<std::string>& ids) const;  // with the ids themselves, in order()
  // Those of `ids` that no other of them comes after: the rows of the version table once `ids` are applied.
  // In file order.
  std::vector<std::string> effective_heads(const std::vector<std::string>& ids) const;
  std::vector<std::string> effective_heads() const { return effective_heads(heads_); }

  // The one effective head; "" for an empty graph. Throws Error(undecided) when there are several, naming
  // their files and the one-line edit that puts one line of revisions on top of the other.
  std::string head() const;

  // An id, a unique prefix of one, or a branch label (of its own revision). Throws Error(usage) for an
  // unknown one (with the nearest) and for an ambiguous prefix (naming the candidates).
  const Header& find(std::string_view id_or_prefix) const;

  // The revisions to apply, in order, to get from `applied` (the rows of the version table) to `target`:
  // "head", an id or prefix, "+N". Throws Error: unknown target; target behind or beside what is applied; +N
  // beyond the head (usage); a row that no script has (ahead).
  std::vector<std::string> upgrade_path(const std::vector<std::string>& applied,
                                        std::string_view target) const;

  // The revisions to take back, newest first. `target`: "-N", "base", an id or prefix that is an ancestor:
  // everything that was built on it is taken back. Throws Error: target not applied, -N beyond the base
  // (usage); -N from several rows (undecided); a row that no script has (ahead).
  std::vector<std::string> downgrade_path(const std::vector<std::string>& applied,
                                          std::string_view target) const;

 private:
  std::size_t number(const std::string& id) const;
  void index_ids();
  void link();
  void sort();
  std::string resolve(const Header& header, const std::string& name, std::string_view what) const;
  // Marks what is reached over parents and dependencies from `start`, which is marked itself only if
  // `with_start`.
  std::vector<bool> reached(const std::vector<std::string>& start, bool with_start) const;
  std::vector<std::string> in_order(const std::vector<bool>& marked) const;
  void check_applied(const std::vector<std::string>& applied) const;
  std::string how_to_join(const std::string& older, const std::string& newer) const;

  std::vector<Header> headers_;
  std::map<std::string, std::size_t, std::less<>> number_, label_;
  std::vector<std::vector<std::size_t>> before_;  // parents and dependencies
  std::vector<std::vector<std::string>> children_;
  std::vector<std::string> heads_, bases_, order_;
  std::vector<std::size_t> rank_;  // place in order_
};

}  // namespace migrate::revision
