#pragma once
#include <chrono>
#include <optional>
#include <string_view>

namespace migrate {

// A length of time as PostgreSQL's settings take it: a number and one of us, ms, s, min, h, d, or without a
// unit milliseconds; rounded to milliseconds. Nothing for other text, for less than 0 and for more than the
// settings hold (2147483647 ms).
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace migrate
