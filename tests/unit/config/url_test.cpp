#include "config/url.hpp"

#include <map>

#include "tests/support/require_error.hpp"

using namespace migrate;
using namespace migrate::config;

namespace {
const std::string encoding =
    "; in a user name or password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23 and % as %25";

std::optional<std::string> variable(const std::string& name) {
  const std::map<std::string, std::string> all{{"HOST", "db.internal"},
                                               {"PASSWORD", "p@ss:w/ord% 'ä"},
                                               {"URL", "postgresql://a:b%40@c/d"},
                                               {"EMPTY", ""}};
  const auto found = all.find(name);
  return found == all.end() ? std::nullopt : std::optional(found->second);
}
std::string expanded(std::string_view text, Encoding encoding_of = Encoding::url) {
  return expand(text, encoding_of, variable, "database.url", {"config.toml", 2, 7});
}
}  // namespace

TEST_CASE("urls that libpq takes") {
  for (const char* url :
       {"local", "postgresql://", "postgres://localhost", "postgresql:///shop", "postgresql://u@h/shop",
        "postgresql://u:p%40@h:5432/shop?sslmode=require&application_name=x", "postgresql://h1:1,h2:65535/d",
        "postgresql://[::1]:5432/d", "postgresql://[::1]/d", "postgresql://%2Ftmp%2Fx/d",
        "postgresql:///d?host=/tmp/x", "postgresql://h:/d", "postgresql:///d?user=a@b",
        "host=/tmp/x dbname=shop", " dbname = 'a b'", "service=prod"}) {
    INFO(url);
    CHECK(url_problem(url).empty());
  }
}

TEST_CASE("malformed urls are told without their text") {
  CHECK(url_problem("") == "a database's URL begins with postgresql://, or is \"local\"");
  CHECK(url_problem("mysql://secret@h/d") == "a database's URL begins with postgresql://, or is \"local\"");
  CHECK(url_problem("postgresql:/h/d") == "a database's URL begins with postgresql://, or is \"local\"");
  CHECK(url_problem("postgresql://u:se cret@h/d") ==
        "it holds a space or a control character; write a space as %20");
  CHECK(url_problem("postgresql://u:50%@h/d") ==
        "a % is not followed by two hexadecimal digits; write a % itself as %25");
  CHECK(url_problem("postgresql://u:p@ss@h/d") == "it has more than one @ before the host" + encoding);
  CHECK(url_problem("postgresql://h:port/d") == "the port is not a number from 1 to 65535" + encoding);
  CHECK(url_problem("postgresql://h:0/d") == "the port is not a number from 1 to 65535" + encoding);
  CHECK(url_problem("postgresql://h:65536/d") == "the port is not a number from 1 to 65535" + encoding);
  CHECK(url_problem("postgresql://u:pa/ss@h/d") == "the port is not a number from 1 to 65535" + encoding);
  CHECK(url_problem("postgresql://u:12/ss@h/d") == "it has an @ after the host" + encoding);
  CHECK(url_problem("postgresql://[::1/d") == "the IPv6 address is not closed by ]");
  CHECK(url_problem("postgresql://[::1]5432/d") ==
        "after the IPv6 address in [ ] comes : and the port, or nothing");
  for (const char* url : {"postgresql://h/d?sslmode", "postgresql://h/d?host=/tmp=x",
                          "postgresql://h/d?a=b&&c=d", "postgresql://h/d?=x"})
    CHECK(url_problem(url) == "what follows ? is not key=value&key=value");
}

TEST_CASE("variables are put in") {
  CHECK(expanded("postgresql://u:${PASSWORD}@${HOST}/d") ==
        "postgresql://u:p%40ss%3Aw%2Ford%25%20%27%C3%A4@db.internal/d");
  CHECK(expanded("${URL}") == "postgresql://a:b%40@c/d");
  CHECK(expanded("host=${HOST} password='${PASSWORD}'") ==
        "host=db\\.internal password='p\\@ss\\:w\\/ord\\%\\ \\'\\\xC3\\\xA4'");
  CHECK(expanded("${HOST}/x/${PASSWORD}", Encoding::none) == "db.internal/x/p@ss:w/ord% 'ä");
  CHECK(expanded("$HOST $${HOST} $$", Encoding::none) == "$HOST ${HOST} $$");
}

TEST_CASE("variables that cannot be put in") {
  REQUIRE_ERROR(expanded("postgresql://${NONE}"), ExitCode::usage,
                "config.toml:2:7: database.url: the environment variable NONE is not set\n  hint: set it, or "
                "give the value another way");
  REQUIRE_ERROR(expanded("${EMPTY}"), ExitCode::usage,
                "config.toml:2:7: database.url: the environment variable EMPTY is empty\n  hint: set it, or "
                "give the value another way");
  REQUIRE_ERROR(expanded("a${HOST"), ExitCode::usage,
                "config.toml:2:7: database.url: ${ is not closed by }\n  hint: write $${ for ${ itself");
  REQUIRE_ERROR(expanded("${HO ST}"), ExitCode::usage,
                "config.toml:2:7: database.url: 'HO ST' is not the name of a variable\n  hint: write $${ for "
                "${ itself");
}
