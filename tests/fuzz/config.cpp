// Any bytes as config.toml, its URLs and its variables.
#include <cstdint>

#include "config/document.hpp"
#include "config/url.hpp"

using namespace migrate::config;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  url_problem(text);
  try {
    expand(text, Encoding::url, [](const std::string&) { return std::optional<std::string>("x y"); }, "key",
           {});
  } catch (const migrate::Error&) {
  }
  try {
    read_document(text, "config.toml");
  } catch (const migrate::Error&) {
  }
  return 0;
}
