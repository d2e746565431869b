#include "revision/graph.hpp"

#include <chrono>

#include "tests/support/require_error.hpp"
#include "tests/unit/revision/graphs.hpp"

using namespace migrate;
using namespace migrate::revision;
using namespace migrate::test;

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

TEST_CASE("several heads are named with their files and the ways on") {
  REQUIRE_ERROR(
      branched().head(), ExitCode::undecided,
      "there are 2 heads: d1 (m/d1.sql), d2 (m/d2.sql)\n"
      "  hint: heads means all of them, d2 or LABEL@head one; migrate rebase d2 --onto d1 puts one on "
      "top of the other, migrate merge d1 d2 joins them");
  REQUIRE_ERROR(Graph({rev("a"), rev("b", {"a"}), rev("c", {"a"}), rev("d", {"a"})}).head(),
                ExitCode::undecided,
                "there are 3 heads: b (m/b.sql), c (m/c.sql), d (m/d.sql)\n"
                "  hint: heads means all of them, d or LABEL@head one; migrate rebase d --onto c puts one on "
                "top of the other, migrate merge b c d joins them");
}

TEST_CASE("the order of a run keeps every head's revisions together, and the order back every line's") {
  CHECK(branched().order() == Ids{"a", "b", "c1", "d1", "c2", "d2"});
  CHECK(branched().order_down() == Ids{"d1", "c1", "d2", "c2", "b", "a"});
  CHECK(merged().order_down() == Ids{"f", "e", "c1", "c2", "b", "a"});
  CHECK(Graph({rev("x1"), rev("y1"), rev("x2", {"x1"}), rev("y2", {"y1"})}).order() ==
        Ids{"x1", "x2", "y1", "y2"});
}

TEST_CASE("a line is what comes before and after a revision; its own part ends at a branch or merge point") {
  const auto graph = branched();
  CHECK(graph.listed(graph.line("c1")) == Ids{"a", "b", "c1", "d1"});
  CHECK(graph.listed(graph.own_line("c1")) == Ids{"c1", "d1"});
  CHECK(graph.listed(graph.own_line("d1")) == Ids{"c1", "d1"});
  CHECK(graph.listed(graph.own_line("b")) == Ids{"a", "b", "c1", "d1", "c2", "d2"});
  CHECK(merged().listed(merged().own_line("f")) == Ids{"f"});
  const Graph labelled(
      {rev("a"), rev("b", {"a"}, {}, {"shop"}), rev("c", {"b"}), rev("d", {"a"}, {}, {"cms"})});
  CHECK(labelled.labels_of("c") == Ids{"shop"});
  CHECK(labelled.labels_of("d") == Ids{"cms"});
  CHECK(labelled.labels_of("a").empty());
}

TEST_CASE("scenarios 28 and 29: broken graphs name their files") {
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
                "  hint: one of them has the wrong down_revision");
  REQUIRE_ERROR(Graph({rev("a", {}, {"b"}), rev("b", {"a"})}), ExitCode::failed,
                "these revisions each come before the other: b (m/b.sql), a (m/a.sql)\n"
                "  hint: one of them has the wrong depends_on");
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

TEST_CASE("a squash stands for what it replaces") {
  const auto squash = [] {
    auto header = rev("s", {"a"});
    header.replaces = {"b", "c"};
    return header;
  };
  const Graph graph({rev("a"), squash(), rev("d", {"c"}), rev("e", {"d"}, {"b"})});
  CHECK(graph.at("d").down_revisions == Ids{"s"});
  CHECK(graph.order() == Ids{"a", "s", "d", "e"});
  CHECK(graph.revision_of_row("c") == "s");
  CHECK(graph.revision_of_row("s") == "s");
  CHECK_FALSE(graph.revision_of_row("b"));
  CHECK_FALSE(graph.revision_of_row("x"));
  CHECK(graph.replaced_by("b")->id == "s");
  CHECK(graph.find("b").id == "s");
  REQUIRE_ERROR(
      Graph({rev("a"), squash(), rev("d", {"b"})}), ExitCode::failed,
      "m/d.sql:2: the down_revision b of revision d is one of those that s (m/s.sql) replaces, and not "
      "the last of them\n  hint: put it on top of s");
  REQUIRE_ERROR(Graph({rev("a"), rev("b", {"a"}), squash()}), ExitCode::failed,
                "revision b (m/b.sql) is replaced by s (m/s.sql), and its script is still there\n"
                "  hint: remove one of the two");
  auto second = squash();
  second.id = "t";
  second.path = "m/t.sql";
  REQUIRE_ERROR(Graph({rev("a"), squash(), second}), ExitCode::failed,
                "two scripts replace the revision b: m/s.sql and m/t.sql");
}

TEST_CASE("ten thousand revisions take no time") {
  std::vector<Header> headers{rev("r10000")};
  for (int i = 10001; i < 20000; ++i)
    headers.push_back(rev("r" + std::to_string(i), {"r" + std::to_string(i - 1)}));
  const auto begin = std::chrono::steady_clock::now();
  const Graph graph(headers);
  CHECK(graph.head() == "r19999");
  CHECK(graph.listed(graph.below({"r19999"})).size() == 10000);
  CHECK(graph.is_ancestor("r10000", "r19999"));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
}
