// Runs that are broken at points spread over the whole of them, from the first message to the last. After
// each the next `upgrade head` must end where an undisturbed one does. By default a fair spread; with
// MIGRATE_CRASH_POINTS=all every message of every run, and with a number so many of each case
// (scripts/crash).
#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/crash/workbench.hpp"
#include "tests/support/catch.hpp"

using namespace migrate::test;

namespace {

constexpr std::size_t points_of_a_case = 28, outlived = 10, crashes = 3, unknown = 28;
constexpr std::size_t ways = 2, scenarios = 2, troubles = 4;
static_assert(ways * (scenarios * troubles * points_of_a_case + outlived + crashes + unknown) >= 500,
              "fewer points than are promised");

void hold(const Scenario& scenario, Trouble trouble, std::size_t points) {
  const auto way = GENERATE(Way::upgrade, Way::downgrade);
  Workbench bench(scenario, way);
  const char* wanted = std::getenv("MIGRATE_CRASH_POINTS");
  const std::string count = wanted == nullptr ? "" : wanted;
  const auto spots =
      count == "all" ? bench.spots(true) : bench.spots_for(count.empty() ? points : std::stoul(count));
  const auto tally = bench.run(trouble, spots);
  std::cout << scenario.name << (way == Way::upgrade ? " up, " : " down, ") << name_of(trouble) << ": "
            << tally.text() << std::endl;
  CHECK(tally.wrong == std::vector<std::string>{});
  CHECK(tally.points == spots.size());
}

}  // namespace

TEST_CASE("the network is cut in a run of steps with transactions") {
  hold(transactional(), Trouble::network, points_of_a_case);
}
TEST_CASE("the network is cut in a run of steps without transactions") {
  hold(concurrent(), Trouble::network, points_of_a_case);
}
TEST_CASE("a connection is cut in a run of steps with transactions") {
  hold(transactional(), Trouble::connection, points_of_a_case);
}
TEST_CASE("a connection is cut in a run of steps without transactions") {
  hold(concurrent(), Trouble::connection, points_of_a_case);
}
TEST_CASE("a server process is ended in a run of steps with transactions") {
  hold(transactional(), Trouble::backend, points_of_a_case);
}
TEST_CASE("a server process is ended in a run of steps without transactions") {
  hold(concurrent(), Trouble::backend, points_of_a_case);
}
TEST_CASE("the program is killed in a run of steps with transactions") {
  hold(transactional(), Trouble::process, points_of_a_case);
}
TEST_CASE("the program is killed in a run of steps without transactions") {
  hold(concurrent(), Trouble::process, points_of_a_case);
}
TEST_CASE("the program is killed, and its server processes outlive it") {
  hold(concurrent(), Trouble::outlived, outlived);
}
TEST_CASE("the server crashes") { hold(concurrent(), Trouble::crash, crashes); }
TEST_CASE("cut off where the catalogue does not tell what was done") {
  hold(unknowable(), Trouble::network, unknown);
}
