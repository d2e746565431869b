#include "model/cpp_names.hpp"

namespace migrate::model {
namespace {

const std::set<std::string_view>& reserved_words() {
  static const std::set<std::string_view> words = {
      // https://en.cppreference.com/w/cpp/keyword, with those of C++23 and 26
      "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case",
      "catch", "char", "char8_t", "char16_t", "char32_t", "class", "compl", "concept", "const", "consteval",
      "constexpr", "constinit", "const_cast", "continue", "contract_assert", "co_await", "co_return",
      "co_yield", "decltype", "default", "delete", "do", "double", "dynamic_cast", "else", "enum", "explicit",
      "export", "extern", "false", "float", "for", "friend", "goto", "if", "inline", "int", "long", "mutable",
      "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private",
      "protected", "public", "register", "reinterpret_cast", "requires", "return", "short", "signed",
      "sizeof", "static", "static_assert", "static_cast", "struct", "switch", "template", "this",
      "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "union", "unsigned", "using",
      "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq",
      // would hide what the generated text itself names
      "std", "migrate",
      // macros of headers that may be there
      "NULL", "EOF", "BUFSIZ", "errno", "assert", "stdin", "stdout", "stderr", "offsetof", "major", "minor",
      "makedev", "linux", "unix", "i386", "NAN", "INFINITY", "HUGE", "HUGE_VAL", "DOMAIN", "OVERFLOW",
      "UNDERFLOW", "SING", "signbit", "isnan", "isinf"};
  return words;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_word(char c) { return is_digit(c) || is_lower(c) || is_upper(c) || c == '_'; }

}  // namespace

bool is_cpp_identifier(std::string_view text) {
  if (text.empty() || is_digit(text.front()) || text.find("__") != std::string_view::npos) return false;
  if (text.front() == '_') return false;
  for (const char c : text)
    if (!is_word(c)) return false;
  return !reserved_words().contains(text);
}

std::string cpp_identifier(std::string_view text) {
  if (is_cpp_identifier(text)) return std::string(text);
  std::string out;
  for (const char c : text) {
    const char plain = is_word(c) ? c : '_';
    if (plain != '_' || (!out.empty() && out.back() != '_')) out += plain;
  }
  if (out.empty() || is_digit(out.front())) out = "x" + out;
  if (!is_cpp_identifier(out)) out += "_";
  return is_cpp_identifier(out) ? out : "x" + out;
}

std::string camel_case(std::string_view text) {
  std::string out;
  bool start = true;
  for (const char c : text) {
    if (!is_word(c) || c == '_') {
      start = true;
    } else {
      out += start && is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
      start = false;
    }
  }
  return cpp_identifier(out);
}

std::string cpp_literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (code < 0x20 || code == 0x7f) {
      out += '\\';
      for (const int shift : {6, 3, 0}) out += static_cast<char>('0' + ((code >> shift) & 7));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string cpp_text(std::string_view text) {
  constexpr std::size_t longest = 60;
  constexpr std::size_t longest_raw = 60'000;  // compilers need only take 65,536 characters
  const bool plain = text.find('\n') == std::string_view::npos && text.size() <= longest;
  // In a raw literal a carriage return would not survive an editor.
  if (plain || text.size() > longest_raw || text.find('\r') != std::string_view::npos)
    return cpp_literal(text);
  std::string mark = "sql";
  while (text.find(")" + mark + "\"") != std::string_view::npos) mark += '_';
  return "R\"" + mark + "(" + std::string(text) + ")" + mark + "\"";
}

std::string unique_in(std::set<std::string>& taken, const std::string& wanted,
                      const std::set<std::string>& taken_elsewhere) {
  const auto take = [&](const std::string& name) {
    return !taken_elsewhere.contains(name) && taken.insert(name).second;
  };
  if (take(wanted)) return wanted;
  for (int number = 2;; ++number)
    if (auto name = wanted + std::to_string(number); take(name)) return name;
}

}  // namespace migrate::model
