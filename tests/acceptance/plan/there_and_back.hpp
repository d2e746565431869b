// Two databases as SQL: the plan leads from one to the other and back, on a server.
#pragma once
#include <map>
#include <regex>
#include <set>
#include <string>

#include "diff/change.hpp"
#include "plan/plan.hpp"
#include "plan/table_parts.hpp"
#include "postgres/introspect.hpp"
#include "postgres/preserve.hpp"
#include "postgres/session.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::test {

inline catalog::Database read(TestDatabase& database, const postgres::IntrospectOptions& options = {}) {
  postgres::Session session(database.options());
  return postgres::introspect(session, options);
}

inline const postgres::IntrospectOptions access_too{{}, {}, {}, true, true};  // owners and privileges

inline std::string differences(const catalog::Database& a, const catalog::Database& b) {
  return join_with(diff::diff(a, b), "; ",
                   [&](const diff::Change& change) { return diff::describe(change, a, b); });
}

inline std::string text_of(const plan::Plan& plan) {
  std::string out;
  for (const auto& step : plan.steps) {
    if (!out.empty()) out += "--\n";
    for (const auto& statement : step.statements) out += statement.sql + "\n";
  }
  return out;
}

inline void run(TestDatabase& database, const plan::Step& step) {
  if (step.transactional) database.execute("BEGIN");
  postgres::Step runs;
  runs.preserve = step.preserve;
  for (const auto& statement : step.statements) runs.statements.emplace_back().text = statement.sql;
  const bool preserves = !step.preserve.empty();
  const auto preserved = preserves ? database.value(postgres::preserve_sql(runs)) : std::string();
  for (const auto& statement : step.statements) {
    INFO(statement.sql);
    std::string problem;
    try {
      database.execute(statement.sql);
    } catch (const std::exception& error) {
      problem = error.what();
    }
    REQUIRE(problem == "");
  }
  if (preserves) database.execute(postgres::put_back_sql(runs, quote_literal(preserved)));
  if (step.transactional) database.execute("COMMIT");
}
inline void run(TestDatabase& database, const plan::Plan& plan) {
  for (const auto& step : plan.steps) run(database, step);
}

// The values of every column that both have alike, in order of the rows' keys; those of children are theirs,
// and those of a partition that comes or goes are not looked for in its parent.
inline std::map<std::string, std::string> values(TestDatabase& database, const catalog::Database& a,
                                                 const catalog::Database& b) {
  std::map<std::string, std::string> found;
  for (const auto& table : a.tables) {
    const auto* other = b.table(table.name);
    const auto* key = table.primary_key();
    const auto parts = [&](const catalog::Database& form) {
      const auto heirs = plan::heirs(form, table.name);
      return std::set<catalog::Name>(heirs.begin(), heirs.end());
    };
    if (!other || !key || (!table.partition_key.empty() && parts(a) != parts(b))) continue;
    for (const auto& column : table.columns) {
      const auto* same = other->column(column.name);
      if (!same || same->type != column.type || column.generated) continue;
      found[table.name.sql() + "." + column.name] = database.value(
          "SELECT string_agg(coalesce(" + quote_identifier(column.name) + "::text, 'null'), ',' ORDER BY " +
          join_with(key->columns, ", ", [](const auto& each) { return quote_identifier(each); }) + ") FROM " +
          (table.partition_key.empty() ? "ONLY " : "") + table.name.sql());
    }
  }
  return found;
}

// Servers before 16 say users.id where there is but one table; newer ones id.
inline std::string unqualified(const std::string& text) {
  static const std::regex table("([ (\n])(users|numbers|t|v|b|c)\\.(?=[a-z])");
  return std::regex_replace(text, table, "$1");
}

// Returns the up part: a statement a line, "--" between steps.
inline std::string there_and_back(const std::string& from, const std::string& to,
                                  const postgres::IntrospectOptions& options = {},
                                  std::vector<diff::Rename> renames = {}) {
  TestDatabase one, two;
  one.execute(from);
  two.execute(to);
  const auto a = read(one, options), b = read(two, options);
  diff::apply_renames(a, renames);  // in an order that works
  const auto migration = plan::make_migration(a, b, {a.server_version, renames});
  INFO("up:\n" << text_of(migration.up) << "down:\n" << text_of(migration.down));
  for (std::size_t done = 1; done <= migration.up.steps.size(); ++done) {
    INFO("steps done: " << done);
    for (std::size_t n = 0; n < done; ++n) run(one, migration.up.steps[n]);
    if (done == migration.up.steps.size()) CHECK(differences(read(one, options), b) == "");
    for (std::size_t n = 0; n < migration.down.steps.size(); ++n)
      if (migration.undoes[n] <= static_cast<int>(done)) run(one, migration.down.steps[n]);
    CHECK(differences(read(one, options), a) == "");
  }
  return text_of(migration.up);
}

// A database that is built from what the other one holds holds the same; with `declared` as from models, of
// which no server has told what uses what.
inline void rebuilt(const std::string& sql, bool declared = false) {
  TestDatabase one, two;
  one.execute(sql);
  const auto a = read(one);
  auto built = a;
  if (declared) built.dependencies.clear();
  two.execute("BEGIN");
  for (const auto& statement : plan::build_statements(built, a.server_version)) {
    INFO(statement.sql);
    REQUIRE_NOTHROW(two.execute(statement.sql));
  }
  two.execute("COMMIT");
  CHECK(differences(read(two), a) == "");
}

// What the server says to the first of its statements that fails; empty: none does.
inline std::string problem_of(TestDatabase& database, const plan::Step& step) {
  try {
    for (const auto& statement : step.statements) database.execute(statement.sql);
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

}  // namespace migrate::test
