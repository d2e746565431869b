#include "catalog/database.hpp"
#include "diff/change.hpp"
#include "diff/resolve.hpp"
#include "tests/support/catch.hpp"
#include "util/text.hpp"

using namespace migrate;
using catalog::Database;
using catalog::Kind;

namespace {

catalog::View view(const std::string& name, const std::string& definition) {
  catalog::View out;
  out.name = {"public", name};
  out.definition = definition;
  return out;
}

Database with(std::vector<catalog::View> views) {
  Database out;
  out.schemas = {{"public", ""}};
  out.views = std::move(views);
  out.sort();
  return out;
}

std::string described(const Database& before, const Database& after) {
  return join_with(diff::diff(before, after), "\n",
                   [&](const diff::Change& each) { return diff::describe(each, before, after); });
}

}  // namespace

TEST_CASE("Definitions are compared field by field and said in words") {
  auto before = with({view("a", "SELECT 1"), view("gone", "SELECT 1")});
  auto after = with({view("a", "SELECT 2"), view("new", "SELECT 1")});
  after.views.front().options = {{"security_barrier", "true"}};
  after.views.front().comment = "a\nb";
  CHECK(described(before, after) ==
        "changes view a: definition SELECT 1 to SELECT 2, options security_barrier=true added, comment "
        "changed\n"
        "drops view gone\n"
        "creates view new");
}

TEST_CASE("Dependencies are derived and never a difference") {
  auto before = with({view("a", "SELECT 1")});
  auto after = before;
  after.dependencies = {{{Kind::view, {"public", "a"}, ""}, {Kind::table, {"public", "t"}, ""}}};
  CHECK(before == after);
  CHECK(diff::diff(before, after).empty());
}

TEST_CASE("A definition that the server prints as the live one is the live one") {
  const auto live = with({view("a", "SELECT 1 AS x")});
  const auto models = with({view("a", "select 1 x")});
  const auto resolved = diff::resolve(models, live, [&](const Database&, const Database&) { return live; });
  CHECK(resolved.target.views.front().definition == "SELECT 1 AS x");
  CHECK(resolved.unverified.empty());
  CHECK(diff::diff(live, resolved.target).empty());
}

TEST_CASE("A definition whose printed form changes when it is read again is equal by its second form") {
  const auto live = with({view("a", "SELECT twice")});
  const auto models = with({view("a", "select m")});
  const auto resolved = diff::resolve(models, live, [&](const Database& asked, const Database&) {
    return with({view("a", asked.views.front().definition == "select m" ? "SELECT once" : "SELECT twice")});
  });
  CHECK(diff::diff(live, resolved.target).empty());
}

TEST_CASE("Without a server to ask a changed definition is unverified, and a new one is taken as it is") {
  const auto live = with({view("a", "SELECT 1")});
  const auto models = with({view("a", "select 1"), view("b", "select 2")});
  const auto resolved = diff::resolve(
      models, live, [](const Database&, const Database&) -> std::optional<Database> { return std::nullopt; });
  REQUIRE(resolved.unverified.size() == 1);
  CHECK(resolved.unverified.front().text() == "view a");
  CHECK(resolved.target.views.back().definition == "select 2");
}
