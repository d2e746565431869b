#include "postgres/introspect/reader.hpp"

#include <algorithm>
#include <charconv>

#include "util/text.hpp"

namespace migrate::postgres::introspection {
namespace {

// The place behind a quoted string or identifier that begins at `at`; a doubled quote is part of it, and so
// is what follows a backslash in E'…'.
std::size_t skip_quoted(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const bool escapes = quote == '\'' && at > 0 && (text[at - 1] == 'E' || text[at - 1] == 'e');
  for (++at; at < text.size(); ++at) {
    if (escapes && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (at + 1 == text.size() || text[at + 1] != quote) return at + 1;
      ++at;
    }
  }
  return text.size();
}

}  // namespace

bool Reader::is_bookkeeping(const catalog::Name& name) const {
  return std::find(options.bookkeeping.begin(), options.bookkeeping.end(), name) != options.bookkeeping.end();
}

catalog::Table* Reader::table(Oid oid) {
  const auto found = tables.find(oid);
  return found == tables.end() ? nullptr : &database.tables[found->second];
}

catalog::MaterializedView* Reader::materialized_view(Oid oid) {
  const auto found = materialized_views.find(oid);
  return found == materialized_views.end() ? nullptr : &database.materialized_views[found->second];
}

Rows Reader::rows(const Query& query) {
  const auto run = [&](const Query& each) { return connection.copy_out(each.sql, each.parameters); };
  if (auto found = fetched.extract(query.sql)) return std::move(found.mapped());
  if (ahead) {
    while (const auto* other = ahead->spare(query.sql)) fetched.insert_or_assign(other->sql, run(*other));
    if (auto rows = ahead->take(query.sql)) return *std::move(rows);
  }
  return run(query);
}

std::string Reader::column(Oid table, std::int64_t number) const {
  const auto found = relations.find(table);
  if (found == relations.end() || number < 1 ||
      static_cast<std::size_t>(number) > found->second.columns.size())
    return {};
  return found->second.columns[static_cast<std::size_t>(number) - 1];
}

const std::string& Reader::collation(Oid oid) {
  if (collations.empty())
    for (const Row row :
         connection.query("SELECT c.oid, n.nspname, c.collname FROM pg_catalog.pg_collation c "
                          "JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace")) {
      Cells cells(row);
      const Oid each = cells.integer();
      collations[each] = cells.qualified_name();
    }
  return collations.at(oid);
}

std::vector<std::string> Cells::array() { return parse_array(row_.text(next_++)); }

std::vector<Oid> Cells::numbers() {
  std::vector<Oid> out;
  const std::string_view text = row_.text(next_++);
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    Oid number = 0;
    const auto [rest, error] = std::from_chars(at, end, number);
    if (error == std::errc{}) out.push_back(number);
    at = error == std::errc{} ? rest : at + 1;
  }
  return out;
}

// What the server keeps for itself among a column's options since the minor releases of November 2026: nobody
// can set it, and pg_dump leaves it out, too.
constexpr std::string_view mark_of_the_server = "pg_attver";

catalog::StorageParameters Cells::parameters() {
  catalog::StorageParameters out;
  for (const std::string& each : array()) {
    const std::size_t equals = each.find('=');
    if (each.substr(0, equals) == mark_of_the_server) continue;
    out[each.substr(0, equals)] = equals == std::string::npos ? "" : each.substr(equals + 1);
  }
  return out;
}

std::string not_in_extension(std::string_view catalogue, std::string_view oid) {
  return "NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog." +
         std::string(catalogue) + "'::pg_catalog.regclass AND e.objid = " + std::string(oid) +
         " AND e.deptype = 'e' AND e.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass)";
}

std::string join_comment(std::string_view catalogue, std::string_view oid) {
  return " LEFT JOIN pg_catalog.pg_description d ON d.objoid = " + std::string(oid) +
         " AND d.classoid = 'pg_catalog." + std::string(catalogue) +
         "'::pg_catalog.regclass AND d.objsubid = 0 ";
}

std::string function_name(const std::string& oid) {
  return "(SELECT CASE fn.nspname WHEN 'pg_catalog' THEN '' ELSE pg_catalog.quote_ident(fn.nspname) || '.' "
         "END || pg_catalog.quote_ident(f.proname) FROM pg_catalog.pg_proc f JOIN pg_catalog.pg_namespace fn "
         "ON fn.oid = f.pronamespace WHERE f.oid = " +
         oid + ")";
}

std::vector<std::string> parse_array(std::string_view literal) {
  std::vector<std::string> out;
  if (literal.size() < 2 || literal.front() != '{') return out;
  std::size_t at = 1;
  while (at < literal.size() && literal[at] != '}') {
    std::string element;
    if (literal[at] == '"') {
      for (++at; at < literal.size() && literal[at] != '"'; ++at) {
        if (literal[at] == '\\') ++at;
        element += literal[at];
      }
      ++at;
    } else {
      while (at < literal.size() && literal[at] != ',' && literal[at] != '}') element += literal[at++];
      if (element == "NULL") element.clear();
    }
    out.push_back(std::move(element));
    if (at < literal.size() && literal[at] == ',') ++at;
  }
  return out;
}

std::string without_outer_parentheses(std::string_view expression) {
  expression = trim(expression);
  while (expression.size() >= 2 && expression.front() == '(' && expression.back() == ')') {
    int depth = 0;
    std::size_t at = 0;
    while (at < expression.size()) {
      const char c = expression[at];
      if (c == '\'' || c == '"') {
        at = skip_quoted(expression, at);
        continue;
      }
      if (c == '(') ++depth;
      if (c == ')' && --depth == 0) break;
      ++at;
    }
    if (at + 1 != expression.size()) break;
    expression = trim(expression.substr(1, expression.size() - 2));
  }
  return std::string(expression);
}

bool matches(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern.front() == '*')
    return matches(pattern.substr(1), name) || (!name.empty() && matches(pattern, name.substr(1)));
  return !name.empty() && (pattern.front() == '?' || pattern.front() == name.front()) &&
         matches(pattern.substr(1), name.substr(1));
}

}  // namespace migrate::postgres::introspection
