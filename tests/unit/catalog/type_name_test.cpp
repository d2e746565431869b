#include "catalog/type_name.hpp"

#include "tests/support/catch.hpp"

using namespace migrate::catalog;

namespace {
std::string canonical(std::string_view text) {
  return canonical_type(text, {{"public", "role"}, {"sales", "Order State"}}, {"public", "sales"});
}
}  // namespace

TEST_CASE("built-in types are spelled as format_type() spells them") {
  const std::pair<const char*, const char*> cases[] = {
      {"int", "integer"},
      {"INT8", "bigint"},
      {"varchar( 50 )", "character varying(50)"},
      {"char", "character(1)"},
      {"char(3)", "character(3)"},
      {"\"char\"", "\"char\""},
      {"bpchar", "bpchar"},
      {"decimal(12, 2)", "numeric(12,2)"},
      {"numeric(12)", "numeric(12,0)"},
      {"numeric", "numeric"},
      {"float", "double precision"},
      {"float(24)", "real"},
      {"timestamptz(3)", "timestamp(3) with time zone"},
      {"timestamp (3) with time zone", "timestamp(3) with time zone"},
      {"timestamp", "timestamp without time zone"},
      {"time(0) without time zone", "time(0) without time zone"},
      {"bit", "bit(1)"},
      {"varbit(4)", "bit varying(4)"},
      {"text[]", "text[]"},
      {"int[3][3]", "integer[]"},
      {"integer ARRAY", "integer[]"},
      {"pg_catalog.int4", "integer"},
      {"interval", "interval"},
      {"interval(3)", "interval(3)"},
      {"interval day to second(3)", "interval day to second(3)"},
      {"jsonb", "jsonb"},
      {"tstzrange", "tstzrange"},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    CHECK(canonical(text) == expected);
    CHECK(canonical(canonical(text)) == expected);
  }
}

TEST_CASE("the models' own types are found through the search path") {
  CHECK(canonical("role") == "public.role");
  CHECK(canonical("ROLE[]") == "public.role[]");
  CHECK(canonical("\"Order State\"") == "sales.\"Order State\"");
  CHECK(canonical("sales.\"Order State\"[]") == "sales.\"Order State\"[]");
  CHECK(canonical("citext") == "citext");
  CHECK(canonical("\"Role\"") == "\"Role\"");
  CHECK(canonical("geometry(Point,4326)") == "geometry(Point,4326)");
}

TEST_CASE("a text that is no type name stays as it is") {
  CHECK(canonical("some thing odd") == "some thing odd");
  CHECK(canonical("numeric(1") == "numeric(1");
}
