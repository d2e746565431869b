// Times of creation: ISO 8601 with the offset of a time zone.
#pragma once
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace migrate {

// 2026-11-22T10:15:00Z for "UTC", 2026-11-22T11:15:00+01:00 for "Europe/Berlin"; "local" is the system's
// zone. Throws Error(usage) for a zone that the system's data do not have. Not for several threads at once.
std::string format_time(std::time_t time, const std::string& timezone);

// Of both forms; nullopt for any other.
std::optional<std::time_t> parse_time(std::string_view text);

}  // namespace migrate
