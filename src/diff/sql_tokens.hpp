// A scanner for SQL expressions, by the rules of
// https://www.postgresql.org/docs/current/sql-syntax-lexical.html. It knows no grammar: what it is used for
// must be certain from a few neighbouring tokens.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace migrate::diff {

enum class TokenKind { word, quoted_identifier, string, number, symbol };

struct Token {
  TokenKind kind{};
  std::string_view text;  // as it stands in the scanned text, which must outlive the token
  std::size_t begin = 0;  // offset in bytes

  std::size_t end() const { return begin + text.size(); }
  bool is(std::string_view symbol_or_word) const { return text == symbol_or_word; }
  bool is_identifier() const { return kind == TokenKind::word || kind == TokenKind::quoted_identifier; }
  std::string identifier() const;  // the name it means: folded to lower case, or without its quotes
  std::optional<std::string> literal() const;  // the value of a string that has no escapes
};

// White space and comments are left out. What never ends (a quote, a dollar quote) is one symbol up to the
// end.
std::vector<Token> tokenize(std::string_view sql);

}  // namespace migrate::diff
