#include "diff/rename_text.hpp"

#include <algorithm>
#include <optional>

#include "catalog/spelling.hpp"
#include "diff/sql_tokens.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

using Tokens = std::vector<Token>;
using catalog::Name;

bool is(const Tokens& tokens, std::size_t at, std::string_view text) {
  return at < tokens.size() && tokens[at].is(text);
}
bool is_before(const Tokens& tokens, std::size_t at, std::string_view text) {
  return at > 0 && tokens[at - 1].is(text);
}

bool is_keyword(const Token& token) {
  return token.kind == TokenKind::word && to_lower(token.text) != token.text;
}
bool is_name(const Token& token) { return token.is_identifier() && !is_keyword(token); }

// `text` with every token replaced for which `replacement(tokens, at)` has one.
template <class Replacement>
std::string rewrite(const std::string& text, Replacement&& replacement) {
  const auto tokens = tokenize(text);
  std::string out;
  std::size_t copied = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::optional<std::string> with = replacement(tokens, i);
    if (!with) continue;
    out.append(text, copied, tokens[i].begin - copied).append(*with);
    copied = tokens[i].end();
  }
  return out.append(text, copied);
}

// Not a function, type, field, collation, operator class, alias or named argument.
bool is_column(const Tokens& tokens, std::size_t at) {
  if (!is_name(tokens[at])) return false;
  if (is(tokens, at + 1, "(") || is(tokens, at + 1, ".") || is(tokens, at + 1, "=>")) return false;
  if (at + 1 < tokens.size() && tokens[at + 1].kind == TokenKind::string) return false;
  if (at == 0) return true;
  const auto& before = tokens[at - 1];
  if (before.is(".") || before.is("::") || before.is("COLLATE") || before.is("AS") || before.is("NAME"))
    return false;
  if (before.is("(") && is_before(tokens, at - 1, "EXTRACT")) return false;
  const bool follows_a_value = is_name(before) || before.is(")") || before.is("]") ||
                               before.kind == TokenKind::string || before.kind == TokenKind::number;
  return !follows_a_value;
}

// The place of `name`'s schema in `schema . name` directly after a cast.
bool is_cast_to(const Tokens& tokens, std::size_t at, const Name& name) {
  return is_before(tokens, at, "::") && is_name(tokens[at]) && tokens[at].identifier() == name.schema &&
         is(tokens, at + 1, ".") && at + 2 < tokens.size() && is_name(tokens[at + 2]) &&
         tokens[at + 2].identifier() == name.name;
}

std::optional<Name> regclass(const Tokens& tokens, std::size_t at) {
  const auto value = tokens[at].literal();
  Name name;
  if (!value || !is(tokens, at + 1, "::") || !is(tokens, at + 2, "regclass") ||
      !catalog::from_text(*value, name))
    return std::nullopt;
  return name;
}

// The elements of an array literal that needs no quotes inside.
std::optional<std::vector<std::string>> simple_array(const std::string& literal) {
  if (literal.size() < 2 || literal.front() != '{' || literal.back() != '}') return std::nullopt;
  if (literal.find_first_of("\"\\ {}", 1) != literal.size() - 1) return std::nullopt;
  std::vector<std::string> out;
  for (const auto element : split(std::string_view(literal).substr(1, literal.size() - 2), ','))
    out.emplace_back(element);
  return out;
}

bool needs_no_quotes_in_array(const std::string& label) {
  return !label.empty() && to_lower(label) != "null" &&
         label.find_first_of("\"\\{}, \t\n") == std::string::npos;
}

// As the server prints a constant: never E'…', whatever stands in it.
std::string constant(const std::string& text) { return "'" + replace_all(text, "'", "''") + "'"; }

}  // namespace

std::string rename_column(const std::string& text, const std::string& from, const std::string& to) {
  return rewrite(text, [&](const Tokens& tokens, std::size_t at) -> std::optional<std::string> {
    if (!is_column(tokens, at) || tokens[at].identifier() != from) return std::nullopt;
    return quote_identifier(to);
  });
}

std::string rename_type(const std::string& text, const Name& from, const Name& to) {
  return rewrite(text, [&](const Tokens& tokens, std::size_t at) -> std::optional<std::string> {
    if (is_cast_to(tokens, at, from)) return quote_identifier(to.schema);
    if (at >= 2 && is_cast_to(tokens, at - 2, from)) return quote_identifier(to.name);
    return std::nullopt;
  });
}

std::string rename_argument(const std::string& text, const Name& from, const Name& to) {
  const auto is_it = [&](const Tokens& tokens, std::size_t at) {
    return at + 2 < tokens.size() && is_name(tokens[at]) && !is_before(tokens, at, ".") &&
           tokens[at].identifier() == from.schema && is(tokens, at + 1, ".") &&
           tokens[at + 2].is_identifier() && tokens[at + 2].identifier() == from.name;
  };
  return rewrite(text, [&](const Tokens& tokens, std::size_t at) -> std::optional<std::string> {
    if (is_it(tokens, at)) return quote_identifier(to.schema);
    if (at >= 2 && is_it(tokens, at - 2)) return quote_identifier(to.name);
    return std::nullopt;
  });
}

std::string rename_relation(const std::string& text, const Name& from, const Name& to) {
  return rewrite(text, [&](const Tokens& tokens, std::size_t at) -> std::optional<std::string> {
    if (regclass(tokens, at) != from) return std::nullopt;
    return constant(to.sql());
  });
}

std::string rename_row(const std::string& text, const std::string& from, const std::string& to) {
  return rewrite(text, [&](const Tokens& tokens, std::size_t at) -> std::optional<std::string> {
    const bool row = is_name(tokens[at]) && !is_before(tokens, at, ".") && is(tokens, at + 1, ".") &&
                     is(tokens, at + 2, "*");
    if (!row || tokens[at].identifier() != from) return std::nullopt;
    return quote_identifier(to);
  });
}

std::string rename_in_query(const std::string& text, const Name& from, const Name& to) {
  const auto is_relation = [&](const Tokens& tokens, std::size_t at) {
    return at + 2 < tokens.size() && is_name(tokens[at]) && tokens[at].identifier() == from.schema &&
           !is_before(tokens, at, ".") && tokens[at + 1].is(".") && is_name(tokens[at + 2]) &&
           tokens[at + 2].identifier() == from.name && !is(tokens, at + 3, "(") && !is(tokens, at + 3, ".");
  };
  const auto all = tokenize(text);
  bool by_its_name = false;
  for (std::size_t at = 0; at < all.size(); ++at)
    by_its_name |= is_relation(all, at) && (at + 3 == all.size() || !is_name(all[at + 3]));
  return rewrite(text, [&](const Tokens& tokens, std::size_t at) -> std::optional<std::string> {
    if (is_relation(tokens, at)) return quote_identifier(to.schema);
    if (at >= 2 && is_relation(tokens, at - 2)) return quote_identifier(to.name);
    const bool qualifies = by_its_name && is_name(tokens[at]) && !is_before(tokens, at, ".") &&
                           is(tokens, at + 1, ".") && tokens[at].identifier() == from.name;
    if (!qualifies) return std::nullopt;
    return quote_identifier(to.name);
  });
}

std::string rename_function(const std::string& text, const Name& from, const Name& to) {
  const auto is_call = [&](const Tokens& tokens, std::size_t at) {
    return is_name(tokens[at]) && tokens[at].identifier() == from.schema && is(tokens, at + 1, ".") &&
           is(tokens, at + 3, "(") && is_name(tokens[at + 2]) && tokens[at + 2].identifier() == from.name;
  };
  return rewrite(text, [&](const Tokens& tokens, std::size_t at) -> std::optional<std::string> {
    if (is_call(tokens, at)) return quote_identifier(to.schema);
    if (at >= 2 && is_call(tokens, at - 2)) return quote_identifier(to.name);
    return std::nullopt;
  });
}

std::string rename_row_column(const std::string& text, const std::string& from, const std::string& to) {
  return rewrite(text, [&](const Tokens& tokens, std::size_t at) -> std::optional<std::string> {
    const bool of_row = at >= 2 && is_before(tokens, at, ".") &&
                        (tokens[at - 2].is("old") || tokens[at - 2].is("new")) && is_name(tokens[at]);
    if (!of_row || tokens[at].identifier() != from) return std::nullopt;
    return quote_identifier(to);
  });
}

std::string rename_schema(const std::string& text, const std::string& from, const std::string& to) {
  return rewrite(text, [&](const Tokens& tokens, std::size_t at) -> std::optional<std::string> {
    if (const auto relation = regclass(tokens, at); relation && relation->schema == from)
      return constant(Name{to, relation->name}.sql());
    const bool qualifies = is_name(tokens[at]) && !is_before(tokens, at, ".") && is(tokens, at + 1, ".") &&
                           !is(tokens, at + 2, "*") && tokens[at].identifier() == from;
    if (!qualifies) return std::nullopt;
    return quote_identifier(to);
  });
}

std::string rename_label(const std::string& text, const Name& type, const std::string& from,
                         const std::string& to) {
  return rewrite(text, [&](const Tokens& tokens, std::size_t at) -> std::optional<std::string> {
    const auto value = tokens[at].literal();
    if (!value || at + 2 >= tokens.size() || !is_cast_to(tokens, at + 2, type)) return std::nullopt;
    if (!is(tokens, at + 5, "[")) return *value == from ? std::optional(constant(to)) : std::nullopt;
    auto elements = simple_array(*value);
    if (!elements || !needs_no_quotes_in_array(to)) return std::nullopt;
    if (std::find(elements->begin(), elements->end(), from) == elements->end()) return std::nullopt;
    std::replace(elements->begin(), elements->end(), from, to);
    return constant("{" + join(*elements, ",") + "}");
  });
}

std::string rename_literal(const std::string& text, const std::string& from, const std::string& to) {
  return rewrite(text, [&](const Tokens& tokens, std::size_t at) -> std::optional<std::string> {
    if (tokens[at].literal() != from) return std::nullopt;
    return constant(to);
  });
}

}  // namespace migrate::diff
