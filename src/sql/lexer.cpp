#include "sql/lexer.hpp"

#include <algorithm>

#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::sql {
namespace {

constexpr auto npos = std::string_view::npos;
bool is_in_line(char c) { return c != '\n' && c != '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool continues_word(char c) { return starts_word(c) || is_digit(c) || c == '$'; }

// The length of `$tag$` at the beginning of `text`, 0 if none stands there: `$1` is a parameter.
std::size_t dollar_tag(std::string_view text) {
  std::size_t i = 1;
  if (i < text.size() && starts_word(text[i]))
    while (i < text.size() && (starts_word(text[i]) || is_digit(text[i]))) ++i;
  return i < text.size() && text[i] == '$' ? i + 1 : 0;
}

template <class Holds>
std::size_t skip_while(std::string_view text, std::size_t at, Holds holds) {
  while (at < text.size() && holds(text[at])) ++at;
  return at;
}

}  // namespace

bool Token::is(std::string_view keyword) const {
  return kind == TokenKind::word && text.size() == keyword.size() && to_lower(text) == keyword;
}

void Lexer::unterminated(std::string_view what) const {
  Error error(ExitCode::failed, "this " + std::string(what) + " is not closed");
  if (!file_.empty()) error.at({file_, line_, 0});
  throw error;
}

// After a closed '…': another part follows on a later line, which SQL reads as the same literal. Moves `at`
// to its quote.
bool Lexer::continues_string(std::size_t& at) const {
  bool line_end = false;
  for (auto i = at; i < script_.size();) {
    if (is_white(script_[i])) {
      line_end = line_end || script_[i] == '\n' || script_[i] == '\r';
      ++i;
    } else if (script_.substr(i).starts_with("--")) {
      i = skip_while(script_, i, is_in_line);
    } else if (script_[i] == '\'' && line_end) {
      at = i;
      return true;
    } else {
      return false;
    }
  }
  return false;
}

std::size_t Lexer::string_end(bool backslashes) const {
  for (auto i = script_.find('\'', at_) + 1; i < script_.size(); ++i) {
    if (backslashes && script_[i] == '\\') {
      ++i;
    } else if (script_[i] == '\'') {
      if (i + 1 < script_.size() && script_[i + 1] == '\'') {
        ++i;
        continue;
      }
      auto end = i + 1;
      // Only with backslashes does it matter that the next part is of the same literal.
      if (!backslashes || !continues_string(end)) return i + 1;
      i = end;
    }
  }
  unterminated("quote");
}

std::size_t Lexer::token_end(TokenKind& kind) const {
  const auto rest = script_.substr(at_);
  const char c = rest.front(), next = rest.size() > 1 ? rest[1] : '\0';
  if (is_white(c)) {
    kind = TokenKind::space;
    return skip_while(script_, at_, is_white);
  }
  if (c == '-' && next == '-') {
    kind = TokenKind::line_comment;
    return skip_while(script_, at_, is_in_line);
  }
  if (c == '/' && next == '*') {
    kind = TokenKind::block_comment;
    std::size_t depth = 1;
    for (auto i = at_ + 2; i + 1 < script_.size(); ++i) {
      const auto pair = script_.substr(i, 2);
      if (pair == "/*") {
        ++depth;
        ++i;
      } else if (pair == "*/") {
        ++i;
        if (--depth == 0) return i + 1;
      }
    }
    unterminated("comment");
  }
  if (c == '\'') {
    kind = TokenKind::text;
    return string_end(false);
  }
  if (c == '"') {
    kind = TokenKind::quoted_word;
    const auto end = script_.find('"', at_ + 1);  // "" inside: two tokens side by side, which is as good
    if (end == npos) unterminated("quoted identifier");
    return end + 1;
  }
  if (c == '$') {
    if (const auto length = dollar_tag(rest)) {
      kind = TokenKind::text;
      const auto end = script_.find(rest.substr(0, length), at_ + length);
      if (end == npos) unterminated("dollar quote");
      return end + length;
    }
    kind = TokenKind::symbol;
    return skip_while(script_, at_ + 1, is_digit) == at_ + 1
               ? at_ + 1
               : (kind = TokenKind::number, skip_while(script_, at_ + 1, is_digit));
  }
  if (starts_word(c)) {
    const auto end = skip_while(script_, at_, continues_word);
    if (end == at_ + 1 && (c == 'e' || c == 'E') && end < script_.size() && script_[end] == '\'') {
      kind = TokenKind::text;
      return string_end(true);
    }
    kind = TokenKind::word;
    return end;
  }
  if (is_digit(c)) {
    kind = TokenKind::number;
    return skip_while(script_, at_, is_digit);
  }
  kind = c == '\\' ? TokenKind::backslash : TokenKind::symbol;
  return at_ + 1;
}

Token Lexer::next() {
  Token token;
  token.offset = at_;
  token.line = line_;
  if (at_end()) return token;
  const auto end = token_end(token.kind);
  token.text = script_.substr(at_, end - at_);
  at_ = end;
  line_ += static_cast<int>(std::count(token.text.begin(), token.text.end(), '\n'));
  return token;
}

std::string_view Lexer::rest_of_line() {
  const auto end = std::min(script_.find('\n', at_), script_.size());
  auto line = script_.substr(at_, end - at_);
  at_ = end;
  if (at_ < script_.size()) {
    ++at_;
    ++line_;
  }
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace migrate::sql
