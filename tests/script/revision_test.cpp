// revision -m: an empty script on top of the head.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/program.hpp"

using migrate::test::Project;
using migrate::test::steady;

TEST_CASE("revision writes an empty script on top of the head") {
  const Project project("local");
  const auto first = project.migrate({"revision", "-m", "Add \"größe\" & more", "--rev-id", "a1"});
  CHECK(first.status == 0);
  CHECK(steady(first.out, project) == "Wrote migrations/STAMP_a1_add_gr_e_more.sql\n");
  CHECK(steady(project.newest_script(), project) ==
        "-- migrate:revision a1\n-- migrate:down_revision none\n-- migrate:message Add \"größe\" & more\n"
        "-- migrate:created TIME\n\n-- migrate:up\n\n-- migrate:down\n");
  CHECK(project.read("migrations/HEAD") == "a1\n");
  const auto second = project.migrate({"revision", "-m", "next", "--json"});
  CHECK(second.status == 0);
  const auto document = nlohmann::json::parse(second.out);
  const auto id = document["revision"].get<std::string>();
  CHECK(id.size() == 12);
  CHECK(document["down_revisions"] == nlohmann::json{"a1"});
  CHECK(project.read(document["path"].get<std::string>())
            .starts_with("-- migrate:revision " + id + "\n-- migrate:down_revision a1\n"));
  CHECK(project.read("migrations/HEAD") == id + "\n");
  CHECK(project.migrate({"history"}).out ==
        "a1 -> " + id + " (head), next\n<base> -> a1, Add \"größe\" & more\n");
}

TEST_CASE("revision with linear = false keeps no HEAD") {
  const Project project("local");
  project.write("config.toml", "[migrations]\nlinear = false\ndirectory = \"db/scripts\"\n");
  CHECK(project.migrate({"revision", "-m", "x", "--rev-id", "a1"}).status == 0);
  const auto files = project.files("db/scripts");
  REQUIRE(files.size() == 1);
  CHECK(files[0].ends_with("_a1_x.sql"));
}

TEST_CASE("revision refuses, and writes nothing") {
  const Project project("local");
  const auto refused = [&](const std::vector<std::string>& arguments, int status, const std::string& error) {
    const auto before = project.files();
    const auto outcome = project.migrate(arguments);
    CHECK(outcome.status == status);
    CHECK(outcome.out.empty());
    CHECK(steady(outcome.err, project) == error);
    CHECK(project.files() == before);
  };
  refused({"revision", "-m", "x", "--rev-id", "a@1"}, 2,
          "error: the revision id 'a@1' has characters other than letters, digits, _ and inner dots\n");
  refused({"revision", "-m", "x", "--from-history"}, 2, "error: --from-history goes with --autogenerate\n");
  refused({"revision", "-m", "x", "--drop", "t"}, 2, "error: --drop goes with --autogenerate\n");
  const std::string rest = "\n-- migrate:up\nSELECT 1;\n";
  project.write("migrations/1.sql", "-- migrate:revision a1\n-- migrate:down_revision none\n" + rest);
  project.write("migrations/2.sql", "-- migrate:revision b2\n-- migrate:down_revision a1\n" + rest);
  refused({"revision", "-m", "x", "--rev-id", "b2"}, 2,
          "error: the revision id b2 is taken by migrations/2.sql\n");
  project.write("migrations/3.sql", "-- migrate:revision c3\n-- migrate:down_revision a1\n" + rest);
  refused({"revision", "-m", "x"}, 9,
          "error: there are 2 heads: b2 (migrations/2.sql), c3 (migrations/3.sql)\n"
          "  hint: heads means all of them, c3 or LABEL@head one; migrate rebase c3 --onto b2 puts one on "
          "top of the "
          "other, migrate merge b2 c3 joins them\n");
  project.write("migrations/3.sql", "-- migrate:revision c3\n-- migrate:down_revision b2\n" + rest);
  CHECK(project.migrate({"revision", "-m", "x"}).status == 0);
}

TEST_CASE("a script that was deleted is told when HEAD still names it") {
  const Project project("local");
  CHECK(project.migrate({"revision", "-m", "x", "--rev-id", "a1"}).status == 0);
  project.write("migrations/HEAD", "gone\n");
  const auto outcome = project.migrate({"revision", "-m", "y", "--rev-id", "b2"});
  CHECK(outcome.status == 0);
  CHECK(outcome.err == "note: migrations/HEAD names gone, which no script has; the head is a1\n");
  CHECK(project.read("migrations/HEAD") == "b2\n");
}

TEST_CASE("a folder that cannot be written") {
  const Project project("local");
  project.write("config.toml", "[migrations]\ndirectory = \"file/below\"\n");
  project.write("file", "");
  const auto outcome = project.migrate({"revision", "-m", "x", "--rev-id", "a1"});
  CHECK(outcome.status == 1);
  CHECK(outcome.out.empty());
  CHECK(steady(outcome.err, project) ==
        "error: cannot create the folder of file/below/STAMP_a1_x.sql: Not a directory\n");
}

TEST_CASE("the way down makes a function again whose body the server would refuse today") {
  migrate::test::TestDatabase database;
  database.execute(
      "SET check_function_bodies = off;"
      "CREATE FUNCTION broken() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM nowhere'");
  const Project project("local");
  project.write("config.toml", "[database]\nurl = \"" + database.url() + "\"\n[scratch]\nurl = \"" +
                                   database.url() + "\"\n[models]\nsnapshot = \"models.json\"\n");
  const auto before = project.migrate({"inspect", "--format", "json"});
  auto models = nlohmann::json::parse(before.out);
  for (auto& part : models)
    if (part.is_object()) part.erase("routines");
  models.erase("routines");
  project.write("models.json", models.dump());
  const auto written = project.migrate({"revision", "--autogenerate", "-m", "drop", "--drop-unmanaged"});
  INFO(written.err);
  CHECK(written.status == 0);
  CHECK(project.migrate({"upgrade", "head"}).status == 0);
  CHECK(database.value("SELECT count(*) FROM pg_proc WHERE proname = 'broken'") == "0");
  const auto back = project.migrate({"downgrade", "base"});
  INFO(back.err);
  CHECK(back.status == 0);
  CHECK(project.migrate({"inspect", "--format", "json"}).out == before.out);
}
