#include "diff/names.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "catalog/default_name.hpp"
#include "catalog/type_name.hpp"
#include "diff/sql_tokens.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

// The names of an index's keys, each made different from the ones before it.
std::vector<std::string> key_names(const std::vector<catalog::IndexElement>& elements,
                                   const std::vector<std::string>& include) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& wanted) {
    auto name = wanted;
    for (int number = 1; std::find(names.begin(), names.end(), name) != names.end(); ++number) {
      const auto suffix = std::to_string(number);
      name = std::string(clip(wanted, catalog::longest_identifier - suffix.size())) + suffix;
    }
    names.push_back(name);
  };
  for (const auto& element : elements)
    add(element.column.empty() ? expression_name(element.expression) : element.column.get());
  for (const auto& column : include) add(column);
  return names;
}

// Names joined by _; PostgreSQL stops once there is more than fits into a name.
std::string addition(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) {
    if (!out.empty()) out += "_";
    out += clip(name, catalog::longest_identifier);
    if (out.size() > catalog::longest_identifier) break;
  }
  return out;
}

std::vector<catalog::IndexElement> as_elements(const std::vector<std::string>& columns) {
  std::vector<catalog::IndexElement> out(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) out[i].column = columns[i];
  return out;
}

// The one column that an expression speaks of; empty if there are none or several.
std::string only_column(const catalog::Table& table, std::string_view expression) {
  const auto tokens = tokenize(expression);
  std::string found;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].is_identifier()) continue;
    const bool called = i + 1 < tokens.size() && (tokens[i + 1].is("(") || tokens[i + 1].is("."));
    const bool type = i > 0 && tokens[i - 1].is("::");
    const auto name = tokens[i].identifier();
    if (called || type || !table.column(name) || name == found) continue;
    if (!found.empty()) return {};
    found = name;
  }
  return found;
}

// pg_type's name of what format_type() prints.
std::string internal_type_name(std::string_view text) {
  static const std::map<std::string_view, std::string_view> internal{
      {"boolean", "bool"},
      {"integer", "int4"},
      {"smallint", "int2"},
      {"bigint", "int8"},
      {"real", "float4"},
      {"double precision", "float8"},
      {"character varying", "varchar"},
      {"character", "bpchar"},
      {"bit varying", "varbit"},
      {"timestamp{} with time zone", "timestamptz"},
      {"timestamp{} without time zone", "timestamp"},
      {"time{} with time zone", "timetz"},
      {"time{} without time zone", "time"}};
  const auto type = catalog::parse_type(text);
  const auto found = internal.find(type.name.name);
  return found == internal.end() ? type.name.name : std::string(found->second);
}

using Tokens = std::vector<Token>;
constexpr auto none = static_cast<std::size_t>(-1);

// The token after the group that begins at `open`, or none.
std::size_t after_group(const Tokens& tokens, std::size_t open) {
  int depth = 0;
  for (auto i = open; i < tokens.size(); ++i) {
    if (tokens[i].is("(") || tokens[i].is("[")) ++depth;
    if ((tokens[i].is(")") || tokens[i].is("]")) && --depth == 0) return i + 1;
  }
  return none;
}

// By how much a token leads into brackets or CASE, or out of them.
int nesting(const Token& token) {
  if (token.is("(") || token.is("[")) return 1;
  if (token.is(")") || token.is("]")) return -1;
  if (token.kind != TokenKind::word) return 0;
  const auto word = to_lower(token.text);
  return word == "case" ? 1 : word == "end" ? -1 : 0;
}

struct Figured {
  std::string name;
  int strength = 0;  // 2: sure, 1: a type's or keyword's name, 0: none
};

Figured figure(const Tokens& tokens, std::string_view sql);

// CASE has the name of its ELSE if that is sure.
Figured figure_case(const Tokens& tokens, std::string_view sql) {
  int depth = 0;
  for (auto i = tokens.size() - 1; i-- > 0;) {
    const auto word =
        tokens[i].kind == TokenKind::word ? to_lower(tokens[i].text) : std::string(tokens[i].text);
    if (word == ")" || word == "]" || word == "end") ++depth;
    if (word == "(" || word == "[" || word == "case") --depth;
    if (depth != 0 || word != "else") continue;
    const auto result =
        figure(Tokens(tokens.begin() + static_cast<std::ptrdiff_t>(i) + 1, tokens.end() - 1), sql);
    return result.strength > 1 ? result : Figured{"case", 1};
  }
  return {"case", 1};
}

Figured figure_primary(const Tokens& tokens, std::string_view sql) {
  const auto& first = tokens.front();
  if (first.is("(") && after_group(tokens, 0) == tokens.size())
    return figure(Tokens(tokens.begin() + 1, tokens.end() - 1), sql);
  if (!first.is_identifier()) return {};
  const auto word = first.kind == TokenKind::word ? to_lower(first.text) : std::string();
  if (word == "case" && to_lower(tokens.back().text) == "end") return figure_case(tokens, sql);
  if (word == "array" && tokens.size() > 1 && after_group(tokens, 1) == tokens.size()) return {"array", 2};
  // a.b.c, and f(…) of the last of them
  std::size_t last = 0;
  while (last + 2 < tokens.size() && tokens[last + 1].is(".") && tokens[last + 2].is_identifier()) last += 2;
  const auto name = tokens[last].identifier();
  if (last + 1 == tokens.size()) return {name, 2};
  if (tokens[last + 1].is("(") && after_group(tokens, last + 1) == tokens.size()) {
    if (name == "trim") return {"btrim", 2};
    if (name == "cast") {
      for (auto i = tokens.size() - 2; i > last + 1; --i) {
        if (to_lower(tokens[i].text) != "as") continue;
        const auto argument = figure(Tokens(tokens.begin() + static_cast<std::ptrdiff_t>(last) + 2,
                                            tokens.begin() + static_cast<std::ptrdiff_t>(i)),
                                     sql);
        if (argument.strength > 1) return argument;
        return {internal_type_name(sql.substr(tokens[i].end(), tokens.back().begin - tokens[i].end())), 1};
      }
    }
    return {name, 2};
  }
  return {};
}

// A cast takes its argument's name if that is sure, else its type's.
Figured figure(const Tokens& tokens, std::string_view sql) {
  if (tokens.empty()) return {};
  int depth = 0;
  auto cast = none;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    depth += nesting(tokens[i]);
    if (depth != 0) continue;
    if (tokens[i].is("::")) {
      cast = i;
    } else if (tokens[i].kind == TokenKind::symbol && !tokens[i].is(".") && !tokens[i].is(")") &&
               !tokens[i].is("]")) {
      return {};  // an operator
    }
  }
  if (cast == none || cast == 0) return figure_primary(tokens, sql);
  const auto argument =
      figure(Tokens(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(cast)), sql);
  if (argument.strength > 1 || cast + 1 == tokens.size()) return argument;
  return {internal_type_name(sql.substr(tokens[cast].end(), tokens.back().end() - tokens[cast].end())), 1};
}

}  // namespace

std::string choose_name(std::string_view name1, std::string_view name2, std::string_view label,
                        const std::function<bool(const std::string&)>& is_taken) {
  auto name = catalog::default_name(name1, name2, label);
  for (int number = 1; is_taken(name); ++number)
    name = catalog::default_name(name1, name2, std::string(label) + std::to_string(number));
  return name;
}

std::string choose_constraint_name(const catalog::Table& table, const catalog::Constraint& constraint,
                                   const std::function<bool(const std::string&)>& is_taken) {
  const auto choose = [&](std::string_view middle, std::string_view label) {
    return choose_name(table.name.name, middle, label, is_taken);
  };
  switch (constraint.type) {
    case catalog::ConstraintType::primary_key:
      return choose("", "pkey");
    case catalog::ConstraintType::unique:
      return choose(addition(key_names(as_elements(constraint.columns), constraint.include)), "key");
    case catalog::ConstraintType::foreign_key:
      return choose(addition(constraint.columns), "fkey");
    case catalog::ConstraintType::check:
      return choose(only_column(table, constraint.expression), "check");
    case catalog::ConstraintType::exclusion:
      return choose(addition(key_names(constraint.elements, constraint.include)), "excl");
  }
  return {};
}

std::string choose_index_name(const catalog::Table& table, const catalog::Index& index,
                              const std::function<bool(const std::string&)>& is_taken) {
  return choose_name(table.name.name, addition(key_names(index.elements, index.include)), "idx", is_taken);
}

std::string expression_name(std::string_view expression) {
  const auto figured = figure(tokenize(expression), expression);
  return figured.name.empty() ? "expr" : figured.name;
}

}  // namespace migrate::diff
