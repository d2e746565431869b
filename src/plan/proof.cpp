#include "plan/proof.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "catalog/default_name.hpp"
#include "diff/sql_tokens.hpp"
#include "plan/fragments.hpp"
#include "plan/table_parts.hpp"
#include "plan/words.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::Table;
using diff::Token;

bool is_word(const Token& token, std::string_view word) {
  return token.kind == diff::TokenKind::word && to_lower(token.text) == word;
}

// RANGE (a), LIST ("B c"): the column.
std::optional<std::string> only_column(const Table& parent, std::string_view strategy) {
  const auto tokens = diff::tokenize(parent.partition_key);
  if (tokens.size() != 4 || !is_word(tokens[0], strategy) || !tokens[2].is_identifier()) return {};
  return tokens[2].identifier();
}

// The values in parentheses from `at` on, as they stand: constants, or words such as MINVALUE and NULL.
std::optional<std::vector<std::string>> values(const std::vector<Token>& tokens, std::size_t& at) {
  std::vector<std::string> out;
  if (at >= tokens.size() || !tokens[at].is("(")) return {};
  for (++at; at < tokens.size(); ++at) {
    std::string value;
    if (tokens[at].is("-")) {
      value = "-";
      if (++at == tokens.size()) return {};
    }
    const Token& token = tokens[at];
    const auto literal = token.literal();
    if (literal && value.empty())
      value = quote_literal(*literal);
    else if (token.kind == diff::TokenKind::number)
      value = quote_literal(value + std::string(token.text));
    else if (token.kind == diff::TokenKind::word && value.empty())
      value = to_upper(token.text);
    else
      return {};
    out.push_back(std::move(value));
    if (++at == tokens.size()) return {};
    if (tokens[at].is(")")) {
      ++at;
      return out;
    }
    if (!tokens[at].is(",")) return {};
  }
  return {};
}

}  // namespace

Proof prove(Planner& planner, const catalog::Name& table, const std::string& base, const std::string& suffix,
            const std::string& expression, std::vector<catalog::ObjectId> needs, const std::string& fails) {
  const std::string head = "ALTER TABLE " + table.sql() + " ";
  catalog::Constraint check;
  check.name = planner.free_name(table, base, suffix);
  check.type = catalog::ConstraintType::check;
  check.expression = expression;
  check.not_valid = true;
  const auto id = constraint_id(table, check.name);
  Action add;
  add.rank = Rank::check;
  add.statement.sql = head + "ADD " + constraint_clause(check) + " NOT VALID";
  add.statement.lock = Lock::access_exclusive;
  add.statement.locks = table.text();
  add.creates = {id};
  add.needs = std::move(needs);
  add.transient = {id};
  add.effect = [table, check](catalog::Database& database) {
    if (auto* into = database.table(table)) put(into->constraints, check);
  };
  const std::size_t added = planner.add(std::move(add));
  Action validate;
  validate.rank = Rank::check;
  validate.statement.sql = head + "VALIDATE CONSTRAINT " + quote_identifier(check.name);
  validate.statement.notes = {fails};
  validate.statement.lock = Lock::share_update_exclusive;
  validate.statement.locks = table.text();
  validate.statement.scans_table = true;
  validate.after_commit = {added};
  validate.effect = [table, name = check.name](catalog::Database& database) {
    if (auto* into = database.table(table))
      if (auto* each = into->constraint(name)) each->not_valid = false;
  };
  return {table, check.name, planner.add(std::move(validate))};
}

void drop_proof(Planner& planner, const Proof& proof, std::size_t after) {
  Action drop;
  drop.rank = Rank::check;
  drop.statement.sql =
      "ALTER TABLE " + proof.table.sql() + " DROP CONSTRAINT " + quote_identifier(proof.name);
  drop.statement.lock = Lock::access_exclusive;
  drop.statement.locks = proof.table.text();
  drop.after = {after};
  drop.effect = [table = proof.table, name = proof.name](catalog::Database& database) {
    if (auto* from = database.table(table))
      erase_if(from->constraints, [&](const auto& each) { return each.name == name; });
  };
  planner.add(std::move(drop));
}

std::optional<std::string> bound_as_check(const Table& parent, const Table& partition) {
  const auto tokens = diff::tokenize(partition.partition_bound);
  const auto range = only_column(parent, "range"), list = only_column(parent, "list");
  const auto* column = partition.column(range ? *range : list.value_or(""));
  if (!column || tokens.size() < 3) return {};
  const std::string name = quote_identifier(column->name);
  const auto constant = [&](const std::string& value) {
    return value == "TRUE" || value == "FALSE" ? to_lower(value) : value + "::" + column->type;
  };
  std::size_t at = 3;
  const auto first = values(tokens, at);
  if (!first || first->empty()) return {};
  if (list) {
    if (at != tokens.size() || !is_word(tokens[2], "in")) return {};
    std::vector<std::string> constants;
    for (const auto& value : *first)
      if (value != "NULL") constants.push_back(constant(value));
    const bool takes_null = constants.size() < first->size();
    const std::string equal = constants.empty() ? ""
                              : constants.size() == 1
                                  ? name + " = " + constants.front()
                                  : name + " = ANY (ARRAY[" + join(constants, ", ") + "])";
    if (!takes_null) return name + " IS NOT NULL AND " + equal;
    return name + " IS NULL" + (equal.empty() ? "" : " OR " + equal);
  }
  if (!is_word(tokens[2], "from") || at >= tokens.size() || !is_word(tokens[at], "to")) return {};
  const auto last = values(tokens, ++at);
  if (!last || last->size() != 1 || first->size() != 1 || at != tokens.size()) return {};
  std::string out = name + " IS NOT NULL";
  if (first->front() != "MINVALUE") out += " AND " + name + " >= " + constant(first->front());
  if (last->front() != "MAXVALUE") out += " AND " + name + " < " + constant(last->front());
  return out;
}

std::string check_of_detached(const catalog::Database& database, const Table& partition) {
  std::set<std::string> columns;
  for (const Table* parent = database.table(partition.partition_of); parent;
       parent = database.table(parent->partition_of))
    for (const auto& column : parent->columns)
      if (mentions_identifier(parent->partition_key, column.name)) columns.insert(column.name);
  const auto base =
      catalog::default_name(partition.name.name, columns.size() == 1 ? *columns.begin() : "", "check");
  for (int number = 0;; ++number) {
    const auto name = base + (number == 0 ? "" : std::to_string(number));
    if (std::none_of(database.tables.begin(), database.tables.end(), [&](const Table& each) {
          return each.name.schema == partition.name.schema && each.constraint(name);
        }))
      return name;
  }
}

}  // namespace migrate::plan
