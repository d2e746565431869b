// What people write where a revision is meant: head, 7c1f, shop@head-1, +2. Parsed here and nowhere else.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "revision/graph.hpp"

namespace migrate::revision {

// [BRANCH@]ANCHOR[+N|-N], or [BRANCH@]+N and [BRANCH@]-N from where the database is.
struct TargetExpression {
  enum class Anchor { revision, head, heads, base, current };
  std::string branch;  // a label, or an id or its beginning; empty: none is said
  Anchor anchor = Anchor::current;
  std::string revision;  // of Anchor::revision: an id, its beginning, or a label
  int offset = 0;

  bool operator==(const TargetExpression&) const = default;
  bool is(Anchor which) const { return anchor == which && offset == 0; }
  std::string text() const;
};

// FROM:TO, each side may be missing.
struct RangeExpression {
  std::optional<TargetExpression> from, to;
  bool operator==(const RangeExpression&) const = default;
};

// Throw Error(usage) for what has not this form.
TargetExpression parse_target(std::string_view text);
std::vector<TargetExpression> parse_targets(const std::vector<std::string>& texts);
RangeExpression parse_range(std::string_view text);

struct Resolved {
  std::vector<std::string> revisions;  // full ids; none: base
  std::string branch;                  // the revision that names the branch; empty: none is said
};

// What becomes of an offset that leads beyond the base.
enum class BeyondBase { refuse, stop };

// `rows`: the rows of the version table as revisions of `graph`; nullopt where no database is asked, and then
// `current`, +N and -N are refused. An offset goes over parents, and within the branch if one is said. Throws
// Error(usage) for what no script has and for an offset that leads too far, Error(undecided) where there are
// several ways to go or several heads, naming them and their files.
Resolved resolve(const Graph& graph, const TargetExpression& target,
                 const std::optional<std::vector<std::string>>& rows = std::nullopt,
                 BeyondBase beyond = BeyondBase::refuse);
// The one revision that it means; throws Error(usage) for base, and where it means several.
std::string resolve_one(const Graph& graph, const TargetExpression& target,
                        const std::optional<std::vector<std::string>>& rows = std::nullopt);

}  // namespace migrate::revision
