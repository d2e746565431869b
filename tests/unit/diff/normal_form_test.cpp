#include "diff/normal_form.hpp"

#include "diff/sql_tokens.hpp"
#include "tests/support/catch.hpp"

using namespace migrate;

TEST_CASE("texts that surely mean the same have one normal form", "[diff][normal_form]") {
  const std::pair<const char*, const char*> equal[] = {
      {"a>0", "a > 0"},
      {"((a > 0))", "a > 0"},
      {"A > 0", "a > 0"},
      {"\"a\" > 0", "a > 0"},
      {"a /* why */ > 0 -- so", "a > 0"},
      {"a != 1", "a <> 1"},
      {"(a > 0) AND (b < 5)", "a > 0 and b < 5"},
      {"((a > 0) AND (b < 5) AND (c = 1))", "a > 0 AND (b < 5 AND c = 1)"},
      {"((a = 1) AND (b = 2)) OR (c = 3)", "a = 1 AND b = 2 OR c = 3"},
      {"NOT (a > 0)", "not a > 0"},
      {"(name)::text", "name::text"},
      {"((name)::text <> ''::text)", "name::text <> ''::text"},
      {"CAST(a AS int)", "a::integer"},
      {"CAST(a + 1 AS varchar( 5 ))", "(a + 1)::character varying(5)"},
      {"a::timestamptz(3)", "a::timestamp(3) with time zone"},
      {"a::INT[]", "a::integer[]"},
      {"a > '-5'::integer", "a > -5"},
      {"a > '1.50'::numeric", "a > 1.50"},
      {"a = $$it's$$", "a = 'it''s'"},
      {"a = E'x'", "a = 'x'"},
      {"(lower((email)::text))", "lower(email::text)"},
      {"a BETWEEN 1 AND (b)", "a between 1 and b"},
  };
  for (const auto& [a, b] : equal) {
    INFO(a << " | " << b);
    CHECK(diff::normal_form(a) == diff::normal_form(b));
  }
}

TEST_CASE("texts that may mean something else keep different normal forms", "[diff][normal_form]") {
  const std::pair<const char*, const char*> different[] = {
      {"a > 0", "a >= 0"},
      {"a > 0", "a > 1"},
      {"a = 'x'", "a = 'X'"},
      {"\"A\" > 0", "a > 0"},
      {"a::text", "a::varchar"},
      {"a::varchar(5)", "a::varchar(6)"},
      {"'abc'::character(2)", "'abc'"},
      {"(a OR b) AND c", "a OR b AND c"},
      {"NOT (a AND b)", "NOT a AND b"},
      {"(NOT a) = b", "NOT a = b"},
      {"a = (b > c)", "a = b > c"},
      {"(a + b) * c", "a + b * c"},
      {"(a).b", "a.b"},
      {"a IN (1)", "a IN (1, 2)"},
      {"f((a, b))", "f(a, b)"},
      {"(a = b) IS NULL", "a = b IS NULL"},
      {"x BETWEEN 1 AND (a > b)", "x BETWEEN 1 AND a > b"},
      {"'-5'::integer::text", "-5::text"},
      {"'5'::text", "5"},
      {"'05'::integer", "05"},
      {"(-5)::text", "-5::text"},
      {"a - '1'", "a -'2'"},
  };
  for (const auto& [a, b] : different) {
    INFO(a << " | " << b);
    CHECK(diff::normal_form(a) != diff::normal_form(b));
  }
}

TEST_CASE("a default's cast to the column's own type is left out", "[diff][normal_form]") {
  CHECK(diff::normal_default("'x'::text", "text") == "'x'");
  CHECK(diff::normal_default("'x'::character varying", "character varying(50)") == "'x'");
  CHECK(diff::normal_default("'a'::public.role", "public.role") == "'a'");
  CHECK(diff::normal_default("NULL::character varying", "character varying(5)").empty());
  CHECK(diff::normal_default("'x'::character varying(3)", "character varying(3)") != "'x'");
  CHECK(diff::normal_default("'x'::text", "character varying(3)") != "'x'");
  CHECK(diff::normal_default("'abc'::character", "character(1)") != "'abc'");
  CHECK(diff::normal_default("'{}'::text[]", "text") != "'{}'");
  CHECK(diff::normal_default("lower('X'::text)", "text") == "lower ( 'X' :: text )");
}

TEST_CASE("names of collations and operator classes are without pg_catalog", "[diff][normal_form]") {
  CHECK(diff::normal_name("pg_catalog.\"C\"") == "\"C\"");
  CHECK(diff::normal_name("pg_catalog.text_ops") == "text_ops");
  CHECK(diff::normal_name("public.\"de-x\"") == "public.\"de-x\"");
  CHECK(diff::normal_name("").empty());
}

TEST_CASE("SQL is taken apart into tokens", "[diff][tokens]") {
  const auto texts = [](std::string_view sql) {
    std::vector<std::string> out;
    for (const auto& token : diff::tokenize(sql)) out.emplace_back(token.text);
    return out;
  };
  using List = std::vector<std::string>;
  CHECK(texts("a.\"B \"\"c\"::int4[1]") == List{"a", ".", "\"B \"\"c\"", "::", "int4", "[", "1", "]"});
  CHECK(texts("'it''s' E'a\\'b' U&'d' $x$ a'b $x$") == List{"'it''s'", "E'a\\'b'", "U&'d'", "$x$ a'b $x$"});
  CHECK(texts("a<-1 a*-1 a@-1") == List{"a", "<", "-", "1", "a", "*", "-", "1", "a", "@-", "1"});
  CHECK(texts("1.5e-3 .5 1..2 $1") == List{"1.5e-3", ".5", "1", ".", ".2", "$1"});
  CHECK(texts("a /* b /* c */ d */ -- e\n f") == List{"a", "f"});
  CHECK(texts("größe_1 >= 'x") == List{"größe_1", ">=", "'x"});
  CHECK(diff::tokenize("\"a\"\"B\"").at(0).identifier() == "a\"B");
  CHECK(diff::tokenize("$q$it's$q$").at(0).literal() == "it's");
  CHECK_FALSE(diff::tokenize("E'\\x41'").at(0).literal());
}
