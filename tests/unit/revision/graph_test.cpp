#include "revision/graph.hpp"

#include <chrono>

#include "tests/support/require_error.hpp"

using namespace migrate;
using namespace migrate::revision;

namespace {

using Ids = std::vector<std::string>;

Header rev(std::string id, Ids parents = {}, Ids depends = {}, Ids labels = {}) {
  Header header;
  header.path = "m/" + id + ".sql";
  header.id = std::move(id);
  header.down_revisions = std::move(parents);
  header.depends_on = std::move(depends);
  header.branch_labels = std::move(labels);
  header.down_revision_line = 2;
  return header;
}

Graph line() { return Graph({rev("a"), rev("b", {"a"}), rev("c", {"b"}), rev("d", {"c"}), rev("e", {"d"})}); }
Graph branched() {
  return Graph(
      {rev("a"), rev("b", {"a"}), rev("c1", {"b"}), rev("c2", {"b"}), rev("d1", {"c1"}), rev("d2", {"c2"})});
}
Graph merged() {
  return Graph({rev("a"), rev("b", {"a"}), rev("c1", {"b"}), rev("c2", {"b"}), rev("e", {"c1", "c2"}),
                rev("f", {"e"})});
}

}  // namespace

TEST_CASE("heads, bases, branch and merge points") {
  const auto graph = branched();
  CHECK(graph.heads() == Ids{"d1", "d2"});
  CHECK(graph.bases() == Ids{"a"});
  CHECK(graph.children("b") == Ids{"c1", "c2"});
  CHECK(graph.is_branch_point("b"));
  CHECK_FALSE(graph.is_branch_point("c1"));
  CHECK(merged().is_merge_point("e"));
  CHECK(merged().heads() == Ids{"f"});
  CHECK(Graph({}).empty());
  CHECK(Graph({}).head().empty());
  CHECK(line().head() == "e");
  CHECK(merged().order() == Ids{"a", "b", "c1", "c2", "e", "f"});
  CHECK(Graph({rev("1", {"2"}), rev("2", {"3"}), rev("3")}).order() == Ids{"3", "2", "1"});
}

TEST_CASE("ancestors go over parents and dependencies") {
  const Graph graph({rev("x1"), rev("x2", {"x1"}), rev("y1"), rev("y2", {"y1"}, {"x1"})});
  CHECK(graph.ancestors({"y2"}) == Ids{"x1", "y1", "y2"});
  CHECK(graph.is_ancestor("x1", "y2"));
  CHECK(graph.is_ancestor("y2", "y2"));
  CHECK_FALSE(graph.is_ancestor("x2", "y2"));
  CHECK_FALSE(graph.is_ancestor("y2", "x1"));
  CHECK(graph.heads() == Ids{"x2", "y2"});
  CHECK(graph.effective_heads({"x1", "y1", "y2"}) == Ids{"y2"});
  CHECK(graph.effective_heads({"y2", "x1", "x2", "x2"}) == Ids{"x2", "y2"});
}

TEST_CASE("a head that another one depends on is no head to choose") {
  const Graph graph({rev("x1"), rev("y1"), rev("y2", {"y1"}, {"x1"})});
  CHECK(graph.heads() == Ids{"x1", "y2"});
  CHECK(graph.head() == "y2");
}

TEST_CASE("several heads are named with the edit that settles it") {
  REQUIRE_ERROR(branched().head(), ExitCode::undecided,
                "there are 2 heads: d1 (m/d1.sql), d2 (m/d2.sql)\n"
                "  hint: to let d2 come after d1, change line 2 of m/c2.sql to: -- migrate:down_revision d1");
  REQUIRE_ERROR(Graph({rev("a"), rev("b")}).head(), ExitCode::undecided,
                "there are 2 heads: a (m/a.sql), b (m/b.sql)\n"
                "  hint: to let b come after a, change line 2 of m/b.sql to: -- migrate:down_revision a");
  REQUIRE_ERROR(Graph({rev("a"), rev("b", {"a"}), rev("c", {"a"}), rev("d", {"a"})}).head(),
                ExitCode::undecided,
                "there are 3 heads: b (m/b.sql), c (m/c.sql), d (m/d.sql)\n"
                "  hint: to let c come after b, change line 2 of m/c.sql to: -- migrate:down_revision b\n"
                "  hint: to let d come after c, change line 2 of m/d.sql to: -- migrate:down_revision c");
  REQUIRE_ERROR(
      Graph({rev("a"), rev("b", {"a"}), rev("c", {"a"}), rev("d", {"a"}), rev("e", {"c", "d"})}).head(),
      ExitCode::undecided,
      "there are 2 heads: b (m/b.sql), e (m/e.sql)\n"
      "  hint: join them by a script that has -- migrate:down_revision b e and an empty section -- "
      "migrate:up");
}

TEST_CASE("the edit that is proposed settles it") {
  auto headers =
      std::vector<Header>{rev("a"), rev("b1", {"a"}), rev("b2", {"b1"}), rev("c1", {"a"}), rev("c2", {"c1"})};
  CHECK_THROWS_AS(Graph(headers).head(), Error);
  headers[3].down_revisions = {"b2"};
  CHECK(Graph(headers).head() == "c2");
}

TEST_CASE("broken graphs name their files") {
  REQUIRE_ERROR(Graph({rev("a"), rev("b", {"a"}),
                       [] {
                         auto h = rev("b", {"a"});
                         h.path = "m/x.sql";
                         return h;
                       }()}),
                ExitCode::failed,
                "two scripts have the revision id b: m/b.sql and m/x.sql\n  hint: give one of them an id of "
                "its own, or remove it");
  REQUIRE_ERROR(
      Graph({rev("aaaa1111"), rev("b", {"aaaa1112"})}), ExitCode::failed,
      "m/b.sql:2: the down_revision aaaa1112 of revision b is in no script\n  hint: did you mean aaaa1111?");
  REQUIRE_ERROR(Graph({rev("a"), rev("b", {"missing99"})}), ExitCode::failed,
                "m/b.sql:2: the down_revision missing99 of revision b is in no script\n"
                "  hint: the script is missing, or was not checked out");
  REQUIRE_ERROR(Graph({rev("a"), rev("b", {"a"}, {"elsewhere"})}), ExitCode::failed,
                "m/b.sql:2: the depends_on elsewhere of revision b is in no script\n"
                "  hint: the script is missing, or was not checked out");
  REQUIRE_ERROR(Graph({rev("a", {"a"})}), ExitCode::failed,
                "m/a.sql:2: revision a names itself as its down_revision");
  REQUIRE_ERROR(Graph({rev("a", {}, {"a"})}), ExitCode::failed,
                "m/a.sql:2: revision a names itself as its depends_on");
  REQUIRE_ERROR(Graph({rev("a", {}, {"shop"}, {"shop"})}), ExitCode::failed,
                "m/a.sql:2: revision a depends on itself, by its label shop");
  REQUIRE_ERROR(Graph({rev("a", {"c"}), rev("b", {"a"}), rev("c", {"b"})}), ExitCode::failed,
                "these revisions each come before the other: b (m/b.sql), c (m/c.sql), a (m/a.sql)\n"
                "  hint: one of them has the wrong down_revision or depends_on");
  REQUIRE_ERROR(Graph({rev("a", {}, {"b"}), rev("b", {"a"})}), ExitCode::failed,
                "these revisions each come before the other: b (m/b.sql), a (m/a.sql)\n"
                "  hint: one of them has the wrong down_revision or depends_on");
  REQUIRE_ERROR(Graph({rev("a", {}, {}, {"shop"}), rev("b", {"a"}, {}, {"shop"})}), ExitCode::failed,
                "two scripts have the branch label shop: m/a.sql and m/b.sql");
  REQUIRE_ERROR(Graph({rev("a", {}, {}, {"b"}), rev("b", {"a"})}), ExitCode::failed,
                "the branch label b of m/a.sql is also the revision id of m/b.sql");
}

TEST_CASE("revisions are found by id, unique prefix or label") {
  const Graph graph(
      {rev("ae10"), rev("ae1055", {"ae10"}), rev("ae27", {"ae1055"}), rev("bc1", {"ae27"}, {}, {"shop"})});
  CHECK(graph.find("ae10").id == "ae10");
  CHECK(graph.find("ae105").id == "ae1055");
  CHECK(graph.find("b").id == "bc1");
  CHECK(graph.find("shop").id == "bc1");
  REQUIRE_ERROR(graph.find("ae1").id, ExitCode::usage,
                "'ae1' is the beginning of 2 revisions: ae10 (m/ae10.sql), ae1055 (m/ae1055.sql)\n  hint: "
                "give more of its digits");
  REQUIRE_ERROR(graph.find("ae28").id, ExitCode::usage,
                "no script has the revision 'ae28'\n  hint: did you mean ae27?");
  REQUIRE_ERROR(graph.find("").id, ExitCode::usage,
                "no script has the revision ''\n  hint: migrate history lists them");
  REQUIRE_ERROR(graph.find("zzzzzz").id, ExitCode::usage,
                "no script has the revision 'zzzzzz'\n  hint: migrate history lists them");
}

TEST_CASE("paths up a line") {
  const auto graph = line();
  CHECK(graph.upgrade_path({}, "head") == Ids{"a", "b", "c", "d", "e"});
  CHECK(graph.upgrade_path({"c"}, "e") == Ids{"d", "e"});
  CHECK(graph.upgrade_path({"a"}, "+2") == Ids{"b", "c"});
  CHECK(graph.upgrade_path({"e"}, "head").empty());
  CHECK(graph.upgrade_path({"c"}, "c").empty());
  CHECK(Graph({}).upgrade_path({}, "head").empty());
  REQUIRE_ERROR(graph.upgrade_path({"d"}, "b"), ExitCode::usage,
                "the database is already past b: it is at d\n  hint: migrate downgrade b goes back to it");
  REQUIRE_ERROR(graph.upgrade_path({"b"}, "+5"), ExitCode::usage,
                "+5 goes beyond the head: 3 revisions are left to apply");
  REQUIRE_ERROR(graph.upgrade_path({"e"}, "+1"), ExitCode::usage,
                "+1 goes beyond the head: no revision is left to apply");
  REQUIRE_ERROR(graph.upgrade_path({"b"}, "-2"), ExitCode::usage,
                "'-2' is a target of downgrade, not of upgrade");
  REQUIRE_ERROR(graph.upgrade_path({"b"}, "base"), ExitCode::usage,
                "'base' is a target of downgrade, not of upgrade");
  REQUIRE_ERROR(graph.upgrade_path({"b"}, "+x"), ExitCode::usage,
                "'+x' is not a number of revisions\n  hint: write +1, +2 and so on");
  REQUIRE_ERROR(graph.upgrade_path({"gone"}, "head"), ExitCode::ahead,
                "the database is at revision gone, which no script has\n"
                "  hint: it was changed from another checkout: get that revision's script, or go back from "
                "the checkout that has it");
}

TEST_CASE("paths down a line") {
  const auto graph = line();
  CHECK(graph.downgrade_path({"e"}, "-3") == Ids{"e", "d", "c"});
  CHECK(graph.downgrade_path({"e"}, "base") == Ids{"e", "d", "c", "b", "a"});
  CHECK(graph.downgrade_path({"d"}, "b") == Ids{"d", "c"});
  CHECK(graph.downgrade_path({"d"}, "d").empty());
  CHECK(graph.downgrade_path({}, "base").empty());
  REQUIRE_ERROR(
      graph.downgrade_path({"b"}, "c"), ExitCode::usage,
      "the database does not have c: it is at b\n  hint: downgrade goes back to a revision that is applied");
  REQUIRE_ERROR(graph.downgrade_path({"b"}, "-3"), ExitCode::usage,
                "-3 goes beyond the base: 2 revisions are applied");
  REQUIRE_ERROR(graph.downgrade_path({}, "-1"), ExitCode::usage,
                "-1 goes beyond the base: no revision is applied");
  REQUIRE_ERROR(graph.downgrade_path({"b"}, "+1"), ExitCode::usage,
                "'+1' is a target of upgrade, not of downgrade");
  REQUIRE_ERROR(graph.downgrade_path({"b"}, "head"), ExitCode::usage,
                "'head' is a target of upgrade, not of downgrade");
  REQUIRE_ERROR(graph.downgrade_path({"b"}, "-99999999999999999999"), ExitCode::usage,
                "'-99999999999999999999' is not a number of revisions\n  hint: write -1, -2 and so on");
}

TEST_CASE("paths over branches and merges") {
  const auto branches = branched();
  CHECK(branches.upgrade_path({"b"}, "d2") == Ids{"c2", "d2"});
  CHECK_THROWS_AS(branches.upgrade_path({"b"}, "head"), Error);
  CHECK_THROWS_AS(branches.upgrade_path({"b"}, "+1"), Error);
  REQUIRE_ERROR(branches.upgrade_path({"d1"}, "d2"), ExitCode::usage,
                "the database is at d1, from which no revision leads to d2\n  hint: they are on different "
                "branches, which part before both");
  CHECK(branches.upgrade_path({"d1", "c2"}, "d1").empty());
  CHECK(branches.downgrade_path({"d1", "d2"}, "a") == Ids{"d2", "d1", "c2", "c1", "b"});
  CHECK(branches.downgrade_path({"d1", "d2"}, "c2") == Ids{"d2"});
  REQUIRE_ERROR(
      branches.downgrade_path({"d1", "d2"}, "-1"), ExitCode::undecided,
      "-1 does not say which branch to go back on: it is at d1, d2\n  hint: name the revision to go back to");
  const auto merge = merged();
  CHECK(merge.upgrade_path({"b"}, "head") == Ids{"c1", "c2", "e", "f"});
  CHECK(merge.upgrade_path({"c1", "c2"}, "e") == Ids{"e"});
  CHECK(merge.upgrade_path({"c1"}, "head") == Ids{"c2", "e", "f"});
  CHECK(merge.downgrade_path({"f"}, "-3") == Ids{"f", "e", "c2"});
  CHECK(merge.downgrade_path({"f"}, "c1") == Ids{"f", "e"});
  CHECK(merge.effective_heads({"a", "b", "c1", "c2"}) == Ids{"c1", "c2"});
}

TEST_CASE("paths over dependencies") {
  const Graph graph({rev("x1"), rev("x2", {"x1"}), rev("y1"), rev("y2", {"y1"}, {"x1"})});
  CHECK(graph.upgrade_path({}, "y2") == Ids{"x1", "y1", "y2"});
  CHECK(graph.downgrade_path({"y2"}, "x1") == Ids{"y2"});
  CHECK(graph.downgrade_path({"x2", "y2"}, "y1") == Ids{"y2"});
  const Graph crossed(
      {rev("a1"), rev("a2", {"a1"}), rev("b1"), rev("a3", {"a2"}, {"b1"}), rev("b2", {"b1"}, {"a2"})});
  CHECK(crossed.downgrade_path({"a3", "b2"}, "a2") == Ids{"b2", "a3"});
  const Graph doubled({rev("a", {}, {}, {"shop"}), rev("b", {"a"}, {"a"}), rev("c", {"b"}, {"shop"})});
  CHECK(doubled.upgrade_path({}, "head") == Ids{"a", "b", "c"});
  CHECK(doubled.downgrade_path({"c"}, "-1") == Ids{"c"});
}

TEST_CASE("ten thousand revisions take no time") {
  std::vector<Header> headers{rev("r10000")};
  for (int i = 10001; i < 20000; ++i)
    headers.push_back(rev("r" + std::to_string(i), {"r" + std::to_string(i - 1)}));
  const auto begin = std::chrono::steady_clock::now();
  const Graph graph(headers);
  CHECK(graph.head() == "r19999");
  CHECK(graph.upgrade_path({"r10000"}, "head").size() == 9999);
  CHECK(graph.downgrade_path({"r19999"}, "r10000").size() == 9999);
  CHECK(graph.is_ancestor("r10000", "r19999"));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
}
