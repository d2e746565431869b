// Any bytes: a script that can be read is written as one that reads back the same.
#include <cstdint>
#include <cstdlib>

#include "revision/script.hpp"

using namespace migrate::revision;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Script first;
  try {
    first = parse_script(text, "fuzz.sql");
    if (parse_header(text, "fuzz.sql") != first.header) std::abort();
  } catch (const migrate::Error&) {
    return 0;
  }
  const auto written = format_script(first);
  const auto second = parse_script(written, "fuzz.sql");
  if (second.up.size() != first.up.size() || second.down.size() != first.down.size() ||
      format_script(second) != written)
    std::abort();
  for (std::size_t i = 0; i < first.up.size(); ++i)
    if (first.up[i].sql != second.up[i].sql || first.up[i].preserve != second.up[i].preserve) std::abort();
  return 0;
}
