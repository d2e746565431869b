#include "autogenerate/compare.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/diff/builders.hpp"

using namespace migrate;
using namespace migrate::test;
using catalog::Kind;
using catalog::ObjectId;

namespace {

const catalog::Name users{"public", "users"};

catalog::Database live() {
  catalog::Database out;
  out.schemas = {{"public", ""}};
  out.tables = {table("users", {column("nick", "text"), column("Full name", "text")})};
  return out;
}

autogenerate::Comparison compared(const model::Document& models, const std::vector<std::string>& renames) {
  autogenerate::CompareOptions options;
  options.renames = renames;
  return autogenerate::compare(
      models, live(), options,
      [](const catalog::Database& database, const catalog::Database&) { return std::optional(database); });
}

model::Rename stated(const std::string& now, const std::string& was) {
  return {{Kind::column, users, now}, was, "", {}};
}

}  // namespace

TEST_CASE("models that say that names were swapped are refused: it cannot be seen whether they were") {
  model::Document models;
  models.database = live();
  models.renames = {stated("nick", "Full name"), stated("Full name", "nick")};
  try {
    compared(models, {});
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::undecided);
    CHECK(std::string(error.what()) ==
          "the models say that names were swapped: column users.\"Full name\" to nick, column users.nick to "
          "\"Full name\"; whether that was done already cannot be seen");
    CHECK(error.hint() ==
          "take these renames out of the models; if it is still to be done, say so once with --rename "
          "'users.\"Full name\"=nick' --rename 'users.nick=\"Full name\"'");
  }
}

TEST_CASE("names are swapped where the command line says so") {
  model::Document models;
  models.database = live();
  const auto out = compared(models, {"users.nick=\"Full name\"", "users.\"Full name\"=nick"});
  REQUIRE(out.renames.size() == 3);
  CHECK(out.renames[0].to == ObjectId{Kind::column, users, "nick_swapped"});
  CHECK(out.before.tables[0].columns[0].name == "Full name");
}

TEST_CASE("renames of a chain are carried out from its free end") {
  model::Document models;
  models.database = live();
  models.database.tables[0].columns = {column("Full name", "text"), column("display", "text")};
  models.renames = {stated("Full name", "nick"), stated("display", "Full name")};
  const auto out = compared(models, {});
  CHECK(out.changes.empty());
  CHECK(out.renames.size() == 2);
}
