#include "run/upgrade.hpp"

#include "tests/acceptance/run/fixture.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

constexpr const char* two_steps =
    "-- migrate:up\nCREATE TABLE a (id int PRIMARY KEY, name text);\nCOPY a (id, name) FROM "
    "stdin;\n1\tone\n2\t\\N\n\\.\n\n"
    "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY a_name_idx ON a (name);\n\n"
    "-- migrate:down undoes:2 transaction:false\nDROP INDEX CONCURRENTLY a_name_idx;\n\n"
    "-- migrate:down undoes:1\nDROP TABLE a;\n";
constexpr const char* failing_second_step =
    "-- migrate:up\nCREATE TABLE b (id int);\n\n-- migrate:up\nINSERT INTO b VALUES (1);\nSELECT 1/0;\n\n"
    "-- migrate:down undoes:2\nDELETE FROM b;\n\n-- migrate:down undoes:1\nDROP TABLE b;\n";

}  // namespace

TEST_CASE("an upgrade runs every step once, and the log and the version table say so") {
  Runs runs;
  runs.script("a", "none", two_steps);
  runs.script(
      "b", "a",
      "-- migrate:up\nCREATE TABLE \"B \"\"ü\"\"\" ();\n\n-- migrate:down\nDROP TABLE \"B \"\"ü\"\"\";\n");
  const auto result = runs.upgrade();
  CHECK(result.before.empty());
  CHECK(result.after == std::vector<std::string>{"b"});
  CHECK(result.state == "b");
  REQUIRE(result.steps.size() == 3);
  CHECK(result.steps[1].revision == "a");
  CHECK(result.steps[1].message == "about a");
  CHECK(result.steps[1].number == 2);
  CHECK(result.steps[1].total == 3);
  CHECK_FALSE(result.steps[1].transactional);
  CHECK(runs.log() == "a up 1/2 done, a up 2/2 done, b up 1/1 done");
  CHECK(runs.database.value("SELECT string_agg(version_num, ',') FROM migrate_version") == "b");
  CHECK(runs.database.value("SELECT string_agg(id || coalesce(name, '-'), ',' ORDER BY id) FROM a") ==
        "1one,2-");
  CHECK(runs.database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_name_idx'::regclass") ==
        "t");
  CHECK(runs.database.value("SELECT script LIKE '-- migrate:revision a%' FROM migrate_log WHERE id = 1") ==
        "t");
  CHECK(runs.database.value("SELECT count(*) FROM migrate_log WHERE script IS NOT NULL") == "2");
  CHECK(runs.database.value("SELECT parents::text || format || application || tool_version || role FROM "
                            "migrate_log WHERE revision = 'b'") == "{a}1test0postgres");
  CHECK(runs.database.value(
            "SELECT bool_and(length(checksum) = 64 AND ended_at >= started_at) FROM migrate_log") == "t");
  CHECK(runs.upgrade().nothing_to_do());
  CHECK(runs.upgrade("b").nothing_to_do());
}

TEST_CASE("reading the state, and an upgrade with nothing to do, create no tables") {
  Runs runs;
  CHECK(runs.state() == "base");
  CHECK(runs.upgrade().nothing_to_do());
  CHECK(runs.database.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'migrate%'") == "0");
}

TEST_CASE("targets: +N, an id, the beginning of one") {
  Runs runs;
  for (const auto& [name, parent] : {std::pair{"aa1", "none"}, {"ab2", "aa1"}, {"b3", "ab2"}})
    runs.script(name, parent,
                std::string("-- migrate:up\nCREATE TABLE ") + name + " ();\n-- migrate:down\nDROP TABLE " +
                    name + ";\n");
  CHECK(runs.upgrade("+1").after == std::vector<std::string>{"aa1"});
  CHECK(runs.upgrade("ab").after == std::vector<std::string>{"ab2"});
  CHECK(runs.upgrade("b3").after == std::vector<std::string>{"b3"});
  CHECK(runs.tables() == "aa1 ab2 b3");
  CHECK(refusal([&] { runs.upgrade("+1"); }).code == static_cast<int>(ExitCode::usage));
}

TEST_CASE("a failing statement: its place, what the server said, and where the database stands") {
  Runs runs;
  runs.script("a", "none", two_steps);
  runs.script("b", "a", failing_second_step);
  const auto failed = refusal([&] { runs.upgrade(); });
  CHECK(failed.code == static_cast<int>(ExitCode::failed));
  CHECK(failed.text ==
        "b.sql:10: division by zero (SQLSTATE 22012)\n  in: SELECT 1/0\n"
        "  hint: the step was rolled back; the database is at a, and b, 1 of 2");
  CHECK(runs.log() == "a up 1/2 done, a up 2/2 done, b up 1/2 done, b up 2/2 failed");
  CHECK(runs.database.value("SELECT error FROM migrate_log WHERE state = 'failed'") == "division by zero");
  CHECK(runs.database.value("SELECT count(*) FROM b") == "0");
  CHECK(runs.state() == "a, and b, 1 of 2");

  SECTION("an upgrade goes on at the next step; a step that is not done yet may be edited") {
    runs.script("b", "a",
                "-- migrate:up\nCREATE TABLE b (id int);\n\n-- migrate:up\nINSERT INTO b VALUES (7);\n\n"
                "-- migrate:down undoes:2\nDELETE FROM b;\n\n-- migrate:down undoes:1\nDROP TABLE b;\n");
    CHECK(runs.upgrade().state == "b");
    CHECK(runs.database.value("SELECT string_agg(id::text, ',') FROM b") == "7");
  }
  SECTION("white space and comments are no edit; another statement in a step that is done is one") {
    runs.script(
        "b", "a",
        "-- migrate:up\n\n-- the table\nCREATE TABLE   b\r\n(id int) ;\n\n-- migrate:up\nSELECT 1;\n\n"
        "-- migrate:down undoes:2\nDELETE FROM b;\n\n-- migrate:down undoes:1\nDROP TABLE b;\n");
    CHECK(runs.upgrade().state == "b");
  }
  SECTION("an edited first step is refused") {
    runs.script("b", "a",
                "-- migrate:up\nCREATE TABLE b (id bigint);\n\n-- migrate:up\nSELECT 1;\n\n-- "
                "migrate:down\nDROP TABLE b;\n");
    const auto edited = refusal([&] { runs.upgrade(); });
    CHECK(edited.code == static_cast<int>(ExitCode::undecided));
    CHECK(edited.text.find("b.sql:5: the up part of revision b was edited after it was applied") == 0);
    CHECK(runs.state() == "a, and b, 1 of 2");
  }
  SECTION("a downgrade takes back what was done of it, and no more") {
    CHECK(runs.downgrade().state == "a");
    CHECK(runs.tables() == "a");
    CHECK(runs.log().ends_with("b up 2/2 failed, b down 2/2 done"));
    CHECK(runs.downgrade("base").state == "base");
    CHECK(runs.tables().empty());
  }
  SECTION("-2 is the half-applied revision and the one below") {
    CHECK(runs.downgrade("-2").state == "base");
    CHECK(runs.tables().empty());
  }
  SECTION("a target that the database already has does not take it back by itself") {
    CHECK(runs.downgrade("a").state == "a");
    CHECK(runs.upgrade("a").nothing_to_do());
  }
}

TEST_CASE("a downgrade that fails half-way can go on, or be undone by an upgrade") {
  Runs runs;
  runs.script("a", "none",
              "-- migrate:up\nCREATE TABLE one ();\n-- migrate:up\nCREATE TABLE two ();\n-- "
              "migrate:up\nCREATE TABLE three ();\n"
              "-- migrate:down\nDROP TABLE three;\n-- migrate:down\nDROP TABLE two;\n-- migrate:down\nSELECT "
              "1/0;\nDROP TABLE one;\n");
  runs.upgrade();
  CHECK(refusal([&] { runs.downgrade(); }).text ==
        "a.sql:16: division by zero (SQLSTATE 22012)\n  in: SELECT 1/0\n"
        "  hint: the step was rolled back; the database is at a, 1 of 3");
  CHECK(runs.tables() == "one");
  SECTION("up again") {
    CHECK(runs.upgrade().state == "a");
    CHECK(runs.tables() == "one three two");
    CHECK(runs.log().ends_with("a down 3/3 failed, a up 2/3 done, a up 3/3 done"));
  }
  SECTION("down to the end") {
    runs.script("a", "none",
                "-- migrate:up\nCREATE TABLE one ();\n-- migrate:up\nCREATE TABLE two ();\n-- "
                "migrate:up\nCREATE TABLE three ();\n"
                "-- migrate:down\nDROP TABLE three;\n-- migrate:down\nDROP TABLE two;\n-- migrate:down\nDROP "
                "TABLE one;\n");
    CHECK(runs.downgrade().state == "base");
    CHECK(runs.tables().empty());
    CHECK(runs.warned("the down part of a was edited since it was applied"));
    CHECK(runs.upgrade().state == "a");
    CHECK(runs.tables() == "one three two");
  }
}

TEST_CASE("everything is checked before anything runs") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n-- migrate:down\nDROP TABLE a;\n");
  SECTION("COMMIT in a later script") {
    runs.script("b", "a", "-- migrate:up\nCREATE TABLE b ();\nCOMMIT;\n");
    const auto refused = refusal([&] { runs.upgrade(); });
    CHECK(
        refused.text ==
        "b.sql:7: a script must not begin or end transactions itself\n  in: COMMIT\n"
        "  hint: each section is a transaction of its own: make another section, or take this statement out");
  }
  SECTION("what cannot run in a transaction") {
    runs.script("b", "a", "-- migrate:up\nVACUUM a;\n");
    CHECK(refusal([&] { runs.upgrade(); }).text ==
          "b.sql:6: this statement cannot run inside a transaction\n  in: VACUUM a\n"
          "  hint: put it into a section of its own, `-- migrate:up transaction:false`");
  }
  SECTION("data loss that nobody allowed") {
    runs.script("b", "a", "-- migrate:up\nDROP TABLE a;\n");
    const auto refused = refusal([&] { runs.upgrade(); });
    CHECK(refused.code == static_cast<int>(ExitCode::undecided));
    REQUIRE(runs.losses.size() == 1);
    CHECK(Runs::steady(runs.losses[0]) == "b.sql:6: DROP TABLE a");
    runs.allow_losses = true;
    CHECK(runs.upgrade().state == "b");
    return;
  }
  SECTION("data loss that the script allows") {
    runs.script("b", "a", "-- migrate:allow data-loss\n\n-- migrate:up\nDROP TABLE a;\n");
    CHECK(runs.upgrade().state == "b");
    CHECK(runs.losses.empty());
    return;
  }
  CHECK(runs.database.value("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") ==
        "0");
}

TEST_CASE("a script without a down part cannot be taken back") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n");
  runs.script("b", "a", "-- migrate:up\nCREATE TABLE b ();\n-- migrate:down\nDROP TABLE b;\n");
  runs.upgrade();
  CHECK(refusal([&] { runs.downgrade("base"); }).text ==
        "a.sql: revision a cannot be taken back: its script has no down part\n"
        "  hint: write a `-- migrate:down` section into it");
  CHECK(runs.tables() == "a b");
  CHECK(runs.downgrade().state == "a");
}

TEST_CASE("an edited script of an applied revision") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n-- migrate:down\nDROP TABLE a;\n");
  runs.upgrade();
  SECTION("up part: refused, or accepted once and for all") {
    runs.script("a", "none", "-- migrate:up\nCREATE TABLE a (id int);\n-- migrate:down\nDROP TABLE a;\n");
    runs.script("b", "a", "-- migrate:up\nCREATE TABLE b ();\n");
    const auto refused = refusal([&] { runs.upgrade(); });
    CHECK(refused.code == static_cast<int>(ExitCode::undecided));
    CHECK(std::regex_replace(refused.text, std::regex("[0-9-]{10} [0-9:]{5} UTC"), "TIME") ==
          "a.sql:5: the up part of revision a was edited after it was applied (TIME): step 1 is another one "
          "now\n"
          "  hint: put the script back as it was and write the change as a new revision; or upgrade with "
          "--accept-edited if the "
          "database is as the script says now");
    runs.options.accept_edited = true;
    CHECK(runs.upgrade().state == "b");
    runs.options.accept_edited = false;
    CHECK(runs.upgrade().nothing_to_do());
    CHECK(runs.log() == "a up 1/1 done, a accept 1/1 done, b up 1/1 done");
  }
  SECTION("a step more is an edit too") {
    runs.script("a", "none",
                "-- migrate:up\nCREATE TABLE a ();\n-- migrate:up\nCREATE TABLE more ();\n-- "
                "migrate:down\nDROP TABLE a;\n");
    CHECK(refusal([&] { runs.upgrade(); }).code == static_cast<int>(ExitCode::undecided));
  }
  SECTION("down part: a warning") {
    runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n-- migrate:down\nDROP TABLE IF EXISTS a;\n");
    CHECK(runs.downgrade().state == "base");
    CHECK(runs.warned("a.sql: the down part of a was edited since it was applied"));
  }
}

TEST_CASE("a database ahead of the checkout, and one at a revision that nobody knows") {
  Runs runs;
  runs.script("a", "none", "-- migrate:up\nCREATE TABLE a ();\n");
  runs.script("b", "a", "-- migrate:up\nCREATE TABLE b ();\n");
  runs.upgrade();
  runs.forget("b");
  const auto ahead = refusal([&] { runs.upgrade(); });
  CHECK(ahead.code == static_cast<int>(ExitCode::ahead));
  CHECK(std::regex_replace(ahead.text, std::regex("at [0-9-]{10} [0-9:]{5} UTC by postgres from [^;]*;"),
                           "at TIME by WHOM;") ==
        "the database is at revision b, which no script here has; it was applied at TIME by WHOM; the "
        "nearest revision that is "
        "here is a\n  hint: this checkout is older than the database: update it, or go back with `migrate "
        "downgrade a`, which runs the down part that the log has kept");
  runs.options.allow_ahead = true;
  CHECK(runs.upgrade().nothing_to_do());
  CHECK(runs.warned("the nearest revision that is here is a"));
  runs.database.execute("UPDATE migrate_version SET version_num = 'zz'");
  const auto unknown = refusal([&] { runs.downgrade(); });
  CHECK(unknown.code == static_cast<int>(ExitCode::failed));
  CHECK(unknown.text ==
        "the database is at revision zz, which no script here has, nor does the log know it\n"
        "  hint: get that revision's script, or set the version table right with `migrate stamp --purge "
        "REVISION`");
}

TEST_CASE("branches and a merge keep one row for each effective head") {
  Runs runs;
  const auto make = [&](const std::string& name, const std::string& parents) {
    runs.script(name, parents,
                "-- migrate:up\nCREATE TABLE " + name + " ();\n-- migrate:down\nDROP TABLE " + name + ";\n");
  };
  make("a", "none");
  make("b", "a");
  make("c", "a");
  CHECK(refusal([&] { runs.upgrade(); }).code == static_cast<int>(ExitCode::undecided));
  runs.script("d", "b, c", "-- migrate:up\n-- migrate:down\n");
  CHECK(runs.upgrade().after == std::vector<std::string>{"d"});
  CHECK(runs.tables() == "a b c");
  CHECK(runs.downgrade().after == std::vector<std::string>{"b", "c"});
  CHECK(runs.upgrade().after == std::vector<std::string>{"d"});
  CHECK(runs.downgrade("base").after.empty());
  CHECK(runs.tables().empty());
}
