#include "report/revision_graph.hpp"

#include "tests/support/catch.hpp"
#include "util/text.hpp"

using migrate::report::draw;
using migrate::report::DrawnRevision;

namespace {

std::string drawn(const std::vector<std::pair<std::string, std::vector<std::string>>>& revisions) {
  std::vector<DrawnRevision> all;
  for (const auto& [id, parents] : revisions) all.push_back({id, parents, {id}});
  return "\n" + migrate::join(draw(all), "\n") + "\n";
}

}  // namespace

TEST_CASE("a line is drawn as one") {
  CHECK(drawn({{"c", {"b"}}, {"b", {"a"}}, {"a", {}}}) == R"(
* c
* b
* a
)");
  CHECK(draw({}).empty());
}

TEST_CASE("branches part where they have one parent") {
  CHECK(drawn({{"d2", {"c2"}}, {"c2", {"b"}}, {"d1", {"c1"}}, {"c1", {"b"}}, {"b", {"a"}}, {"a", {}}}) == R"(
* d2
* c2
| * d1
| * c1
|/
* b
* a
)");
}

TEST_CASE("a merge has a line to each parent") {
  CHECK(drawn({{"f", {"e"}}, {"e", {"c1", "c2"}}, {"c2", {"b"}}, {"c1", {"b"}}, {"b", {}}}) == R"(
* f
* e
|\
| * c2
* | c1
|/
* b
)");
  CHECK(drawn({{"m", {"x", "y", "z"}}, {"z", {"a"}}, {"y", {"a"}}, {"x", {"a"}}, {"a", {}}}) == R"(
* m
|\
|\ \
| | * z
| * | y
* | | x
|/ /
|/
* a
)");
}

TEST_CASE("lines cross, and move up when one to their left ends") {
  CHECK(drawn({{"p", {"a"}}, {"q", {"b"}}, {"r", {"a"}}, {"a", {}}, {"b", {}}}) == R"(
* p
| * q
| | * r
| |/
|/|
* | a
 /
* b
)");
  CHECK(drawn({{"x2", {"x1"}}, {"x1", {}}, {"y2", {"y1"}}, {"y1", {}}}) == R"(
* x2
* x1
* y2
* y1
)");
}

TEST_CASE("a parent that is not drawn ends its line, and more text stands beside the lines") {
  const std::vector<DrawnRevision> all{{"c2", {"b"}, {"c2", "  second"}},
                                       {"c1", {"b"}, {"c1", "  second"}},
                                       {"b", {"a"}, {"b", "", "  third"}}};
  CHECK("\n" + migrate::join(draw(all), "\n") + "\n" == R"(
* c2
|   second
| * c1
| |   second
|/
* b

    third
)");
}
