#include "sql/lexer.hpp"
#include "sql/statement.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::sql {
namespace {

// What a token of kind `text` stands for. The escapes of E'…' other than doubled quotes are left as they are.
std::string content_of(std::string_view token) {
  if (token.starts_with('$')) {
    const auto tag = token.find('$', 1) + 1;
    return std::string(token.substr(tag, token.size() - 2 * tag));
  }
  const auto open = token.find('\'');
  return replace_all(std::string(token.substr(open + 1, token.size() - open - 2)), "''", "'");
}

}  // namespace

bool has_literal(std::string_view statement, std::string_view text) {
  try {
    Lexer lexer(statement, {}, 1);
    for (auto token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
      if (token.kind != TokenKind::text) continue;
      const auto content = content_of(token.text);
      if (content == text || has_literal(content, text)) return true;
    }
  } catch (const Error&) {
    // A text that is no SQL.
  }
  return false;
}

bool has_copied_value(std::string_view rows, std::string_view text) {
  for (const auto line : lines(rows))
    for (const auto value : migrate::split(line, '\t'))
      if (value == text) return true;
  return false;
}

}  // namespace migrate::sql
