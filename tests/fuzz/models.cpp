// Any bytes as the document of a models program: what can be read is written as one that reads back the same.
#include <cstdint>

#include "model/document.hpp"
#include "tests/fuzz/require.hpp"

using namespace migrate::model;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Document first;
  try {
    first = read_document(text, "fuzz.json", {"public"});
  } catch (const migrate::Error&) {
    return 0;
  }
  const auto written = write_document(first);
  const auto second = read_document(written, "written.json", {"public"});
  REQUIRE(second.database == first.database);
  REQUIRE(write_document(second) == written);
  return 0;
}
