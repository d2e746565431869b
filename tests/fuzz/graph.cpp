// Any small graph, a byte an arrow, and a target: paths lead where they say, or Error is thrown.
#include <algorithm>
#include <cstdint>

#include "revision/graph.hpp"
#include "tests/fuzz/require.hpp"

using namespace migrate::revision;

namespace {

using Ids = std::vector<std::string>;

// Up to the goal and down again must be each other's reverse, and rows must stand for all that is applied.
void walk(const Graph& graph, const std::string& goal) {
  const auto up = graph.upgrade_path({}, goal);
  REQUIRE(up == graph.ancestors({goal}));
  REQUIRE(graph.effective_heads(up) == Ids{goal});
  auto down = graph.downgrade_path({goal}, "base");
  std::reverse(down.begin(), down.end());
  REQUIRE(down == up);
  for (const auto& middle : up) {
    const auto back = graph.downgrade_path({goal}, middle);
    Ids left;
    for (const auto& id : up)
      if (std::find(back.begin(), back.end(), id) == back.end()) left.push_back(id);
    const auto rows = graph.effective_heads(left);
    REQUIRE(graph.ancestors(rows) == left);
    REQUIRE(std::find(rows.begin(), rows.end(), middle) != rows.end());
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
    for (const auto& target : {"head", "+1", "r1", "base"}) try {
        graph.upgrade_path({headers.front().id}, target);
      } catch (const migrate::Error&) {
      }
    for (const auto& target : {"-1", "base", "r1"}) try {
        graph.downgrade_path({headers.front().id, headers.back().id}, target);
      } catch (const migrate::Error&) {
      }
  } catch (const migrate::Error&) {
  }
  return 0;
}
