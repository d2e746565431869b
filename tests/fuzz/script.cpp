// Any bytes: a script that can be read is written as one that reads back the same.
#include <cstdint>

#include "revision/script.hpp"
#include "tests/fuzz/require.hpp"

using namespace migrate::revision;

namespace {

// What format_script() does not keep: places, and that there was no header.
Script without_places(Script script) {
  script.header.path.clear();
  script.header.written = true;
  script.header.down_revision_line = 0;
  for (auto* sections : {&script.up, &script.down})
    for (auto& section : *sections) section.line = 0;
  return script;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Script first;
  try {
    first = parse_script(text, "fuzz.sql");
  } catch (const migrate::Error&) {
    return 0;
  }
  REQUIRE(parse_header(text, "fuzz.sql") == first.header);
  // A last line without its end may be one that was cut off.
  REQUIRE(is_whole_header(std::string(text) + "\n"));
  const auto written = format_script(first);
  const auto second = parse_script(written, "fuzz.sql");
  REQUIRE(without_places(second) == without_places(first));
  REQUIRE(format_script(second) == written);
  return 0;
}
