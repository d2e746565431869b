#include "diff/rename.hpp"
#include "diff/rename_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/diff/builders.hpp"

using namespace migrate;
using namespace migrate::test;
using catalog::Kind;
using catalog::Name;
using diff::Rename;

namespace {

const Name users{"public", "users"}, people{"app x", "People"};

catalog::Database example() {
  catalog::Database out;
  out.schemas = {{"public", ""}, {"app x", ""}};
  out.tables = {table("users", {column("nick", "text")})};
  catalog::View view;
  view.name = {"public", "v"};
  view.definition = " SELECT users.nick\n   FROM public.users";
  out.views = {view};
  catalog::MaterializedView stored;
  stored.name = {"public", "m"};
  stored.definition = " SELECT v.nick\n   FROM public.v";
  stored.indexes.resize(1);
  stored.indexes[0].name = "m_nick_idx";
  out.materialized_views = {stored};
  catalog::Trigger trigger;
  trigger.table = users;
  trigger.name = "t";
  trigger.columns = {"nick"};
  trigger.condition = "new.nick <> old.nick";
  trigger.function = "public.f";
  out.triggers = {trigger};
  catalog::Routine routine;
  routine.name = {"public", "f"};
  routine.arguments = {{"", "who", "public.users", ""}};
  out.routines = {routine};
  out.dependencies = {{view.id(), {Kind::table, users, ""}},
                      {view.id(), {Kind::column, users, "nick"}},
                      {stored.id(), view.id()},
                      {trigger.id(), routine.id()}};
  out.sort();
  return out;
}

catalog::Database after(std::vector<Rename> renames) {
  auto out = diff::apply_renames(example(), renames);
  CHECK(renames.size() == 1);
  return out;
}

std::vector<std::string> dependencies(const catalog::Database& database) {
  std::vector<std::string> out;
  for (const auto& each : database.dependencies)
    out.push_back(each.object.text() + " on " + each.uses.text());
  return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("definitions follow a table's new name", "[diff][rename]") {
  const auto found = after({{{Kind::table, users, ""}, {Kind::table, people, ""}, "", ""}});
  CHECK(found.views[0].definition == " SELECT \"People\".nick\n   FROM \"app x\".\"People\"");
  CHECK(found.triggers[0].table == people);
  CHECK(found.routines[0].arguments[0].type == "\"app x\".\"People\"");
  CHECK(dependencies(found) == Lines{"view v on table \"app x\".\"People\"",
                                     "view v on column \"app x\".\"People\".nick",
                                     "materialized view m on view v",
                                     "trigger \"app x\".\"People\".t on function f(\"app x\".\"People\")"});
}

TEST_CASE("definitions follow a column's and a schema's new name", "[diff][rename]") {
  const auto column = after({{{Kind::column, users, "nick"}, {Kind::column, users, "Nick 2"}, "", ""}});
  CHECK(column.triggers[0].columns == Lines{"Nick 2"});
  CHECK(column.triggers[0].condition == "new.\"Nick 2\" <> old.\"Nick 2\"");
  CHECK(dependencies(column)[1] == "view v on column users.\"Nick 2\"");

  const auto schema = after({{{Kind::schema, {"", "public"}, ""}, {Kind::schema, {"", "b"}, ""}, "", ""}});
  CHECK(schema.views[0].name == Name{"b", "v"});
  CHECK(schema.views[0].definition == " SELECT users.nick\n   FROM b.users");
  CHECK(schema.triggers[0].function == "b.f");
  CHECK(dependencies(schema).back() == "trigger b.users.t on function b.f(b.users)");
}

TEST_CASE("views, triggers, routines and indexes of materialized views are renamed", "[diff][rename]") {
  const auto view = after({{{Kind::view, {"public", "v"}, ""}, {Kind::view, {"public", "w"}, ""}, "", ""}});
  CHECK(view.views[0].name.name == "w");
  CHECK(view.materialized_views[0].definition == " SELECT w.nick\n   FROM public.w");
  CHECK(dependencies(view)[2] == "materialized view m on view w");

  const auto trigger = after({{{Kind::trigger, users, "t"}, {Kind::trigger, users, "T 2"}, "", ""}});
  CHECK(trigger.triggers[0].name == "T 2");
  CHECK(dependencies(trigger).back() == "trigger users.\"T 2\" on function f(public.users)");

  const auto routine = after({{{Kind::function, {"public", "f"}, "public.users"},
                               {Kind::function, {"public", "g"}, "public.users"},
                               "",
                               ""}});
  CHECK(routine.triggers[0].function == "public.g");

  const auto index =
      after({{{Kind::index, {"public", "m_nick_idx"}, ""}, {Kind::index, {"public", "i"}, ""}, "", ""}});
  CHECK(index.materialized_views[0].indexes[0].name == "i");
}

TEST_CASE("a relation is renamed in a query by its name, not where an alias hides it", "[diff][rename]") {
  const auto rename = [](const char* text) { return diff::rename_in_query(text, users, people); };
  CHECK(rename("SELECT u.a FROM public.users u JOIN other.users users_1 ON u.a = users_1.a") ==
        "SELECT u.a FROM \"app x\".\"People\" u JOIN other.users users_1 ON u.a = users_1.a");
  CHECK(rename("SELECT users.a, public.users(1) FROM public.users WHERE true") ==
        "SELECT \"People\".a, public.users(1) FROM \"app x\".\"People\" WHERE true");
}

TEST_CASE("a view of the same query under another name may be a rename", "[diff][rename]") {
  const auto before = example();
  auto later = before;
  later.views[0].name.name = "w";
  const auto found = diff::rename_candidates(before, later, diff::diff(before, later));
  REQUIRE(found.size() == 1);
  CHECK(found[0].from.text() == "view v");
  CHECK(found[0].to.text() == "view w");
}

TEST_CASE("an attribute of a composite type is renamed, with the columns of tables of the type") {
  catalog::Database database;
  catalog::CompositeType type;
  type.name = {"public", "A d"};
  type.attributes = {{"road", "text", "", ""}, {"zip", "text", "", ""}};
  database.composite_types = {type};
  database.tables = {table("t", {column("road", "text")}), table("u", {column("road", "text")})};
  database.tables[0].of_type = type.name;
  const catalog::ObjectId id = type.id();
  std::vector<Rename> renames{{id, id, "road", "zip"}, {id, id, "gone", "x"}, {id, id, "road", "Straße x"}};
  const auto renamed = diff::apply_renames(database, renames);
  CHECK(renames == std::vector<Rename>{{id, id, "road", "Straße x"}});
  CHECK(renamed.composite_types[0].attributes[0].name == "Straße x");
  CHECK(renamed.tables[0].columns[0].name == "Straße x");
  CHECK(renamed.tables[1].columns[0].name == "road");
}
