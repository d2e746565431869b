// The scenarios of Alembic's graph, by number, each with the rows that the version table goes through.
#include "revision/path.hpp"

#include <algorithm>
#include <chrono>

#include "tests/support/require_error.hpp"
#include "tests/unit/revision/graphs.hpp"

using namespace migrate;
using namespace migrate::revision;
using namespace migrate::test;

namespace {

Ids up(const Graph& graph, const Ids& rows, const Ids& targets) {
  return upgrade_path(graph, rows, parse_targets(targets));
}
Ids down(const Graph& graph, const Ids& rows, const std::string& target) {
  return downgrade_path(graph, rows, parse_target(target));
}
Ids stamp(const Graph& graph, const Ids& rows, const Ids& targets) {
  return stamped_rows(graph, rows, parse_targets(targets));
}
Ids after_up(const Graph& graph, const Ids& rows, const Ids& path) {
  Rows now(graph, rows);
  for (const auto& id : path) {
    for (const auto n : graph.before(graph.number(id))) CHECK(now.applied(graph.at(n).id));
    now.up(id);
  }
  return now.list();
}
Ids after_down(const Graph& graph, const Ids& rows, const Ids& path) {
  Rows now(graph, rows);
  for (const auto& id : path) {
    CHECK(now.has(id));
    now.down(id);
  }
  return now.list();
}
Ids listed(const Graph& graph, const std::string& text, const std::optional<Ids>& rows = std::nullopt) {
  return range(graph, parse_range(text), rows);
}

// x1 x2, and y1 y2 with y2 depending on x1
Graph depending() {
  return Graph({rev("x1", {}, {}, {"x"}), rev("x2", {"x1"}), rev("y1"), rev("y2", {"y1"}, {"x1"})});
}

}  // namespace

TEST_CASE("scenarios 1 and 2: nothing to take back") {
  CHECK(down(line(), {}, "base").empty());
  CHECK(down(line(), {"d"}, "d").empty());
}

TEST_CASE("scenario 3: up a line") {
  CHECK(up(line(), {"c"}, {"e"}) == Ids{"d", "e"});
  CHECK(after_up(line(), {"c"}, {"d", "e"}) == Ids{"e"});
  CHECK(up(line(), {}, {"head"}) == Ids{"a", "b", "c", "d", "e"});
  CHECK(up(line(), {"e"}, {"head"}).empty());
  CHECK(up(line(), {"c"}, {"c"}).empty());
  CHECK(up(line(), {"c"}, {"current"}).empty());
  CHECK(up(Graph({}), {}, {"head"}).empty());
  CHECK(up(Graph({}), {}, {"heads"}).empty());
}

TEST_CASE("scenario 4: so many up") {
  CHECK(up(line(), {"a"}, {"+2"}) == Ids{"b", "c"});
  CHECK(up(line(), {"a"}, {"b+2"}) == Ids{"b", "c", "d"});
  CHECK(up(line(), {"a"}, {"d-2"}) == Ids{"b"});
  CHECK(up(line(), {}, {"+1"}) == Ids{"a"});
}

TEST_CASE("scenario 5: too many up, and the wrong sign") {
  REQUIRE_ERROR(up(line(), {"b"}, {"+5"}), ExitCode::usage,
                "+5 goes beyond the head: only 3 revisions come after b");
  REQUIRE_ERROR(up(line(), {"b"}, {"-2"}), ExitCode::usage, "'-2' is a target of downgrade, not of upgrade");
}

TEST_CASE("scenario 6: so many down") {
  CHECK(down(line(), {"e"}, "-3") == Ids{"e", "d", "c"});
  CHECK(after_down(line(), {"e"}, {"e", "d", "c"}) == Ids{"b"});
  CHECK(down(line(), {"d"}, "a+2") == Ids{"d"});
  CHECK(down(line(), {"d"}, "c-2") == Ids{"d", "c", "b"});
  CHECK(down(line(), {"e"}, "base") == Ids{"e", "d", "c", "b", "a"});
  CHECK(down(line(), {"c"}, "a-1") == Ids{"c", "b", "a"});
}

TEST_CASE("scenario 7: too many down, and the wrong sign") {
  REQUIRE_ERROR(down(line(), {"b"}, "+2"), ExitCode::usage, "'+2' is a target of upgrade, not of downgrade");
  REQUIRE_ERROR(down(line(), {"b"}, "head"), ExitCode::usage,
                "'head' is a target of upgrade, not of downgrade");
  REQUIRE_ERROR(down(line(), {}, "-1"), ExitCode::usage, "-1 goes beyond the base: no revision is applied");
  REQUIRE_ERROR(down(line(), {"b"}, "-3"), ExitCode::usage,
                "-3 goes beyond the base: 2 revisions are applied");
}

TEST_CASE("scenario 8: down to what is not applied") {
  REQUIRE_ERROR(
      down(line(), {"b"}, "c"), ExitCode::usage,
      "the database does not have c: it is at b\n  hint: downgrade goes back to a revision that is applied");
}

TEST_CASE("scenario 9: up two branches at once") {
  CHECK(up(branched(), {"a"}, {"d1", "d2"}) == Ids{"b", "c1", "d1", "c2", "d2"});
  CHECK(up(branched(), {"a"}, {"heads"}) == Ids{"b", "c1", "d1", "c2", "d2"});
  CHECK(after_up(branched(), {"a"}, {"b", "c1", "d1", "c2", "d2"}) == Ids{"d1", "d2"});
  CHECK(up(branched(), {"d1"}, {"d2"}) == Ids{"c2", "d2"});
}

TEST_CASE("scenario 10: down across a branch point") {
  CHECK(down(branched(), {"d1", "d2"}, "a") == Ids{"d1", "c1", "d2", "c2", "b"});
  CHECK(after_down(branched(), {"d1", "d2"}, {"d1", "c1", "d2", "c2", "b"}) == Ids{"a"});
}

TEST_CASE("scenario 11: down on one branch to what both have") {
  CHECK(down(branched(), {"d1", "d2"}, "c2branch@base+2") == Ids{"d2", "c2"});
  CHECK(after_down(branched(), {"d1", "d2"}, {"d2", "c2"}) == Ids{"d1"});
  CHECK(down(branched(), {"d1", "d2"}, "c2branch@b") == Ids{"d2", "c2"});
  CHECK(down(branched(), {"d1", "d2"}, "base+2") == Ids{"d1", "c1", "d2", "c2"});
}

TEST_CASE("scenario 12: one down from two rows is refused, with a branch it is not") {
  REQUIRE_ERROR(down(branched(), {"d1", "d2"}, "-1"), ExitCode::undecided,
                "-1 does not say which branch to go back on: it is at d1, d2\n"
                "  hint: name the revision to go back to, or a branch: d1@-1");
  CHECK(down(branched(), {"d1", "d2"}, "c1branch@-1") == Ids{"d1"});
  CHECK(down(branched(), {"d1", "d2"}, "d2@-2") == Ids{"d2", "c2"});
  CHECK(down(merged(), {"f"}, "-2") == Ids{"f", "e"});
  REQUIRE_ERROR(down(merged(), {"f"}, "-3"), ExitCode::undecided,
                "-3 does not say which branch to go back on: it is at c1, c2 after 2 revisions\n"
                "  hint: name the revision to go back to, or a branch: c1@-1");
}

TEST_CASE("scenario 13: one up on a branch") {
  CHECK(up(branched(), {"c1"}, {"c2branch@+1"}) == Ids{"c2"});
  CHECK(up(branched(), {"c1", "c2"}, {"c2branch@+1"}) == Ids{"d2"});
  CHECK(up(branched(), {}, {"c2branch@+3"}) == Ids{"a", "b", "c2"});
}

TEST_CASE("scenario 14: one up from two rows is refused") {
  REQUIRE_ERROR(up(branched(), {"c1", "c2"}, {"+1"}), ExitCode::undecided,
                "+1 does not say which way to go: the database is at c1 (m/c1.sql), c2 (m/c2.sql)\n"
                "  hint: name the revision, or a branch: c1@+1");
  REQUIRE_ERROR(up(branched(), {"b"}, {"+1"}), ExitCode::undecided,
                "+1 does not say which way to go from b: c1 (m/c1.sql), c2 (m/c2.sql)\n"
                "  hint: name the revision, or a branch: c1@+1");
  REQUIRE_ERROR(up(branched(), {"d1", "c2"}, {"+1"}), ExitCode::undecided,
                "+1 does not say which way to go: the database is at c2 (m/c2.sql), d1 (m/d1.sql)\n"
                "  hint: name the revision, or a branch: c2@+1");
  CHECK(up(merged(), {"c1", "c2"}, {"+1"}) == Ids{"e"});
}

TEST_CASE("scenario 15: up across a merge") {
  CHECK(up(merged(), {"b"}, {"e"}) == Ids{"c1", "c2", "e"});
  CHECK(up(merged(), {"c1"}, {"head"}) == Ids{"c2", "e", "f"});
  const auto graph = merged();
  Rows now(graph, {"c1"});
  now.up("c2");
  CHECK(now.list() == Ids{"c1", "c2"});
  now.up("e");
  CHECK(now.list() == Ids{"e"});
}

TEST_CASE("scenario 16: down across a merge") {
  CHECK(down(merged(), {"f"}, "b") == Ids{"f", "e", "c1", "c2"});
  CHECK(after_down(merged(), {"f"}, {"f", "e"}) == Ids{"c1", "c2"});
  CHECK(after_down(merged(), {"f"}, {"f", "e", "c1", "c2"}) == Ids{"b"});
  CHECK(down(merged(), {"e"}, "-1") == Ids{"e"});
  CHECK(down(merged(), {"f"}, "c1") == Ids{"f", "e"});
}

TEST_CASE("scenario 17: a stamp below two rows takes the place of both") {
  CHECK(stamp(branched(), {"d1", "c2"}, {"b"}) == Ids{"b"});
}

TEST_CASE("scenario 18: a stamp on one branch") {
  CHECK(stamp(branched(), {"d1", "c2"}, {"c2branch@head"}) == Ids{"d1", "d2"});
  CHECK(stamp(branched(), {"d1", "c2"}, {"c1branch@base"}) == Ids{"c2"});
  CHECK(stamp(branched(), {"d1", "c2"}, {"base"}).empty());
}

TEST_CASE("scenario 19: a stamp with nothing to do") {
  CHECK(stamp(branched(), {"d1", "d2"}, {"heads"}) == Ids{"d1", "d2"});
  CHECK(stamp(Graph({}), {}, {"heads"}).empty());
  CHECK(stamp(depending(), {}, {"heads"}) == Ids{"x2", "y2"});
  REQUIRE_ERROR(
      stamp(branched(), {}, {"head"}), ExitCode::undecided,
      "there are 2 heads: d1 (m/d1.sql), d2 (m/d2.sql)\n"
      "  hint: heads means all of them, d2 or LABEL@head one; migrate rebase d2 --onto d1 puts one on "
      "top of the other, migrate merge d1 d2 joins them");
}

TEST_CASE("scenario 20: up to what depends on another line") {
  CHECK(up(depending(), {}, {"y2"}) == Ids{"x1", "y1", "y2"});
  CHECK(after_up(depending(), {}, {"x1", "y1", "y2"}) == Ids{"y2"});
}

TEST_CASE("scenario 21: a line goes with what depends on it") {
  CHECK(down(depending(), {"y2"}, "x@base") == Ids{"y2", "x1"});
  CHECK(after_down(depending(), {"y2"}, {"y2", "x1"}) == Ids{"y1"});
  CHECK(down(depending(), {"x2", "y2"}, "y1") == Ids{"y2"});
}

TEST_CASE("scenario 22: a parent that another line needs has no row") {
  const Graph graph({rev("b"), rev("c1", {"b"}), rev("d1", {"c1"}), rev("c2", {"b"}, {"c1"})});
  CHECK(down(graph, {"d1", "c2"}, "d1@-1") == Ids{"d1"});
  CHECK(after_down(graph, {"d1", "c2"}, {"d1"}) == Ids{"c2"});
}

TEST_CASE("scenario 23: dependencies that cross") {
  const Graph graph(
      {rev("a1"), rev("a2", {"a1"}), rev("b1"), rev("a3", {"a2"}, {"b1"}), rev("b2", {"b1"}, {"a2"})});
  CHECK(down(graph, {"a3", "b2"}, "b1") == Ids{"b2"});
  CHECK(after_down(graph, {"a3", "b2"}, {"b2"}) == Ids{"a3"});
}

TEST_CASE("scenario 24: a dependency named twice, and one on the parent") {
  const Graph twice(
      {rev("a", {}, {}, {"shop"}), rev("b1"), rev("b2", {"b1"}, {"a"}), rev("b3", {"b2"}, {"a"})});
  CHECK(down(twice, {"b3"}, "-1") == Ids{"b3"});
  CHECK(after_down(twice, {"b3"}, {"b3"}) == Ids{"b2"});
  const Graph parent({rev("a", {}, {}, {"shop"}), rev("b", {"a"}, {"a"}), rev("c", {"b"}, {"shop"})});
  CHECK(up(parent, {}, {"head"}) == Ids{"a", "b", "c"});
  CHECK(down(parent, {"c"}, "-1") == Ids{"c"});
  CHECK(after_down(parent, {"c"}, {"c", "b"}) == Ids{"a"});
}

TEST_CASE("scenario 25: down from a merge of two of which one depends on the other") {
  const Graph graph({rev("a1"), rev("b1", {}, {"a1"}), rev("m", {"a1", "b1"})});
  CHECK(down(graph, {"m"}, "-1") == Ids{"m"});
  CHECK(after_down(graph, {"m"}, {"m"}) == Ids{"b1"});
}

TEST_CASE("scenario 27: every tree of a forest in one piece") {
  const Graph graph(
      {rev("x1"), rev("y1"), rev("z1"), rev("x2", {"x1"}), rev("y2", {"y1"}), rev("z2", {"z1"})});
  CHECK(up(graph, {}, {"heads"}) == Ids{"x1", "x2", "y1", "y2", "z1", "z2"});
  CHECK(down(graph, {"x2", "y2", "z2"}, "y1") == Ids{"y2"});
}

TEST_CASE("scenario 32: targets of which one comes after the other") {
  REQUIRE_ERROR(up(line(), {}, {"a", "c"}), ExitCode::usage,
                "of the targets c and a one comes after the other: a (m/a.sql), c (m/c.sql)\n"
                "  hint: c alone says the same");
  CHECK(up(branched(), {"b"}, {"d1", "d1"}) == Ids{"c1", "d1"});
}

TEST_CASE("scenario 33: a range in the wrong direction") {
  REQUIRE_ERROR(listed(branched(), "d1:b"), ExitCode::usage,
                "b does not come after d1: the range has nothing in it\n  hint: did you mean b:d1?");
  REQUIRE_ERROR(listed(branched(), "c1:d2"), ExitCode::usage,
                "d2 does not come after c1: the range has nothing in it\n  hint: did you mean d2:c1?");
}

TEST_CASE("scenario 39: a stamp of revisions of which one comes after the other is refused") {
  const Graph graph({rev("a"), rev("e", {"a"}), rev("f", {"a"})});
  REQUIRE_ERROR(stamp(graph, {}, {"a", "e", "f"}), ExitCode::usage,
                "of the targets e and a one comes after the other: a (m/a.sql), e (m/e.sql)\n"
                "  hint: e alone says the same");
  CHECK(stamp(graph, {}, {"e", "f"}) == Ids{"e", "f"});
}

TEST_CASE("scenario 44: ranges") {
  const auto graph = line();
  CHECK(listed(graph, "b:d") == Ids{"b", "c", "d"});
  CHECK(listed(graph, ":b") == Ids{"a", "b"});
  CHECK(listed(graph, "base:b") == Ids{"a", "b"});
  CHECK(listed(graph, "d:") == Ids{"d", "e"});
  CHECK(listed(graph, "d:head") == Ids{"d", "e"});
  CHECK(listed(graph, "b:+2") == Ids{"b", "c", "d"});
  CHECK(listed(graph, "-2:d") == Ids{"b", "c", "d"});
  CHECK(listed(graph, "-5:c") == Ids{"a", "b", "c"});
  CHECK(listed(graph, "-1:") == Ids{"d", "e"});
  CHECK(listed(graph, "current:", Ids{"d"}) == Ids{"d", "e"});
  CHECK(listed(graph, "-1:current", Ids{"d"}) == Ids{"c", "d"});
  CHECK(listed(graph, ":") == Ids{"a", "b", "c", "d", "e"});
  CHECK(listed(branched(), "c1:") == Ids{"c1", "d1"});
  CHECK(listed(branched(), "b:") == Ids{"b", "c1", "d1", "c2", "d2"});
  CHECK(listed(branched(), "c2branch@base:c2branch@head") == Ids{"a", "b", "c2", "d2"});
  REQUIRE_ERROR(listed(graph, "-1:+1"), ExitCode::usage,
                "of a range only one side can be counted from the other");
  REQUIRE_ERROR(listed(graph, "+1:d"), ExitCode::usage,
                "'+1' leads out of the range\n  hint: write -N:TO, or FROM:+N");
  REQUIRE_ERROR(listed(graph, "current:"), ExitCode::usage,
                "'current' is counted from where a database is, and none is asked here");
}

TEST_CASE("trap: rows of which one implies the other are put right, and nothing more is taken back") {
  CHECK(down(branched(), {"a", "c2"}, "-1") == Ids{"c2"});
  CHECK(after_down(branched(), {"a", "c2"}, {"c2"}) == Ids{"b"});
  CHECK(up(branched(), {"a", "c2"}, {"d2"}) == Ids{"d2"});
  CHECK(stamp(branched(), {"a", "c2"}, {"d1"}) == Ids{"c2", "d1"});
}

TEST_CASE("trap: a branch that shares its root goes alone") {
  CHECK(down(branched(), {"d1", "d2"}, "c1branch@base") == Ids{"d1", "c1"});
  CHECK(after_down(branched(), {"d1", "d2"}, {"d1", "c1"}) == Ids{"d2"});
  CHECK(down(branched(), {"d1"}, "c1branch@base") == Ids{"d1", "c1", "b", "a"});
  CHECK(down(branched(), {"c2"}, "c1branch@base").empty());
}

TEST_CASE("trap: an upgrade that would do nothing says why") {
  REQUIRE_ERROR(up(line(), {"d"}, {"b"}), ExitCode::usage,
                "the database is already past b: it is at d\n  hint: migrate downgrade b goes back to it");
  REQUIRE_ERROR(up(line(), {"b"}, {"base"}), ExitCode::usage,
                "'base' is a target of downgrade, not of upgrade");
}

TEST_CASE("paths over ten thousand revisions take no time") {
  std::vector<Header> headers{rev("r10000")};
  for (int i = 10001; i < 20000; ++i)
    headers.push_back(rev("r" + std::to_string(i), {"r" + std::to_string(i - 1)}));
  const Graph graph(std::move(headers));
  const auto begin = std::chrono::steady_clock::now();
  const auto path = up(graph, {}, {"head"});
  CHECK(path.size() == 10000);
  Rows rows(graph, {});
  for (const auto& id : path) rows.up(id);
  CHECK(rows.list() == Ids{"r19999"});
  CHECK(down(graph, {"r19999"}, "r10000").size() == 9999);
  CHECK(down(graph, {"r19999"}, "-9999").size() == 9999);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
}
