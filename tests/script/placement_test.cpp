// Where new scripts go: parents, labels, folders, names, templates, hooks.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

using migrate::test::Project;
using migrate::test::steady;

namespace {

const std::string rest = "\n-- migrate:up\nSELECT 1;\n";

void add(const Project& project, const std::string& file, const std::string& id, const std::string& parent) {
  project.write(file, "-- migrate:revision " + id + "\n-- migrate:down_revision " + parent + "\n" + rest);
}

std::string fails(const Project& project, const std::vector<std::string>& arguments, int status) {
  const auto before = project.files();
  const auto outcome = project.migrate(arguments);
  CHECK(outcome.status == status);
  CHECK(outcome.out.empty());
  CHECK(project.files() == before);
  return steady(outcome.err, project);
}

}  // namespace

TEST_CASE("revision --head, --splice, --branch-label, --depends-on") {
  const Project project("local");
  add(project, "migrations/1.sql", "a1", "none");
  add(project, "migrations/2.sql", "b2", "a1");
  CHECK(fails(project, {"revision", "-m", "x", "--head", "a1"}, 2) ==
        "error: revision a1 (migrations/1.sql) is no head: after it comes b2 (migrations/2.sql)\n"
        "  hint: add --splice to begin a new branch there\n");
  CHECK(project
            .migrate({"revision", "-m", "x", "--head", "a1", "--splice", "--branch-label", "shop", "--rev-id",
                      "c3"})
            .status == 0);
  CHECK(project.migrate({"revision", "-m", "y", "--head", "shop@head", "--depends-on", "b", "--rev-id", "d4"})
            .status == 0);
  CHECK(project
            .migrate({"revision", "-m", "z", "--head", "base", "--depends-on", "shop", "--depends-on", "b2",
                      "--rev-id", "e5"})
            .status == 0);
  const auto shown = [&](const std::string& id) {
    return nlohmann::json::parse(project.migrate({"show", id, "--json"}).out);
  };
  CHECK(shown("c3")["down_revisions"] == nlohmann::json{"a1"});
  CHECK(shown("c3")["branch_labels"] == nlohmann::json{"shop"});
  CHECK(shown("d4")["down_revisions"] == nlohmann::json{"c3"});
  CHECK(shown("d4")["depends_on"] == nlohmann::json{"b2"});
  CHECK(shown("e5")["down_revisions"].empty());
  CHECK(shown("e5")["depends_on"] == nlohmann::json{"shop", "b2"});
  CHECK(fails(project, {"revision", "-m", "x", "--head", "base", "--branch-label", "shop"}, 2) ==
        "error: the branch label shop is taken by migrations/STAMP_c3_x.sql\n");
  CHECK(fails(project, {"revision", "-m", "x", "--head", "base", "--branch-label", "b2"}, 2) ==
        "error: the branch label b2 is the revision id of migrations/2.sql\n");
  CHECK(fails(project, {"revision", "-m", "x", "--head", "base", "--depends-on", "nothing"}, 2) ==
        "error: no script has the revision 'nothing'\n  hint: migrate history lists them\n");
}

TEST_CASE("scenario 41: ids and labels with signs of targets are refused before a file is written") {
  const Project project("local");
  for (const char* id : {"a-b", "a@b", "a:b", "a+b"}) {
    const std::string error = "error: the revision id '" + std::string(id) +
                              "' has characters other than letters, digits, _ and inner dots\n";
    CHECK(fails(project, {"revision", "-m", "x", "--rev-id", id}, 2) == error);
    CHECK(fails(project, {"revision", "-m", "x", "--branch-label", id}, 2) == error);
  }
}

TEST_CASE("revision --sql prints the script and writes nothing") {
  const Project project("local");
  const auto before = project.files();
  const auto outcome = project.migrate({"revision", "-m", "x", "--sql", "--rev-id", "a1"});
  CHECK(outcome.status == 0);
  CHECK(steady(outcome.out, project) ==
        "-- migrate:revision a1\n-- migrate:down_revision none\n-- migrate:message x\n-- migrate:created "
        "TIME\n\n-- "
        "migrate:up\n\n-- migrate:down\n");
  CHECK(project.files() == before);
}

TEST_CASE("scenario 42: several folders of scripts") {
  const Project project("local");
  project.write("config.toml", "[migrations]\ndirectories = [\"shop\", \"cms\"]\n");
  CHECK(fails(project, {"revision", "-m", "x"}, 2) ==
        "error: there are several folders with scripts: migrations, shop, cms\n"
        "  hint: say with --version-path which of them a script without a parent goes to\n");
  CHECK(fails(project, {"revision", "-m", "x", "--version-path", "elsewhere"}, 2) ==
        "error: elsewhere is none of the folders with scripts: migrations, shop, cms\n"
        "  hint: add it to migrations.directories\n");
  CHECK(project.migrate({"revision", "-m", "x", "--version-path", "shop", "--rev-id", "a1"}).status == 0);
  CHECK(project.migrate({"revision", "-m", "y", "--rev-id", "b2"}).status == 0);
  CHECK(project.files("shop").size() == 2);
  CHECK(project.migrate({"revision", "-m", "z", "--version-path", "./cms/", "--rev-id", "c3"}).status == 0);
  CHECK(project.files("cms").size() == 1);
  CHECK(project.read("migrations/HEAD") == "c3\n");
  CHECK(project.migrate({"history"}).out == "b2 -> c3 (head), z\na1 -> b2, y\n<base> -> a1, x\n");
}

TEST_CASE("scenario 42: a file that is reached twice is read once, and said") {
  const Project project("local");
  project.write("config.toml",
                "[migrations]\ndirectory = \"all\"\nrecursive = true\ndirectories = [\"all/below\"]\n");
  add(project, "all/1.sql", "a1", "none");
  add(project, "all/below/2.sql", "b2", "a1");
  add(project, "all/.hidden/3.sql", "b2", "a1");
  const auto outcome = project.migrate({"history"});
  CHECK(outcome.status == 0);
  CHECK(outcome.out == "a1 -> b2 (head)\n<base> -> a1\n");
  CHECK(outcome.err == "warning: all/below/2.sql and all/below/2.sql are the same file; it is read once\n");
}

TEST_CASE("names of files") {
  const Project project("local");
  const auto config = [&](const std::string& keys) { project.write("config.toml", "[migrations]\n" + keys); };
  config("file_name = \"{epoch}-{slug}-{rev}\"\ntruncate_slug_length = 9\n");
  CHECK(project.migrate({"revision", "-m", "add the orders", "--rev-id", "a1"}).status == 0);
  auto files = project.files("migrations");
  REQUIRE(files.size() == 2);
  CHECK(files[0].find("-add_the_o-a1.sql") != std::string::npos);
  config("file_name = \"{year}/{month}/{rev}_{slug}\"\n");
  CHECK(fails(project, {"revision", "-m", "x", "--rev-id", "b2"}, 2)
            .ends_with("stands in a folder, which is not read\n  hint: set recursive = true beside it\n"));
  config("file_name = \"{year}/{month}/{rev}_{slug}\"\nrecursive = true\n");
  CHECK(project.migrate({"revision", "-m", "x", "--rev-id", "b2"}).status == 0);
  CHECK(project.migrate({"heads"}).out.find("/b2_x.sql)") != std::string::npos);
  config("file_name = \"{revision}\"\nrecursive = true\n");
  CHECK(fails(project, {"revision", "-m", "x", "--head", "base"}, 2) ==
        "error: migrations.file_name: unknown token {revision}\n"
        "  hint: known are {date}, {day}, {epoch}, {hour}, {minute}, {month}, {rev}, {second}, {slug}, "
        "{time}, {year}\n");
  config("file_name = \"../{rev}\"\nrecursive = true\n");
  CHECK(fails(project, {"revision", "-m", "x", "--head", "base", "--rev-id", "c"}, 2) ==
        "error: migrations.file_name: '../c.sql' would not be read: a part of it begins with a dot\n");
}

TEST_CASE("the time zone of new scripts") {
  const Project project("local");
  project.write("config.toml", "[migrations]\ntimezone = \"Asia/Kathmandu\"\n");
  CHECK(project.migrate({"revision", "-m", "x", "--rev-id", "a1"}).status == 0);
  const auto created =
      nlohmann::json::parse(project.migrate({"show", "--json"}).out)["created"].get<std::string>();
  CHECK(created.ends_with("+05:45"));
  CHECK(project.migrate({"heads"}).out.find(created.substr(0, 4) + created.substr(5, 2) +
                                            created.substr(8, 2) + "_" + created.substr(11, 2)) !=
        std::string::npos);
  project.write("config.toml", "[migrations]\ntimezone = \"Nowhere\"\n");
  CHECK(fails(project, {"revision", "-m", "x"}, 2).starts_with("error: the time zone 'Nowhere' is not in "));
}

TEST_CASE("a template of scripts") {
  const Project project("local");
  project.write("config.toml", "[migrations]\nscript_template = \"script.sql\"\n");
  project.write(
      "script.sql",
      "-- Copyright of the shop\n{header}\n-- ask the DBAs before {message}\n\n{up}\nSET LOCAL work_mem = "
      "'64MB'; -- '{}'\n\n{down}\n");
  CHECK(project.migrate({"revision", "-m", "x {up}", "--rev-id", "a1"}).status == 0);
  CHECK(
      steady(project.newest_script(), project) ==
      "-- Copyright of the shop\n-- migrate:revision a1\n-- migrate:down_revision none\n-- migrate:message x "
      "{up}\n-- "
      "migrate:created TIME\n-- ask the DBAs before x {up}\n\n-- migrate:up\nSET LOCAL work_mem = '64MB'; -- "
      "'{}'\n\n-- migrate:down\n");
  CHECK(project.migrate({"heads", "--check"}).status == 0);
  project.write("script.sql", "{header}\n");
  CHECK(fails(project, {"revision", "-m", "x"}, 2) ==
        "error: script.sql: a template of scripts needs the token {up}\n");
  project.write("script.sql", "{header}\n-- migrate:depends_on a1\n{up}\n");
  CHECK(fails(project, {"revision", "-m", "x"}, 1) ==
        "error: script.sql: what comes of this template does not read back to the same revision\n"
        "  hint: leave the lines of {header} as they are\n");
}

TEST_CASE("post-write hooks") {
  const Project project("local");
  project.write(
      "config.toml",
      "[migrations]\n[[migrations.post_write_hooks]]\nname = \"format\"\ncommand = [\"sed\", \"-i\", "
      "\"$a -- '; touch owned\", \"{file}\"]\n[[migrations.post_write_hooks]]\ncommand = [\"grep\", \"-q\", "
      "\"owned\"]\n");
  CHECK(project.migrate({"revision", "-m", "x", "--rev-id", "a1"}).status == 0);
  CHECK(project.newest_script().ends_with("-- '; touch owned\n"));
  project.write(
      "config.toml",
      "[migrations]\n[[migrations.post_write_hooks]]\nname = \"lint\"\ncommand = [\"grep\", \"nothing of "
      "it\"]\n");
  const auto failed = project.migrate({"revision", "-m", "y", "--rev-id", "b2"});
  CHECK(failed.status == 1);
  CHECK(failed.out.empty());
  CHECK(steady(failed.err, project) ==
        "error: the post-write hook lint failed with exit code 1\n"
        "  hint: migrations/STAMP_b2_y.sql is written; look at it, and at [[migrations.post_write_hooks]]\n");
  CHECK(project.migrate({"heads"}).out.find("b2") != std::string::npos);
  project.write("config.toml",
                "[migrations]\n[[migrations.post_write_hooks]]\ncommand = [\"no-such-program\"]\n");
  CHECK(steady(project.migrate({"merge", "heads"}).err, project)
            .starts_with("error: there is one revision to join"));
  const auto missing = project.migrate({"revision", "-m", "z", "--rev-id", "c3"});
  CHECK(missing.status == 1);
  CHECK(missing.err.starts_with("error: the post-write hook no-such-program could not be run: "));
  project.write("config.toml", "[migrations]\n[[migrations.post_write_hooks]]\nname = \"x\"\n");
  CHECK(fails(project, {"heads"}, 2) ==
        "error: config.toml:2:1: migrations.post_write_hooks has no command: a list of a program and its "
        "arguments\n");
}
