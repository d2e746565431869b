// Points in time and durations, for people.
#pragma once
#include <cstdint>
#include <string>

namespace migrate::report {

// "2026-11-22T10:15:00.123456Z" to "2026-11-22 10:15:00 UTC"; "unknown" for none.
std::string time(const std::string& iso);
// "12 ms", "1.2 s", "3 min 20 s", "2 h 5 min"
std::string duration(std::int64_t milliseconds);

}  // namespace migrate::report
