// What Alembic's users meet, from outside: scenarios that need models or a folder, and traps in which Alembic
// does harm.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/program.hpp"
#include "tests/support/psql.hpp"

using migrate::test::Project;
using migrate::test::TestDatabase;

namespace {

void script(const Project& project, const std::string& id, const std::string& header,
            const std::string& body) {
  project.write("migrations/" + id + ".sql", "-- migrate:revision " + id + "\n" + header + "\n" + body);
}
void table(const Project& project, const std::string& id, const std::string& parent) {
  script(project, id, "-- migrate:down_revision " + parent + "\n",
         "-- migrate:up\nCREATE TABLE t" + id + " (id int);\n-- migrate:down\nDROP TABLE t" + id + ";\n");
}

// A project whose models are what `database` has now.
void model(const Project& project, const TestDatabase& database) {
  project.write("config.toml", "[database]\nurl = \"" + database.url() +
                                   "\"\n[migrations]\ndirectory = \"migrations\"\n[models]\nsnapshot = "
                                   "\"models.json\"\n");
  REQUIRE(project.migrate({"inspect", "-q", "--format", "json", "-o", "models.json"}).status == 0);
}

}  // namespace

TEST_CASE("scenario 40: a revision can be begun on a database that is behind, but not be written by it") {
  TestDatabase database;
  const Project project;
  model(project, database);
  table(project, "a1", "none");
  CHECK(project.migrate({"revision", "-m", "x", "--rev-id", "b2", "-q"}).status == 0);
  const auto refused = [&](const std::string& error) {
    const auto before = project.files();
    const auto outcome = project.migrate({"revision", "-m", "y", "--autogenerate", "-q"});
    CHECK(outcome.status == 1);
    CHECK(outcome.err == error);
    CHECK(project.files() == before);
  };
  const std::string first = "run migrate upgrade ", last =
                                                        " first, or compare with the scripts alone: "
                                                        "--from-history\n";
  refused("error: the database is at base, but the scripts lead to b2\n  hint: " + first + "head" + last);
  // Also after a merge that is not applied.
  REQUIRE(project.migrate({"upgrade", "head"}).status == 0);
  table(project, "c3", "a1");
  REQUIRE(project.migrate({"upgrade", "heads"}).status == 0);
  REQUIRE(project.migrate({"merge", "heads", "--rev-id", "m4", "-m", "both", "-q"}).status == 0);
  refused("error: the database is at b2, c3, but the scripts lead to m4\n  hint: " + first + "head" + last);
}

TEST_CASE("scenario 43: check says whether a database is as the models say, each for itself") {
  TestDatabase database, other;
  for (auto* each : {&database, &other})
    each->execute("CREATE TABLE t (id bigint PRIMARY KEY, note text); CREATE INDEX i ON t (note)");
  const Project project;
  model(project, database);
  const std::string equal = "exit code 0\n--- out\nThe database is as the models say.\n--- err\n";
  CHECK(project.migrate({"check", "-q"}).text() == equal);
  CHECK(project.migrate({"check", "-q", "--url", other.url()}).text() == equal);
  other.execute("DROP INDEX i; ALTER TABLE t ALTER note SET NOT NULL");
  CHECK(project.migrate({"check", "-q", "--url", other.url()}).text() ==
        "exit code 3\n--- out\n2 differences between the models and the database:\n  changes column t.note: "
        "NOT NULL dropped\n  "
        "creates index i\n--- err\n");
  const auto json =
      nlohmann::json::parse(project.migrate({"check", "-q", "--json", "--url", other.url()}).out);
  CHECK(json["equal"] == false);
  CHECK(json["differences"].size() == 2);
  CHECK(project.migrate({"check", "-q"}).text() == equal);
}

TEST_CASE("status --drift says what somebody changed by hand") {
  TestDatabase database;
  const Project project;
  project.write("config.toml", "[database]\nurl = \"" + database.url() +
                                   "\"\n[migrations]\ndirectory = \"migrations\"\n[scratch]\nurl = \"" +
                                   database.url() + "\"\n");
  const auto drift = [&] {
    const auto out = project.migrate({"status", "--drift", "--check", "-q"}).out;
    return out.substr(out.find("\ndrift:") + 1);
  };
  const std::string none = "drift:    none: the database is as its revisions make it\n";
  CHECK(drift() == none);
  script(project, "a1", "-- migrate:down_revision none\n",
         "-- migrate:up\nCREATE SCHEMA app; CREATE TABLE app.t (id bigint PRIMARY KEY, note text);\n");
  REQUIRE(project.migrate({"upgrade", "head"}).status == 0);
  // What is pending is no drift, nor is what others have in the same database.
  script(project, "b2", "-- migrate:down_revision a1\n",
         "-- migrate:up\nALTER TABLE app.t ALTER note SET NOT NULL;\n-- migrate:up\nALTER TABLE app.t ADD no "
         "int, "
         "ADD no int;\n");
  database.execute("CREATE TABLE others (id int)");
  CHECK(drift() == none);
  CHECK(project.migrate({"status", "--drift", "-q"}).status == 0);
  database.execute("ALTER TABLE app.t DROP note");
  const std::string drifted = "drift:    1 difference between what its revisions make and the database";
  CHECK(drift() == drifted + "\n          adds column app.t.note\n");
  CHECK(nlohmann::json::parse(project.migrate({"status", "--drift", "--json"}).out)["drift"] ==
        nlohmann::json{"adds column app.t.note"});
  CHECK(nlohmann::json::parse(project.migrate({"status", "--json"}).out)["drift"].is_null());
  database.execute("ALTER TABLE app.t ADD note text");
  CHECK(project.migrate({"upgrade", "head"}).status != 0);
  CHECK(drift() ==
        drifted +
            ", which what is half done may explain\n          changes column app.t.note: NOT NULL dropped\n");
  std::filesystem::remove(project.path() / "migrations/a1.sql");
  script(project, "b2", "-- migrate:down_revision none\n", "-- migrate:up\nSELECT 1;\n");
  CHECK(drift() == "drift:    not known, since scripts are missing here\n");
}

TEST_CASE("stamp --sql prints what psql stamps with, and of a range without a server") {
  const Project nowhere("${NOT_SET}");
  table(nowhere, "a1", "none");
  table(nowhere, "b2", "a1");
  const auto range = nowhere.migrate({"stamp", "a1:head", "--sql"});
  CHECK(range.status == 0);
  CHECK(range.out.starts_with("-- migrate 0.1.0, migrate stamp a1:head --sql: from a1 to b2\n--\n"));
  CHECK(nlohmann::json::parse(nowhere.migrate({"stamp", "b2:base", "--sql", "--json"}).out)["after"].empty());
  CHECK(nowhere.migrate({"stamp", "a1:b2"}).err ==
        "error: a range FROM:TO is for --sql, not \"a1:b2\" alone\n  hint: a run begins where the database "
        "is\n");

  TestDatabase database;
  const Project project(database.url());
  table(project, "a1", "none");
  table(project, "b2", "a1");
  const auto live = project.migrate({"stamp", "a1", "--sql", "--tag", "by hand", "-q"});
  CHECK(live.status == 0);
  CHECK(live.err.empty());
  CHECK(database.value("SELECT to_regclass('migrate_version') IS NULL") == "t");
  CHECK(migrate::test::psql(database.url(), live.out).err.empty());
  CHECK(database.value("SELECT version_num || ' ' || tag FROM migrate_version, migrate_log") == "a1 by hand");
  CHECK(migrate::test::psql(database.url(), range.out).err.empty());
  CHECK(project.migrate({"current", "-q"}).out == "b2 (head)\n");
  CHECK(project.migrate({"stamp", "b2", "--sql", "-q"}).status == 0);
}

TEST_CASE("a row that a squash replaces is known to current and status") {
  TestDatabase database;
  const Project project(database.url());
  table(project, "a1", "none");
  table(project, "b2", "a1");
  REQUIRE(project.migrate({"upgrade", "head"}).status == 0);
  REQUIRE(project.migrate({"squash", "a1..b2", "--rev-id", "s3", "-m", "both"}).status == 0);
  CHECK(project.migrate({"current", "--check-heads", "-q"}).text() ==
        "exit code 0\n--- out\nb2 (replaced by s3) (head) both\n--- err\n");
  const auto row = nlohmann::json::parse(project.migrate({"current", "--json"}).out)["revisions"][0];
  CHECK(row["id"] == "b2");
  CHECK(row["known"] == true);
  CHECK(row["head"] == true);
  const auto status = project.migrate({"status", "--check", "-q"});
  CHECK(status.status == 0);
  CHECK(status.out.starts_with("at:       b2\n          s3 both, which replaces b2, applied "));
  database.execute("UPDATE migrate_version SET version_num = 'a1'");
  CHECK(project.migrate({"status", "-q"}).out.find("unknown:  a1, a part of what s3 replaces, applied ") !=
        std::string::npos);
}

TEST_CASE("trap: a database that has all is at its heads, also of one that only a dependency has") {
  TestDatabase database;
  const Project project(database.url());
  table(project, "x1", "none");
  table(project, "y1", "none");
  script(project, "y2", "-- migrate:down_revision y1\n-- migrate:depends_on x1\n", "-- migrate:up\n");
  CHECK(project.migrate({"current", "--check-heads"}).status == 3);
  REQUIRE(project.migrate({"upgrade", "heads"}).status == 0);
  CHECK(database.value("SELECT string_agg(version_num, ' ') FROM migrate_version") == "y2");
  CHECK(project.migrate({"current", "--check-heads"}).status == 0);
}

TEST_CASE("trap: a long id is no trouble") {
  TestDatabase database;
  const Project project(database.url());
  const std::string id(60, 'a');
  REQUIRE(project.migrate({"revision", "-m", "x", "--rev-id", id, "-q"}).status == 0);
  CHECK(project.migrate({"upgrade", "head", "-q"}).status == 0);
  CHECK(database.value("SELECT version_num FROM migrate_version") == id);
}

TEST_CASE("trap: a missing down part is told before anything is taken back") {
  TestDatabase database;
  const Project project(database.url());
  script(project, "a1", "-- migrate:down_revision none\n", "-- migrate:up\nCREATE TABLE ta1 ();\n");
  table(project, "b2", "a1");
  REQUIRE(project.migrate({"upgrade", "head"}).status == 0);
  CHECK(project.migrate({"downgrade", "base", "-q"}).err ==
        "error: migrations/a1.sql: revision a1 cannot be taken back: its script has no down part\n"
        "  hint: write a `-- migrate:down` section into it\n");
  CHECK(database.value("SELECT version_num FROM migrate_version") == "b2");
  CHECK(database.value("SELECT to_regclass('tb2')") == "tb2");
}

TEST_CASE("trap: two files with one id, and a parent that is missing, are errors that name them") {
  const Project project("local");
  table(project, "a1", "none");
  script(project, "b2", "-- migrate:down_revision missing99\n", "-- migrate:up\n");
  const auto missing = project.migrate({"heads", "-q"});
  CHECK(missing.status == 1);
  CHECK(missing.err ==
        "error: migrations/b2.sql:2: the down_revision missing99 of revision b2 is in no script\n  hint: the "
        "script is missing, or was not checked out\n");
  project.write("migrations/b2.sql", project.read("migrations/a1.sql"));
  const auto twice = project.migrate({"heads", "-q"});
  CHECK(twice.status == 1);
  CHECK(twice.err.find("migrations/a1.sql") != std::string::npos);
  CHECK(twice.err.find("migrations/b2.sql") != std::string::npos);
}

TEST_CASE("trap: what fails after a step without a transaction can be repaired and run again") {
  TestDatabase database;
  const Project project(database.url());
  const auto with_last = [&](const std::string& statement) {
    script(project, "b2", "-- migrate:down_revision a1\n",
           "-- migrate:up\nCREATE TABLE t3 (id int);\n-- migrate:up transaction:false\nCREATE INDEX "
           "CONCURRENTLY i ON t3 (id);\n-- migrate:up\n" +
               statement + ";\n");
  };
  table(project, "a1", "none");
  with_last("SELECT 1/0");
  CHECK(project.migrate({"upgrade", "head", "-q"}).status == 1);
  CHECK(project.migrate({"current", "-q"}).out == "a1\nb2, 2 of 3\n");
  CHECK(project.migrate({"upgrade", "head", "-q"}).status == 1);
  with_last("SELECT 1");
  CHECK(project.migrate({"upgrade", "head", "-q"}).status == 0);
  CHECK(project.migrate({"current", "-q"}).out == "b2 (head)\n");
}
