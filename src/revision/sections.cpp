#include <charconv>

#include "revision/markers.hpp"
#include "util/duration.hpp"
#include "util/text.hpp"

namespace migrate::revision {
namespace {

Error error_at(int line, const std::string& file, const std::string& what, std::string hint = {}) {
  return Error(ExitCode::failed, what, std::move(hint)).at({file, line, 0});
}

// Options stand between spaces, so an object's key has its spaces, %, and control characters written as in a
// URL.
std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte != '%' && byte != 0x7F) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 0xF];
    }
  }
  return out;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned char byte = 0;
    const auto* begin = text.data() + i + 1;
    if (i + 2 >= text.size()) return {};
    if (std::from_chars(begin, begin + 2, byte, 16).ptr != begin + 2) return {};
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

constexpr int most_retries = 1000000;

const std::vector<std::string>& option_names() {
  static const std::vector<std::string> names{"transaction",  "undoes", "lock_timeout", "statement_timeout",
                                              "lock_retries", "wait",   "preserve"};
  return names;
}

}  // namespace

Section read_section(const Marker& marker, int line, const std::string& file) {
  Section section;
  section.direction = marker.key == "up" ? Direction::up : Direction::down;
  section.line = line;
  std::vector<std::string_view> seen;
  auto rest = marker.value;
  while (!rest.empty()) {
    const auto end = std::min(rest.find_first_of(" \t"), rest.size());
    const auto option = rest.substr(0, end);
    rest = trim(rest.substr(end));
    const auto colon = std::min(option.find(':'), option.size());
    const auto name = option.substr(0, colon);
    const auto value = colon == option.size() ? std::string_view() : option.substr(colon + 1);
    const auto bad_value = [&](const std::string& wanted) {
      return error_at(line, file,
                      std::string(name) + " takes " + wanted + ", not '" + std::string(value) + "'");
    };
    const auto duration = [&] {
      if (!parse_duration(value)) throw bad_value("a time such as 500ms, 5s or 1min");
      return std::string(value);
    };
    const auto number = [&]() -> std::optional<int> {
      int out = 0;
      const auto* last = value.data() + value.size();
      const auto read = std::from_chars(value.data(), last, out);
      if (read.ec != std::errc() || read.ptr != last) return {};
      return out;
    };
    for (const auto earlier : seen)
      if (earlier == name && name != "preserve")
        throw error_at(line, file, std::string(name) + " is given twice");
    seen.push_back(name);
    if (name == "transaction") {
      if (value != "true" && value != "false") throw bad_value("true or false");
      section.transactional = value == "true";
    } else if (name == "undoes") {
      if (section.direction == Direction::up) throw error_at(line, file, "undoes is for down sections");
      const auto read = number();
      if (read.value_or(0) < 1) throw bad_value("the number of an up section, from 1");
      section.undoes = *read;
    } else if (name == "lock_timeout") {
      section.lock_timeout = duration();
    } else if (name == "statement_timeout") {
      section.statement_timeout = duration();
    } else if (name == "wait") {
      section.wait = duration();
    } else if (name == "lock_retries") {
      section.lock_retries = number();
      if (section.lock_retries.value_or(-1) < 0 || *section.lock_retries > most_retries)
        throw bad_value("a number from 0 to " + std::to_string(most_retries));
    } else if (name == "preserve") {
      auto key = percent_decoded(value);
      if (!key || key->empty() || !is_utf8(*key) || key->find(char{}) != std::string::npos)
        throw bad_value("an object, its spaces written as %20 and its % as %25");
      section.preserve.push_back(std::move(*key));
    } else {
      const auto near = nearest(name, option_names());
      throw error_at(
          line, file, "unknown option '" + std::string(name) + "' of migrate:" + std::string(marker.key),
          near.empty() ? "options are " + join(option_names(), ", ") : "did you mean " + near + "?");
    }
  }
  return section;
}

std::string format_options(const Section& section) {
  std::string out;
  if (section.undoes != 0) out += " undoes:" + std::to_string(section.undoes);
  if (!section.transactional) out += " transaction:false";
  if (section.lock_timeout) out += " lock_timeout:" + *section.lock_timeout;
  if (section.statement_timeout) out += " statement_timeout:" + *section.statement_timeout;
  if (section.lock_retries) out += " lock_retries:" + std::to_string(*section.lock_retries);
  if (section.wait) out += " wait:" + *section.wait;
  for (const auto& key : section.preserve) out += " preserve:" + percent_encoded(key);
  return out;
}

void read_allow(std::string_view value, bool& allows_data_loss, int line, const std::string& file) {
  if (value != "data-loss")
    throw error_at(line, file, "migrate:allow takes data-loss, not '" + std::string(value) + "'");
  allows_data_loss = true;
}

}  // namespace migrate::revision
