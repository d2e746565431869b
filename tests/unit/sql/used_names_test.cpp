#include "sql/statement.hpp"
#include "tests/support/catch.hpp"
#include "util/text.hpp"

using namespace migrate;

namespace {

std::string text(const std::vector<sql::UsedName>& names) {
  return join_with(names, " ", [](const sql::UsedName& each) {
    return each.schema.empty() ? each.name : each.schema + "." + each.name;
  });
}

}  // namespace

TEST_CASE("The names in a statement are found by kind") {
  const auto names = sql::used_names(
      "CREATE VIEW v AS WITH recent AS (SELECT * FROM shop.orders) SELECT shop.total(o), x::public.email "
      "FROM recent "
      "JOIN \"Odd name\" o ON lower(o.a) = '1' WHERE EXISTS (SELECT FROM log)");
  CHECK(text(names.relations) == "Odd name log v shop.orders");
  CHECK(text(names.functions) == "lower shop.total");
  CHECK(text(names.types) == "public.email");
}

TEST_CASE("A function does not use itself only because it is created") {
  const auto names = sql::used_names(
      "CREATE FUNCTION f(a public.email, b integer DEFAULT g()) RETURNS public.users LANGUAGE sql AS 'SELECT "
      "h()'");
  CHECK(text(names.functions) == "g");
  CHECK(text(names.types) == "pg_catalog.int4 public.email public.users");
  CHECK(
      text(sql::used_names("CREATE TRIGGER t BEFORE INSERT ON a.users EXECUTE FUNCTION audit()").functions) ==
      "audit");
}

TEST_CASE("Of what the grammar does not know nothing is said") {
  CHECK(sql::used_names("CREATE THING x USING f()").functions.empty());
}
