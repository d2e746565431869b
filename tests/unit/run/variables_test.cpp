#include "run/variables.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/require_error.hpp"

using namespace migrate;

TEST_CASE("-x gives settings under migrate.") {
  const auto out = run::parse_variables({"a=1", "Big_Key2=x=y", "empty="});
  REQUIRE(out.size() == 3);
  CHECK(out[0].name == "migrate.a");
  CHECK(out[0].value == "1");
  CHECK(out[1].name == "migrate.big_key2");
  CHECK(out[1].value == "x=y");
  CHECK(out[2].value.empty());
}

TEST_CASE("-x refuses what is no key, and shows no value") {
  REQUIRE_ERROR(run::parse_variables({"hunter2"}), ExitCode::usage,
                "-x takes key=value\n  hint: write -x KEY=VALUE");
  REQUIRE_ERROR(
      run::parse_variables({"a.b=hunter2"}), ExitCode::usage,
      "-x: \"a.b\" is no key: letters, digits and _ make one, no digit begins it, and it has at most 50 of "
      "them");
  for (const char* bad : {"=x", "1a=x", "a b=x", "a;=x", "ü=x"})
    CHECK_THROWS_AS(run::parse_variables({bad}), Error);
  CHECK_THROWS_AS(run::parse_variables({std::string(51, 'a') + "=x"}), Error);
  REQUIRE_ERROR(run::parse_variables({"Tag=x"}), ExitCode::usage,
                "-x tag: that is what --tag sets\n  hint: use --tag TEXT");
  REQUIRE_ERROR(run::parse_variables({"a=1", "A=2"}), ExitCode::usage, "-x A is given twice");
  REQUIRE_ERROR(run::parse_variables({"a=\xff"}), ExitCode::usage, "-x a: the value is not UTF-8");
}
