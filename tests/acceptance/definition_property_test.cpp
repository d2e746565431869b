// Objects of every kind in random order: what a person did by hand on a copy, the plan does, and takes back,
// also from every step on the way; what was read can be built; renames that are stated are carried out; and
// the rows stay. $MIGRATE_TEST_SEED repeats one case, $MIGRATE_TEST_CASES says how many there are,
// $MIGRATE_TEST_KINDS of which kinds; $MIGRATE_TEST_REFUSED prints what the server did not take.
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "tests/acceptance/plan/there_and_back.hpp"
#include "tests/support/random_catalog.hpp"
#include "tests/support/random_statements.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"

using namespace migrate;
using catalog::Database;
using test::differences;
using test::RandomStatements;
using test::run;
using test::TestDatabase;
using test::text_of;
using test::values;
using Data = RandomStatements::Data;

namespace {

// A body that is a text may name what has another name by now, or is gone.
Database whole(TestDatabase& database) {
  postgres::Session session(database.options());
  return postgres::introspect(session, {{}, {}, {"public"}});
}

struct Seeds {
  std::uint64_t first, last;
};

Seeds seeds(std::uint64_t first) {
  if (const char* seed = std::getenv("MIGRATE_TEST_SEED")) return {std::stoull(seed), std::stoull(seed)};
  const char* cases = std::getenv("MIGRATE_TEST_CASES");
  return {first, first + (cases ? std::stoull(cases) : 4) - 1};
}

bool takes(TestDatabase& database, const std::string& sql) {
  try {
    database.execute(sql);
    return true;
  } catch (const std::exception& error) {
    if (std::getenv("MIGRATE_TEST_REFUSED")) std::fprintf(stderr, "%s\n  %s\n", sql.c_str(), error.what());
    return false;
  }
}

// Those that the server took.
std::string by_hand(TestDatabase& database, const std::vector<std::string>& statements) {
  std::string done;
  for (const auto& each : statements)
    if (takes(database, each)) done += each + ";\n";
  return done;
}

std::string make(TestDatabase& database, RandomStatements& random, std::uint64_t seed, int version) {
  std::string done;
  for (const auto& each : plan::build_statements(test::RandomCatalog(seed, version).make(), version)) {
    database.execute(each.sql);
    done += each.sql + ";\n";
  }
  for (int round = 0; round < 3; ++round) done += by_hand(database, random.create(whole(database), 7));
  return done;
}

int server_version() {
  static const int version = [] {
    TestDatabase database;
    return std::stoi(database.value("SHOW server_version_num"));
  }();
  return version;
}

// Said, and so that there is no down part at all.
bool has_no_way_back(const plan::Migration& migration) {
  return migration.reversal == plan::Reversal::none && migration.down.steps.empty() &&
         migration.up.summary.back().starts_with("cannot be taken back, so there is no down part: ");
}

// None where a person must decide: what is refused is not done in part.
std::optional<plan::Migration> planned(const Database& a, const Database& b,
                                       const std::vector<diff::Rename>& renames) {
  try {
    return plan::make_migration(a, b, {server_version(), renames});
  } catch (const Error& error) {
    if (error.code() != ExitCode::undecided) throw;
    if (std::getenv("MIGRATE_TEST_REFUSED")) std::fprintf(stderr, "UNDECIDED %s\n", error.what());
    return {};
  }
}

}  // namespace

TEST_CASE("What is done by hand to objects of any kind, the plan does and undoes", "[property]") {
  const int version = server_version();
  const Seeds range = seeds(1);
  for (std::uint64_t seed = range.first; seed <= range.last; ++seed) DYNAMIC_SECTION("seed " << seed) {
      RandomStatements random(seed, version);
      INFO("seed " << seed << ": " << join(random.chosen(), " "));
      TestDatabase one;
      INFO("made:\n" << make(one, random, seed, version));
      const Database a = whole(one);
      TestDatabase two(TestDatabase::Copy::of, one);
      std::string changes = by_hand(two, random.change(a, 5, Data::none));
      changes += by_hand(two, random.change(whole(two), 4, Data::none));
      INFO("changed:\n" << changes);
      const Database b = whole(two);
      {
        TestDatabase three;
        three.execute("BEGIN");
        for (const auto& statement : plan::build_statements(b, version)) {
          INFO(statement.sql);
          REQUIRE_NOTHROW(three.execute(statement.sql));
        }
        three.execute("COMMIT");
        CHECK(differences(whole(three), b) == "");
      }
      const auto possible = planned(a, b, {});
      if (!possible) continue;
      const auto& migration = *possible;
      INFO("up:\n" << text_of(migration.up) << "down:\n" << text_of(migration.down));
      const std::size_t steps = migration.up.steps.size();
      for (std::size_t done = 1; done <= steps; ++done) {
        INFO("steps done: " << done << " of " << steps);
        for (std::size_t n = 0; n < done; ++n) run(one, migration.up.steps[n]);
        if (done == steps) {
          const Database reached = whole(one);
          CHECK(differences(reached, b) == "");
          CHECK(plan::make_plan(reached, b, {version, {}}).steps.empty());
        }
        if (has_no_way_back(migration)) break;
        for (std::size_t n = 0; n < migration.down.steps.size(); ++n)
          if (migration.undoes[n] <= static_cast<int>(done)) run(one, migration.down.steps[n]);
        REQUIRE(differences(whole(one), a) == "");
      }
    }
}

TEST_CASE("The plan leaves rows as they are, whatever stands over them", "[property]") {
  const int version = server_version();
  const Seeds range = seeds(100001);
  for (std::uint64_t seed = range.first; seed <= range.last; ++seed) DYNAMIC_SECTION("seed " << seed) {
      RandomStatements random(seed, version);
      INFO("seed " << seed << ": " << join(random.chosen(), " "));
      TestDatabase one;
      INFO("made:\n" << make(one, random, seed, version));
      const Database a = whole(one);
      for (const auto& row : test::RandomCatalog(seed, version).rows(a, 3)) takes(one, row);
      TestDatabase two(TestDatabase::Copy::of, one);
      INFO("changed:\n" << by_hand(two, random.change(a, 8, Data::kept)));
      const Database b = whole(two);
      const auto possible = planned(a, b, {});
      if (!possible) continue;
      const auto& migration = *possible;
      INFO("up:\n" << text_of(migration.up) << "down:\n" << text_of(migration.down));
      const auto before = values(one, a, b);
      for (const auto& step : migration.up.steps) run(one, step);
      CHECK(differences(whole(one), b) == "");
      CHECK(values(one, a, b) == before);
      for (const auto& step : migration.down.steps) run(one, step);
      CHECK(differences(whole(one), a) == "");
      CHECK(values(one, a, b) == before);
    }
}

TEST_CASE("Objects of any kind are renamed while others change", "[property]") {
  const int version = server_version();
  const Seeds range = seeds(200001);
  for (std::uint64_t seed = range.first; seed <= range.last; ++seed) DYNAMIC_SECTION("seed " << seed) {
      RandomStatements random(seed, version);
      INFO("seed " << seed << ": " << join(random.chosen(), " "));
      TestDatabase one;
      INFO("made:\n" << make(one, random, seed, version));
      const Database a = whole(one);
      TestDatabase two(TestDatabase::Copy::of, one);
      std::vector<diff::Rename> renames;
      std::string done;
      for (const auto& each : random.rename(a, 5)) {
        // One after another, each named as it is by then.
        std::vector<diff::Rename> so_far = renames;
        so_far.push_back(each.rename);
        if (!takes(two, each.sql)) continue;
        renames = so_far;
        done += each.sql + ";\n";
      }
      INFO("renamed:\n" << done);
      const Database named = whole(two);
      {
        const auto possible = planned(a, named, renames);
        if (!possible) continue;
        const auto& alone = *possible;
        INFO("renames:\n" << text_of(alone.up) << "down:\n" << text_of(alone.down));
        for (const auto& step : alone.up.steps) run(one, step);
        REQUIRE(differences(whole(one), named) == "");
        for (const auto& step : alone.down.steps) run(one, step);
        REQUIRE(differences(whole(one), a) == "");
      }
      INFO("changed:\n" << by_hand(two, random.change(named, 4, Data::none)));
      const Database b = whole(two);
      std::vector<diff::Rename> left;
      for (const auto& each : renames)
        if (catalog::contains(b, each.to) && !catalog::contains(b, each.from)) left.push_back(each);
      const auto possible = planned(a, b, left);
      if (!possible) continue;
      const auto& migration = *possible;
      INFO("up:\n" << text_of(migration.up) << "down:\n" << text_of(migration.down));
      for (const auto& step : migration.up.steps) run(one, step);
      CHECK(differences(whole(one), b) == "");
      for (const auto& step : migration.down.steps) run(one, step);
      CHECK(differences(whole(one), a) == "");
    }
}
