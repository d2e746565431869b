#include "diff/names.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/diff/builders.hpp"

using namespace migrate;
using namespace migrate::test;

TEST_CASE("a name that is taken gets a number", "[diff][names]") {
  const std::vector<std::string> taken{"t_a_idx", "t_a_idx1"};
  const auto is_taken = [&](const std::string& name) {
    return std::find(taken.begin(), taken.end(), name) != taken.end();
  };
  CHECK(diff::choose_name("t", "a", "idx", is_taken) == "t_a_idx2");
}

TEST_CASE("a check is named for the one column that it speaks of", "[diff][names]") {
  const auto t = table("t", {column("price", "integer"), column("Kind", "text"), column("text", "text")});
  const auto free = [](const std::string&) { return false; };
  const auto name = [&](const char* expression) {
    return diff::choose_constraint_name(t, check("", expression), free);
  };
  CHECK(name("price > 0 AND PRICE < 9") == "t_price_check");
  CHECK(name("\"Kind\" <> ''") == "t_Kind_check");
  CHECK(name("kind <> ''") == "t_check");
  CHECK(name("price > length(\"Kind\")") == "t_check");
  CHECK(name("price::text <> 'price'") == "t_price_check");
  CHECK(name("true") == "t_check");
}

TEST_CASE("an index's expression is named as PostgreSQL would", "[diff][names]") {
  const std::pair<const char*, const char*> cases[] = {
      {"lower(email)", "lower"},
      {"(lower(email))", "lower"},
      {"public.\"My F\"(a, b)", "My F"},
      {"a + b", "expr"},
      {"lower(a) || b", "expr"},
      {"(a + b)::bigint", "int8"},
      {"email::text", "email"},
      {"cast(a + b AS varchar(9))", "varchar"},
      {"cast(a AS text)", "a"},
      {"CASE WHEN a THEN b ELSE c END", "c"},
      {"CASE WHEN a THEN b ELSE c + 1 END", "case"},
      {"CASE WHEN a THEN b END", "case"},
      {"ARRAY[a, b]", "array"},
      {"payload ->> 'kind'", "expr"},
      {"(a IS NULL)", "expr"},
  };
  for (const auto& [expression, name] : cases) {
    INFO(expression);
    CHECK(diff::expression_name(expression) == name);
  }
}
