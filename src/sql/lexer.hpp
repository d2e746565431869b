// The tokens of an SQL script, as far as psql's scanner tells them apart: enough to know what is quoted and
// what is not.
#pragma once
#include <string>
#include <string_view>

namespace migrate::sql {

enum class TokenKind {
  end,  // of the script; its text is empty
  space,
  line_comment,   // -- … without its line end
  block_comment,  // /* … */, nested
  word,           // an unquoted identifier or keyword
  quoted_word,    // "…"
  text,           // '…', E'…' (its prefix included), $tag$…$tag$
  number,
  symbol,     // any other single byte: ( ) ; , + …
  backslash,  // where psql would read a command
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;   // a part of the script that the lexer was given
  std::size_t offset = 0;  // in the script
  int line = 0;            // of its first byte
  bool is(char symbol) const { return kind == TokenKind::symbol && text.front() == symbol; }
  bool is(std::string_view keyword) const;  // an unquoted word; `keyword` in lower case
  bool blank() const { return kind <= TokenKind::block_comment && kind != TokenKind::end; }
};

// Throws Error(failed) at file:line for a quote, comment or dollar quote that is not closed.
class Lexer {
 public:
  Lexer(std::string_view script, std::string file, int first_line)
      : script_(script), file_(std::move(file)), line_(first_line) {}

  Token next();
  std::string_view rest_of_line();  // without its end, which is skipped too; for what follows no rule of SQL
  bool at_end() const { return at_ >= script_.size(); }
  std::size_t offset() const { return at_; }
  int line() const { return line_; }
  const std::string& file() const { return file_; }

 private:
  std::size_t string_end(bool backslashes) const;
  std::size_t token_end(TokenKind& kind) const;
  bool continues_string(std::size_t& at) const;
  [[noreturn]] void unterminated(std::string_view what) const;

  std::string_view script_;
  std::string file_;
  std::size_t at_ = 0;
  int line_;
};

}  // namespace migrate::sql
