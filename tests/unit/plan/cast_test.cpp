#include "plan/cast.hpp"

#include "tests/support/catch.hpp"

using migrate::plan::conversion;

namespace {

std::string using_for(const std::string& from, const std::string& to) {
  const auto is_enum = [](const std::string& type) { return type.starts_with("public.mood"); };
  return conversion("c", from, to, is_enum(from), is_enum(to)).using_expression;
}

}  // namespace

TEST_CASE("What USING says where an assignment cast is not enough") {
  CHECK(using_for("integer", "bigint").empty());
  CHECK(using_for("integer", "text").empty());
  CHECK(using_for("text", "integer") == "c::integer");
  CHECK(using_for("integer", "boolean") == "c::boolean");
  CHECK(using_for("boolean", "numeric(3,1)") == "c::text::numeric(3,1)");
  CHECK(using_for("integer", "integer[]") == "ARRAY[c]::integer[]");
  CHECK(using_for("integer[]", "integer") == "c[1]::integer");
  CHECK(using_for("boolean[]", "numeric") == "c[1]::text::numeric");
  CHECK(using_for("public.other", "public.thing") == "c::public.thing");
}

TEST_CASE("An enum type has casts from and to text alone") {
  CHECK(using_for("public.mood", "text").empty());
  CHECK(using_for("text", "public.mood") == "c::public.mood");
  CHECK(using_for("public.mood", "public.moods") == "c::text::public.moods");
  CHECK(using_for("public.mood[]", "public.moods[]") == "c::text[]::public.moods[]");
  CHECK(using_for("public.mood", "jsonb") == "c::text::jsonb");
  CHECK(using_for("integer", "public.mood") == "c::text::public.mood");
  CHECK(using_for("integer[]", "public.mood") == "c[1]::text::public.mood");
  CHECK(using_for("integer", "public.mood[]") == "ARRAY[c::text::public.mood]::public.mood[]");
  CHECK(using_for("public.mood[]", "jsonb") == "c[1]::text::jsonb");
  CHECK(using_for("public.mood", "public.moods[]") == "ARRAY[c::text::public.moods]::public.moods[]");
  CHECK(using_for("public.moods[]", "public.mood") == "c[1]::text::public.mood");
  CHECK(conversion("c", "public.mood", "jsonb", true, false).note ==
        "PostgreSQL has no cast from public.mood to jsonb: decide how values become the other, in the USING "
        "below");
}
