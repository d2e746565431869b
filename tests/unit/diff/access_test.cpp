#include "diff/access.hpp"

#include "tests/support/require_error.hpp"
#include "tests/unit/diff/builders.hpp"

using namespace migrate;
using namespace migrate::test;
using catalog::Grant;
using catalog::Kind;

namespace {

const Grant reads{"app", "select", false, false}, writes{"app", "update", false, false},
    hands_on{"app", "select", true, false}, lost{"public", "execute", false, true},
    reports{"Reporting Team", "select", false, false};

std::string between(const std::vector<Grant>& before, const std::vector<Grant>& after) {
  return diff::describe(diff::grant_changes(before, after));
}

const catalog::ObjectId users{Kind::table, {"public", "users"}, ""},
    mail{Kind::column, {"public", "users"}, "mail"};

catalog::Database with(std::vector<catalog::Access> access) {
  auto out = database({table("users", {column("id", "bigint", true), column("mail", "text")})});
  out.access = std::move(access);
  out.sort();
  return out;
}

std::string differences(const catalog::Database& before, const catalog::Database& after) {
  std::string out;
  for (const auto& each : diff::diff(before, after)) out += diff::describe(each, before, after) + "\n";
  return out;
}

}  // namespace

TEST_CASE("Grants: first what is taken, then what is given, in the order of the lists") {
  CHECK(between({}, {reports, writes, reads}) ==
        "grants select to \"Reporting Team\", grants select, update to app");
  CHECK(between({reads, reports}, {}) == "revokes select from app, revokes select from \"Reporting Team\"");
  CHECK(between({reads}, {hands_on}) == "grants select to app with grant option");
  CHECK(between({hands_on}, {reads}) == "revokes the grant option for select from app");
  CHECK(between({hands_on}, {}) == "revokes select from app");
  CHECK(between({}, {lost}) == "revokes execute from public");
  CHECK(between({lost}, {}) == "grants execute to public");
  CHECK(between({reports}, {lost, reads}) ==
        "revokes select from \"Reporting Team\", revokes execute from public, grants select to app");
  CHECK(between({reads, reports}, {reports, reads}).empty());
}

TEST_CASE("Owners and privileges are fields of their object's change") {
  CHECK(differences(with({{users, "a", {reads}}}), with({{users, "b", {reads}}, {mail, "", {writes}}})) ==
        "changes table users: owner a to b\nchanges column users.mail: grants update to app\n");
  CHECK(differences(with({{users, "", {reads}}}), with({{users, "b", {reads}}})).empty());
  auto commented = with({{users, "", {reads}}});
  commented.tables[0].comment = "people";
  CHECK(differences(with({}), commented) ==
        "changes table users: comment 'people' added, grants select to app\n");
}

TEST_CASE("What the models say of a declared object is all that there is; its owner may stay unsaid") {
  auto target = with({{users, "", {reads}}, {mail, "", {writes}}});
  diff::settle_access(target, with({{users, "app", {reports}}, {mail, "", {reads}}}));
  REQUIRE(target.access.size() == 2);
  CHECK(target.access[0] == catalog::Access{users, "app", {}});  // what the owner is granted, the owner has
  CHECK(target.access[1] == catalog::Access{mail, "", {}});
  auto silent = with({});
  diff::settle_access(silent, with({{users, "boss", {reports}}}));
  REQUIRE(silent.access.size() == 1);
  CHECK(silent.access[0] == catalog::Access{users, "boss", {}});
}

TEST_CASE("\"all\" is what the kind of object knows") {
  auto found =
      with({{users, "", {{"app", "all", false, false}}}, {mail, "", {{"app", "all", false, false}}}});
  catalog::spell_out_all(found, 160000);
  CHECK(between({}, found.access[0].grants) ==
        "grants delete, insert, references, select, trigger, truncate, update to app");
  CHECK(between({}, found.access[1].grants) == "grants insert, references, select, update to app");
  found = with({{users, "", {{"app", "all", false, false}}}});
  catalog::spell_out_all(found, 170000);
  CHECK(found.access[0].grants.back() == Grant{"app", "maintain", false, false});
  auto wrong = with({{mail, "", {{"app", "delete", false, false}}}});
  REQUIRE_ERROR(catalog::spell_out_all(wrong, 160000), ExitCode::failed,
                "column users.mail: there is no privilege \"delete\"\n"
                "  hint: those are: select, insert, update, references");
}
