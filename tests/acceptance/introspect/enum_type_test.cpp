#include "tests/acceptance/introspect/reading.hpp"

using namespace migrate;
using namespace migrate::test;

TEST_CASE("enum types in the order of their labels") {
  TestDatabase source;
  source.execute(
      "CREATE TYPE \"Röle x\" AS ENUM ('member', 'with ''quote'' and \"double\"', 'a,b', '{}', 'NULL', '');"
      "COMMENT ON TYPE \"Röle x\" IS 'who'; CREATE TYPE empty AS ENUM ()");
  source.execute("ALTER TYPE \"Röle x\" ADD VALUE 'guest' BEFORE 'member'");
  source.execute("ALTER TYPE \"Röle x\" ADD VALUE 'back\\slash' AFTER 'member'");
  const auto database = read(source);
  REQUIRE(database.enums.size() == 2);
  const auto& role = *database.enum_type({"public", "Röle x"});
  CHECK(role.labels ==
        Names{"guest", "member", "back\\slash", "with 'quote' and \"double\"", "a,b", "{}", "NULL", ""});
  CHECK(role.comment == "who");
  CHECK(database.enum_type({"public", "empty"})->labels.empty());
  CHECK(unhandled(database).empty());
}
