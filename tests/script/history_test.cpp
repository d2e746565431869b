// history, heads and show: what needs the scripts alone.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

using migrate::test::Outcome;
using migrate::test::Project;

namespace {

void write_script(const Project& project, const std::string& id, const std::string& parent,
                  const std::string& message,
                  const std::string& down = "\n-- migrate:down\nDROP TABLE t;\n") {
  project.write("migrations/2026_" + id + ".sql",
                "-- migrate:revision " + id + "\n-- migrate:down_revision " + parent +
                    "\n-- migrate:message " + message +
                    "\n-- migrate:created 2026-11-22T10:15:00Z\n--\n-- creates \"größe\"\n\n-- "
                    "migrate:up\nCREATE TABLE t (\n\n  a int\n);\n" +
                    down);
}

struct Three : Project {
  Three() : Project("local") {
    write_script(*this, "a1", "none", "first things");
    write_script(*this, "b2", "a1", "more");
    write_script(*this, "c3", "b2", "the rest", "");
  }
};

struct TwoHeads : Project {
  TwoHeads() : Project("local") {
    write_script(*this, "a1", "none", "first things");
    write_script(*this, "b2", "a1", "mine");
    write_script(*this, "c3", "a1", "yours");
  }
};

const std::string several =
    "there are 2 heads: b2 (migrations/2026_b2.sql), c3 (migrations/2026_c3.sql)\n"
    "  hint: heads means all of them, c3 or LABEL@head one; migrate rebase c3 --onto b2 puts one on top of "
    "the "
    "other, migrate merge b2 c3 joins them\n";

}  // namespace

TEST_CASE("history lists the newest first") {
  const Three project;
  const auto outcome = project.migrate({"history"});
  CHECK(outcome.status == 0);
  CHECK(outcome.out ==
        "b2 -> c3 (head), the rest\n"
        "a1 -> b2, more\n"
        "<base> -> a1, first things\n");
  CHECK(outcome.err.empty());
  CHECK(TwoHeads().migrate({"history"}).out ==
        "a1 -> c3 (head), yours\n"
        "a1 -> b2 (head), mine\n"
        "<base> -> a1 (branch point), first things\n");
}

TEST_CASE("history -v tells all of the headers") {
  const auto outcome = Three().migrate({"history", "-v"});
  CHECK(outcome.status == 0);
  CHECK(outcome.out.starts_with(
      "Revision: c3 (head)\nParent: b2\nMessage: the rest\nCreated: 2026-11-22T10:15:00Z\n"
      "Path: migrations/2026_c3.sql\n\nRevision: b2\nParent: a1\n"));
}

TEST_CASE("history --json is one document") {
  const auto document = nlohmann::json::parse(Three().migrate({"history", "--json"}).out);
  REQUIRE(document["revisions"].size() == 3);
  const auto& newest = document["revisions"][0];
  CHECK(newest["revision"] == "c3");
  CHECK(newest["down_revisions"] == nlohmann::json{"b2"});
  CHECK(newest["head"] == true);
  CHECK(newest["path"] == "migrations/2026_c3.sql");
  CHECK(document["revisions"][2]["down_revisions"].empty());
}

TEST_CASE("a project without scripts has no history") {
  const Project project("local");
  const auto outcome = project.migrate({"history"});
  CHECK(outcome.status == 0);
  CHECK(outcome.out.empty());
  CHECK(outcome.err == "There are no revisions.\n");
}

TEST_CASE("heads --check fails for two, with the edit that settles it") {
  const TwoHeads project;
  const auto outcome = project.migrate({"heads", "--check"});
  CHECK(outcome.status == 3);
  CHECK(outcome.out ==
        "a1 -> b2 (head), mine (migrations/2026_b2.sql)\na1 -> c3 (head), yours (migrations/2026_c3.sql)\n");
  CHECK(outcome.err == "warning: " + several);
  CHECK(project.migrate({"heads"}).status == 0);
  CHECK(Three().migrate({"heads", "--check"}).status == 0);
  const auto document = nlohmann::json::parse(project.migrate({"heads", "--json"}).out);
  CHECK(document["heads"].size() == 2);
  CHECK(document["heads"][1]["revision"] == "c3");
  CHECK(document["problem"].get<std::string>() + "\n" == several);
}

TEST_CASE("heads warns of a HEAD that was left behind") {
  const Three project;
  project.write("migrations/HEAD", "b2\n");
  const auto outcome = project.migrate({"heads", "--check"});
  CHECK(outcome.status == 3);
  CHECK(outcome.err == "warning: migrations/HEAD names b2, which is not the head; the head is c3\n");
}

TEST_CASE("show prints a revision's header and its SQL with the file's line numbers") {
  const auto outcome = Three().migrate({"show", "b"});
  CHECK(outcome.status == 0);
  CHECK(outcome.out ==
        "Revision: b2\nParent: a1\nMessage: more\nCreated: 2026-11-22T10:15:00Z\nPath: "
        "migrations/2026_b2.sql\n-- creates \"größe\"\n"
        "\nUp 1, in a transaction:\n    9  CREATE TABLE t (\n\n   11    a int\n   12  );\n"
        "\nDown 1, in a transaction:\n   15  DROP TABLE t;\n");
  const auto without_down = Three().migrate({"show"});
  CHECK(without_down.out.starts_with("Revision: c3 (head)\n"));
  CHECK(without_down.out.ends_with("\nNo down part: downgrade cannot take it back.\n"));
  const auto document = nlohmann::json::parse(Three().migrate({"show", "a1", "--json"}).out);
  CHECK(document["up"][0]["sql"] == "CREATE TABLE t (\n\n  a int\n);");
  CHECK(document["up"][0]["line"] == 8);
  CHECK(document["down"][0]["transaction"] == true);
}

TEST_CASE("revisions that are not there") {
  const auto unknown = Three().migrate({"show", "b3"});
  CHECK(unknown.status == 2);
  CHECK(unknown.err == "error: no script has the revision 'b3'\n  hint: did you mean b2?\n");
  const Three project;
  write_script(project, "b22", "c3", "another");
  const auto ambiguous = project.migrate({"show", "b"});
  CHECK(ambiguous.status == 2);
  CHECK(ambiguous.err ==
        "error: 'b' is the beginning of 2 revisions: b2 (migrations/2026_b2.sql), b22 "
        "(migrations/2026_b22.sql)\n"
        "  hint: give more of its digits\n");
}

TEST_CASE("broken folders") {
  const auto failed = [](const Project& project, const std::string& error) {
    const auto outcome = project.migrate({"history"});
    CHECK(outcome.status == 1);
    CHECK(outcome.out.empty());
    CHECK(outcome.err == error);
  };
  {
    const Three project;
    write_script(project, "d4", "gone", "an orphan");
    failed(project,
           "error: migrations/2026_d4.sql:2: the down_revision gone of revision d4 is in no script\n"
           "  hint: the script is missing, or was not checked out\n");
  }
  {
    const Three project;
    project.write("migrations/x.sql", "-- migrate:revision b2\n-- migrate:down_revision a1\n-- migrate:up\n");
    failed(project,
           "error: two scripts have the revision id b2: migrations/2026_b2.sql and migrations/x.sql\n"
           "  hint: give one of them an id of its own, or remove it\n");
  }
  {
    const Three project;
    write_script(project, "a1", "c3", "a circle");
    failed(project,
           "error: these revisions each come before the other: b2 (migrations/2026_b2.sql), c3 "
           "(migrations/2026_c3.sql), a1 "
           "(migrations/2026_a1.sql)\n  hint: one of them has the wrong down_revision\n");
  }
  {
    const Three project;
    project.write("migrations/x.sql", "CREATE TABLE t ();\n");
    failed(project,
           "error: migrations/x.sql:1: no header: this is not a script of migrate\n"
           "  hint: a script begins with -- migrate:revision ID and -- migrate:down_revision ID; its SQL "
           "follows a line -- migrate:up\n");
  }
}
