#include "util/local_time.hpp"

#include <cstdlib>
#include <optional>
#include <string>

#include "tests/support/require_error.hpp"

using namespace migrate;

namespace {
std::optional<std::string> zone_of_process() {
  const char* zone = std::getenv("TZ");
  return zone == nullptr ? std::nullopt : std::optional<std::string>(zone);
}
}  // namespace

TEST_CASE("times are written in a zone and read again") {
  const auto before = zone_of_process();
  constexpr std::time_t winter = 1795342500, summer = 1782123300;  // 2026-11-22T10:15Z, 2026-06-22T10:15Z
  CHECK(format_time(winter, "UTC") == "2026-11-22T10:15:00Z");
  CHECK(format_time(winter, "Europe/Berlin") == "2026-11-22T11:15:00+01:00");
  CHECK(format_time(summer, "Europe/Berlin") == "2026-06-22T12:15:00+02:00");
  CHECK(format_time(winter, "America/St_Johns") == "2026-11-22T06:45:00-03:30");
  for (const char* zone : {"UTC", "local", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"})
    CHECK(parse_time(format_time(winter, zone)) == winter);
  CHECK(zone_of_process() == before);
}

TEST_CASE("what is no time, and no zone") {
  for (const char* text : {"", "2026-11-22", "2026-11-22 10:15:00Z", "2026-11-22T10:15:00",
                           "2026-11-22T10:15:00+1", "2026-11-22T10:15:00Zx"})
    CHECK_FALSE(parse_time(text));
  REQUIRE_ERROR(format_time(0, "Europe/Nowhere"), ExitCode::usage,
                "the time zone 'Europe/Nowhere' is not in /usr/share/zoneinfo\n"
                "  hint: a zone is named as Europe/Berlin; UTC and local need no data");
  CHECK_THROWS_AS(format_time(0, "../../etc/passwd"), Error);
}
