// Any bytes: split() ends or throws Error, and each statement is a script of one statement.
#include <cstdint>
#include <cstdlib>

#include "sql/statement.hpp"
#include "util/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    for (const auto& statement : migrate::sql::split(text, "fuzz.sql")) {
      migrate::sql::transaction_use(statement.text);
      const auto once = migrate::sql::normalized(statement.text);
      if (migrate::sql::normalized(once) != once) std::abort();
      if (statement.has_copy_data) continue;
      const auto again = migrate::sql::split(statement.text, "again.sql");
      if (again.size() != 1 || again.front().text != statement.text) std::abort();
    }
  } catch (const migrate::Error&) {
  }
  return 0;
}
