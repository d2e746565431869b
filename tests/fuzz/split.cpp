// Any bytes: split() ends or throws Error; its statements are the whole text but for what stands between
// them, and each is a script of one statement.
#include <algorithm>
#include <cstdint>

#include "sql/statement.hpp"
#include "tests/fuzz/require.hpp"
#include "util/error.hpp"

namespace {

// Past white space, semicolons, comments, and the lines that are skipped.
std::size_t past_gap(std::string_view text, std::size_t at) {
  const auto starts = [&](std::string_view with) { return text.substr(at).starts_with(with); };
  const auto past_all_but = [&](std::string_view ends) {
    at = std::min(text.find_first_of(ends, at), text.size());
  };
  while (at < text.size()) {
    if (std::string_view(" \t\n\r\f\v;").find(text[at]) != std::string_view::npos) {
      ++at;
    } else if (starts("--")) {
      past_all_but("\r\n");
    } else if (starts("\\restrict") || starts("\\unrestrict") || starts("\\.")) {
      past_all_but("\n");  // psql reads its own commands line by line
    } else if (starts("/*")) {
      int depth = 0;
      do {
        const bool opens = starts("/*"), closes = starts("*/");
        depth += opens ? 1 : closes ? -1 : 0;
        at += opens || closes ? 2 : 1;
      } while (depth > 0 && at < text.size());
    } else {
      break;
    }
  }
  return at;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    std::size_t at = 0;
    for (const auto& statement : migrate::sql::split(text, "fuzz.sql")) {
      at = past_gap(text, at);
      REQUIRE(text.substr(at).starts_with(statement.text));
      at += statement.text.size();
      if (statement.has_copy_data) {
        at = text.find(statement.copy_data, at);
        REQUIRE(at != std::string_view::npos);
        at += statement.copy_data.size();
      }
      migrate::sql::transaction_use(statement.text);
      const auto once = migrate::sql::normalized(statement.text);
      REQUIRE(migrate::sql::normalized(once) == once);
      if (statement.has_copy_data) continue;
      const auto again = migrate::sql::split(statement.text, "again.sql");
      REQUIRE(again.size() == 1 && again.front().text == statement.text);
    }
    REQUIRE(past_gap(text, at) == text.size());
  } catch (const migrate::Error&) {
  }
  return 0;
}
