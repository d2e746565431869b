// The names that prepare() gives must be those that the server gives.
#include "catalog/json.hpp"
#include "diff/prepare.hpp"
#include "postgres/introspect.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"

using namespace migrate;

namespace {

std::vector<std::string> names_of(const catalog::Database& database) {
  std::vector<std::string> out;
  for (const auto& table : database.tables) {
    for (const auto& each : table.constraints) out.push_back(table.name.name + ": " + each.name);
    for (const auto& each : table.indexes) out.push_back(table.name.name + ": " + each.name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("constraints and indexes get the names that PostgreSQL would give", "[acceptance][diff]") {
  test::TestDatabase database;
  database.execute(R"(
    CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE, a int, b int, "Two Words" text, UNIQUE (a, b),
                        CHECK (a > 0), CHECK (a < 10), CHECK (a < b), CHECK (true), CHECK ("Two Words" <> 'a'));
    CREATE INDEX ON users (a);
    CREATE INDEX ON users (a) WHERE b > 0;
    CREATE INDEX ON users (a, b DESC) INCLUDE (email);
    CREATE INDEX ON users (lower(email));
    CREATE INDEX ON users (lower(email), upper(email), lower("Two Words"));
    CREATE INDEX ON users ((a + b));
    CREATE INDEX ON users ((a + b), (a - b));
    CREATE INDEX ON users ((a::text));
    CREATE INDEX ON users (((a + b)::bigint));
    CREATE INDEX ON users ((CASE WHEN a > 0 THEN b ELSE a END));
    CREATE INDEX ON users (coalesce(a, b));
    CREATE INDEX ON users ((email IS NULL));
    CREATE INDEX ON users ("Two Words");
    CREATE TABLE orders (user_id bigint REFERENCES users, a int, b int, FOREIGN KEY (a, b) REFERENCES users (a, b));
    CREATE TABLE rooms (during int4range, room int, EXCLUDE USING gist (during WITH &&));
    CREATE TABLE a_table_with_a_name_that_is_nearly_as_long_as_any_name_can_be_x (
      id int PRIMARY KEY, a_column_with_quite_a_long_name int UNIQUE, another_column_with_quite_a_long_name int,
      UNIQUE (a_column_with_quite_a_long_name, another_column_with_quite_a_long_name));
    CREATE INDEX ON a_table_with_a_name_that_is_nearly_as_long_as_any_name_can_be_x (another_column_with_quite_a_long_name);
    CREATE TABLE "tägliche_übersicht_über_größere_änderungen_äöüäöü" ("größe_in_metern_ääääääääääää" int UNIQUE);
  )");
  postgres::Session session(database.options());
  const auto live = postgres::introspect(session);
  auto unnamed = live;
  for (auto& table : unnamed.tables) {
    for (auto& each : table.constraints) each.name.clear();
    for (auto& each : table.indexes) each.name.clear();
  }
  CHECK(names_of(diff::prepare(unnamed).database) == names_of(live));
}
