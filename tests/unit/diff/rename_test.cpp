#include "diff/rename.hpp"

#include "diff/rename_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/diff/builders.hpp"

using namespace migrate;
using namespace migrate::test;
using catalog::Database;
using catalog::Kind;
using catalog::Name;
using diff::Rename;

namespace {

Rename column_rename(std::string table_name, std::string from, std::string to) {
  return {{Kind::column, {"public", table_name}, std::move(from)},
          {Kind::column, {"public", table_name}, std::move(to)},
          {},
          {}};
}

Rename table_rename(std::string from, std::string to) {
  return {
      {Kind::table, {"public", std::move(from)}, {}}, {Kind::table, {"public", std::move(to)}, {}}, {}, {}};
}

std::vector<std::string> said(const std::vector<Rename>& renames) {
  std::vector<std::string> out;
  for (const auto& each : renames) out.push_back(each.from.text() + " -> " + each.to.text());
  return out;
}

std::vector<std::string> candidates(const Database& before, const Database& after) {
  return said(diff::rename_candidates(before, after, diff::diff(before, after)));
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a column is renamed in SQL text only where it is surely the column", "[diff][rename]") {
  const auto rename = [](const char* text) { return diff::rename_column(text, "zone", "Zone 2"); };
  const std::pair<const char*, const char*> cases[] = {
      {"zone <> ''::text", "\"Zone 2\" <> ''::text"},
      {"(zone)::text = 'zone'::text", "(\"Zone 2\")::text = 'zone'::text"},
      {"at > '2020-01-01'::timestamp with time zone", "at > '2020-01-01'::timestamp with time zone"},
      {"at > (a)::timestamp(3) without time zone", "at > (a)::timestamp(3) without time zone"},
      {"public.zone(zone)", "public.zone(\"Zone 2\")"},
      {"zone(zone)", "zone(\"Zone 2\")"},
      {"(a).zone", "(a).zone"},
      {"a COLLATE zone", "a COLLATE zone"},
      {"EXTRACT(zone FROM zone)", "EXTRACT(zone FROM \"Zone 2\")"},
      {"timezone('UTC'::text, zone)", "timezone('UTC'::text, \"Zone 2\")"},
      {"f(zone => zone)", "f(zone => \"Zone 2\")"},
      {"LIST (zone, a zone)", "LIST (\"Zone 2\", a zone)"},
      {"zone[1] = ANY (zone)", "\"Zone 2\"[1] = ANY (\"Zone 2\")"},
  };
  for (const auto& [text, expected] : cases) CHECK(rename(text) == expected);
}

TEST_CASE("types, relations, rows, schemas and labels are renamed in SQL text", "[diff][rename]") {
  const Name role{"public", "role"};
  CHECK(diff::rename_type("a = 'x'::public.role AND public.role(b)", role, {"shop", "Role"}) ==
        "a = 'x'::shop.\"Role\" AND public.role(b)");
  CHECK(diff::rename_type("'{a}'::public.role[]", role, {"public", "r"}) == "'{a}'::public.r[]");
  const auto once = diff::rename_relation("nextval('s.a'::regclass)", {"s", "a"}, {"s", "b\\c"});
  CHECK(once == "nextval('s.\"b\\c\"'::regclass)");  // the server writes no E'…' here
  CHECK(diff::rename_relation(once, {"s", "b\\c"}, {"s", "d"}) == "nextval('s.d'::regclass)");
  CHECK(diff::rename_relation("nextval('public.\"S 1\"'::regclass)", {"public", "S 1"}, {"shop", "it's"}) ==
        "nextval('shop.\"it''s\"'::regclass)");
  CHECK(diff::rename_row("f(users.*) > g(users)", "users", "people") == "f(people.*) > g(users)");
  CHECK(diff::rename_schema("shop.f(a) > 'x'::shop.t AND (b).shop = nextval('shop.s'::regclass)", "shop",
                            "New") ==
        "\"New\".f(a) > 'x'::\"New\".t AND (b).shop = nextval('\"New\".s'::regclass)");
  CHECK(diff::rename_label("a = 'x'::public.role OR b = 'x'::text", role, "x", "y") ==
        "a = 'y'::public.role OR b = 'x'::text");
  CHECK(diff::rename_label("'{x,z}'::public.role[]", role, "x", "y") == "'{y,z}'::public.role[]");
  CHECK(diff::rename_label("'{\"x\",z}'::public.role[]", role, "x", "y") == "'{\"x\",z}'::public.role[]");
}

TEST_CASE("renames are carried out in an order that works and say what was done", "[diff][rename]") {
  const auto db = database({table("a", {column("x", "integer")}), table("b", {column("y", "integer")})});
  // a to b only once b is out of the way; the column is stated with its table's new name.
  std::vector<Rename> renames{column_rename("b", "x", "z"), table_rename("a", "b"), table_rename("b", "c"),
                              table_rename("gone", "d")};
  const auto out = diff::apply_renames(db, renames);
  CHECK(said(renames) == Lines{"table b -> table c", "table a -> table b", "column b.x -> column b.z"});
  CHECK(out == database({table("b", {column("z", "integer")}), table("c", {column("y", "integer")})}));
}

TEST_CASE("names that are passed round go over a name for the time being", "[diff][rename]") {
  const auto db =
      database({table("a", {column("x", "integer"), column("y", "text"), column("x_swapped", "date")}),
                table("b", {column("z", "bigint")})});
  std::vector<Rename> columns{column_rename("a", "x", "y"), column_rename("a", "y", "x")};
  CHECK(diff::rename_ring(columns) == columns);
  const auto swapped = diff::apply_renames(db, columns);
  CHECK(said(columns) == Lines{"column a.x -> column a.x_swapped1", "column a.y -> column a.x",
                               "column a.x_swapped1 -> column a.y"});
  CHECK(swapped ==
        database({table("a", {column("y", "integer"), column("x", "text"), column("x_swapped", "date")}),
                  table("b", {column("z", "bigint")})}));

  // Tables too, and a column that is stated with the new name of its table.
  std::vector<Rename> all{column_rename("b", "x", "w"), table_rename("a", "b"), table_rename("b", "a")};
  diff::apply_renames(db, all);
  CHECK(said(all) == Lines{"table a -> table a_swapped", "table b -> table a", "table a_swapped -> table b",
                           "column b.x -> column b.w"});
  auto again = all;
  diff::apply_renames(db, again);
  CHECK(again == all);

  std::vector<Rename> three{column_rename("a", "x", "y"), column_rename("a", "y", "x_swapped"),
                            column_rename("a", "x_swapped", "x")};
  CHECK(diff::apply_renames(db, three).tables[0].columns[0].name == "y");
  CHECK(three.size() == 4);
}

TEST_CASE("a label may be stated with its type's old name", "[diff][rename]") {
  auto db = database({});
  db.enums = {{{"public", "size"}, {"S", "L"}, ""}};
  const catalog::ObjectId was{Kind::enum_type, {"public", "size"}, ""},
      now{Kind::enum_type, {"public", "Größe"}, ""};
  std::vector<Rename> renames{{was, was, "S", "small"}, {was, now, "", ""}};
  CHECK(diff::apply_renames(db, renames).enums[0].labels == Lines{"small", "L"});
  CHECK(renames == std::vector<Rename>{{was, now, "", ""}, {now, now, "S", "small"}});
}

TEST_CASE("a table may be stated in its schema's old name", "[diff][rename]") {
  auto db = database({table("a", {}, "old"), table("b", {}, "old")});
  db.schemas = {{"old", ""}};
  const auto in_old = [](const std::string& from, const std::string& to) {
    return Rename{{Kind::table, {"old", from}, ""}, {Kind::table, {"old", to}, ""}, "", ""};
  };
  std::vector<Rename> renames{in_old("a", "b"),
                              in_old("b", "a"),
                              {{Kind::schema, {"", "old"}, ""}, {Kind::schema, {"", "new"}, ""}, "", ""}};
  diff::apply_renames(db, renames);
  CHECK(said(renames) == Lines{"schema old -> schema new", "table new.a -> table new.a_swapped",
                               "table new.b -> table new.a", "table new.a_swapped -> table new.b"});
}

TEST_CASE("labels can swap their names", "[diff][rename]") {
  auto db = database({});
  db.enums = {{{"public", "size"}, {"S", "L"}, ""}};
  const catalog::ObjectId id{Kind::enum_type, {"public", "size"}, ""};
  std::vector<Rename> renames{{id, id, "S", "L"}, {id, id, "L", "S"}};
  CHECK(diff::apply_renames(db, renames).enums[0].labels == Lines{"L", "S"});
  CHECK(renames ==
        std::vector<Rename>{{id, id, "S", "S_swapped"}, {id, id, "L", "S"}, {id, id, "S_swapped", "L"}});
}

TEST_CASE("a column may be stated with its table's old name", "[diff][rename]") {
  std::vector<Rename> renames{table_rename("a", "b"), column_rename("a", "x", "y")};
  const auto out = diff::apply_renames(database({table("a", {column("x", "integer")})}), renames);
  CHECK(said(renames) == Lines{"table a -> table b", "column b.x -> column b.y"});
  CHECK(out == database({table("b", {column("y", "integer")})}));
}

TEST_CASE("a rename to a name that is there is dropped", "[diff][rename]") {
  const auto db = database({table("a", {column("x", "integer"), column("y", "integer")})});
  std::vector<Rename> renames{column_rename("a", "x", "y")};
  CHECK(diff::apply_renames(db, renames) == db);
  CHECK(renames.empty());
}

TEST_CASE("PostgreSQL 18 keeps the name of NOT NULL", "[diff][rename]") {
  auto db = database({table("a", {column("x", "integer", true)})});
  db.server_version = 180000;
  std::vector<Rename> renames{column_rename("a", "x", "y")};
  CHECK(diff::apply_renames(db, renames).tables[0].columns[0].not_null_constraint == "a_x_not_null");
}

TEST_CASE("what was dropped and made alike may be a rename", "[diff][rename]") {
  const auto wide = [](std::string name) {
    return table(std::move(name),
                 {column("id", "bigint", true), column("email", "text"), column("age", "integer")});
  };
  SECTION("tables of mostly equal columns") {
    auto after = wide("people");
    after.columns[2] = column("born", "date");
    CHECK(candidates(database({wide("users")}), database({after})) == Lines{"table users -> table people"});
    after.columns[1] = column("name", "text");
    CHECK(candidates(database({wide("users")}), database({after})).empty());
  }
  SECTION("columns of one type in one table, the best match first") {
    auto after = wide("users");
    after.columns[1].name = "email_address";
    after.columns.push_back(column("note", "text"));
    CHECK(candidates(database({wide("users")}), database({after})) ==
          Lines{"column users.email -> column users.email_address"});
    after.columns[1].not_null = true;
    after.columns.pop_back();
    CHECK(candidates(database({wide("users")}), database({after})).empty());
  }
  SECTION("constraints, indexes, sequences and types of equal definition") {
    auto before = database({wide("users")}, {enum_type("role", {"a", "b"})}, {sequence("s", "integer")});
    auto after = database({wide("users")}, {enum_type("rolle", {"a", "b"})}, {sequence("t", "integer")});
    before.tables[0].constraints = {unique("u1", {"email"})};
    after.tables[0].constraints = {unique("u2", {"email"})};
    before.tables[0].indexes = {index("i1", {key("age")})};
    after.tables[0].indexes = {index("i2", {key("age")})};
    CHECK(candidates(before, after) == Lines{"type role -> type rolle", "sequence s -> sequence t",
                                             "constraint users.u1 -> constraint users.u2",
                                             "index i1 -> index i2"});
    after.enums[0].labels.push_back("c");
    after.sequences[0].type = "bigint";
    after.tables[0].constraints[0].columns = {"age"};
    after.tables[0].indexes[0].unique = true;
    CHECK(candidates(before, after).empty());
  }
  SECTION("a label in another one's place") {
    const auto before = database({}, {enum_type("role", {"guest", "admin"})});
    const auto after = database({}, {enum_type("role", {"visitor", "admin"})});
    const auto found = diff::rename_candidates(before, after, diff::diff(before, after));
    REQUIRE(found.size() == 1);
    CHECK(found[0].from_label == "guest");
    CHECK(found[0].to_label == "visitor");
  }
}
