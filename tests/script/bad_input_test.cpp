// What is wrong with configuration, scripts, targets and the database: one clear error each, the right exit
// code, nothing changed.
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/program.hpp"
#include "util/text.hpp"

using migrate::test::Cluster;
using migrate::test::Project;
using migrate::test::TestDatabase;

namespace {

const std::string first = "migrations/20260101_000000_aaaaaaaaaaaa_one.sql";
const std::string second = "migrations/20260102_000000_bbbbbbbbbbbb_two.sql";

std::string header(const std::string& id, const std::string& parent, const std::string& message) {
  return "-- migrate:revision " + id + "\n-- migrate:down_revision " + parent + "\n-- migrate:message " +
         message + "\n-- migrate:created 2026-01-01T00:00:00Z\n\n";
}

const std::string one = header("aaaaaaaaaaaa", "none", "one") +
                        "-- migrate:up\nCREATE TABLE one (id integer);\n\n-- migrate:down\nDROP TABLE one;\n";

// What the command says on stderr, without the line that tells where it has connected to.
std::string complaint(const Project& project, const std::vector<std::string>& arguments, int status) {
  auto quiet = arguments;
  quiet.emplace_back("-q");
  const auto outcome = project.migrate(quiet);
  INFO(outcome.text());
  CHECK(outcome.status == status);
  CHECK(outcome.out.empty());
  return migrate::test::steady(outcome.err, project);
}

// When and by whom something was done is another each time.
std::string timeless(const std::string& text) {
  static const std::regex when(R"(\d{4}-\d\d-\d\d \d\d:\d\d UTC)"), who(R"( by \S+ from [^;]+;)");
  return std::regex_replace(std::regex_replace(text, when, "TIME"), who, " by WHO from WHERE;");
}

struct Configured {
  std::string text, error;
};

}  // namespace

TEST_CASE("A broken configuration is refused at its place") {
  const std::vector<Configured> cases = {
      {"[database]\nurll = \"local\"\n",
       "error: config.toml:2:1: unknown key database.urll\n  hint: did you mean database.url?\n"},
      {"[databse]\nurl = \"local\"\n",
       "error: config.toml:1:2: unknown key databse\n  hint: did you mean database?\n"},
      {"[database]\nurl = \"${NO_SUCH_VARIABLE}\"\n",
       "error: config.toml:2:7: database.url: the environment variable NO_SUCH_VARIABLE is not set\n"
       "  hint: set it, or give the value another way\n"},
      {"[database]\nurl = \"postgresql//x\"\n",
       "error: config.toml:2:7: database.url: a database's URL begins with postgresql://, or is \"local\"\n"},
      {"[database]\nurl = 5\n", "error: config.toml:2:7: database.url takes a string, not a whole number\n"},
      {"[database]\nurl = \"local\"\n[migrations]\nlinear = \"yes\"\n",
       "error: config.toml:4:10: migrations.linear takes true or false, not a string\n"},
      {"[migrations]\ndirectory = \"migrations\"\n",
       "error: no database is configured\n"
       "  hint: set url under [database] in config.toml, or give --url; \"local\" starts a private server\n"},
  };
  for (const auto& broken : cases) {
    const Project project("local");
    project.write("config.toml", broken.text);
    CHECK(complaint(project, {"current"}, 2) == broken.error);
    CHECK(project.files() == std::vector<std::string>{"config.toml"});
  }
}

TEST_CASE("Broken TOML is refused with file, line and column") {
  const Project project("local");
  project.write("config.toml", "[database]\nurl = \"local\n");
  const auto error = complaint(project, {"current"}, 2);
  CHECK(error.starts_with("error: config.toml:2:13: not TOML: "));
}

TEST_CASE("Two configurations in one folder are refused") {
  const Project project("local");
  project.write("config/config.toml", "[database]\nurl = \"local\"\n");
  CHECK(complaint(project, {"current"}, 2) ==
        "error: two configurations: config.toml and config/config.toml\n"
        "  hint: remove one, or name the one to use with --config\n");
}

TEST_CASE("Without a configuration the error says how to get one") {
  const Project project;
  CHECK(
      complaint(project, {"current"}, 2) ==
      "error: no config.toml or config/config.toml in this folder or above it, up to the repository's root\n"
      "  hint: migrate init makes a project; --config names a configuration elsewhere\n");
}

TEST_CASE("A server that is not there is an error without the password") {
  const Project project("postgresql://app:hunter2@127.0.0.1:9/shop");
  CHECK(complaint(project, {"current"}, 5) ==
        "error: cannot connect to database shop on 127.0.0.1:9 as app: Connection refused\n"
        "  hint: is the server running, and are host and port right?\n");
}

TEST_CASE("Scripts that cannot be read are the error, whatever became of the connection meanwhile") {
  const Project project("postgresql://app:hunter2@127.0.0.1:9/shop");
  project.write("migrations/one.sql", "CREATE TABLE one ();\n");
  const std::string broken =
      "error: migrations/one.sql:1: no header: this is not a script of migrate\n"
      "  hint: a script begins with -- migrate:revision ID and -- migrate:down_revision ID; its SQL "
      "follows a line -- migrate:up\n";
  CHECK(complaint(project, {"current"}, 1) == broken);
  CHECK(complaint(project, {"upgrade"}, 1) == broken);
}

TEST_CASE("A broken script is refused at its line, and the database keeps its state") {
  struct Broken {
    std::string text, error;
  };
  const std::string head = header("bbbbbbbbbbbb", "aaaaaaaaaaaa", "two");
  const std::vector<Broken> cases = {
      {"CREATE TABLE two ();\n",
       second +
           ":1: no header: this is not a script of migrate\n"
           "  hint: a script begins with -- migrate:revision ID and -- migrate:down_revision ID; its SQL "
           "follows a line -- migrate:up\n"},
      {header("aaaaaaaaaaaa", "none", "again") + "-- migrate:up\nSELECT 1;\n",
       "two scripts have the revision id aaaaaaaaaaaa: " + first + " and " + second +
           "\n  hint: give one of them an id of its own, or remove it\n"},
      {head + "-- migrate:upp\nSELECT 1;\n",
       second + ":6: unknown line -- migrate:upp\n  hint: did you mean migrate:up?\n"},
      {head + "-- migrate:up transacton:false\nSELECT 1;\n",
       second + ":6: unknown option 'transacton' of migrate:up\n  hint: did you mean transaction?\n"},
      {head + "-- migrate:up\nBEGIN;\nCREATE TABLE two ();\nCOMMIT;\n",
       second + ":7: a script must not begin or end transactions itself\n  in: BEGIN\n"
                "  hint: each section is a transaction of its own: make another section, or take this "
                "statement out\n"},
      {head + "-- migrate:up\n\\connect elsewhere\n", second +
                                                          ":7: \\connect is a command of psql, not SQL\n"
                                                          "  hint: migrate reads SQL and the rows of COPY … "
                                                          "FROM stdin; write what the command stands for\n"},
      {head + "-- migrate:up\nSELECT '\xff';\n",
       second + ":7: this line is not UTF-8\n  hint: save the file as UTF-8\n"},
      {header("bbbbbbbbbbbb", "cccccccccccc", "two") + "-- migrate:up\nSELECT 1;\n",
       second + ":2: the down_revision cccccccccccc of revision bbbbbbbbbbbb is in no script\n"
                "  hint: the script is missing, or was not checked out\n"},
      {header("bbbbbbbbbbbb", "bbbbbbbbbbbb", "two") + "-- migrate:up\nSELECT 1;\n",
       second + ":2: revision bbbbbbbbbbbb names itself as its down_revision\n"},
  };
  TestDatabase database;
  const Project project(database.url());
  project.write(first, one);
  REQUIRE(project.migrate({"upgrade", "head"}).status == 0);
  const auto log = database.value("SELECT count(*) FROM migrate_log");
  for (const auto& broken : cases) {
    project.write(second, broken.text);
    CHECK(complaint(project, {"upgrade", "head"}, 1) ==
          migrate::test::steady("error: " + broken.error, project));
    CHECK(database.value("SELECT string_agg(version_num, ',') FROM migrate_version") == "aaaaaaaaaaaa");
    CHECK(database.value("SELECT count(*) FROM migrate_log") == log);
    CHECK(database.value("SELECT to_regclass('two')").empty());
  }
}

TEST_CASE("A circle of revisions is refused") {
  const Project project("local");
  project.write(first, header("aaaaaaaaaaaa", "bbbbbbbbbbbb", "one") + "-- migrate:up\nSELECT 1;\n");
  project.write(second, header("bbbbbbbbbbbb", "aaaaaaaaaaaa", "two") + "-- migrate:up\nSELECT 1;\n");
  CHECK(complaint(project, {"history"}, 1) ==
        migrate::test::steady("error: these revisions each come before the other: bbbbbbbbbbbb (" + second +
                                  "), aaaaaaaaaaaa (" + first +
                                  ")\n  hint: one of them has the wrong down_revision\n",
                              project));
}

TEST_CASE("An unknown revision and an ambiguous prefix are refused") {
  TestDatabase database;
  const Project project(database.url());
  project.write(first, one);
  project.write("migrations/20260102_000000_aaaaaaaabbbb_two.sql",
                header("aaaaaaaabbbb", "aaaaaaaaaaaa", "two") + "-- migrate:up\nSELECT 1;\n");
  CHECK(complaint(project, {"upgrade", "nope"}, 2) ==
        "error: no script has the revision 'nope'\n  hint: migrate history lists them\n");
  CHECK(complaint(project, {"upgrade", "aaaa"}, 2) ==
        migrate::test::steady("error: 'aaaa' is the beginning of 2 revisions: aaaaaaaaaaaa (" + first +
                                  "), aaaaaaaabbbb (migrations/20260102_000000_aaaaaaaabbbb_two.sql)\n"
                                  "  hint: give more of its digits\n",
                              project));
  CHECK(complaint(project, {"upgrade", "+5"}, 2) ==
        "error: +5 goes beyond the head: only 2 revisions come after the base\n");
  CHECK(database.value("SELECT to_regclass('migrate_version')").empty());
}

TEST_CASE("A revision without a down part is not taken back") {
  TestDatabase database;
  const Project project(database.url());
  project.write(first, one);
  project.write(second,
                header("bbbbbbbbbbbb", "aaaaaaaaaaaa", "two") + "-- migrate:up\nCREATE TABLE two ();\n");
  REQUIRE(project.migrate({"upgrade", "head"}).status == 0);
  CHECK(complaint(project, {"downgrade", "base"}, 1) ==
        migrate::test::steady("error: " + second, project) +
            ": revision bbbbbbbbbbbb cannot be taken back: its script has no down part\n"
            "  hint: write a `-- migrate:down` section into it\n");
  CHECK(database.value("SELECT version_num FROM migrate_version") == "bbbbbbbbbbbb");
  CHECK(database.value("SELECT to_regclass('two')") == "two");
}

TEST_CASE("An up part that was edited after it ran is refused") {
  TestDatabase database;
  const Project project(database.url());
  project.write(first, one);
  REQUIRE(project.migrate({"upgrade", "head"}).status == 0);
  project.write(first, migrate::replace_all(one, "id integer", "id bigint"));
  project.write(second,
                header("bbbbbbbbbbbb", "aaaaaaaaaaaa", "two") + "-- migrate:up\nCREATE TABLE two ();\n");
  CHECK(
      timeless(complaint(project, {"upgrade", "head"}, 9)) ==
      migrate::test::steady(
          "error: " + first +
              ":6: the up part of revision aaaaaaaaaaaa was edited after it was applied (TIME): "
              "step 1 is another one now\n"
              "  hint: put the script back as it was and write the change as a new revision; or upgrade with "
              "--accept-edited if the database is as the script says now\n",
          project));
  CHECK(database.value("SELECT to_regclass('two')").empty());
  CHECK(project.migrate({"upgrade", "head", "-q", "--accept-edited"}).status == 0);
  CHECK(database.value("SELECT to_regclass('two')") == "two");
}

TEST_CASE("A database ahead of the checkout is said to be that") {
  TestDatabase database;
  const Project project(database.url());
  project.write(first, one);
  project.write(second, header("bbbbbbbbbbbb", "aaaaaaaaaaaa", "two") + "-- migrate:up\nSELECT 1;\n");
  REQUIRE(project.migrate({"upgrade", "head"}).status == 0);
  std::filesystem::remove(project.path() / second);
  const std::string ahead =
      "the database is at revision bbbbbbbbbbbb, which no script here has; it was applied at TIME by WHO "
      "from "
      "WHERE; the nearest revision that is here is aaaaaaaaaaaa\n";
  CHECK(timeless(complaint(project, {"upgrade", "head"}, 8)) ==
        "error: " + ahead +
            "  hint: this checkout is older than the database: update it, or go back with `migrate downgrade "
            "aaaaaaaaaaaa`, which runs the down part that the log has kept\n");
  CHECK(project.migrate({"current", "-q"}).out == "bbbbbbbbbbbb (no script here has it)\n");
  const auto allowed = project.migrate({"upgrade", "head", "-q", "--allow-ahead"});
  CHECK(allowed.status == 0);
  CHECK(timeless(allowed.err) == "warning: " + ahead);
}

TEST_CASE("A role that may not create the version table is told so") {
  TestDatabase database;
  database.execute("CREATE ROLE \"Reader of things\" LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC");
  const Project project(migrate::replace_all(database.url(), "user=postgres", "user=Reader%20of%20things"));
  project.write(first, one);
  CHECK(complaint(project, {"upgrade", "head"}, 1) ==
        "error: the role Reader of things may not create the version table and the log in schema public: "
        "permission denied for schema public (SQLSTATE 42501)\n"
        "  hint: GRANT USAGE, CREATE ON SCHEMA public TO \"Reader of things\", or name another schema in "
        "[migrations] schema\n");
  CHECK(database.value("SELECT to_regclass('migrate_version')").empty());
  database.execute("DROP ROLE \"Reader of things\"");
}

TEST_CASE("Where the scripts cannot be written, the error names the path") {
  const Project project("local");
  std::filesystem::remove(project.path() / "migrations");
  project.write("migrations", "a file is in the way");
  CHECK(complaint(project, {"revision", "-m", "first"}, 1) ==
        "error: cannot read the folder migrations: Not a directory\n");
  CHECK(project.read("migrations") == "a file is in the way");
}

TEST_CASE("Wrong usage ends with exit code 2") {
  const Project project("local");
  CHECK(project.migrate({}).status == 2);
  CHECK(project.migrate({"nope"}).status == 2);
  CHECK(project.migrate({"upgrade", "head", "--nope"}).status == 2);
  CHECK(project.migrate({"current", "--allow", "everything"}).status == 2);
  CHECK(project.migrate({"current", "--env", "nope"}).err ==
        "error: --env names the environment 'nope', which config.toml does not have\n"
        "  hint: it has none; write a table [environments.nope]\n");
}
