#include "postgres/session.hpp"

#include "postgres/connection.hpp"
#include "tests/support/catch.hpp"

using namespace migrate;
using namespace migrate::postgres;

TEST_CASE("redact hides every password of a URL") {
  CHECK(redact("postgresql://app:s3cret@db/shop") == "postgresql://app:***@db/shop");
  CHECK(redact("postgresql://app@db:5432/shop") == "postgresql://app@db:5432/shop");
  CHECK(redact("postgresql:///shop?host=/tmp") == "postgresql:///shop?host=/tmp");
  CHECK(redact("postgres://app:p@ss/w?rd@db/shop") == "postgres://app:***@db/shop");
  CHECK(redact("postgresql://db/shop?user=app&password=s3cret&sslmode=require") ==
        "postgresql://db/shop?user=app&password=***&sslmode=require");
  CHECK(redact("postgresql://db/shop?sslpassword=s3cret") == "postgresql://db/shop?sslpassword=***");
  CHECK(redact("postgresql:///shop?%70assword=s3cret&%50ort=1&ssl%70%61ssword=x") ==
        "postgresql:///shop?%70assword=***&%50ort=1&ssl%70%61ssword=***");
  CHECK(redact("host=db password=s3cret dbname=shop") == "host=db password=*** dbname=shop");
  CHECK(redact("password = 'it''s s3cret' dbname=shop") == "password = ***");
  CHECK(redact("host=db password='a \\' b' dbname=shop") == "host=db password=*** dbname=shop");
  CHECK(redact("password\v=\n s3cret dbname=shop") == "password\v=\n *** dbname=shop");
  CHECK(redact("host=db password=") == "host=db password=");
}

TEST_CASE("a malformed URL is refused without showing its password") {
  const auto text = [](const std::string& url) {
    try {
      Session session({.url = url});
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::usage);
      return error.text();
    }
    return std::string("connected");
  };
  const std::string hint = "\n  hint: in user, password and database write @ as %40, / as %2F and : as %3A";
  const std::string stray =
      "the database URL is malformed: it has an \"@\" too many, or a \"/\" before it" + hint;
  CHECK(text("postgresql://app:s3@cret@db/shop") == stray);
  CHECK(text("postgresql://app:s3/cret@db/shop") == stray);
  CHECK(text("postgresql://app:s3%zzcret@db/shop") ==
        "the database URL is malformed: invalid percent-encoded token\n"
        "  hint: write it as postgresql://user@host:5432/database, with %-escapes for special characters in "
        "each part");
  CHECK(text("postgresql://db/shop?sslmod=require") ==
        "the database URL is malformed: invalid URI query parameter: \"sslmod\"\n"
        "  hint: write it as postgresql://user@host:5432/database, with %-escapes for special characters in "
        "each part");
  CHECK(text("s3cret").find("s3cret") == std::string::npos);
  CHECK(text("password='s3cret").find("s3cret") == std::string::npos);
}
