// Databases at revisions that this checkout lacks: the log has kept their scripts.
#include "run/status.hpp"
#include "tests/acceptance/run/fixture.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

void table(Runs& runs, const std::string& name, const std::string& parent) {
  runs.script(name, parent,
              "-- migrate:up\nCREATE TABLE " + name + " ();\n-- migrate:down\nDROP TABLE " + name + ";\n");
}

std::string timeless(const std::string& text) {
  return std::regex_replace(text, std::regex("at [0-9-]{10} [0-9:]{5} UTC by postgres from [^;]*;"),
                            "at TIME by WHOM;");
}

}  // namespace

TEST_CASE("downgrade goes past revisions that this checkout lacks, by the scripts in the log") {
  Runs runs;
  table(runs, "a", "none");
  table(runs, "b", "a");
  table(runs, "c", "b");
  table(runs, "d", "c");
  runs.upgrade();
  runs.forget("c");
  runs.forget("d");
  SECTION("one") {
    CHECK(runs.downgrade().state == "c");
    CHECK(runs.noted("no script here has d, c: their scripts come from the log of the database"));
    CHECK(runs.tables() == "a b c");
    CHECK(runs.downgrade("c").nothing_to_do());
  }
  SECTION("all of them, in a row") { CHECK(runs.downgrade("b").state == "b"); }
  SECTION("and those of this checkout") {
    CHECK(runs.downgrade("-3").state == "a");
    CHECK(runs.tables() == "a");
    CHECK(runs.log() ==
          "a up 1/1 done, b up 1/1 done, c up 1/1 done, d up 1/1 done, d down 1/1 done, c down 1/1 done, b "
          "down 1/1 "
          "done");
  }
  SECTION("to the base, and up again with what is here") {
    CHECK(runs.downgrade("base").state == "base");
    CHECK(runs.tables().empty());
    CHECK(runs.upgrade().state == "b");
  }
  SECTION("the text in the log was changed") {
    runs.database.execute(
        "UPDATE migrate_log SET script = replace(script, 'DROP', 'TRUNCATE') WHERE revision = 'd'");
    const auto refused = refusal([&] { runs.downgrade(); });
    CHECK(refused.code == static_cast<int>(ExitCode::failed));
    CHECK(
        refused.text ==
        "the log's script of revision d is not the one that was run: its checksums differ\n  hint: get that "
        "revision's script, or set the version table right with `migrate stamp --purge REVISION`");
    CHECK(runs.tables() == "a b c d");
  }
  SECTION("the down part fails: where it stands is told with its place in the log's script") {
    runs.database.execute("CREATE VIEW v AS SELECT * FROM d");
    CHECK(refusal([&] { runs.downgrade(); }).text ==
          "d.sql:8: cannot drop table d because other objects depend on it; view v depends on table d "
          "(SQLSTATE "
          "2BP01)\n  in: DROP TABLE d\n  hint: Use DROP ... CASCADE to drop the dependent objects too.; the "
          "step was "
          "rolled back; the database is at d");
  }
}

TEST_CASE("a half-done revision that this checkout lacks is refused by upgrade and taken back by downgrade") {
  Runs runs;
  table(runs, "a", "none");
  runs.script(
      "b", "a",
      "-- migrate:up\nCREATE TABLE b1 ();\n-- migrate:up\nSELECT 1/0;\n-- migrate:down undoes:2\nDROP "
      "TABLE b2;\n-- migrate:down undoes:1\nDROP TABLE b1;\n");
  CHECK(refusal([&] { runs.upgrade(); }).code == 1);
  runs.forget("b");
  const auto refused = refusal([&] { runs.upgrade(); });
  CHECK(refused.code == static_cast<int>(ExitCode::half_done));
  CHECK(refused.text ==
        "revision b, 1 of 2, is half done, and no script here has it\n  hint: finish it from a checkout that "
        "has it, or "
        "take it back with `migrate downgrade`, which runs the down part that the log has kept");
  CHECK(runs.downgrade().state == "a");
  CHECK(runs.tables() == "a");
}

TEST_CASE("a checkout that has other revisions than the database is not just behind it") {
  Runs runs;
  table(runs, "a", "none");
  table(runs, "b", "a");
  runs.upgrade();
  runs.forget("b");
  table(runs, "c", "a");
  runs.options.allow_ahead = true;
  const auto refused = refusal([&] { runs.upgrade(); });
  CHECK(refused.code == static_cast<int>(ExitCode::undecided));
  CHECK(timeless(refused.text) ==
        "the database is at revision b, which no script here has; it was applied at TIME by WHOM; the "
        "nearest revision "
        "that is here is a; this checkout has c instead\n  hint: update this checkout, so that it has both; "
        "or take b "
        "back with `migrate downgrade a`, which runs the down part that the log has kept");
  CHECK(runs.downgrade("a").state == "a");
  CHECK(runs.upgrade().state == "c");
  CHECK(runs.tables() == "a c");
}

namespace {

// s.sql in the place of a and b.
void squash_a_and_b(Runs& runs) {
  runs.forget("a");
  runs.forget("b");
  std::ofstream(runs.folder() / "s.sql")
      << "-- migrate:revision s\n-- migrate:down_revision none\n-- migrate:replaces a b\n\n-- migrate:up\n"
         "CREATE TABLE a ();\n\n-- migrate:up\nCREATE TABLE b ();\n\n-- migrate:down undoes:2\nDROP TABLE "
         "b;\n\n-- migrate:down undoes:1\nDROP TABLE a;\n";
}

}  // namespace

TEST_CASE("a revision that a squash here replaces is known below one that is not here") {
  Runs runs;
  table(runs, "a", "none");
  table(runs, "b", "a");
  table(runs, "x", "b");
  table(runs, "y", "x");
  runs.upgrade();
  squash_a_and_b(runs);
  runs.forget("x");
  runs.forget("y");
  const auto refused = refusal([&] { runs.upgrade(); });
  CHECK(refused.code == static_cast<int>(ExitCode::ahead));
  CHECK(
      timeless(refused.text) ==
      "the database is at revision y, which no script here has; it was applied at TIME by WHOM; the nearest "
      "revision that is here is s\n  hint: this checkout is older than the database: update it, or go back "
      "with `migrate downgrade s`, which runs the down part that the log has kept");
  runs.with_target([&](const run::Target& target) {
    const auto status = run::read_status(target, runs.options.names, 1);
    CHECK(status.pending.empty());
    CHECK(status.unknown.at(0).above == std::vector<std::string>{"s"});
    return 0;
  });
  SECTION("back to the squash") {
    CHECK(runs.downgrade("s").state == "s");
    CHECK(runs.tables() == "a b");
    CHECK(runs.upgrade().nothing_to_do());
  }
  SECTION("to the base, and up again") {
    CHECK(runs.downgrade("base").state == "base");
    CHECK(runs.tables().empty());
    CHECK(runs.upgrade().state == "s");
    CHECK(runs.tables() == "a b");
  }
  SECTION("one after the other") {
    CHECK(runs.downgrade().state == "x");
    CHECK(runs.downgrade().state == "s");
    CHECK(runs.downgrade().state == "base");
  }
}

TEST_CASE("a revision built on a part of what a squash here replaces is refused by name") {
  Runs runs;
  table(runs, "a", "none");
  table(runs, "x", "a");
  runs.upgrade();
  squash_a_and_b(runs);
  runs.forget("x");
  const std::string expected =
      "the database is at revision x, which no script here has, built on a, which s (s.sql) replaces "
      "together "
      "with later ones: it has a part of that\n  hint: take the scripts from before the squash, which "
      "version "
      "control has, go back to a and run migrate upgrade b with them, then go on with these";
  CHECK(refusal([&] { runs.upgrade(); }).text == expected);
  CHECK(refusal([&] { runs.downgrade("base"); }).text == expected);
  runs.database.execute("UPDATE migrate_version SET version_num = 'a'; DROP TABLE x");
  CHECK(
      refusal([&] { runs.downgrade(); }).text ==
      "the database is at revision a, which s (s.sql) replaces together with later ones: it has a part of "
      "that\n  hint: take the scripts from before the squash, which version control has, run migrate upgrade "
      "b with them, then go on with these");
  CHECK(runs.tables() == "a");
}

TEST_CASE("a revision that depends on a part of what a squash here replaces goes only where all of it is") {
  Runs runs;
  table(runs, "a", "none");
  table(runs, "b", "a");
  std::ofstream(runs.folder() / "x.sql")
      << "-- migrate:revision x\n-- migrate:down_revision none\n-- migrate:depends_on a\n\n-- migrate:up\n"
         "CREATE TABLE x ();\n\n-- migrate:down\nDROP TABLE x;\n";
  const bool whole = GENERATE(true, false);
  runs.upgrade(whole ? "heads" : "x");
  squash_a_and_b(runs);
  runs.forget("x");
  if (whole) {
    CHECK(runs.downgrade("x@base").state == "s");
    CHECK(runs.tables() == "a b");
    return;
  }
  CHECK(refusal([&] { runs.downgrade("base"); }).text ==
        "the database is at revision x, which no script here has, and which depends on a, which s (s.sql) "
        "replaces together with later ones: it may have a part of that\n  hint: take the scripts from before "
        "the squash, which version control has, run migrate upgrade b with them, then go on with these");
  CHECK(runs.tables() == "a x");
}

TEST_CASE("what a squash here replaces is finished by the scripts from before it") {
  Runs runs;
  table(runs, "a", "none");
  runs.script("b", "a",
              "-- migrate:up\nCREATE TABLE b ();\n-- migrate:up\nSELECT 1;\n-- migrate:down undoes:2\nSELECT "
              "1;\n-- migrate:down undoes:1\nSELECT 1/0;\n");
  runs.upgrade();
  CHECK(refusal([&] { runs.downgrade(); }).code == 1);
  squash_a_and_b(runs);
  const std::string expected =
      "revision b, 1 of 2, is half done, and s (s.sql) replaces it\n  hint: finish it with the scripts from "
      "before the squash, which version control has, then go on with these";
  const auto up = refusal([&] { runs.upgrade(); });
  CHECK(up.code == static_cast<int>(ExitCode::half_done));
  CHECK(up.text == expected);
  CHECK(refusal([&] { runs.downgrade(); }).text == expected);
}

TEST_CASE("a checkout from before a squash goes back past it by the log") {
  Runs runs;
  squash_a_and_b(runs);
  runs.upgrade();
  runs.forget("s");
  table(runs, "a", "none");
  table(runs, "b", "a");
  const auto refused = refusal([&] { runs.upgrade(); });
  CHECK(refused.code == static_cast<int>(ExitCode::undecided));
  CHECK(runs.downgrade("base").state == "base");
  CHECK(runs.tables().empty());
  CHECK(runs.upgrade().state == "b");
}
