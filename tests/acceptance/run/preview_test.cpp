// What --dry-run says, and that it does nothing.
#include "tests/acceptance/run/fixture.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

run::Preview preview(Runs& runs, const std::string& to = "head") {
  return runs.with_target([&](const run::Target& target) {
    return run::preview_upgrade(target, {revision::parse_target(to)}, runs.options, runs.events());
  });
}

}  // namespace

TEST_CASE("a preview is the plan of the run, and leaves no trace") {
  Runs runs;
  runs.script(
      "a", "none",
      "-- creates a; locks nothing\n\n-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:up\n-- takes rows "
      "away\nDELETE FROM a;\n-- migrate:up transaction:false\nVACUUM a;\n-- migrate:down\n-- gives no rows "
      "back\nDROP TABLE a;\n");
  runs.options.transaction = run::Transaction::revision;
  const auto seen = preview(runs);
  CHECK(seen.before.empty());
  CHECK(seen.state == "base");
  CHECK(seen.plan.rows == std::vector<std::string>{"a"});
  REQUIRE(seen.plan.steps.size() == 3);
  CHECK(seen.groups == std::vector<std::vector<std::size_t>>{{0, 1}, {2}});
  CHECK(seen.plan.steps[0].notes == std::vector<std::string>{"creates a; locks nothing"});
  CHECK(seen.plan.steps[1].notes == std::vector<std::string>{"takes rows away"});
  REQUIRE(seen.plan.losses.size() == 1);
  CHECK(Runs::steady(seen.plan.losses[0]) == "a.sql:11: DELETE FROM a");
  CHECK(runs.losses.empty());
  CHECK(runs.database.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'migrate%' OR relname = 'a'") ==
        "0");

  runs.allow_losses = true;
  runs.upgrade();
  CHECK(preview(runs).plan.steps.empty());
  const auto down = runs.with_target([&](const run::Target& target) {
    return run::preview_downgrade(target, revision::parse_target("base"), runs.options, runs.events());
  });
  CHECK(down.plan.rows.empty());
  REQUIRE(down.plan.steps.size() == 1);
  CHECK(down.plan.losses.size() == 1);
  CHECK(runs.state() == "a");
}

TEST_CASE("a preview waits for nobody and locks nothing") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n");
  runs.database.execute("ALTER DATABASE " + runs.database.name() + " SET default_transaction_read_only = on");
  runs.with_target([&](const run::Target& target) {
    const postgres::AdvisoryLock lock(target.session, runs.options.names, runs.options.wait);
    CHECK(preview(runs).plan.steps.size() == 1);
    return 0;
  });
}

TEST_CASE("a preview goes on where a run was cut off, and says so") {
  Runs runs;
  runs.script("a", "none",
              "-- migrate:up\nCREATE TABLE a ();\n-- migrate:up transaction:false\nVACUUM a;\nANALYZE a;\n");
  runs.upgrade();
  runs.database.execute(
      "UPDATE migrate_log SET state = 'running', statements_done = 1, statements_checksum = (SELECT "
      "statements_checksum FROM migrate_log WHERE step = 1) WHERE step = 2; DELETE FROM migrate_version");
  // The first statement of step 2 is said to be done, with a checksum that is not its own.
  CHECK(refusal([&] { preview(runs); }).code == static_cast<int>(ExitCode::half_done));
  runs.database.execute("UPDATE migrate_log SET statements_done = 0 WHERE step = 2");
  const auto seen = preview(runs);
  CHECK(seen.cut_off == std::vector<std::string>{"a"});
  REQUIRE(seen.plan.steps.size() == 1);
  CHECK(seen.plan.steps[0].entry.step == 2);
  CHECK(seen.state == "a, 1 of 2 (step 2 was begun)");
}
