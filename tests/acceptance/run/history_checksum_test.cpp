#include "revision/history_checksum.hpp"

#include "tests/acceptance/run/fixture.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

const std::string two_steps =
    "-- migrate:up\nCREATE TABLE b ();\n-- migrate:up\nCREATE TABLE bb ();\n"
    "-- migrate:down\nDROP TABLE bb;\n-- migrate:down\nDROP TABLE b;\n";

std::string makes(const std::string& table) {
  return "-- migrate:up\nCREATE TABLE " + table + " ();\n-- migrate:down\nDROP TABLE " + table + ";\n";
}

void three_scripts(const Runs& runs) {
  runs.script("a", "none", makes("a"));
  runs.script("b", "a", two_steps);
  runs.script("c", "b", makes("c"));
}

// As the commands look that need no more.
run::State look(Runs& runs) {
  return runs.with_target([&](const run::Target& target) {
    const postgres::Bookkeeping bookkeeping(target.session, runs.options.names);
    return run::read_state(bookkeeping, bookkeeping.read_newest(), target.graph);
  });
}

run::Result upgrade_after(Runs& runs, const run::State& first_look) {
  return runs.with_target([&](run::Target target) {
    target.first_look = &first_look;
    return run::upgrade(target, {revision::parse_target("head")}, runs.options, runs.events());
  });
}

// What a whole look would stumble over.
void spoil_first_row(Runs& runs) { runs.database.execute("UPDATE migrate_log SET kind = 'x' WHERE id = 1"); }

std::string newest_checksum(Runs& runs) {
  return runs.database.value("SELECT history_checksum FROM migrate_log ORDER BY id DESC LIMIT 1");
}

}  // namespace

TEST_CASE("where all that is applied is as the scripts are, the newest row of the log is enough") {
  Runs runs;
  three_scripts(runs);
  CHECK(look(runs).log.empty());
  runs.upgrade();
  CHECK(
      runs.database.value("SELECT string_agg(revision || ' ' || (history_checksum <> ''), ', ' ORDER BY id) "
                          "FROM migrate_log") == "a true, b false, b true, c true");
  spoil_first_row(runs);
  const auto state = look(runs);
  CHECK_FALSE(state.whole_log);
  CHECK(state.versions == std::vector<std::string>{"c"});
  CHECK(state.applied == std::set<std::string>{"a", "b", "c"});
  CHECK(state.log.size() == 1);
  CHECK(state.newest("c") != nullptr);
  CHECK(run::describe(state) == "c");
  const auto result = upgrade_after(runs, state);
  CHECK(result.nothing_to_do());
  CHECK(result.state == "c");

  // A run looks further if any script is another one, be it in a comment.
  runs.script("a", "none", makes("a") + "-- a comment\n");
  CHECK_FALSE(look(runs).whole_log);
  CHECK(refusal([&] { upgrade_after(runs, look(runs)); }).text ==
        "the log has a row with \"x\", which this program does not know\n"
        "  hint: use the version of migrate that wrote it");
}

TEST_CASE("a script that comes on top is run after such a look, once") {
  Runs runs;
  three_scripts(runs);
  runs.upgrade();
  runs.script("d", "c", makes("d"));
  const auto first_look = look(runs);
  CHECK_FALSE(first_look.whole_log);
  SECTION("by this run") {
    CHECK(upgrade_after(runs, first_look).steps.size() == 1);
    CHECK(runs.tables() == "a b bb c d");
    CHECK_FALSE(look(runs).whole_log);
  }
  SECTION("by another one meanwhile") {
    runs.upgrade();
    CHECK(upgrade_after(runs, first_look).steps.empty());
  }
  SECTION("by none: the log changed under the lock, and is looked at anew") {
    runs.downgrade("b");
    CHECK(upgrade_after(runs, first_look).steps.size() == 2);
  }
  CHECK(runs.state() == "d");
}

TEST_CASE("the whole log is read where its newest row does not say that all is as the scripts are") {
  Runs runs;
  three_scripts(runs);
  runs.upgrade();
  REQUIRE_FALSE(look(runs).whole_log);
  SECTION("an edited up part, to a run alone") {
    runs.script("b", "a", two_steps + "-- migrate:up\nCREATE TABLE more ();\n");
    CHECK(refusal([&] { upgrade_after(runs, look(runs)); }).code == static_cast<int>(ExitCode::undecided));
    return;
  }
  SECTION("an edited down part") {
    runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n-- migrate:down\nDROP TABLE a CASCADE;\n");
    upgrade_after(runs, look(runs));
    CHECK(runs.warned("a.sql: the down part of a was edited since it was applied"));
    // What comes on top must not hide that.
    runs.script("d", "c", makes("d"));
    runs.upgrade();
    CHECK(newest_checksum(runs).empty());
    runs.warnings.clear();
    upgrade_after(runs, look(runs));
    CHECK(runs.warned("a.sql: the down part of a was edited since it was applied"));
  }
  SECTION("an edited up part that is accepted; with the next revision all is well again") {
    runs.script("a", "none", "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:down\nDROP TABLE a;\n");
    runs.options.accept_edited = true;
    runs.upgrade();
    CHECK(newest_checksum(runs).empty());
    CHECK(look(runs).whole_log);
    runs.script("d", "c", makes("d"));
    runs.upgrade();
    CHECK_FALSE(look(runs).whole_log);
    return;
  }
  SECTION("a script that is not here") { runs.forget("c"); }
  SECTION("another row of the version table") {
    runs.database.execute("UPDATE migrate_version SET version_num = 'b'");
  }
  SECTION("a second row of the version table") {
    runs.script("b2", "a", makes("b2"));
    runs.upgrade("heads");
    CHECK(newest_checksum(runs).empty());
    CHECK(look(runs).versions.size() == 2);
    runs.script("m", "c, b2", "");
    runs.upgrade();
    CHECK_FALSE(look(runs).whole_log);
    return;
  }
  SECTION("a downgrade") { runs.downgrade("b"); }
  SECTION("a stamp") { runs.stamp("b"); }
  SECTION("a step that failed") {
    runs.script("d", "c", "-- migrate:up\nCREATE TABLE d ();\n-- migrate:up\nCREATE TABLE d ();\n");
    CHECK(refusal([&] { runs.upgrade(); }).code == static_cast<int>(ExitCode::failed));
    CHECK(look(runs).half_done == std::vector<std::string>{"d"});
  }
  SECTION("a step that is running") {
    runs.database.execute(
        "UPDATE migrate_log SET state = 'running' WHERE id = (SELECT max(id) FROM migrate_log)");
    CHECK(look(runs).half_done == std::vector<std::string>{"c"});
  }
  CHECK(look(runs).whole_log);
}

TEST_CASE("a database that was taken over half done says nothing of its history until that is finished") {
  Runs runs;
  runs.script("a", "none", makes("a"));
  runs.script("b", "a",
              "-- migrate:up\nCREATE TABLE b ();\n-- migrate:up\nCREATE TABLE a ();\n"
              "-- migrate:down\n-- migrate:down\nDROP TABLE b;\n");
  CHECK(refusal([&] { runs.upgrade(); }).code == static_cast<int>(ExitCode::failed));
  CHECK(look(runs).whole_log);
  runs.script("b", "a",
              "-- migrate:up\nCREATE TABLE b ();\n-- migrate:up\nCREATE TABLE a2 ();\n"
              "-- migrate:down\nDROP TABLE a2;\n-- migrate:down\nDROP TABLE b;\n");
  runs.upgrade();
  CHECK_FALSE(look(runs).whole_log);
}
