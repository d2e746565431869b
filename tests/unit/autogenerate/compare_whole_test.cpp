#include "autogenerate/compare_whole.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/diff/builders.hpp"

using namespace migrate;
using namespace migrate::test;
using autogenerate::Side;

namespace {

Side server(std::vector<catalog::Table> tables, int version = 150018) {
  Side out;
  out.document.database = database(std::move(tables));
  out.document.database.server_version = version;
  out.from_server = true;
  return out;
}

Side models(std::vector<catalog::Table> tables) {
  Side out;
  out.document.database = database(std::move(tables));
  out.whole = false;
  return out;
}

// Nobody can be asked.
autogenerate::WholeComparison compare(const Side& from, const Side& to) {
  const TemporaryFolder cache;
  autogenerate::WholeOptions options;
  options.canonical.cache = cache.path();
  options.canonical.search_path = {"public"};
  options.canonical.server = [] { return std::nullopt; };
  return autogenerate::compare_whole(from, to, options);
}

std::vector<std::string> lines(const autogenerate::WholeComparison& found) {
  std::vector<std::string> out;
  for (const auto& change : found.comparison.changes)
    out.push_back(diff::describe(change, found.comparison.before, found.comparison.target));
  for (const auto& id : found.comparison.unverified) out.push_back("cannot compare " + id.text());
  return out;
}

using Lines = std::vector<std::string>;

catalog::Table users(const std::string& expression) {
  auto out = table("Users", {column("größe", "integer", true)});
  out.columns[0].default_value = expression;
  return out;
}

}  // namespace

TEST_CASE("what only one of two databases has goes or comes, whoever made it", "[diff]") {
  const auto a = server({table("only a", {column("x", "text")}), users("1")});
  const auto b = server({table("order", {column("x", "text")}), users("1")});
  CHECK(lines(compare(a, b)) == Lines{"drops table \"only a\"", "creates table \"order\""});
  CHECK(lines(compare(b, a)) == Lines{"creates table \"only a\"", "drops table \"order\""});
  CHECK(compare(a, a).equal());
}

TEST_CASE("texts of one major version stand for themselves where nobody can be asked", "[diff]") {
  const auto a = server({users("1 + 1")}), b = server({users("2 * 1")}, 150001);
  CHECK(lines(compare(a, b)) == Lines{"changes column \"Users\".\"größe\": default 1 + 1 to 2 * 1"});
  CHECK(lines(compare(a, server({users("2 * 1")}, 180001))) ==
        Lines{"cannot compare column \"Users\".\"größe\""});
}

TEST_CASE("models can stand on either side", "[diff]") {
  auto there = server({users("1"), table("Extra", {column("x", "text")})});
  there.document.database.schemas = {{"public", ""}};
  const auto declared = models({users("1")});
  CHECK(lines(compare(there, declared)) == Lines{"drops table \"Extra\""});
  CHECK(lines(compare(declared, there)) == Lines{"creates table \"Extra\""});
  const auto back = compare(declared, server({users("1")}));
  CHECK(back.equal());
}

TEST_CASE("other tools' bookkeeping counts only where both have it", "[diff]") {
  const auto version = table("alembic_version", {column("version_num", "character varying(32)", true)});
  auto changed = version;
  changed.columns[0].type = "character varying(64)";
  const auto with = server({version}), without = server({});
  CHECK(compare(with, without).equal());
  CHECK(compare(without, with).equal());
  CHECK(lines(compare(with, server({changed}))) ==
        Lines{"changes column alembic_version.version_num: type character varying(32) to character "
              "varying(64)"});
}

TEST_CASE("a partition that only one server has is a difference, and none beside models", "[diff]") {
  auto parent = table("events", {column("id", "bigint", true)});
  parent.partition_key = "RANGE (id)";
  auto part = table("events_1", {column("id", "bigint", true)});
  part.columns[0].inherited = true;
  part.partition_of = parent.name;
  part.partition_bound = "FOR VALUES FROM ('1') TO ('9')";
  CHECK(lines(compare(server({parent, part}), server({parent}))) == Lines{"drops table events_1"});
  CHECK(lines(compare(server({parent}), server({parent, part}))) == Lines{"creates table events_1"});
  CHECK(compare(server({parent, part}), models({parent})).equal());
}

TEST_CASE("versions of extensions count between servers of one major version", "[diff]") {
  auto a = server({}), b = server({});
  a.document.database.extensions = {{"pg_trgm", "public", "1.5", "", ""}};
  b.document.database.extensions = {{"pg_trgm", "public", "1.6", "", ""}};
  CHECK(lines(compare(a, b)).size() == 1);
  b.document.database.server_version = 180001;
  CHECK(compare(a, b).equal());
  CHECK(compare(b, a).equal());
}

TEST_CASE("kinds that are not handled are compared by name", "[diff]") {
  auto a = server({}), b = server({});
  a.document.database.unhandled = {{"operator", "public.=== (text, text)", {}}};
  b.document.database.unhandled = {{"operator", "public.=== (text, text)", {}},
                                   {"text search configuration", "public.\"größe\"", {}}};
  const auto found = compare(a, b);
  CHECK_FALSE(found.equal());
  CHECK(found.only_from.empty());
  REQUIRE(found.only_to.size() == 1);
  CHECK(found.only_to[0].identity == "public.\"größe\"");
}

TEST_CASE("two sides without a server need one", "[diff]") {
  try {
    compare(models({users("1")}), models({users("1")}));
    FAIL("compared");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::usage);
    CHECK(std::string(error.what()) == "neither side comes from a server, and there is none to build one on");
  }
}

TEST_CASE("a server without a comment on an extension has its own") {
  auto a = server({}), b = server({});
  a.document.database.extensions = {{"pg_trgm", "public", "1.5", "ours", "trigrams"}};
  b.document.database.extensions = {{"pg_trgm", "public", "1.5", "", "trigrams"}};
  CHECK(lines(compare(a, b)) ==
        std::vector<std::string>{"changes extension pg_trgm: comment 'ours' dropped"});
}
