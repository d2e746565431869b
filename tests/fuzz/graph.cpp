// Any small graph, a byte an arrow, and targets: paths lead where they say, or Error is thrown.
#include <algorithm>
#include <cstdint>

#include "revision/path.hpp"
#include "tests/fuzz/require.hpp"

using namespace migrate::revision;

namespace {

using Ids = std::vector<std::string>;

Ids down(const Graph& graph, const Ids& rows, const std::string& target) {
  return downgrade_path(graph, rows, parse_target(target));
}

// Up to the goal and down again, and rows must stand for all that is applied.
void walk(const Graph& graph, const std::string& goal) {
  const auto up = upgrade_path(graph, {}, {parse_target(goal)});
  REQUIRE(up == graph.ancestors({goal}));
  Rows rows(graph, {});
  for (const auto& id : up) rows.up(id);
  REQUIRE(rows.list() == Ids{goal});
  for (const auto& id : down(graph, {goal}, "base")) {
    REQUIRE(rows.has(id));
    rows.down(id);
  }
  REQUIRE(rows.list().empty());
  for (const auto& middle : up) {
    Rows back(graph, {goal});
    for (const auto& id : down(graph, {goal}, middle)) {
      REQUIRE(back.has(id));
      back.down(id);
    }
    REQUIRE(back.applied(middle));
    REQUIRE(back.list() == graph.effective_heads(back.list()));
    REQUIRE(stamped_rows(graph, {goal}, {parse_target(middle)}) == Ids{middle});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  std::vector<Header> headers(1 + data[0] % 12);
  for (std::size_t i = 0; i < headers.size(); ++i) {
    headers[i].id = "r" + std::to_string(i);
    headers[i].path = headers[i].id + ".sql";
    headers[i].down_revision_line = 2;
  }
  for (std::size_t i = 1; i + 1 < size; i += 2) {
    auto& header = headers[data[i] % headers.size()];
    auto& list = data[i + 1] & 0x80 ? header.depends_on : header.down_revisions;
    const auto to =
        "r" + std::to_string((data[i + 1] & 0x7F) % (headers.size() + (data[i + 1] == 0x7F ? 1 : 0)));
    if (std::find(list.begin(), list.end(), to) == list.end()) list.push_back(to);
  }
  try {
    const Graph graph(headers);
    for (const auto& header : headers) walk(graph, header.id);
    const Ids rows = graph.effective_heads({headers.front().id, headers.back().id});
    for (const auto& target : {"head", "heads", "+1", "r1", "base", "r1@+1", "r2@head-1", "base+2"}) try {
        upgrade_path(graph, rows, {parse_target(target)});
      } catch (const migrate::Error&) {
      }
    for (const auto& target : {"-1", "base", "r1", "r1@-1", "r2@base", "r1@base+1"}) try {
        Rows left(graph, rows);
        for (const auto& id : down(graph, rows, target)) {
          REQUIRE(left.has(id));
          left.down(id);
        }
      } catch (const migrate::Error&) {
      }
    for (const auto& text : {"r1:", ":r2", "-2:r1", "r1:+1", "r1:r2"}) try {
        range(graph, parse_range(text));
      } catch (const migrate::Error&) {
      }
  } catch (const migrate::Error&) {
  }
  return 0;
}
