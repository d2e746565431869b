#include "sql/plpgsql.hpp"

#include <algorithm>
#include <iterator>

#include "sql/lexer.hpp"
#include "util/error.hpp"

namespace migrate::sql {
namespace {

constexpr std::string_view words_before[] = {"begin", "then", "else", "loop", "in", "query"};

bool precedes_statement(const Token& token) {
  if (token.is(';')) return true;
  return std::any_of(std::begin(words_before), std::end(words_before),
                     [&](std::string_view word) { return token.is(word); });
}

std::vector<Token> tokens_of(std::string_view body) {
  std::vector<Token> out;
  Lexer lexer(body, {}, 1);
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next())
    if (!token.blank()) out.push_back(token);
  return out;
}

}  // namespace

std::vector<std::string> possible_statements(std::string_view body) {
  std::vector<Token> tokens;
  try {
    tokens = tokens_of(body);
  } catch (const Error&) {
    return {};
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (i > 0 && !precedes_statement(tokens[i - 1])) continue;
    auto end = i;
    while (end < tokens.size() && !tokens[end].is(';') && !tokens[end].is("loop")) ++end;
    if (end == i) continue;
    const auto stop = end < tokens.size() ? tokens[end].offset : body.size();
    const bool performs = tokens[i].is("perform");
    const auto begin = tokens[i].offset + (performs ? tokens[i].text.size() : 0);
    out.push_back((performs ? "SELECT" : "") + std::string(body.substr(begin, stop - begin)));
  }
  return out;
}

}  // namespace migrate::sql
