#include "catalog/default_name.hpp"

#include "tests/support/catch.hpp"

using migrate::catalog::default_name;

TEST_CASE("names are put together as PostgreSQL does") {
  CHECK(default_name("users", "email", "key") == "users_email_key");
  CHECK(default_name("users", "", "pkey") == "users_pkey");
  CHECK(default_name("t", "c", "") == "t_c");
  // 63 bytes, taken from whichever part is the longer one.
  CHECK(default_name(std::string(60, 't'), "id", "seq") == std::string(56, 't') + "_id_seq");
  CHECK(default_name(std::string(40, 't'), std::string(40, 'c'), "seq") ==
        std::string(29, 't') + "_" + std::string(29, 'c') + "_seq");
  // Never in the middle of a character: 56 bytes of "é" are 28 characters, 57 would be half a one.
  std::string accents;
  for (int i = 0; i < 30; ++i) accents += "é";
  CHECK(default_name(accents, "i", "seq") == accents.substr(0, 56) + "_i_seq");
  CHECK(default_name("x" + accents, "", "pkey") == "x" + accents.substr(0, 56) + "_pkey");
}
