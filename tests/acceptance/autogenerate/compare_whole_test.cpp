#include "autogenerate/compare_whole.hpp"

#include "postgres/introspect.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace migrate;
using autogenerate::Side;
using test::TestDatabase;

namespace {

Side side(TestDatabase& database) {
  postgres::Session session(database.options());
  Side out;
  out.document.database = postgres::introspect(session);
  out.from_server = true;
  return out;
}

std::vector<std::string> differences(const Side& from, const Side& to) {
  const test::TemporaryFolder cache;
  autogenerate::WholeOptions options;
  options.canonical.cache = cache.path();
  options.canonical.search_path = {"public"};
  options.canonical.server = [] {
    postgres::ConnectOptions server;
    server.url = test::Cluster::instance().url();
    return server;
  };
  const auto found = autogenerate::compare_whole(from, to, options);
  std::vector<std::string> out;
  for (const auto& change : found.comparison.changes)
    out.push_back(diff::describe(change, found.comparison.before, found.comparison.target));
  for (const auto& id : found.comparison.unverified) out.push_back("cannot compare " + id.text());
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("what a server prints otherwise after a dump and reload is no difference") {
  TestDatabase original, reloaded, other;
  original.execute("CREATE TABLE \"Order\" (s varchar(9) CONSTRAINT \"größe\" CHECK (s IN ('a', 'b')))");
  const auto printed =
      original.value("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'größe'");
  reloaded.execute("CREATE TABLE \"Order\" (s varchar(9) CONSTRAINT \"größe\" " + printed + ")");
  REQUIRE(printed !=
          reloaded.value("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'größe'"));
  CHECK(differences(side(original), side(reloaded)).empty());
  CHECK(differences(side(reloaded), side(original)).empty());
  other.execute("CREATE TABLE \"Order\" (s varchar(9) CONSTRAINT \"größe\" CHECK (s IN ('a', 'c')))");
  CHECK(differences(side(original), side(other)).size() == 1);
}

TEST_CASE("models that nobody has built are compared in a scratch database") {
  TestDatabase database;
  database.execute(
      "CREATE TABLE t (id bigint PRIMARY KEY, v numeric(8,2) DEFAULT 1.5 CHECK (v > 0), UNIQUE (v, id))");
  Side kept = side(database);
  kept.from_server = false;
  auto changed = kept;
  changed.document.database.tables[0].columns[1].default_value = "3 / 2.0";
  CHECK(differences(kept, kept).empty());
  CHECK(differences(kept, changed) == Lines{"changes column t.v: default 1.5 to 3 / 2.0"});
}
