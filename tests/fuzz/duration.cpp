// Any bytes as a length of time: one that is understood is the same in milliseconds.
#include <cstdint>
#include <string>

#include "tests/fuzz/require.hpp"
#include "util/duration.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto time = migrate::parse_duration({reinterpret_cast<const char*>(data), size});
  if (!time) return 0;
  REQUIRE(time->count() >= 0);
  for (const char* unit : {"", "ms", " ms"})
    REQUIRE(migrate::parse_duration(std::to_string(time->count()) + unit) == time);
  return 0;
}
