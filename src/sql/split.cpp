#include <functional>

#include "sql/lexer.hpp"
#include "sql/statement.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::sql {
namespace {

Error error_at(const Lexer& lexer, int line, const std::string& what, std::string hint = {}) {
  return Error(ExitCode::failed, what, std::move(hint)).at({lexer.file(), line, 0});
}

// What psql's scanner keeps about the statement that it is in.
class Reader {
 public:
  Reader(std::string_view script, const std::string& file, int first_line)
      : script_(script), lexer_(script, file, first_line) {}

  bool check_nesting = true;
  std::function<bool(const LineComment&)> on_comment = [](const LineComment&) {
    return false;
  };  // true: begins a script
  std::function<void(Statement&&)> on_statement = [](Statement&&) {};

  void read() {
    for (;;) {
      const Token token = lexer_.next();
      if (token.kind == TokenKind::end) break;
      if (token.kind == TokenKind::line_comment) comment(token);
      if (token.blank()) continue;
      if (token.kind == TokenKind::backslash) {
        backslash(token);
      } else if (token.is(';') && parentheses_.empty() && bodies_.empty()) {
        finish(true);
      } else {
        take(token);
      }
    }
    if (check_nesting && !parentheses_.empty())
      throw error_at(lexer_, parentheses_.front(), "this parenthesis is not closed");
    if (check_nesting && !bodies_.empty())
      throw error_at(lexer_, bodies_.front(), "this BEGIN ATOMIC has no END");
    finish(false);
  }

 private:
  void comment(const Token& token) {
    const auto line_start = script_.substr(0, token.offset).find_last_of("\r\n") + 1;  // npos + 1 is 0
    const auto before = script_.substr(line_start, token.offset - line_start);
    if (on_comment({token.text, token.offset, token.line, trim(before).empty()})) finish(false);
  }

  void backslash(const Token& token) {
    const auto line = lexer_.rest_of_line();
    const auto name = line.substr(0, std::min(line.find_first_of(" \t;\\"), line.size()));
    if (name == "restrict" || name == "unrestrict") return;
    throw error_at(lexer_, token.line, "\\" + std::string(name) + " is a command of psql, not SQL",
                   "migrate reads SQL and the rows of COPY … FROM stdin; write what the command stands for");
  }

  void take(const Token& token) {
    if (start_ == script_.npos) {
      start_ = token.offset;
      line_ = token.line;
    }
    end_ = token.offset + token.text.size();
    if (token.is('(')) parentheses_.push_back(token.line);
    if (token.is(')') && !parentheses_.empty()) parentheses_.pop_back();
    if (token.kind == TokenKind::word && parentheses_.empty()) word(token);
    after_dot_ = token.is('.');
    if (token.kind != TokenKind::word) previous_.clear();
  }

  // A body of CREATE FUNCTION or PROCEDURE has semicolons of its own; CASE … END nests in it. psql counts
  // BEGIN itself, which a function of that name confuses; END may be a label (AS end) or a field (x.end).
  void word(const Token& token) {
    const std::string word = to_lower(token.text);
    if (words_++ == 0) first_ = word;
    const bool label = after_dot_ || previous_ == "as";
    if (first_ == "create" && !label) {
      if (word == "atomic" && previous_ == "begin" && bodies_.empty())
        bodies_.push_back(token.line);
      else if (!bodies_.empty() && word == "case")
        bodies_.push_back(token.line);
      else if (!bodies_.empty() && word == "end")
        bodies_.pop_back();
    }
    if (first_ == "copy" && word == "stdin" && previous_ == "from") copies_ = true;
    previous_ = word;
  }

  void finish(bool by_semicolon) {
    if (start_ != script_.npos) {
      Statement statement{std::string(script_.substr(start_, end_ - start_)), line_, false, {}};
      if (copies_) copy_rows(statement, by_semicolon);
      on_statement(std::move(statement));
    }
    start_ = script_.npos;
    words_ = 0;
    first_.clear();
    previous_.clear();
    after_dot_ = copies_ = false;
    parentheses_.clear();
    bodies_.clear();
  }

  void copy_rows(Statement& statement, bool by_semicolon) {
    if (!by_semicolon)
      throw error_at(lexer_, line_, "COPY … FROM stdin ends without a semicolon",
                     "its rows start on the line after the semicolon");
    const int line = lexer_.line();
    const auto rest = lexer_.at_end() ? std::string_view{} : lexer_.rest_of_line();
    if (!trim(rest).empty() && !trim(rest).starts_with("--"))
      throw error_at(lexer_, line, "after COPY … FROM stdin; its line must end",
                     "the rows start on the next line");
    statement.has_copy_data = true;
    const auto begin = lexer_.offset();
    for (;;) {
      if (lexer_.at_end())
        throw error_at(lexer_, line_, "the rows of this COPY … FROM stdin have no end",
                       "close them with a line \\.");
      const auto end = lexer_.offset();
      if (lexer_.rest_of_line() == "\\.") {
        statement.copy_data = std::string(script_.substr(begin, end - begin));
        return;
      }
    }
  }

  std::string_view script_;
  Lexer lexer_;
  std::size_t start_ = std::string_view::npos, end_ = 0;
  int line_ = 0;
  int words_ = 0;
  std::string first_, previous_;  // words of the statement, in lower case
  bool after_dot_ = false, copies_ = false;
  std::vector<int> parentheses_, bodies_;  // the lines of those that are open
};

}  // namespace

std::vector<Statement> split(std::string_view script, const std::string& file, int first_line) {
  std::vector<Statement> out;
  Reader reader(script, file, first_line);
  reader.on_statement = [&](Statement&& statement) { out.push_back(std::move(statement)); };
  reader.read();
  return out;
}

std::vector<LineComment> line_comments(std::string_view script, const std::string& file, int first_line,
                                       bool (*begins_script)(std::string_view comment)) {
  std::vector<LineComment> out;
  Reader reader(script, file, first_line);
  reader.check_nesting = false;
  reader.on_comment = [&](const LineComment& comment) {
    out.push_back(comment);
    return begins_script != nullptr && begins_script(comment.text);
  };
  reader.read();
  return out;
}

}  // namespace migrate::sql
