// What is read from the columns of catalogues, and not printed by pg_get_indexdef() and its like, must be
// what they say: a database that is built from what was read has the same definitions, word for word, in the
// server's own mouth. $MIGRATE_TEST_SEED repeats one case, $MIGRATE_TEST_CASES says how many there are.
#include <cstdlib>

#include "postgres/connection.hpp"
#include "tests/acceptance/plan/there_and_back.hpp"
#include "tests/support/random_catalog.hpp"

using namespace migrate;
using test::RandomCatalog;
using test::read;
using test::TestDatabase;

namespace {

const std::string in_schemas =
    "NOT IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg\\_%' OR nspname = "
    "'information_schema')";

std::string printed(TestDatabase& database, const std::string& query) {
  std::string out;
  for (const auto row : database.connection().query(query)) out += std::string(row.text(0)) + "\n";
  return out;
}

std::string indexes(TestDatabase& database) {
  return printed(
      database,
      "SELECT pg_get_indexdef(c.oid) FROM pg_class c WHERE c.relkind IN ('i', 'I') AND c.relnamespace " +
          in_schemas + " ORDER BY 1");
}

// The order of constraints of one name and table is not part of it; not null ones have no definition to
// assemble.
std::string constraints(TestDatabase& database) {
  return printed(
      database,
      "SELECT conrelid::regclass || ' ' || contypid::regtype || ' ' || quote_ident(conname) || ' ' || "
      "pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('p', 'u', 'f', 'c', 'x') AND "
      "connamespace " +
          in_schemas + " ORDER BY 1");
}

void build(TestDatabase& database, const catalog::Database& catalog, int version) {
  for (const auto& statement : plan::build_statements(catalog, version)) {
    INFO(statement.sql);
    REQUIRE_NOTHROW(database.execute(statement.sql));
  }
}

// Every default as the server prints it with the columns of its table at hand.
std::string defaults(TestDatabase& database) {
  return printed(
      database,
      "SELECT n.nspname || ' ' || c.relname || ' ' || a.attname || ' ' || pg_get_expr(d.adbin, d.adrelid) "
      "FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
      "JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE a.attgenerated = '' AND "
      "c.relkind IN ('r', 'p') ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\", a.attnum");
}

std::string defaults(const catalog::Database& catalog) {
  std::string out;
  for (const auto& table : catalog.tables)
    for (const auto& column : table.columns)
      if (!column.default_value.empty())
        out +=
            table.name.schema + " " + table.name.name + " " + column.name + " " + column.default_value + "\n";
  return out;
}

}  // namespace

TEST_CASE("What is read of indexes, constraints and defaults is what the server prints of them",
          "[property]") {
  TestDatabase any;
  const int version = std::stoi(any.value("SHOW server_version_num"));
  const char* seed = std::getenv("MIGRATE_TEST_SEED");
  const char* cases = std::getenv("MIGRATE_TEST_CASES");
  const std::uint64_t first = seed ? std::stoull(seed) : 300001;
  const std::uint64_t last = seed ? first : first + (cases ? std::stoull(cases) : 8) - 1;
  for (std::uint64_t number = first; number <= last; ++number) {
    INFO("seed " << number);
    RandomCatalog random(number, version);
    TestDatabase original, copy;
    build(original, random.make(), version);
    for (auto* database : {&original, &copy}) database->execute("SET search_path = ''");
    const auto found = read(original);
    CHECK(defaults(found) == defaults(original));
    build(copy, found, version);
    CHECK(indexes(copy) == indexes(original));
    CHECK(constraints(copy) == constraints(original));
  }
}
