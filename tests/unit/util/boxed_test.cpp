#include "util/boxed.hpp"

#include <string>

#include "tests/support/catch.hpp"

using migrate::Boxed;

TEST_CASE("a boxed value is copied with its box", "[unit][util]") {
  Boxed<std::string> empty, one(std::string("one"));
  CHECK_FALSE(empty.has_value());
  CHECK(sizeof(empty) == sizeof(void*));
  Boxed<std::string> copy = one;
  copy->append(" more");
  CHECK(*one == "one");
  CHECK(*copy == "one more");
  CHECK_FALSE(copy == one);
  copy = one;
  CHECK(copy == one);
  const auto& same = copy;
  copy = same;
  CHECK(*copy == "one");
  copy = empty;
  CHECK(copy == empty);
  CHECK_FALSE(copy == one);
  CHECK(copy.emplace("two") == "two");
  copy.reset();
  CHECK_FALSE(copy);
  CHECK(Boxed<std::string>(std::nullopt) == empty);
}
