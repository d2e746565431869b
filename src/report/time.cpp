#include "report/time.hpp"

#include <fmt/format.h>

#include "util/text.hpp"

namespace migrate::report {

std::string time(const std::string& iso) {
  if (iso.size() < 19) return iso.empty() ? "unknown" : iso;
  return replace_all(iso.substr(0, 19), "T", " ") + " UTC";
}

std::string duration(std::int64_t milliseconds) {
  if (milliseconds < 1000) return fmt::format("{} ms", milliseconds);
  const auto seconds = milliseconds / 1000;
  if (seconds < 60) return fmt::format("{}.{} s", seconds, milliseconds % 1000 / 100);
  if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
}

}  // namespace migrate::report
