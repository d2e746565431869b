// Small operations on text. All of them are about bytes of UTF-8; none depends on the locale.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace migrate {

// What PostgreSQL's scanner takes for white space. Inline: it is asked of every character of every script.
constexpr bool is_white(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
std::string_view trim(std::string_view text);  // of white space
std::vector<std::string_view> split(std::string_view text, char separator);
std::vector<std::string_view> lines(std::string_view text);  // without their ends; \r\n is a line end too
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string to_lower(std::string_view text);  // ASCII only, as PostgreSQL folds keywords
std::string to_upper(std::string_view text);  // likewise
std::string replace_all(std::string text, std::string_view from, std::string_view to);
std::string one_line(std::string_view text);  // runs of white space become one space
std::string_view clip(std::string_view text,
                      std::size_t most);  // its first bytes, without half a character at their end
std::string shorten(std::string_view text, std::size_t most);  // cut at a character's border, with "…"
std::string indent(std::string_view text, std::string_view prefix);
std::string plural(std::size_t count, std::string_view singular,
                   std::string_view plural_form = {});            // "1 table", "2 tables"
std::string slug(std::string_view text, std::size_t most = 40);   // [a-z0-9_], for file names
std::string_view without_byte_order_mark(std::string_view text);  // UTF-8's, which some editors put first
std::string with_unix_line_ends(std::string_view text);           // without any number of \r before a \n
bool is_utf8(std::string_view bytes);
bool matches(std::string_view pattern, std::string_view text);  // * is any run of bytes, ? any one byte

// The candidate nearest to `word` by edit distance, empty if none is near: for "did you mean".
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

template <class Range, class Function>
std::string join_with(const Range& range, std::string_view separator, Function&& text_of) {
  std::string out;
  bool first = true;
  for (const auto& item : range) {
    if (!first) out += separator;
    first = false;
    out += text_of(item);
  }
  return out;
}

}  // namespace migrate
