#include "sql/lexer.hpp"
#include "sql/statement.hpp"
#include "util/text.hpp"

namespace migrate::sql {

std::string normalized(std::string_view statement) {
  std::string out;
  bool gap = false;
  Lexer lexer(statement, {}, 1);
  for (;;) {
    const Token token = lexer.next();
    if (token.kind == TokenKind::end) return out;
    if (token.blank()) {
      gap = true;
      continue;
    }
    if (gap && !out.empty()) out += ' ';
    gap = false;
    // A checkout that turned line ends into \r\n has the same script.
    out += with_unix_line_ends(token.text);
  }
}

}  // namespace migrate::sql
