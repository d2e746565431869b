#include "diff/resolve.hpp"

#include <functional>
#include <map>

#include "catalog/type_name.hpp"
#include "diff/change.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/diff/builders.hpp"
#include "util/error.hpp"

using namespace migrate;
using namespace migrate::test;
using catalog::Database;
using catalog::Kind;
using catalog::ObjectId;
using Lines = std::vector<std::string>;
using Prints = std::map<std::string, std::string>;

namespace {

// Stands in for the server: prints each text that it knows in another way, and counts how often it is asked.
class Printer {
 public:
  explicit Printer(Prints printed) : printed_(std::move(printed)) {}

  diff::Canonicalize function() {
    return [this](const Database& database, const Database&) -> std::optional<Database> {
      asked.push_back(database);
      auto out = database;
      for (auto& each : out.tables) print(each);
      return out;
    };
  }

  std::vector<Database> asked;

 private:
  void print(std::string& text) const {
    if (text == "not valid here") throw Error(ExitCode::failed, "syntax error");
    if (const auto found = printed_.find(text); found != printed_.end()) text = found->second;
  }
  void print(catalog::Table& each) const {
    each.partition_key.update([&](std::string& text) { print(text); });
    for (auto& column : each.columns) {
      column.type.update([&](std::string& text) { print(text); });
      column.default_value.update([&](std::string& text) { print(text); });
      column.collation.update([&](std::string& text) { print(text); });
      column.storage.update([&](std::string& text) { print(text); });
      if (column.generated) print(column.generated->expression);
    }
    for (auto& constraint : each.constraints) {
      constraint.expression.update([&](std::string& text) { print(text); });
      constraint.elements.update([&](auto& elements) {
        for (auto& element : elements) element.expression.update([&](std::string& text) { print(text); });
      });
    }
    for (auto& index : each.indexes) {
      index.where.update([&](std::string& text) { print(text); });
      for (auto& element : index.elements) {
        element.expression.update([&](std::string& text) { print(text); });
        element.opclass.update([&](std::string& text) { print(text); });
      }
    }
  }
  Prints printed_;
};

std::optional<Database> no_server(const Database&, const Database&) { return std::nullopt; }
std::optional<Database> never_asked(const Database&, const Database&) {
  FAIL("the server need not be asked");
  return std::nullopt;
}

Lines changes(const Database& live, const Database& target) {
  Lines out;
  for (const auto& change : diff::diff(live, target)) out.push_back(diff::describe(change, live, target));
  return out;
}

// What is different between live and what the models mean, without a server.
Lines locally(const Database& models, const Database& live) {
  return changes(live, diff::resolve(models, live, never_asked).target);
}

Database with_column(catalog::Column each) { return database({table("t", {std::move(each)})}); }

Database with_check(std::string name, std::string expression) {
  auto t = table("t", {column("price", "integer"), column("kind", "character varying(20)")});
  t.constraints = {check(std::move(name), std::move(expression))};
  return database({t});
}

}  // namespace

TEST_CASE("defaults that are spelled in another way are equal without a server", "[resolve]") {
  struct Case {
    const char *type, *declared, *live;
  };
  const Case cases[] = {
      {"text", "'x'", "'x'::text"},
      {"text", "('x')", "'x'::text"},
      {"character varying(50)", "'x'", "'x'::character varying"},
      {"VARCHAR(50)", "'x'", "'x'::character varying"},
      {"public.role", "'guest'", "'guest'::public.role"},
      {"text[]", "'{}'", "'{}'::text[]"},
      {"integer", "-5", "'-5'::integer"},
      {"bigint", "-5", "'-5'::integer"},
      {"integer", "0", "0"},
      {"timestamp with time zone", "NOW( )", "now()"},
      {"timestamptz", "current_timestamp", "CURRENT_TIMESTAMP"},
      {"jsonb", "'{}'::JSONB", "'{}'::jsonb"},
      {"text", "NULL", ""},
      {"text", "null::text", ""},
      {"numeric(10,2)", "CAST(0 AS int)", "0::integer"},
  };
  for (const auto& each : cases) {
    INFO(each.declared << " for " << each.type);
    const auto models = with_column(column("c", each.type, false, each.declared));
    auto live = with_column(column("c", catalog::parse_type(each.type).sql(), false, each.live));
    CHECK(locally(models, live).empty());
  }
}

TEST_CASE("a change of a default is a change, whatever the server says of it", "[resolve]") {
  struct Case {
    const char *type, *declared, *live;
  };
  const Case cases[] = {
      {"text", "'y'", "'x'::text"},
      {"character(2)", "'abc'", "'abc'::character(2)"},
      {"integer", "5", "'-5'::integer"},
      {"text", "'X'", "'x'::text"},
  };
  for (const auto& each : cases) {
    INFO(each.declared << " for " << each.type);
    Printer printer(Prints{});
    const auto live = with_column(column("c", each.type, false, each.live));
    const auto resolved =
        diff::resolve(with_column(column("c", each.type, false, each.declared)), live, printer.function());
    CHECK(changes(live, resolved.target) ==
          Lines{std::string("changes column t.c: default ") + each.live + " to " + each.declared});
    CHECK(resolved.unverified.empty());
  }
}

TEST_CASE("a default that comes or goes needs no server", "[resolve]") {
  const auto with = with_column(column("c", "text", false, "lower('A')"));
  const auto without = with_column(column("c", "text"));
  CHECK(locally(with, without) == Lines{"changes column t.c: default lower('A') added"});
  CHECK(locally(without, with) == Lines{"changes column t.c: default lower('A') dropped"});
}

TEST_CASE("texts are compared as the server prints them", "[resolve]") {
  const std::string live_text = "(kind)::text = ANY ((ARRAY['a'::character varying])::text[])";
  const auto live = with_check("t_kind", live_text);

  SECTION("N(M) = L: equal, and the server is asked once") {
    Printer printer(Prints{{"kind IN ('a')", live_text}});
    const auto resolved = diff::resolve(with_check("t_kind", "kind IN ('a')"), live, printer.function());
    CHECK(changes(live, resolved.target).empty());
    CHECK(printer.asked.size() == 1);
  }
  SECTION("N(N(M)) = L: what is printed is not yet what is printed of that") {
    Printer printer(Prints{{"kind IN ('a')", "first print"}, {"first print", live_text}});
    const auto resolved = diff::resolve(with_check("t_kind", "kind IN ('a')"), live, printer.function());
    CHECK(changes(live, resolved.target).empty());
    CHECK(printer.asked.size() == 2);
  }
  SECTION("N(M) = N(L)") {
    Printer printer(Prints{{"kind IN ('a')", "printed"}, {live_text, "printed"}});
    const auto resolved = diff::resolve(with_check("t_kind", "kind IN ('a')"), live, printer.function());
    CHECK(changes(live, resolved.target).empty());
    CHECK(printer.asked.size() == 3);
  }
  SECTION("another meaning: the models' own words go into the target") {
    Printer printer(Prints{{"kind IN ('b')", "printed b"}, {live_text, "printed a"}});
    const auto resolved = diff::resolve(with_check("t_kind", "kind IN ('b')"), live, printer.function());
    CHECK(changes(live, resolved.target) ==
          Lines{"changes check t.t_kind: condition " + live_text + " to kind IN ('b')"});
  }
  SECTION("without a server the object is unverified and nothing is invented") {
    const auto resolved = diff::resolve(with_check("t_kind", "kind IN ('a')"), live, no_server);
    CHECK(changes(live, resolved.target).empty());
    CHECK(resolved.unverified == std::vector<ObjectId>{{Kind::constraint, {"public", "t"}, "t_kind"}});
  }
  SECTION("a live text that is not valid any more is a difference, not an error") {
    const auto stale = with_check("t_kind", "not valid here");
    Printer printer(Prints{{"kind IN ('b')", "printed b"}});
    const auto resolved = diff::resolve(with_check("t_kind", "kind IN ('b')"), stale, printer.function());
    CHECK(changes(stale, resolved.target) ==
          Lines{"changes check t.t_kind: condition not valid here to kind IN ('b')"});
  }
}

TEST_CASE("what is asked for a second time holds only what is in doubt", "[resolve]") {
  auto models = with_check("t_kind", "kind IN ('b')");
  models.tables.push_back(table("other", {column("id", "integer", true, "7")}));
  models.tables[0].indexes = {index("t_kind_idx", {key("kind")})};
  models.sort();
  auto live = models;
  live.table(catalog::Name{"public", "t"})->constraints[0].expression = "kind = 'a'";
  live.table(catalog::Name{"public", "t"})->columns.push_back(column("gone", "text"));
  Printer printer(Prints{});
  diff::resolve(models, live, printer.function());
  REQUIRE(printer.asked.size() == 3);
  CHECK(printer.asked[0].tables.size() == 2);
  const auto& again = printer.asked[1];
  REQUIRE(again.tables.size() == 1);
  CHECK(again.tables[0].indexes.empty());
  CHECK(again.tables[0].constraints == std::vector{check("t_kind", "kind IN ('b')")});
  const auto& of_live = printer.asked[2].tables.at(0);
  CHECK(of_live.constraints == std::vector{check("t_kind", "kind = 'a'")});
  CHECK(of_live.column("gone") != nullptr);  // the live text may speak of it
}

TEST_CASE("an unnamed constraint or index is any live one of equal definition", "[resolve]") {
  auto models = table("t", {column("a", "integer"), column("b", "text")});
  models.constraints = {primary_key("", {"a"}), unique("", {"b"}), check("", "a > 0 AND b <> ''")};
  models.indexes = {index("", {key("b"), key("a")}), index("", {expression_key("lower(b)")})};
  auto live = table("t", {column("a", "integer", true), column("b", "text")});
  live.constraints = {primary_key("T's key", {"a"}), unique("b once", {"b"}),
                      check("positive", "((a > 0) AND (b <> ''))")};
  live.indexes = {index("by_b", {key("b"), key("a")}), index("by_lower_b", {expression_key("lower(b)")})};
  CHECK(locally(database({models}), database({live})).empty());
}

TEST_CASE("two unnamed ones of equal definition mean two live ones", "[resolve]") {
  auto models = table("t", {column("a", "integer")});
  models.indexes = {index("", {key("a")}), index("", {key("a")})};
  auto live = table("t", {column("a", "integer")});
  live.indexes = {index("first", {key("a")})};
  CHECK(locally(database({models}), database({live})) == Lines{"creates index t_a_idx"});
}

TEST_CASE("an unnamed check that the server prints in another way is found by that", "[resolve]") {
  const auto live = with_check("price_ok", "(price >= 1) AND (price <= 9)");
  const auto models = with_check("", "price BETWEEN 1 AND 9");
  Printer printer(Prints{{"price BETWEEN 1 AND 9", "(price >= 1) AND (price <= 9)"}});
  const auto resolved = diff::resolve(models, live, printer.function());
  CHECK(changes(live, resolved.target).empty());
  CHECK(resolved.target.tables[0].constraints[0].name == "price_ok");
}

TEST_CASE("an unnamed check with another condition is the one that PostgreSQL would call so", "[resolve]") {
  Printer printer(Prints{});
  const auto live = with_check("t_price_check", "price > 0");
  const auto resolved = diff::resolve(with_check("", "price >= 0"), live, printer.function());
  CHECK(changes(live, resolved.target) ==
        Lines{"changes check t.t_price_check: condition price > 0 to price >= 0"});

  const auto named = with_check("price_ok", "price > 0");
  const auto other = diff::resolve(with_check("", "price >= 0"), named, printer.function());
  CHECK(changes(named, other.target) == Lines{"drops check t.price_ok", "adds check t.t_price_check"});
}

TEST_CASE("a table has one primary key, whatever it is called", "[resolve]") {
  auto models = table("t", {column("a", "integer"), column("b", "integer")});
  models.constraints = {primary_key("", {"a", "b"})};
  auto live = table("t", {column("a", "integer", true), column("b", "integer", true)});
  live.constraints = {primary_key("old_pkey", {"a"})};
  CHECK(locally(database({models}), database({live})) ==
        Lines{"changes primary key t.old_pkey: columns (a) to (a, b)"});
}

TEST_CASE("names are made by PostgreSQL's rule and do not collide with what is there", "[resolve]") {
  auto models = table("t", {column("a", "integer"), column("b", "text")});
  models.constraints = {unique("", {"a", "b"})};
  models.indexes = {index("", {key("a")})};
  auto live = table("t", {column("a", "integer"), column("b", "text")});
  auto other = table("t_a_idx", {column("x", "integer")});
  models.name.name = live.name.name;
  const auto resolved = diff::resolve(database({models, other}), database({live, other}), never_asked);
  const auto& target = *resolved.target.table(catalog::Name{"public", "t"});
  CHECK(target.constraints[0].name == "t_a_b_key");
  CHECK(target.indexes[0].name == "t_a_idx1");
}

TEST_CASE("facts that models leave out are the server's", "[resolve]") {
  auto users = table("users", {column("id", "INT8"), column("name", "varchar(9)")});
  users.constraints = {primary_key("", {"id"})};
  users.options = catalog::StorageParameters{{"FillFactor", "70"}};
  users.access_method = "heap";
  users.columns[1].statistics = -1;
  auto orders = table("orders", {column("user_id", "bigint")});
  orders.constraints = {foreign_key("", {"user_id"}, {"public", "users"})};
  orders.indexes = {index("", {key("user_id")})};
  orders.indexes[0].elements[0].nulls_first = false;

  auto live_users = table("users", {column("name", "character varying(9)"), column("id", "bigint", true)});
  live_users.constraints = {primary_key("users_pkey", {"id"})};
  live_users.options = catalog::StorageParameters{{"fillfactor", "70"}};
  auto live_orders = table("orders", {column("user_id", "bigint")});
  live_orders.constraints = {foreign_key("orders_user_id_fkey", {"user_id"}, {"public", "users"}, {"id"})};
  live_orders.indexes = {index("orders_user_id_idx", {key("user_id")})};
  const auto live = database({live_users, live_orders});
  CHECK(locally(database({users, orders}), live).empty());
}

TEST_CASE("columns that are there keep their order and new ones come after them", "[resolve]") {
  const auto models =
      database({table("t", {column("new", "text"), column("b", "text"), column("a", "text")})});
  const auto live = database({table("t", {column("a", "text"), column("b", "text")})});
  const auto target = diff::resolve(models, live, never_asked).target;
  std::string order;
  for (const auto& each : target.tables[0].columns) order += each.name + " ";
  CHECK(order == "a b new ");
  const auto fresh = diff::resolve(models, database({}), never_asked).target;
  CHECK(fresh.tables[0].columns[0].name == "new");
}

TEST_CASE("serial is an integer with a sequence, whatever the sequence is called by now", "[resolve]") {
  const auto models = database({table("users", {column("id", "serial")})});
  auto live =
      database({table("users", {column("id", "integer", true, "nextval('public.people_id_seq'::regclass)")})},
               {}, {sequence("people_id_seq", "integer", {"public", "users"}, "id")});
  CHECK(locally(models, live).empty());

  const auto fresh = diff::resolve(models, database({}), never_asked).target;
  CHECK(fresh.sequences == std::vector{sequence("users_id_seq", "integer", {"public", "users"}, "id")});
  CHECK(fresh.tables[0].columns[0] ==
        column("id", "integer", true, "nextval('public.users_id_seq'::regclass)"));
}

TEST_CASE("an identity's sequence may have any name that the models don't give", "[resolve]") {
  auto models = with_column(column("id", "bigint"));
  models.tables[0].columns[0].identity.emplace();
  models.tables[0].columns[0].identity->options.min = 1;
  auto live = with_column(column("id", "bigint", true));
  live.tables[0].columns[0].identity.emplace();
  live.tables[0].columns[0].identity->sequence = {"public", "old_id_seq"};
  CHECK(locally(models, live).empty());
}

TEST_CASE("types and operator classes that only a server can resolve are asked for", "[resolve]") {
  auto models = database({table("t", {column("email", "citext")})});
  models.tables[0].indexes = {index("t_email", {key("email")})};
  models.tables[0].indexes[0].elements[0].opclass = "citext_ops";
  auto live = database({table("t", {column("email", "public.citext")})});
  live.tables[0].indexes = {index("t_email", {key("email")})};
  Printer printer(Prints{{"citext", "public.citext"}, {"citext_ops", ""}});
  CHECK(changes(live, diff::resolve(models, live, printer.function()).target).empty());
  const auto unverified = diff::resolve(models, live, no_server);
  CHECK(changes(live, unverified.target).empty());
  CHECK(unverified.unverified == std::vector<ObjectId>{{Kind::column, {"public", "t"}, "email"},
                                                       {Kind::index, {"public", "t_email"}, {}}});
}

TEST_CASE("built-in types are told apart without a server", "[resolve]") {
  CHECK(locally(with_column(column("c", "varchar(20)")), with_column(column("c", "character varying(10)"))) ==
        Lines{"changes column t.c: type character varying(10) to character varying(20)"});
}

TEST_CASE("storage is left out where it is the type's own", "[resolve]") {
  auto models = with_column(column("c", "text"));
  models.tables[0].columns[0].storage = "EXTENDED";
  CHECK(locally(models, with_column(column("c", "text"))).empty());
  models.tables[0].columns[0].storage = "external";
  CHECK(locally(models, with_column(column("c", "text"))) ==
        Lines{"changes column t.c: storage the type's to external"});
}

TEST_CASE("validity is compared in both directions", "[resolve]") {
  auto models = with_check("t_ok", "price > 0");
  models.tables[0].constraints[0].not_valid = true;
  CHECK(locally(models, with_check("t_ok", "price > 0")) ==
        Lines{"changes check t.t_ok: valid to NOT VALID"});
  CHECK(locally(with_check("t_ok", "price > 0"), models) == Lines{"changes check t.t_ok: validated"});
}

TEST_CASE("objects of the database that the models don't have are dropped from the target alone",
          "[resolve]") {
  const auto models = with_check("t_ok", "price > 0");
  auto live = models;
  live.tables.push_back(table("unrelated", {column("x", "not.known", false, "not valid here")}));
  live.sort();
  CHECK(locally(models, live) == Lines{"drops table unrelated"});
}

TEST_CASE("partitions follow their parent without being declared", "[resolve]") {
  auto parent = table("events", {column("id", "bigint"), column("note", "varchar(9)")});
  parent.partition_key = "range (id)";
  parent.constraints = {primary_key("", {"id"})};
  parent.indexes = {index("", {key("note")})};
  const auto models = database({parent});

  auto live_parent = table("events", {column("id", "bigint", true), column("old", "text")});
  live_parent.partition_key = "RANGE (id)";
  live_parent.constraints = {primary_key("events_pkey", {"id"})};
  auto live_child = table("events_1", {column("id", "bigint", true), column("old", "text")});
  for (auto& each : live_child.columns) each.inherited = true;
  live_child.partition_of = live_parent.name;
  live_child.partition_bound = "FOR VALUES FROM (1) TO (9)";
  live_child.constraints = {primary_key("events_1_pkey", {"id"})};
  live_child.constraints[0].attached_to = {"public", "events_pkey"};
  live_child.constraints[0].inherited = true;
  live_child.indexes = {index("only_here", {key("id")})};
  const auto live = database({live_parent, live_child});

  const auto target = diff::resolve(models, live, never_asked).target;
  CHECK(changes(live, target) ==
        Lines{"adds column events.note", "drops column events.old", "creates index events_note_idx"});
  const auto& child = *target.table(catalog::Name{"public", "events_1"});
  REQUIRE(child.columns.size() == 2);
  CHECK(child.columns[1].type == "character varying(9)");
  CHECK(child.columns[1].inherited);
  CHECK(child.constraints == live_child.constraints);
  REQUIRE(child.indexes.size() == 2);
  CHECK(child.indexes[0].name == "events_1_note_idx");
  CHECK(child.indexes[0].attached_to == catalog::Name{"public", "events_note_idx"});
  CHECK(child.indexes[1].name == "only_here");
}

TEST_CASE("a child by inheritance has its parents' columns and checks", "[resolve]") {
  auto parent = table("base", {column("id", "integer"), column("note", "text")});
  parent.constraints = {check("positive", "id > 0")};
  auto child = table("child", {column("extra", "text")});
  child.inherits = {parent.name};
  const auto target = diff::resolve(database({parent, child}), database({}), never_asked).target;
  const auto& made = *target.table(catalog::Name{"public", "child"});
  REQUIRE(made.columns.size() == 3);
  CHECK_FALSE(made.columns[0].inherited);
  CHECK(made.columns[1].inherited);
  CHECK(made.column("note") != nullptr);
  REQUIRE(made.constraints.size() == 1);
  CHECK(made.constraints[0].inherited);
  CHECK(diff::resolve(database({parent, child}), target, never_asked).target == target);
}

TEST_CASE("an unchanged text that calls a function of other arguments by now is asked about", "[resolve]") {
  const auto function = [](std::vector<std::string> types) {
    catalog::Routine out;
    out.name = {"public", "may see"};
    for (auto& type : types) out.arguments.push_back({"", "", std::move(type), ""});
    return out;
  };
  catalog::Policy policy;
  policy.table = {"public", "t"};
  policy.name = "own";
  policy.using_expression = "public.\"may see\"(id)";
  auto live = database({table("t", {column("id", "integer")})});
  live.policies = {policy};
  auto models = live;
  live.routines = {function({"integer"})};
  live.dependencies = {{policy.id(), live.routines[0].id()}};
  models.routines = {function({"integer", "text"})};
  const auto printed = [&](const Database& asked, const Database&) -> std::optional<Database> {
    auto out = asked;
    out.dependencies = {{policy.id(), models.routines[0].id()}};
    return out;
  };
  const auto resolved = diff::resolve(models, live, printed);
  CHECK(resolved.target.dependencies ==
        std::vector<catalog::Dependency>{{policy.id(), models.routines[0].id()}});
  CHECK(diff::resolve(models, live, no_server).target.dependencies.empty());
}
