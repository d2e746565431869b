#include "revision/directory.hpp"

#include <unistd.h>

#include <set>

#include "tests/support/require_error.hpp"
#include "tests/support/temporary_folder.hpp"
#include "util/files.hpp"

using namespace migrate;
using namespace migrate::revision;
namespace fs = std::filesystem;

namespace {
const std::string sections = "\n-- migrate:up\nSELECT 1;\n\n-- migrate:down\n";
std::string script_text(const std::string& id, const std::string& parent) {
  return "-- migrate:revision " + id + "\n-- migrate:down_revision " + parent + "\n" + sections;
}
std::vector<std::string> ids(const Directory& directory) {
  std::vector<std::string> out;
  for (const auto& header : directory.headers()) out.push_back(header.id);
  return out;
}
using Ids = std::vector<std::string>;
Script empty_script(const std::string& id, const std::string& message) {
  Script script;
  script.header.id = id;
  script.header.message = message;
  script.header.created = "2026-11-22T10:15:03Z";
  script.up.emplace_back();
  script.down.emplace_back().direction = Direction::down;
  return script;
}
}  // namespace

TEST_CASE("a folder's scripts are read in order of file name") {
  test::TemporaryFolder folder;
  write_file(folder.path() / "2_b.sql", script_text("b", "a"));
  write_file(folder.path() / "1_a.sql", script_text("a", "none"));
  write_file(folder.path() / "notes.txt", "nothing");
  write_file(folder.path() / ".hidden.sql", "nothing");
  write_file(folder.path() / "below/3.sql", "nothing");
  const Directory directory(folder.path());
  CHECK(ids(directory) == Ids{"a", "b"});
  CHECK(directory.headers()[1].down_revisions == Ids{"a"});
  const auto script = directory.load(directory.headers()[1]);
  CHECK(script.header == directory.headers()[1]);
  CHECK(script.up.at(0).sql == "SELECT 1;");
  CHECK(Directory(folder.path() / "not there").headers().empty());
}

TEST_CASE("a header longer than the first read, and a script with much in it") {
  test::TemporaryFolder folder;
  std::string comments;
  for (int i = 0; i < 200; ++i) comments += "-- a line of comment that makes the header long\n";
  write_file(folder.path() / "1.sql",
             "-- migrate:revision a\n" + comments + "-- migrate:down_revision none\n" + sections);
  write_file(folder.path() / "2.sql", script_text("b", "a") + std::string(100000, ' ') + "\xff");
  const Directory directory(folder.path());
  CHECK(ids(directory) == Ids{"a", "b"});
  CHECK(directory.load(directory.headers()[0]).comments.size() == 200);
  CHECK_THROWS_AS(directory.load(directory.headers()[1]), Error);
}

TEST_CASE("files that dbmate wrote are one line") {
  test::TemporaryFolder folder;
  write_file(folder.path() / "20240101_users.sql", sections);
  write_file(folder.path() / "20240102_orders.sql", sections);
  write_file(folder.path() / "20240103_new.sql", script_text("7c1f", "20240102"));
  const Directory directory(folder.path());
  CHECK(ids(directory) == Ids{"20240101", "20240102", "7c1f"});
  CHECK(Graph(directory.headers()).head() == "7c1f");
  CHECK(directory.load(directory.headers()[1]).header.down_revisions == Ids{"20240101"});
  write_file(folder.path() / "20240104_late.sql", sections);
  REQUIRE_ERROR(Directory(folder.path()), ExitCode::failed,
                display_path(folder.path() / "20240104_late.sql") +
                    ":1: no header: the file begins with its first section\n" +
                    "  hint: scripts without a header stand before all that have one, and " +
                    display_path(folder.path() / "20240103_new.sql") +
                    " has; write -- migrate:revision ID and -- migrate:down_revision ID at its top");
}

TEST_CASE("a script is written under its time, id and message, and HEAD follows") {
  test::TemporaryFolder folder;
  Directory directory(folder.path() / "migrations");
  const auto path = directory.write(empty_script("7c1f0e9a4b21", "Add orders, größe & more!"));
  CHECK(path.filename() == "20261122_101503_7c1f0e9a4b21_add_orders_gr_e_more.sql");
  CHECK(read_file(directory.head_file()) == "7c1f0e9a4b21\n");
  CHECK(read_file(path) ==
        "-- migrate:revision 7c1f0e9a4b21\n-- migrate:down_revision none\n-- migrate:message Add orders, "
        "größe & more!\n"
        "-- migrate:created 2026-11-22T10:15:03Z\n\n-- migrate:up\n\n-- migrate:down\n");
  CHECK(ids(directory) == Ids{"7c1f0e9a4b21"});
  CHECK(directory.headers() == Directory(directory.path()).headers());
  REQUIRE_ERROR(directory.write(empty_script("7c1f0e9a4b21", "again")), ExitCode::usage,
                "the revision id 7c1f0e9a4b21 is taken by " + display_path(path));
  auto without_head = directory.layout();
  without_head.linear = false;
  CHECK(Directory(without_head).write(empty_script("b2", "")).filename() == "20261122_101503_b2.sql");
  CHECK(read_file(directory.head_file()) == "7c1f0e9a4b21\n");
  CHECK_THROWS_AS(directory.write(empty_script("../x", "")), Error);
}

TEST_CASE("a script that would not read back is not written") {
  test::TemporaryFolder folder;
  Directory directory(folder.path());
  auto script = empty_script("a", "");
  script.up[0].sql = "SELECT (1;";
  CHECK_THROWS_AS(directory.write(script), Error);
  script = empty_script("a", "");
  script.header.created = "yesterday";
  REQUIRE_ERROR(directory.write(script), ExitCode::failed,
                "the time of creation 'yesterday' is not of the form 2026-11-22T10:15:00Z");
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a folder that cannot be written or read") {
  test::TemporaryFolder folder;
  write_file(folder.path() / "file", "");
  REQUIRE_ERROR(Directory(folder.path() / "file"), ExitCode::failed,
                "cannot read the folder " + display_path(folder.path() / "file") + ": Not a directory");
  Directory directory(folder.path() / "file/below");
  CHECK_THROWS_AS(directory.write(empty_script("a", "")), Error);
}

TEST_CASE("HEAD that disagrees with the scripts is a note") {
  test::TemporaryFolder folder;
  write_file(folder.path() / "1.sql", script_text("a", "none"));
  write_file(folder.path() / "2.sql", script_text("b", "a"));
  const Directory directory(folder.path());
  const Graph graph(directory.headers());
  const auto file = display_path(directory.head_file());
  CHECK_FALSE(directory.head_problem(graph).has_value());
  write_file(directory.head_file(), "b\r\n");
  CHECK_FALSE(directory.head_problem(graph).has_value());
  write_file(directory.head_file(), "a\n");
  CHECK(directory.head_problem(graph) == file + " names a, which is not the head; the head is b");
  write_file(directory.head_file(), "gone\n");
  CHECK(directory.head_problem(graph) == file + " names gone, which no script has; the head is b");
  write_file(directory.head_file(), "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n");
  CHECK(directory.head_problem(graph) ==
        file +
            " has a conflict of git in it: two revisions were made on one; settle their "
            "down_revision, then write the newest id into the file");
}

TEST_CASE("new ids are twelve hexadecimal digits") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const auto id = new_revision_id();
    CHECK(id.size() == 12);
    CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    seen.insert(id);
  }
  CHECK(seen.size() == 100);
}
