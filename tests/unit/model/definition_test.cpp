// Routines, triggers, types, policies and rules: declared, read as a document, and written as C++ again.
#include <migrate/model.hpp>

#include "catalog/database.hpp"
#include "model/document.hpp"
#include "model/generate_cpp.hpp"
#include "model/runtime/data.hpp"
#include "tests/support/catch.hpp"
#include "util/error.hpp"

using namespace migrate;

namespace {

void declare(Model& m) {
  m.table("t").column("x", "integer");
  m.domain("Positive \"int\"")
      .type("integer")
      .not_null()
      .default_sql("1")
      .check("above", "VALUE > 0")
      .not_valid("above")
      .check_comment("above", "why")
      .comment("it's");
  m.composite_type("app.\"Pair\"")
      .attribute("a", "integer")
      .attribute("B b", "text")
      .attribute_collation("B b", "pg_catalog.\"C\"")
      .attribute_comment("B b", "second");
  m.range_type("spans")
      .subtype("text")
      .opclass("text_pattern_ops")
      .collation("pg_catalog.\"C\"")
      .multirange("app.\"Spans\"")
      .comment("from to");
  m.function("F n")
      .argument("a", "integer")
      .default_sql("3")
      .out("b", "text")
      .returns_set()
      .stable()
      .parallel("safe")
      .strict()
      .security_definer()
      .cost(0.5)
      .rows(12)
      .set("search_path", "public, \"a b\"")
      .set("work_mem", "8MB")
      .body("SELECT a, 'x'")
      .comment("why");
  m.function("listed").argument("a", "integer").returns_column("b", "text").sql_body("SELECT 'x'");
  m.function("moved").returns("trigger").language("plpgsql").body("BEGIN RETURN NEW; END");
  m.procedure("app.clean")
      .argument("n", "bigint")
      .inout("done", "boolean")
      .language("plpgsql")
      .body("BEGIN END");
  m.aggregate("total")
      .argument("", "numeric")
      .state("numeric_add", "numeric")
      .state_space(16)
      .initial_value("0")
      .combine_function("numeric_add")
      .sort_operator("<")
      .parallel("safe")
      .comment("sum");
  m.policy("t", "P o")
      .restrictive()
      .for_command("update")
      .to({"App Role", "ops"})
      .using_sql("x > 0")
      .with_check("x > 1")
      .comment("why");
  m.policy("t", "all").to("ops").using_sql("true");
  m.rule("t", "R u")
      .as("CREATE RULE \"R u\" AS ON DELETE TO public.t DO INSTEAD NOTHING")
      .enabled_on_replica()
      .comment("why");
  m.trigger("t", "T r")
      .after()
      .insert()
      .update_of({"x"})
      .for_each_row()
      .when("new.x > 1")
      .constraint()
      .initially_deferred()
      .execute("public.moved")
      .arguments({"it's", "b"})
      .disabled()
      .comment("why");
  m.trigger("t", "seen").after().remove().old_table("Old").execute("public.moved").enabled_always();
  m.event_trigger("E t")
      .on("ddl_command_end")
      .tags({"CREATE TABLE", "DROP TABLE"})
      .execute("public.f")
      .enabled_on_replica()
      .comment("why");
}

model::Document read() {
  detail::ModelData data;
  Model model(data);
  declare(model);
  detail::resolve(data);
  return model::read_document(detail::document(data, {"models.cpp"}), "models", {"public"});
}

}  // namespace

TEST_CASE("Types of the models", "[model]") {
  const auto database = read().database;
  REQUIRE(database.domains.size() == 1);
  catalog::Domain domain;
  domain.name = {"public", "Positive \"int\""};
  domain.type = "integer";
  domain.not_null = true;
  domain.default_value = "1";
  domain.constraints = {{"above", "VALUE > 0", true, "why"}};
  domain.comment = "it's";
  CHECK(database.domains[0] == domain);
  REQUIRE(database.composite_types.size() == 1);
  CHECK(database.composite_types[0] ==
        catalog::CompositeType{
            {"app", "Pair"}, {{"a", "integer", "", ""}, {"B b", "text", "pg_catalog.\"C\"", "second"}}, ""});
  REQUIRE(database.range_types.size() == 1);
  CHECK(database.range_types[0] == catalog::RangeType{{"public", "spans"},
                                                      "text",
                                                      "text_pattern_ops",
                                                      "pg_catalog.\"C\"",
                                                      "",
                                                      "",
                                                      {"app", "Spans"},
                                                      "from to"});
}

TEST_CASE("Routines of the models", "[model]") {
  const auto database = read().database;
  REQUIRE(database.routines.size() == 5);
  const auto& function = database.routines[0];
  CHECK(function.id().text() == "function \"F n\"(integer)");
  CHECK(function.arguments ==
        std::vector<catalog::Argument>{{"", "a", "integer", "3"}, {"out", "b", "text", ""}});
  CHECK(function.returns.empty());
  CHECK(function.returns_set);
  CHECK(function.volatility == "stable");
  CHECK(function.parallel == "safe");
  CHECK(function.strict);
  CHECK(function.security_definer);
  CHECK_FALSE(function.leakproof);
  CHECK(function.cost == 0.5);
  CHECK(function.rows == 12);
  CHECK(function.language == "sql");
  CHECK(function.body == "SELECT a, 'x'");
  CHECK(function.settings == std::vector<std::string>{"search_path=public, \"a b\"", "work_mem=8MB"});
  CHECK(database.routines[1].arguments[1] == catalog::Argument{"table", "b", "text", ""});
  CHECK(database.routines[1].sql_body);
  CHECK(database.routines[2].returns == "trigger");
  CHECK(database.routines[3].id().text() == "procedure app.clean(bigint, boolean)");
  const auto& aggregate = database.routines[4];
  CHECK(aggregate.id().text() == "aggregate total(numeric)");
  REQUIRE(aggregate.aggregate);
  CHECK(aggregate.aggregate->state_function == "numeric_add");
  CHECK(aggregate.aggregate->state_space == 16);
  CHECK(aggregate.aggregate->has_initial_value);
  CHECK(aggregate.aggregate->initial_value == "0");
  CHECK(aggregate.aggregate->sort_operator == "<");
}

TEST_CASE("Triggers, policies and rules of the models", "[model]") {
  const auto document = read();
  const auto& database = document.database;
  REQUIRE(database.triggers.size() == 2);
  const auto& trigger = database.triggers[0];
  CHECK(trigger.id().text() == "trigger t.\"T r\"");
  CHECK(trigger.timing == "after");
  CHECK(trigger.events == std::vector<std::string>{"insert", "update"});
  CHECK(trigger.columns == std::vector<std::string>{"x"});
  CHECK(trigger.for_each_row);
  CHECK(trigger.condition == "new.x > 1");
  CHECK(trigger.constraint);
  CHECK(trigger.deferrable);
  CHECK(trigger.initially_deferred);
  CHECK(trigger.arguments == std::vector<std::string>{"it's", "b"});
  CHECK(trigger.enabled == "disabled");
  CHECK(database.triggers[1].old_table == "Old");
  CHECK(database.triggers[1].enabled == "always");
  REQUIRE(database.policies.size() == 2);
  CHECK(
      database.policies[0] ==
      catalog::Policy{{"public", "t"}, "P o", true, "update", {"App Role", "ops"}, "x > 0", "x > 1", "why"});
  CHECK(database.policies[1].roles == std::vector<std::string>{"ops"});
  REQUIRE(database.rules.size() == 1);
  CHECK(database.rules[0].enabled == "replica");
  REQUIRE(database.event_triggers.size() == 1);
  CHECK(database.event_triggers[0] ==
        catalog::EventTrigger{
            "E t", "ddl_command_end", {"CREATE TABLE", "DROP TABLE"}, "public.f", "replica", "why"});
  CHECK(document.locations.count("trigger public.t.\"T r\"") == 1);
  CHECK(document.locations.count("policy public.t.\"P o\"") == 1);
}

TEST_CASE("Routines, triggers, types, policies and rules as C++", "[model]") {
  const auto text = model::generate_cpp(read().database);
  CHECK(
      text.substr(text.find("  m.domain(")) ==
      R"text(  m.domain("\"Positive \"\"int\"\"\"").type("integer").not_null().default_sql("1").check("above", "VALUE > 0").not_valid("above").check_comment("above", "why").comment("it's");
  m.composite_type("app.Pair").attribute("a", "integer").attribute("B b", "text").attribute_collation("B b", "pg_catalog.\"C\"").attribute_comment("B b", "second");
  m.range_type("spans").subtype("text").opclass("text_pattern_ops").collation("pg_catalog.\"C\"").multirange("app.Spans").comment("from to");
  m.function("F n").argument("a", "integer").default_sql("3").out("b", "text").returns_set().stable().parallel("safe").strict().security_definer().cost(0.5).rows(12).set("search_path", "public, \"a b\"").set("work_mem", "8MB")
      .body("SELECT a, 'x'").comment("why");
  m.function("listed").argument("a", "integer").returns_column("b", "text")
      .sql_body("SELECT 'x'");
  m.function("moved").returns("trigger").language("plpgsql")
      .body("BEGIN RETURN NEW; END");
  m.procedure("app.clean").argument("n", "bigint").inout("done", "boolean").language("plpgsql")
      .body("BEGIN END");
  m.aggregate("total").argument("", "numeric").state("numeric_add", "numeric").state_space(16).initial_value("0").combine_function("numeric_add").sort_operator("<").parallel("safe").comment("sum");
  m.policy("t", "P o").restrictive().for_command("update").to({"App Role", "ops"}).using_sql("x > 0").with_check("x > 1").comment("why");
  m.policy("t", "all").to("ops").using_sql("true");
  m.rule("t", "R u").as(R"sql(CREATE RULE "R u" AS ON DELETE TO public.t DO INSTEAD NOTHING)sql").enabled_on_replica().comment("why");
  m.trigger("t", "T r").after().insert().update_of({"x"}).for_each_row().when("new.x > 1").constraint().initially_deferred().execute("public.moved").arguments({"it's", "b"}).disabled().comment("why");
  m.trigger("t", "seen").after().remove().old_table("Old").execute("public.moved").enabled_always();
  m.event_trigger("E t").on("ddl_command_end").tags({"CREATE TABLE", "DROP TABLE"}).execute("public.f").enabled_on_replica().comment("why");
}
)text");
}

TEST_CASE("The type of a column in a signature", "[model]") {
  const auto declared = [](const std::string& argument, const std::string& returns) {
    detail::ModelData data;
    Model model(data);
    auto t = model.table("t");
    t.column("x", "varchar(9)");
    t.column("Y y", "bigserial");
    model.composite_type("app.pair").attribute("a", "numeric(3,1)[]");
    model.function("f").argument("a", argument).returns(returns).body("SELECT 1");
    detail::resolve(data);
    return model::read_document(detail::document(data, {"models.cpp"}), "models", {"public"});
  };
  const auto document = declared("t.x%TYPE", "setof public.t.\"Y y\" %type");
  const auto& function = document.database.routines.at(0);
  CHECK(function.id().text() == "function f(character varying)");
  CHECK(function.returns == "bigint");
  CHECK(function.returns_set);
  CHECK(document.locations.count(function.id().key()) == 1);
  CHECK(declared("app.pair.a%TYPE", "int").database.routines.at(0).id().text() == "function f(numeric[])");
  std::string message;
  try {
    declared("t.z%TYPE", "int");
  } catch (const Error& error) {
    message = error.what();
  }
  CHECK(message == "t.z%TYPE: the models declare no such column");
}
