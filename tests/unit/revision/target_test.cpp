#include "revision/target.hpp"

#include "tests/support/require_error.hpp"
#include "tests/unit/revision/graphs.hpp"

using namespace migrate;
using namespace migrate::revision;
using namespace migrate::test;
using Anchor = TargetExpression::Anchor;

namespace {

Ids meant(const Graph& graph, const std::string& text, const std::optional<Ids>& rows = std::nullopt) {
  return resolve(graph, parse_target(text), rows).revisions;
}

constexpr const char* forms =
    "\n  hint: a target is head, heads, base, current, a revision or the beginning of its id, a label, "
    "LABEL@head, or one of these with +N or -N";

}  // namespace

TEST_CASE("every form of a target is read, and written again as it was") {
  CHECK(parse_target("head") == TargetExpression{"", Anchor::head, "", 0});
  CHECK(parse_target("ae10") == TargetExpression{"", Anchor::revision, "ae10", 0});
  CHECK(parse_target("shop@head-2") == TargetExpression{"shop", Anchor::head, "", -2});
  CHECK(parse_target("+3") == TargetExpression{"", Anchor::current, "", 3});
  CHECK(parse_target("shop@-1") == TargetExpression{"shop", Anchor::current, "", -1});
  CHECK(parse_target("v1.2_x+1") == TargetExpression{"", Anchor::revision, "v1.2_x", 1});
  for (const auto* text : {"head",   "heads",  "base", "current",  "a",        "a+2",     "a-10",
                           "head-1", "base+3", "+1",   "-1",       "l@head",   "l@heads", "l@base",
                           "l@a",    "l@+1",   "l@-2", "l@head-1", "l@base+2", "a@head",  "current-1"})
    CHECK(parse_target(text).text() == (text == std::string("current-1") ? "-1" : text));
}

TEST_CASE("what is no target is refused") {
  const auto refused = [](const std::string& text, const std::string& error) {
    REQUIRE_ERROR(parse_target(text), ExitCode::usage, error);
  };
  refused("", std::string("a target is empty") + forms);
  refused("@head", std::string("'@head' is not a target: no branch stands before @") + forms);
  refused("a@", std::string("'a@' is not a target: nothing stands after @") + forms);
  refused("a@b@c", std::string("'a@b@c' is not a target: it has more than one @") + forms);
  refused("head@a", std::string("'head@a' is not a target: head is no branch") + forms);
  refused("a+1@b", std::string("'a+1@b' is not a target: before @ stands a label or an id") + forms);
  refused("a:b", std::string("'a:b' is not a target: a range has no place here") + forms);
  refused("heads-1", std::string("'heads-1' is not a target: no offset goes with heads") + forms);
  refused("+x", "'+x' is not a number of revisions\n  hint: write +1, +2 and so on");
  refused("a+0", "'a+0' is not a number of revisions\n  hint: write +1, +2 and so on");
  refused("a--1", "'a--1' is not a number of revisions\n  hint: write -1, -2 and so on");
  refused("-99999999999999999999",
          "'-99999999999999999999' is not a number of revisions\n  hint: write -1, -2 and so on");
}

TEST_CASE("every form of a range is read") {
  CHECK(parse_range("a:b") == RangeExpression{parse_target("a"), parse_target("b")});
  CHECK(parse_range(":b") == RangeExpression{std::nullopt, parse_target("b")});
  CHECK(parse_range("current:") == RangeExpression{parse_target("current"), std::nullopt});
  CHECK(parse_range(":") == RangeExpression{});
  for (const auto* text : {"a", "", "a:b:c"})
    REQUIRE_ERROR(parse_range(text), ExitCode::usage,
                  "'" + std::string(text) + "' is not a range\n  hint: write FROM:TO, FROM: or :TO");
}

TEST_CASE("scenario 4: targets that are counted from another") {
  const auto graph = line();
  CHECK(meant(graph, "b+2") == Ids{"d"});
  CHECK(meant(graph, "d-2") == Ids{"b"});
  CHECK(meant(graph, "head-1") == Ids{"d"});
  CHECK(meant(graph, "base+2") == Ids{"b"});
  CHECK(meant(graph, "a-1").empty());
  CHECK(meant(graph, "+2", Ids{"a"}) == Ids{"c"});
  CHECK(meant(graph, "-2", Ids{"c"}) == Ids{"a"});
  CHECK(meant(graph, "current", Ids{"c"}) == Ids{"c"});
  REQUIRE_ERROR(meant(graph, "c+3"), ExitCode::usage,
                "c+3 goes beyond the head: only 2 revisions come after c");
  REQUIRE_ERROR(meant(graph, "e+1"), ExitCode::usage, "e+1 goes beyond the head: no revision comes after e");
  REQUIRE_ERROR(meant(graph, "b-3"), ExitCode::usage, "b-3 goes beyond the base, which is 2 steps from b");
  REQUIRE_ERROR(meant(graph, "+1"), ExitCode::usage,
                "'+1' is counted from where a database is, and none is asked here");
}

TEST_CASE("labels and ids name branches") {
  const auto graph = branched();
  CHECK(meant(graph, "c1branch") == Ids{"c1"});
  CHECK(meant(graph, "c1branch@head") == Ids{"d1"});
  CHECK(meant(graph, "c1branch@heads") == Ids{"d1"});
  CHECK(meant(graph, "c1branch@base").empty());
  CHECK(meant(graph, "c1branch@d1") == Ids{"d1"});
  CHECK(meant(graph, "c1branch@b") == Ids{"b"});
  CHECK(meant(graph, "c1branch@head-1") == Ids{"c1"});
  CHECK(meant(graph, "c2branch@base+3") == Ids{"c2"});
  CHECK(meant(graph, "c2@head") == Ids{"d2"});
  CHECK(meant(graph, "heads") == Ids{"d1", "d2"});
  CHECK(meant(graph, "b@heads") == Ids{"d1", "d2"});
  CHECK(meant(graph, "c1branch@b+1") == Ids{"c1"});
  REQUIRE_ERROR(meant(graph, "b@head"), ExitCode::undecided,
                "the branch b has 2 heads: d1 (m/d1.sql), d2 (m/d2.sql)\n"
                "  hint: b@heads means all of them; name one, or join them with migrate merge d1 d2");
  REQUIRE_ERROR(meant(graph, "b+1"), ExitCode::undecided,
                "b+1 does not say which way to go from b: c1 (m/c1.sql), c2 (m/c2.sql)\n"
                "  hint: name the revision, or a branch: c1@b+1");
  CHECK(meant(merged(), "c1@e-1") == Ids{"c1"});
  REQUIRE_ERROR(meant(merged(), "e-1"), ExitCode::undecided,
                "e-1 does not say which way to go from e: c1 (m/c1.sql), c2 (m/c2.sql)\n"
                "  hint: name the revision, or a branch: c1@e-1");
}

TEST_CASE("scenario 26: a dependency on a label is one on its revision") {
  const Graph graph({rev("x1", {}, {}, {"xbranch"}), rev("x2", {"x1"}), rev("y1", {}, {"xbranch"})});
  CHECK(graph.ancestors({"y1"}) == Ids{"x1", "y1"});
}

TEST_CASE("scenario 30: a beginning that is unique in the branch is enough there") {
  const Graph graph({rev("abase", {}, {}, {"abranch"}), rev("ebase", {}, {}, {"ebranch"}),
                     rev("some1", {"abase"}), rev("some2", {"ebase"})});
  CHECK(meant(graph, "ebranch@some") == Ids{"some2"});
  CHECK(meant(graph, "eb") == Ids{"ebase"});
  REQUIRE_ERROR(meant(graph, "some"), ExitCode::usage,
                "'some' is the beginning of 2 revisions: some1 (m/some1.sql), some2 (m/some2.sql)\n"
                "  hint: give more of its digits");
}

TEST_CASE("scenario 31: not on that branch, and no such branch") {
  const auto graph = branched();
  REQUIRE_ERROR(meant(graph, "c1branch@d2"), ExitCode::usage,
                "revision d2 (m/d2.sql) is not on the branch of c1 (m/c1.sql)\n"
                "  hint: migrate branches shows which revisions are");
  REQUIRE_ERROR(meant(graph, "c3branch@head"), ExitCode::usage,
                "there is no branch 'c3branch': no label and no revision of that name\n"
                "  hint: did you mean c1branch?");
}

TEST_CASE("one revision is wanted") {
  CHECK(resolve_one(line(), parse_target("head")) == "e");
  REQUIRE_ERROR(resolve_one(line(), parse_target("base")), ExitCode::usage,
                "'base' means the base, which is no revision");
  REQUIRE_ERROR(resolve_one(branched(), parse_target("heads")), ExitCode::usage,
                "'heads' means several revisions: d1 (m/d1.sql), d2 (m/d2.sql)");
  REQUIRE_ERROR(resolve_one(Graph({}), parse_target("head")), ExitCode::usage,
                "there are no revisions\n  hint: migrate revision -m writes the first one");
}
