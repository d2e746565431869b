// Any bytes as a connection string, with a secret in the place of the first "$": what libpq takes for the
// password is never shown.
#include <cstdint>
#include <string>

#include "config/url.hpp"
#include "postgres/connection.hpp"
#include "postgres/session.hpp"
#include "tests/fuzz/require.hpp"

using namespace migrate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string secret = "Zq7Zq7Zq7";
  std::string url(reinterpret_cast<const char*>(data), size);
  url = url.substr(0, url.find('\0'));
  if (url.find(secret) != std::string::npos) return 0;  // elsewhere than in the password it may be shown
  if (const auto at = url.find('$'); at != std::string::npos) url.replace(at, 1, secret);
  const auto shows = [&](const std::string& text) { return text.find(secret) != std::string::npos; };
  const auto problem = config::url_problem(url);
  const auto shown = postgres::redact(url);
  REQUIRE(postgres::redact(shown) == shown);
  try {
    for (const auto& [keyword, value] : postgres::Connection::parse(url)) {
      if ((keyword != "password" && keyword != "sslpassword") || !shows(value)) continue;
      REQUIRE(!shows(shown));
      REQUIRE(!shows(problem));
    }
  } catch (const Error& error) {
    // A keyword that libpq does not know is named; which of its texts are keywords, nobody else can say.
    const std::string said = error.what();
    REQUIRE(!shows(said) || said.find("invalid ") != std::string::npos);
  }
  return 0;
}
