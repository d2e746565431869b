// What is told of a statement that takes long.
#include <mutex>

#include "tests/acceptance/run/fixture.hpp"

using namespace migrate;
using namespace migrate::test;

TEST_CASE("a long statement is told of every second, with the server's own account of it") {
  Runs runs;
  runs.database.execute(
      "CREATE TABLE a (id int); INSERT INTO a SELECT generate_series(1, 40);"
      "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.09); "
      "RETURN $1; END "
      "$$");
  std::mutex mutex;
  std::vector<postgres::StatementProgress> told;
  auto events = runs.events();
  events.progress = [&](const postgres::StatementProgress& progress) {
    const std::lock_guard hold(mutex);
    told.push_back(progress);
  };
  const auto upgrade = [&] {
    runs.with_target([&](const run::Target& target) {
      return run::upgrade(target, {revision::parse_target("head")}, runs.options, events);
    });
  };
  SECTION("CREATE INDEX, in a transaction and without one") {
    const bool concurrently = GENERATE(false, true);
    runs.script("a", "none",
                std::string("-- migrate:up") + (concurrently ? " transaction:false" : "") +
                    "\nCREATE INDEX " + (concurrently ? "CONCURRENTLY " : "") + "i ON a (slow(id));\n");
    upgrade();
    REQUIRE_FALSE(told.empty());
    CHECK(told.front().running >= std::chrono::seconds(2));
    CHECK(told.front().statement.starts_with("CREATE INDEX"));
    CHECK(told.front().phase.starts_with("building index: building index"));
  }
  SECTION("a statement that the server gives no account of") {
    runs.script("a", "none", "-- migrate:up\nSELECT pg_sleep(2.5);\n");
    upgrade();
    REQUIRE(told.size() == 1);
    CHECK(told.front().phase.empty());
    CHECK(told.front().percent == -1);
  }
  SECTION("short ones are not told of") {
    runs.script("a", "none", "-- migrate:up\nSELECT 1;\n");
    upgrade();
    CHECK(told.empty());
  }
}
