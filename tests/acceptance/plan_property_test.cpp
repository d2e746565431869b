// Random schemas A and B: the plan leads from A to B, the way back to A, also from every step on the way;
// nothing is left to change in between; renames lead to what apply_renames() says; and values of columns that
// nobody touched stay. $MIGRATE_TEST_SEED repeats one case, $MIGRATE_TEST_CASES says how many there are.
#include <cstdlib>

#include "tests/acceptance/plan/there_and_back.hpp"
#include "tests/support/random_catalog.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

using namespace migrate;
using catalog::Database;
using test::differences;
using test::RandomCatalog;
using test::read;
using test::run;
using test::TestDatabase;
using test::text_of;
using test::values;

namespace {

void build(TestDatabase& database, const Database& catalog, int version) {
  const auto statements = plan::build_statements(catalog, version);
  INFO(join_with(statements, ";\n", [](const auto& each) { return each.sql; }));
  for (const auto& statement : statements) {
    INFO(statement.sql);
    REQUIRE_NOTHROW(database.execute(statement.sql));
  }
}

struct Range {
  std::uint64_t first, last;
};

Range seeds(std::uint64_t first) {
  if (const char* seed = std::getenv("MIGRATE_TEST_SEED")) return {std::stoull(seed), std::stoull(seed)};
  const char* cases = std::getenv("MIGRATE_TEST_CASES");
  return {first, first + (cases ? std::stoull(cases) : 12) - 1};
}

int server_version() {
  TestDatabase database;
  return std::stoi(database.value("SHOW server_version_num"));
}

}  // namespace

TEST_CASE("A plan leads to where it should and back", "[property]") {
  const int version = server_version();
  const Range range = seeds(1);
  for (std::uint64_t seed = range.first; seed <= range.last; ++seed) {
    INFO("seed " << seed);
    RandomCatalog random(seed, version);
    TestDatabase one, two;
    build(one, random.make(), version);
    const Database a = read(one);
    build(two, random.mutate(a, RandomCatalog::Data::none), version);
    const Database b = read(two);
    const plan::Migration migration = plan::make_migration(a, b, {version, {}});
    INFO("up:\n" << text_of(migration.up) << "down:\n" << text_of(migration.down));

    const std::size_t steps = migration.up.steps.size();
    const auto down_from = [&](std::size_t done) {
      for (std::size_t n = 0; n < migration.down.steps.size(); ++n)
        if (migration.undoes[n] <= static_cast<int>(done)) run(one, migration.down.steps[n]);
    };
    for (std::size_t done = 1; done <= steps; ++done) {
      INFO("steps done: " << done << " of " << steps);
      for (std::size_t n = 0; n < done; ++n) run(one, migration.up.steps[n]);
      if (done == steps) {
        const Database reached = read(one);
        CHECK(differences(reached, b) == "");
        CHECK(plan::make_plan(reached, b, {version, {}}).steps.empty());
      }
      down_from(done);
      REQUIRE(differences(read(one), a) == "");
    }
  }
}

TEST_CASE("A plan leaves values alone that it has no business with", "[property]") {
  const int version = server_version();
  const Range range = seeds(100001);
  for (std::uint64_t seed = range.first; seed <= range.last; ++seed) {
    INFO("seed " << seed);
    RandomCatalog random(seed, version);
    TestDatabase one, two;
    build(one, random.make(), version);
    const Database a = read(one);
    for (const auto& row : random.rows(a, 5)) {
      try {
        one.execute(row);
      } catch (const std::exception&) {
        continue;  // a row that a check or a key refuses is not needed
      }
    }
    build(two, random.mutate(a, RandomCatalog::Data::kept), version);
    const Database b = read(two);
    const plan::Migration migration = plan::make_migration(a, b, {version, {}});
    INFO("up:\n" << text_of(migration.up) << "down:\n" << text_of(migration.down));
    const auto before = values(one, a, b);
    for (const auto& step : migration.up.steps) run(one, step);
    CHECK(differences(read(one), b) == "");
    CHECK(values(one, a, b) == before);
    for (const auto& step : migration.down.steps) run(one, step);
    CHECK(differences(read(one), a) == "");
    CHECK(values(one, a, b) == before);
  }
}

TEST_CASE("A plan renames as apply_renames() says", "[property]") {
  const int version = server_version();
  const Range range = seeds(200001);
  std::vector<std::uint64_t> all;
  for (std::uint64_t seed = range.first; seed <= range.last; ++seed) all.push_back(seed);
  // A table in a renamed schema; two equal exclusion constraints in a new table.
  if (range.first < range.last) all.insert(all.end(), {200023, 200052});
  for (const std::uint64_t seed : all) {
    INFO("seed " << seed);
    RandomCatalog random(seed, version);
    TestDatabase one, two;
    build(one, random.make(), version);
    const Database a = read(one);
    auto renames = random.renames(a);
    const auto text = [](const diff::Rename& each) {
      return each.from.text() + " " + each.from_label + " to " + each.to.text() + " " + each.to_label + "\n";
    };
    INFO("stated:\n" << join_with(renames, "", text));
    const Database named = diff::apply_renames(a, renames);
    INFO("carried out:\n" << join_with(renames, "", text));
    const plan::Migration alone = plan::make_migration(a, named, {version, renames});
    INFO("renames:\n" << text_of(alone.up) << "down:\n" << text_of(alone.down));
    for (const auto& step : alone.up.steps) run(one, step);
    REQUIRE(differences(read(one), named) == "");
    for (const auto& step : alone.down.steps) run(one, step);
    REQUIRE(differences(read(one), a) == "");

    build(two, random.mutate(named, RandomCatalog::Data::none), version);
    const Database b = read(two);
    const plan::Migration migration = plan::make_migration(a, b, {version, renames});
    INFO("up:\n" << text_of(migration.up) << "down:\n" << text_of(migration.down));
    for (const auto& step : migration.up.steps) run(one, step);
    CHECK(differences(read(one), b) == "");
    for (const auto& step : migration.down.steps) run(one, step);
    CHECK(differences(read(one), a) == "");
  }
}
