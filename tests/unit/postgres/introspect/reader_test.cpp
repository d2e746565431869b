#include "postgres/introspect/reader.hpp"

#include "tests/support/catch.hpp"

using namespace migrate::postgres::introspection;
using Strings = std::vector<std::string>;

TEST_CASE("array literals") {
  CHECK(parse_array("{}").empty());
  CHECK(parse_array("").empty());
  CHECK(parse_array("{a,b}") == Strings{"a", "b"});
  CHECK(parse_array(R"({"a,b","c\"d","e\\f",""})") == Strings{"a,b", "c\"d", "e\\f", ""});
  CHECK(parse_array(R"({NULL,"NULL",ü})") == Strings{"", "NULL", "ü"});
}

TEST_CASE("only parentheses around all of it are outer ones") {
  CHECK(without_outer_parentheses("((a > 0))") == "a > 0");
  CHECK(without_outer_parentheses("(a > 0) AND (b > 0)") == "(a > 0) AND (b > 0)");
  CHECK(without_outer_parentheses("((a > 0) AND (b > 0))") == "(a > 0) AND (b > 0)");
  CHECK(without_outer_parentheses("(a = ')')") == "a = ')'");
  CHECK(without_outer_parentheses("(a = E'\\')(')") == "a = E'\\')('");
  CHECK(without_outer_parentheses("(\"a)\" = 'it''s (')") == "\"a)\" = 'it''s ('");
  CHECK(without_outer_parentheses("f(a)") == "f(a)");
  CHECK(without_outer_parentheses("").empty());
}

TEST_CASE("schema patterns") {
  CHECK(matches("*", "anything"));
  CHECK(matches("app_*", "app_one"));
  CHECK(matches("app_?", "app_1"));
  CHECK_FALSE(matches("app_?", "app_12"));
  CHECK_FALSE(matches("app", "application"));
  CHECK(matches("*_old", "a_old_old"));
}
