// The directed acyclic graph of revisions.
//
// An arrow goes from a revision to its parents (down_revision) and to what it depends on (depends_on). A head
// is no revision's parent; an *effective* head is no revision's dependency either: those are the rows of the
// version table of a database that has them all. What a database has is always closed: with a revision it has
// all that this one's arrows lead to.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "revision/script.hpp"

namespace migrate::revision {

enum class Arrows { parents, all };  // down_revision alone; depends_on, too

class Graph {
 public:
  using Ids = std::vector<std::string>;
  using Set = std::vector<bool>;  // of revisions, by number()

  // `headers` in order of file name. A parent that a squash replaces is the squash from here on. Throws
  // Error(failed), always naming the files, for: ids, labels and replaced ids that two scripts have; parents
  // and dependencies that none has; revisions that name themselves; cycles.
  explicit Graph(std::vector<Header> headers);

  bool empty() const { return headers_.empty(); }
  std::size_t size() const { return headers_.size(); }
  const Ids& heads() const { return heads_; }  // in file order, as all that follows unless it says otherwise
  const Ids& bases() const { return bases_; }
  // All, each after what its arrows lead to, every head's revisions together: the order of a run.
  const Ids& order() const { return order_; }
  // All, each before what its arrows lead to, every line together: the order of a run back.
  const Ids& order_down() const { return order_down_; }
  std::size_t number(const std::string& id) const;  // of a full id that exists, from 0 in file order
  const Header& at(const std::string& id) const { return headers_[number(id)]; }
  const Header& at(std::size_t number) const { return headers_[number]; }
  bool contains(const std::string& id) const { return number_.count(id) != 0; }
  const Ids& children(const std::string& id) const { return children_[number(id)]; }
  bool is_branch_point(const std::string& id) const { return children(id).size() > 1; }
  bool is_merge_point(const std::string& id) const { return at(id).down_revisions.size() > 1; }
  const std::vector<std::size_t>& before(std::size_t number) const { return before_[number]; }  // all arrows

  // The revisions themselves, and all that their arrows lead to, or that lead to them.
  Set below(const Ids& ids, Arrows arrows = Arrows::all) const;
  Set above(const Ids& ids, Arrows arrows = Arrows::all) const;
  Ids listed(const Set& set) const;                                            // in order()
  Ids listed_down(const Set& set) const;                                       // in order_down()
  bool is_ancestor(const std::string& ancestor, const std::string& id) const;  // or equal; over all arrows
  Ids ancestors(const Ids& ids) const { return listed(below(ids)); }
  // Those of `ids` that no other of them comes after: the rows of the version table once `ids` are applied.
  Ids effective_heads(const Ids& ids) const;
  Ids effective_heads() const { return effective_heads(heads_); }

  // The line of a revision: itself, all that comes after it and all before it, over parents. Its own part is
  // without what lies at or before the last branch or merge point. A label names the line of its revision.
  Set line(const std::string& id) const;
  Set own_line(const std::string& id) const;
  // The labels in whose own line it is, sorted.
  Ids labels_of(const std::string& id) const;

  // The one effective head; "" for an empty graph. Throws Error(undecided) when there are several, naming
  // their files and the ways on.
  std::string head() const;
  // "d1 (migrations/d1.sql), d2 (migrations/d2.sql)"
  std::string with_files(const Ids& ids) const;

  // An id, a unique prefix of one, or a branch label (of its own revision); `branch` (a full id): in its line
  // only. Throws Error(usage) for an unknown one (with the nearest), for an ambiguous prefix (naming the
  // candidates), and for one of another line.
  const Header& find(std::string_view id_or_prefix, const std::string& branch = {}) const;
  const Header* find_label(const std::string& label) const;
  // As find() of the name before @, for which the error speaks of a branch.
  const Header& find_branch(const std::string& name) const;

  // A row of the version table as a revision of these scripts: itself, or the squash whose last replaced one
  // it is. nullopt: no script has it, or it lies within what a squash replaces.
  std::optional<std::string> revision_of_row(const std::string& row) const;
  // The squash that replaces it, or none.
  const Header* replaced_by(const std::string& id) const;

 private:
  void index();
  void index_replaced();
  void link();
  void sort();
  std::size_t resolve(const Header& header, const std::string& name, bool dependency) const;
  Set reached(const Ids& from, const std::vector<std::vector<std::size_t>>& arrows) const;
  Ids known_names() const;

  std::vector<Header> headers_;
  std::unordered_map<std::string, std::size_t> number_, label_, replaced_;
  using Links = std::vector<std::vector<std::size_t>>;
  Links parents_, before_;       // parents; parents and dependencies
  Links child_numbers_, after_;  // the other way round
  std::vector<Ids> children_;
  Ids heads_, bases_, order_, order_down_;
  std::vector<std::size_t> up_, down_;  // order() and order_down() by number
};

}  // namespace migrate::revision
