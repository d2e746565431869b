#include "plan/words.hpp"

#include <algorithm>
#include <set>

#include "diff/sql_tokens.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using diff::Token;
using diff::TokenKind;

// The value of a string, as far as it is certain; E'…' and the like as they stand.
std::string value_of(const Token& token) {
  if (auto value = token.literal()) return *value;
  return std::string(token.text);
}

}  // namespace

bool mentions_identifier(std::string_view sql, const std::string& name) {
  if (sql.size() < name.size()) return false;
  const auto tokens = diff::tokenize(sql);
  return std::any_of(tokens.begin(), tokens.end(),
                     [&](const Token& token) { return token.is_identifier() && token.identifier() == name; });
}

std::vector<catalog::Name> names_in(std::string_view sql) {
  std::vector<catalog::Name> names;
  const auto tokens = diff::tokenize(sql);
  for (std::size_t n = 0; n < tokens.size(); ++n) {
    if (tokens[n].is_identifier()) {
      names.push_back({"public", tokens[n].identifier()});
      if (n + 2 < tokens.size() && tokens[n + 1].is(".") && tokens[n + 2].is_identifier())
        names.push_back({tokens[n].identifier(), tokens[n + 2].identifier()});
    } else if (tokens[n].kind == TokenKind::string && tokens[n].literal()) {
      for (auto& name : names_in(*tokens[n].literal())) names.push_back(std::move(name));
    }
  }
  return names;
}

bool mentions_name(std::string_view sql, const catalog::Name& name) {
  const auto names = names_in(sql);
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> literals_in(std::string_view sql) {
  std::vector<std::string> found;
  for (const Token& token : diff::tokenize(sql))
    if (token.kind == TokenKind::string) found.push_back(value_of(token));
  return found;
}

bool calls_other_than(std::string_view sql, const std::vector<std::string>& functions) {
  const auto tokens = diff::tokenize(sql);
  for (std::size_t n = 0; n + 1 < tokens.size(); ++n)
    if (tokens[n].is_identifier() && tokens[n + 1].is("(") &&
        std::find(functions.begin(), functions.end(), tokens[n].identifier()) == functions.end())
      return true;
  return false;
}

bool is_function_call(std::string_view sql) {
  static const std::set<std::string> others{"row", "exists", "array", "not",  "values", "case",
                                            "in",  "any",    "all",   "some", "select"};
  const auto tokens = diff::tokenize(sql);
  std::size_t n = 0;
  for (; n + 1 < tokens.size() && tokens[n].is_identifier() && tokens[n + 1].is("."); n += 2) continue;
  if (n + 2 >= tokens.size() || !tokens[n].is_identifier() || !tokens[n + 1].is("(")) return false;
  if (tokens[n].kind == TokenKind::word && others.count(to_lower(tokens[n].text)) > 0) return false;
  int depth = 0;
  for (++n; n < tokens.size(); ++n) {
    if (tokens[n].is("(")) ++depth;
    if (tokens[n].is(")") && --depth == 0) return n + 1 == tokens.size();
  }
  return false;
}

bool has_word_operator(std::string_view sql) {
  static const std::set<std::string> operators{"and",     "or", "not",    "in",      "like", "ilike",
                                               "similar", "is", "isnull", "notnull", "at",   "between"};
  int depth = 0;
  for (const Token& token : diff::tokenize(sql)) {
    if (token.is("(")) ++depth;
    if (token.is(")")) --depth;
    if (depth == 0 && token.kind == TokenKind::word && operators.count(to_lower(token.text)) > 0) return true;
  }
  return false;
}

}  // namespace migrate::plan
