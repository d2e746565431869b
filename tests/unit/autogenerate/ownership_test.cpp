#include "autogenerate/ownership.hpp"

#include <unistd.h>

#include <filesystem>

#include "tests/support/catch.hpp"
#include "util/error.hpp"
#include "util/files.hpp"

using namespace migrate;
using namespace migrate::autogenerate;
using catalog::Kind;
using catalog::ObjectId;

namespace {

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("ownership_test." + std::to_string(::getpid()));
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
};

revision::Header header(const std::string& id, std::vector<std::string> parents) {
  revision::Header out;
  out.id = id;
  out.down_revisions = std::move(parents);
  out.path = id + ".sql";
  return out;
}

const ObjectId users{Kind::table, {"public", "users"}, ""};
const ObjectId people{Kind::table, {"public", "people"}, ""};
const ObjectId nick{Kind::column, {"public", "users"}, "Nick \"x\""};

}  // namespace

TEST_CASE("identities come back from their file as they were") {
  const Folder folder;
  const auto path = folder.path / "a1.json";
  write_file(path, to_json({{users, nick}, {{users, people, "", ""}}}, "a1"));
  const auto read = read_identities(path);
  CHECK(read.objects == std::vector<ObjectId>{users, nick});
  CHECK(read.renames == std::vector<diff::Rename>{{users, people, "", ""}});
}

TEST_CASE("what applied revisions led to is owned, and a rename is carried along") {
  const Folder folder;
  write_file(folder.path / "a.json", to_json({{users, nick}, {}}, "a"));
  write_file(folder.path / "c.json", to_json({{people}, {{users, people, "", ""}}}, "c"));
  write_file(folder.path / "d.json", to_json({{{Kind::table, {"public", "later"}, ""}}, {}}, "d"));
  const revision::Graph graph({header("a", {}), header("b", {"a"}), header("c", {"b"}), header("d", {"c"})});
  CHECK(owned_objects(folder.path, graph, {"b"}) == std::set<ObjectId>{users, nick});
  const ObjectId moved{Kind::column, {"public", "people"}, "Nick \"x\""};
  CHECK(owned_objects(folder.path, graph, {"c"}) == std::set<ObjectId>{people, moved});
}

TEST_CASE("revisions united own what they owned one after the other") {
  const std::vector<Identities> all{{{users, nick}, {}},
                                    {{people}, {{users, people, "", ""}}},
                                    {{{Kind::table, {"public", "later"}, ""}}, {}}};
  const Folder folder;
  write_file(folder.path / "a.json", to_json(all[0], "a"));
  write_file(folder.path / "b.json", to_json(all[1], "b"));
  write_file(folder.path / "c.json", to_json(all[2], "c"));
  write_file(folder.path / "s.json", to_json(unite({all[1], all[2]}), "s"));
  const revision::Graph line({header("a", {}), header("b", {"a"}), header("c", {"b"})});
  const revision::Graph squashed({header("a", {}), header("s", {"a"})});
  CHECK(owned_objects(folder.path, line, {"c"}) == owned_objects(folder.path, squashed, {"s"}));
}

TEST_CASE("a broken file of identities is named") {
  const Folder folder;
  const auto path = folder.path / "a.json";
  write_file(path, R"({"format":"migrate.identities","version":1,"objects":["tabel x"],"renames":[]})");
  try {
    read_identities(path);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.text() == path.string() + ": not the key of an object: \"tabel x\"");
  }
}
