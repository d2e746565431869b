#include "diff/sql_tokens.hpp"

#include <algorithm>

#include "util/text.hpp"

namespace migrate::diff {
namespace {

constexpr std::string_view operator_characters = "+-*/<>=~!@#%^&|`?";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool continues_word(char c) { return starts_word(c) || is_digit(c) || c == '$'; }

class Scanner {
 public:
  explicit Scanner(std::string_view sql) : sql_(sql) {}

  std::vector<Token> run() {
    while (skip_gap()) {
      const auto begin = at_;
      const auto kind = scan();
      tokens_.push_back({kind, sql_.substr(begin, at_ - begin), begin});
    }
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }
  bool sees(std::string_view text) const { return sql_.substr(at_, text.size()) == text; }

  bool skip_gap() {
    for (;;) {
      while (at_ < sql_.size() && is_white(sql_[at_])) ++at_;
      if (sees("--")) {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else if (sees("/*")) {
        skip_block_comment();
      } else {
        return at_ < sql_.size();
      }
    }
  }

  void skip_block_comment() {
    int depth = 0;
    do {
      if (sees("/*")) {
        ++depth;
        at_ += 2;
      } else if (sees("*/")) {
        --depth;
        at_ += 2;
      } else {
        ++at_;
      }
    } while (depth > 0 && at_ < sql_.size());
    at_ = std::min(at_, sql_.size());
  }

  TokenKind scan() {
    const char c = peek();
    if (c == '\'') return quoted('\'', TokenKind::string, false);
    if (c == '"') return quoted('"', TokenKind::quoted_identifier, false);
    if (const auto prefix = string_prefix()) {
      const bool escapes = to_lower(sql_.substr(at_, 1)) == "e";
      at_ += *prefix;
      return quoted(peek(), peek() == '"' ? TokenKind::quoted_identifier : TokenKind::string, escapes);
    }
    if (c == '$') {
      if (const auto tag = dollar_tag(); !tag.empty()) return dollar_quoted(tag);
      return parameter();
    }
    if (starts_word(c)) {
      while (at_ < sql_.size() && continues_word(sql_[at_])) ++at_;
      return TokenKind::word;
    }
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (operator_characters.find(c) != std::string_view::npos) return operator_symbol();
    at_ += sees("::") || sees(":=") ? 2 : 1;
    return TokenKind::symbol;
  }

  // E'…', B'…', X'…', N'…', U&'…', U&"…": how many characters stand before the quote.
  std::optional<std::size_t> string_prefix() const {
    const auto first = to_lower(sql_.substr(at_, 1));
    if (first == "u" && peek(1) == '&' && (peek(2) == '\'' || peek(2) == '"')) return 2;
    if (std::string_view("ebxn").find(first[0]) != std::string_view::npos && peek(1) == '\'') return 1;
    return std::nullopt;
  }

  TokenKind quoted(char quote, TokenKind kind, bool escapes) {
    for (++at_; at_ < sql_.size(); ++at_) {
      if (escapes && sql_[at_] == '\\') {
        ++at_;
      } else if (sql_[at_] == quote) {
        if (peek(1) != quote) {
          ++at_;
          return kind;
        }
        ++at_;
      }
    }
    at_ = sql_.size();
    return TokenKind::symbol;
  }

  std::string_view dollar_tag() const {
    auto end = at_ + 1;
    if (end < sql_.size() && starts_word(sql_[end]))
      while (end < sql_.size() && continues_word(sql_[end]) && sql_[end] != '$') ++end;
    return end < sql_.size() && sql_[end] == '$' ? sql_.substr(at_, end - at_ + 1) : std::string_view();
  }

  TokenKind dollar_quoted(std::string_view tag) {
    const auto end = sql_.find(tag, at_ + tag.size());
    at_ = end == std::string_view::npos ? sql_.size() : end + tag.size();
    return end == std::string_view::npos ? TokenKind::symbol : TokenKind::string;
  }

  TokenKind parameter() {
    ++at_;
    while (is_digit(peek())) ++at_;
    return TokenKind::symbol;
  }

  TokenKind number() {
    while (is_digit(peek())) ++at_;
    if (peek() == '.' && peek(1) != '.') {
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
      at_ += 1 + sign;
      while (is_digit(peek())) ++at_;
    }
    return TokenKind::number;
  }

  // The longest run, but a comment ends it, and + or - end it only if it holds one of ~ ! @ # % ^ & | ` ?
  TokenKind operator_symbol() {
    auto end = at_;
    while (end < sql_.size() && operator_characters.find(sql_[end]) != std::string_view::npos) {
      const auto two = sql_.substr(end, 2);
      if (two == "--" || two == "/*") break;
      ++end;
    }
    const auto special = sql_.substr(at_, end - at_).find_first_of("~!@#%^&|`?");
    if (special == std::string_view::npos)
      while (end > at_ + 1 && (sql_[end - 1] == '+' || sql_[end - 1] == '-')) --end;
    at_ = end;
    return TokenKind::symbol;
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::string Token::identifier() const {
  if (kind != TokenKind::quoted_identifier || text.front() != '"') return to_lower(text);
  return replace_all(std::string(text.substr(1, text.size() - 2)), "\"\"", "\"");
}

std::optional<std::string> Token::literal() const {
  if (kind != TokenKind::string) return std::nullopt;
  if (text.front() == '\'') return replace_all(std::string(text.substr(1, text.size() - 2)), "''", "'");
  if (text.front() == '$') {
    const auto tag = text.find('$', 1) + 1;
    return std::string(text.substr(tag, text.size() - 2 * tag));
  }
  if ((text.front() == 'e' || text.front() == 'E') && text.find('\\') == std::string_view::npos)
    return replace_all(std::string(text.substr(2, text.size() - 3)), "''", "'");
  return std::nullopt;
}

std::vector<Token> tokenize(std::string_view sql) { return Scanner(sql).run(); }

}  // namespace migrate::diff
