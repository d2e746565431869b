// branches, heads, history, merge, rebase, squash, edit: what needs the scripts alone.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

using migrate::test::Project;
using migrate::test::steady;

namespace {

struct Scripts : Project {
  Scripts() : Project("local") {}
  void add(const std::string& id, const std::string& parents, const std::string& more = {},
           const std::string& sections = "\n-- migrate:up\nSELECT 1;\n\n-- migrate:down\n") const {
    write("migrations/0_" + id + ".sql",
          "-- migrate:revision " + id + "\n-- migrate:down_revision " + parents + "\n" + more + sections);
  }
};

struct Branched : Scripts {
  Branched() {
    add("a", "none", "-- migrate:message first\n");
    add("b", "a", "-- migrate:message before both\n");
    add("c1", "b", "-- migrate:branch_labels shop\n-- migrate:message shop begins\n");
    add("c2", "b", "-- migrate:branch_labels cms\n-- migrate:message cms begins\n");
    add("d1", "c1");
    add("d2", "c2");
  }
};

std::string fails(const Project& project, const std::vector<std::string>& arguments, int status) {
  const auto before = project.files();
  const auto outcome = project.migrate(arguments);
  CHECK(outcome.status == status);
  CHECK(outcome.out.empty());
  CHECK(project.files() == before);
  return outcome.err;
}

}  // namespace

TEST_CASE("branches shows where the revisions part, and the labels") {
  const Branched project;
  const auto outcome = project.migrate({"branches"});
  CHECK(outcome.status == 0);
  CHECK(outcome.out ==
        "a -> b (branch point), before both\n"
        "  -> c1 (shop), shop begins (migrations/0_c1.sql)\n"
        "  -> c2 (cms), cms begins (migrations/0_c2.sql)\n"
        "shop: c1, up to d1\n"
        "cms: c2, up to d2\n");
  const auto document = nlohmann::json::parse(project.migrate({"branches", "--json"}).out);
  CHECK(document["branch_points"][0]["revision"] == "b");
  CHECK(document["branch_points"][0]["children"] == nlohmann::json{"c1", "c2"});
  CHECK(document["labels"][1] == nlohmann::json{{"label", "cms"}, {"revision", "c2"}, {"heads", {"d2"}}});
  const Scripts line;
  line.add("a", "none");
  CHECK(line.migrate({"branches"}).err == "There are no branches and no labels.\n");
}

TEST_CASE("heads shows each branch, and which one another depends on") {
  const Branched project;
  CHECK(project.migrate({"heads"}).out ==
        "c1 -> d1 (head) (on shop) (migrations/0_d1.sql)\nc2 -> d2 (head) (on cms) (migrations/0_d2.sql)\n");
  const Scripts depends;
  depends.add("x1", "none", "-- migrate:branch_labels x\n");
  depends.add("y1", "none", "-- migrate:depends_on x\n");
  CHECK(depends.migrate({"heads"}).out ==
        "<base> -> x1 (head) (x) (another depends on it) (migrations/0_x1.sql)\n<base> -> y1 (head) "
        "(migrations/0_y1.sql)\n");
  CHECK(depends.migrate({"heads", "--resolve-dependencies"}).out ==
        "<base> -> y1 (head) (migrations/0_y1.sql)\n");
  CHECK(depends.migrate({"heads", "--check"}).status == 0);
  CHECK(depends.migrate({"heads", "-v"}).out.find("Depends on: x\n") != std::string::npos);
}

TEST_CASE("history --graph draws branches and merges") {
  const Branched project;
  project.add("e", "d1 d2", "-- migrate:message both again\n");
  CHECK(project.migrate({"history", "--graph"}).out == R"(* e (head) (merge point), both again
|\
| * d2
| * c2 (cms), cms begins
* | d1
* | c1 (shop), shop begins
|/
* b (branch point), before both
* a, first
)");
  CHECK(project.migrate({"history", "-g", "-v", "-r", "d2:"}).out == R"(* Revision: e (head) (merge point)
| Parents: d1, d2
| Message: both again
| Path: migrations/0_e.sql
|
* Revision: d2
  Parent: c2
  Path: migrations/0_d2.sql

)");
}

TEST_CASE("scenario 44: history of a range") {
  const Branched project;
  CHECK(project.migrate({"history", "-r", "c1:"}).out == "c1 -> d1 (head)\nb -> c1 (shop), shop begins\n");
  CHECK(project.migrate({"history", "-r", ":b"}).out ==
        "a -> b (branch point), before both\n<base> -> a, first\n");
  CHECK(project.migrate({"history", "-r", "-1:shop@head"}).out ==
        "c1 -> d1 (head)\nb -> c1 (shop), shop begins\n");
  CHECK(project.migrate({"history", "-r-9:b"}).out ==
        "a -> b (branch point), before both\n<base> -> a, first\n");
  CHECK(project.migrate({"history", "--rev-range", "a:+1"}).out ==
        "a -> b (branch point), before both\n<base> -> a, first\n");
  CHECK(fails(project, {"history", "-r", "d1:d2"}, 2) ==
        "error: d2 does not come after d1: the range has nothing in it\n  hint: did you mean d2:d1?\n");
  CHECK(fails(project, {"history", "-r", "d1"}, 2) ==
        "error: 'd1' is not a range\n  hint: write FROM:TO, FROM: or :TO\n");
}

TEST_CASE("show takes several targets") {
  const Branched project;
  const auto outcome = project.migrate({"show", "shop", "cms@head"});
  CHECK(outcome.status == 0);
  CHECK(outcome.out.starts_with("Revision: c1\n"));
  CHECK(outcome.out.find("\n\nRevision: d2 (head)\n") != std::string::npos);
  const auto document = nlohmann::json::parse(project.migrate({"show", "heads", "--json"}).out);
  CHECK(document["revisions"].size() == 2);
  CHECK(nlohmann::json::parse(project.migrate({"show", "shop@head-1", "--json"}).out)["revision"] == "c1");
  CHECK(fails(project, {"show", "base"}, 2) == "error: 'base' means the base, which is no revision\n");
}

TEST_CASE("merge joins heads") {
  const Branched project;
  const auto outcome =
      project.migrate({"merge", "heads", "-m", "both", "--rev-id", "e", "--branch-label", "all"});
  CHECK(outcome.status == 0);
  CHECK(steady(outcome.out, project) == "Wrote migrations/STAMP_e_both.sql\n");
  CHECK(steady(project.newest_script(), project) ==
        "-- migrate:revision e\n-- migrate:down_revision d1 d2\n-- migrate:branch_labels all\n-- "
        "migrate:message "
        "both\n-- migrate:created TIME\n--\n-- joins d1 and d2, and changes nothing\n\n-- migrate:up\n\n-- "
        "migrate:down\n");
  CHECK(project.read("migrations/HEAD") == "e\n");
  CHECK(project.migrate({"heads", "--check"}).status == 0);
  CHECK(project.migrate({"merge", "c1", "d2", "--splice", "--rev-id", "f"}).status == 0);
}

TEST_CASE("trap: merge of one head writes nothing") {
  const Scripts project;
  project.add("a", "none");
  CHECK(fails(project, {"merge", "heads"}, 2) ==
        "error: there is one revision to join, a (migrations/0_a.sql): nothing was written\n"
        "  hint: merge joins two or more heads; migrate heads lists them\n");
  project.add("b", "a");
  CHECK(fails(project, {"merge", "a", "b", "--splice"}, 2) ==
        "error: there is nothing to join: b comes after a already: a (migrations/0_a.sql), b "
        "(migrations/0_b.sql)\n");
  CHECK(fails(Scripts(), {"merge"}, 2) ==
        "error: there are no revisions to join\n  hint: merge joins two or more heads; migrate heads lists "
        "them\n");
}

TEST_CASE("merge of what is no head wants --splice") {
  const Branched project;
  CHECK(fails(project, {"merge", "c1", "d2"}, 2) ==
        "error: revision c1 (migrations/0_c1.sql) is no head: after it comes d1 (migrations/0_d1.sql)\n"
        "  hint: add --splice to begin a new branch there\n");
}

TEST_CASE("rebase puts the newer head on top of the other") {
  const Branched project;
  const auto outcome = project.migrate({"rebase"});
  CHECK(outcome.status == 0);
  CHECK(outcome.out == "Put c2, d2 on top of d1:\n  migrations/0_c2.sql: its down_revision is d1\n");
  CHECK(project.migrate({"history"}).out ==
        "c2 -> d2 (head)\nd1 -> c2 (cms), cms begins\nc1 -> d1\nb -> c1 (shop), shop begins\na -> b, before "
        "both\n<base> -> a, first\n");
  CHECK(project.read("migrations/HEAD") == "d2\n");
  CHECK(project.read("migrations/0_c2.sql") ==
        "-- migrate:revision c2\n-- migrate:down_revision d1\n-- migrate:branch_labels cms\n-- "
        "migrate:message cms "
        "begins\n\n-- migrate:up\nSELECT 1;\n\n-- migrate:down\n");
}

TEST_CASE("rebase gives names that come in order") {
  const Scripts project;
  const auto add = [&](const std::string& stamp, const std::string& created, const std::string& id,
                       const std::string& parent) {
    project.write("migrations/" + stamp + "_" + id + ".sql",
                  "-- migrate:revision " + id + "\r\n-- migrate:down_revision " + parent +
                      "\r\n-- migrate:created " + created + "\r\n\r\n-- migrate:up\r\nSELECT 1;\r\n");
  };
  add("20260101_000000", "2026-01-01T00:00:00Z", "a", "none");
  add("20260102_000000", "2026-01-02T00:00:00Z", "mine", "a");
  add("20260103_000000", "2026-01-03T00:00:00Z", "yours", "a");
  const auto outcome = project.migrate({"rebase", "mine", "--json"});
  CHECK(outcome.status == 0);
  const auto document = nlohmann::json::parse(outcome.out);
  CHECK(document["onto"] == "yours");
  CHECK(document["moved"] == nlohmann::json{"mine"});
  const auto path = document["files"][0]["path"].get<std::string>();
  CHECK(path > "migrations/20260103");
  CHECK(path.ends_with("_mine.sql"));
  CHECK(project.files("migrations").size() == 4);
  CHECK(project.read(path).starts_with("-- migrate:revision mine\r\n-- migrate:down_revision yours\r\n"));
  CHECK(project.migrate({"heads", "--check"}).status == 0);
}

TEST_CASE("rebase refuses what it cannot do") {
  const Branched project;
  CHECK(fails(project, {"rebase", "d1", "--onto", "c1"}, 2) ==
        "error: d1 is on top of c1 already\n  hint: migrate history --graph shows it\n");
  CHECK(fails(project, {"rebase", "b", "--onto", "d1"}, 2) ==
        "error: d1 comes after b: there is nothing to move\n  hint: migrate history --graph shows it\n");
  project.add("f", "none");
  CHECK(fails(project, {"rebase"}, 9) ==
        "error: there are several heads: d1 (migrations/0_d1.sql), d2 (migrations/0_d2.sql), f "
        "(migrations/0_f.sql)\n"
        "  hint: name both: migrate rebase REVISION --onto REVISION\n");
  project.add("m", "d1 f");
  CHECK(fails(project, {"rebase", "m", "--onto", "d2"}, 2) ==
        "error: what leads to m begins in two places: c1 (migrations/0_c1.sql), f (migrations/0_f.sql)\n"
        "  hint: join the heads instead: migrate merge d2 m\n");
  const Scripts line;
  line.add("a", "none");
  CHECK(fails(line, {"rebase"}, 2) ==
        "error: there is one head, a (migrations/0_a.sql): there is nothing to move\n");
}

TEST_CASE("squash makes one script of several") {
  const Scripts project;
  project.add("a", "none");
  project.add(
      "b", "a", "-- migrate:message tables\n",
      "\n-- migrate:up\nCREATE TABLE t ();\n\n-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i "
      "ON "
      "t ((1));\n\n-- migrate:down undoes:2\nDROP INDEX i;\n\n-- migrate:down undoes:1\nDROP TABLE t;\n");
  project.add("c", "b", "-- migrate:branch_labels shop\n-- migrate:message column\n",
              "\n-- migrate:up\nALTER TABLE t ADD a int;\n\n-- migrate:down\nALTER TABLE t DROP a;\n");
  project.add("d", "c");
  const auto outcome = project.migrate({"squash", "b..c", "-m", "shop", "--rev-id", "s"});
  CHECK(outcome.status == 0);
  CHECK(steady(outcome.out, project) ==
        "Wrote migrations/STAMP_s_shop.sql, which replaces 2 scripts: b, c\n"
        "A database at c or before b goes on by itself. One that is between them has to be upgraded to c "
        "with the old "
        "scripts first.\n");
  CHECK(steady(project.newest_script(), project)
            .find("-- migrate:revision s\n-- migrate:down_revision a\n-- migrate:branch_labels shop\n-- "
                  "migrate:replaces b "
                  "c\n-- migrate:message shop\n") != std::string::npos);
  CHECK(project.migrate({"history"}).out == "s -> d (head)\na -> s (shop), shop\n<base> -> a\n");
  const auto document = nlohmann::json::parse(project.migrate({"show", "s", "--json"}).out);
  CHECK(document["up"].size() == 3);
  CHECK(document["down"][0]["sql"] == "ALTER TABLE t DROP a;");
  CHECK(document["down"][0]["undoes"] == 3);
  CHECK(document["down"][1]["undoes"] == 2);
  CHECK(document["down"][2]["undoes"] == 1);
  CHECK(project.read("migrations/HEAD") == "d\n");
  CHECK(project.migrate({"squash", "s..d", "--rev-id", "s2"}).status == 0);
  CHECK(nlohmann::json::parse(project.migrate({"show", "s2", "--json"}).out)["replaces"] ==
        nlohmann::json{"b", "c", "s", "d"});
}

TEST_CASE("squash takes one line only") {
  const Branched project;
  CHECK(
      fails(project, {"squash", "a..d1"}, 2) ==
      "error: revision b (migrations/0_b.sql) is a branch point: only revisions of one line can become one\n"
      "  hint: migrate history --graph shows the lines\n");
  CHECK(fails(project, {"squash", "a..a"}, 2) ==
        "error: there is nothing to squash: a range of two revisions or more is wanted\n");
  CHECK(fails(project, {"squash", "a"}, 2) ==
        "error: 'a' is not a range\n  hint: write FROM..TO, both included\n");
  project.add("d1", "c1", "",
              "\n-- migrate:up\nSELECT 1;\n\n-- migrate:up\nSELECT 2;\n\n-- migrate:down\nSELECT 3;\n");
  CHECK(fails(project, {"squash", "c1..d1"}, 2) ==
        "error: migrations/0_d1.sql:10: this section does not say which up section it undoes\n"
        "  hint: write undoes:K behind it\n");
}

TEST_CASE("edit opens the script in the editor") {
  Branched project;
  project.environment()["VISUAL"] = "sed -i 's/shop begins/shop: begin/'";
  const auto outcome = project.migrate({"edit", "shop", "--json"});
  CHECK(outcome.status == 0);
  CHECK(nlohmann::json::parse(outcome.out)["path"] == "migrations/0_c1.sql");
  CHECK(project.read("migrations/0_c1.sql").find("shop: begin") != std::string::npos);
  project.environment()["VISUAL"] = "";
  project.environment()["EDITOR"] = "false";
  CHECK(fails(project, {"edit", "a"}, 1) == "error: the editor ended with exit code 1\n");
}
