#include "util/local_time.hpp"

#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "util/error.hpp"

namespace migrate {
namespace {

// The C library takes a zone from the environment only.
class InZone {
 public:
  explicit InZone(const std::string& zone) {
    if (const char* before = std::getenv("TZ")) before_ = before;
    ::setenv("TZ", (":" + zone).c_str(), 1);
    ::tzset();
  }
  ~InZone() {
    if (before_)
      ::setenv("TZ", before_->c_str(), 1);
    else
      ::unsetenv("TZ");
    ::tzset();
  }
  InZone(const InZone&) = delete;
  InZone& operator=(const InZone&) = delete;

 private:
  std::optional<std::string> before_;
};

void check_zone(const std::string& zone) {
  const char* elsewhere = std::getenv("TZDIR");
  const std::filesystem::path data = elsewhere == nullptr ? "/usr/share/zoneinfo" : elsewhere;
  std::error_code ignored;
  if (zone.find("..") == std::string::npos && !zone.starts_with('/') &&
      std::filesystem::is_regular_file(data / zone, ignored))
    return;
  throw Error(ExitCode::usage, "the time zone '" + zone + "' is not in " + data.string(),
              "a zone is named as Europe/Berlin; UTC and local need no data");
}

std::string text_of(const std::tm& parts, const char* format) {
  std::array<char, 40> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

}  // namespace

std::string format_time(std::time_t time, const std::string& timezone) {
  std::tm parts{};
  if (timezone == "UTC") {
    ::gmtime_r(&time, &parts);
    return text_of(parts, "%Y-%m-%dT%H:%M:%SZ");
  }
  if (timezone == "local") {
    ::localtime_r(&time, &parts);
  } else {
    check_zone(timezone);
    const InZone in_zone(timezone);
    ::localtime_r(&time, &parts);
  }
  auto offset = text_of(parts, "%z");  // +0100
  if (offset.size() == 5) offset.insert(3, ":");
  return text_of(parts, "%Y-%m-%dT%H:%M:%S") + offset;
}

std::optional<std::time_t> parse_time(std::string_view text) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd";
  if (text.size() <= form.size()) return {};
  const auto fits = [](std::string_view part, std::string_view wanted) {
    if (part.size() != wanted.size()) return false;
    for (std::size_t i = 0; i < part.size(); ++i) {
      const bool digit = part[i] >= '0' && part[i] <= '9';
      const bool sign = part[i] == '+' || part[i] == '-';
      if (wanted[i] == 'd' ? !digit : wanted[i] == 's' ? !sign : part[i] != wanted[i]) return false;
    }
    return true;
  };
  if (!fits(text.substr(0, form.size()), form)) return {};
  const auto zone = text.substr(form.size());
  const auto number = [](std::string_view digits) {
    int out = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return out;
  };
  std::time_t offset = 0;
  if (zone != "Z") {
    if (!fits(zone, "sdd:dd")) return {};
    offset = (number(zone.substr(1, 2)) * 60 + number(zone.substr(4, 2))) * 60;
    if (zone[0] == '-') offset = -offset;
  }
  std::tm parts{};
  parts.tm_year = number(text.substr(0, 4)) - 1900;
  parts.tm_mon = number(text.substr(5, 2)) - 1;
  parts.tm_mday = number(text.substr(8, 2));
  parts.tm_hour = number(text.substr(11, 2));
  parts.tm_min = number(text.substr(14, 2));
  parts.tm_sec = number(text.substr(17, 2));
  return ::timegm(&parts) - offset;
}

}  // namespace migrate
