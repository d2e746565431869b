// Any text as a target and as a range: it is refused by an Error, or reads back to what it says.
#include <cstdint>
#include <string_view>

#include "revision/target.hpp"
#include "tests/fuzz/require.hpp"

using namespace migrate::revision;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto target = parse_target(text);
    REQUIRE(parse_target(target.text()) == target);
  } catch (const migrate::Error&) {
  }
  try {
    parse_range(text);
  } catch (const migrate::Error&) {
  }
  return 0;
}
