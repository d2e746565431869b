#include "util/duration.hpp"

#include "tests/support/catch.hpp"

using migrate::parse_duration;
using std::chrono::milliseconds;

TEST_CASE("durations are read as PostgreSQL's settings read them") {
  CHECK(parse_duration("0") == milliseconds(0));
  CHECK(parse_duration("250") == milliseconds(250));
  CHECK(parse_duration("500ms") == milliseconds(500));
  CHECK(parse_duration(" 3 s ") == milliseconds(3000));
  CHECK(parse_duration("1.5s") == milliseconds(1500));
  CHECK(parse_duration("1min") == milliseconds(60000));
  CHECK(parse_duration("2h") == milliseconds(7200000));
  CHECK(parse_duration("1d") == milliseconds(86400000));
  CHECK(parse_duration("1500us") == milliseconds(2));
  CHECK(parse_duration("2147483647") == milliseconds(2147483647));
}

TEST_CASE("other text is no duration") {
  for (const char* text : {"", " ", "s", "3 S", "3sec", "3m", "-1", "+1", "1.", ".5s", "1,5s", "3s 4s", "25d",
                           "2147483648", "99999999999999999999999999", "0x10"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text).has_value());
  }
}
