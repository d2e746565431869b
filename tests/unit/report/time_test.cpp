#include "report/time.hpp"

#include "tests/support/catch.hpp"

using namespace migrate::report;

TEST_CASE("points in time, for people") {
  CHECK(time("2026-11-22T10:15:00.123456Z") == "2026-11-22 10:15:00 UTC");
  CHECK(time("") == "unknown");
}

TEST_CASE("durations, for people") {
  CHECK(duration(0) == "0 ms");
  CHECK(duration(999) == "999 ms");
  CHECK(duration(1250) == "1.2 s");
  CHECK(duration(59999) == "59.9 s");
  CHECK(duration(60000) == "1 min 0 s");
  CHECK(duration(3600000 + 5 * 60000) == "1 h 5 min");
}
