#include "catalog/database.hpp"

#include <set>
#include <string>

#include "tests/support/catch.hpp"

using migrate::catalog::Database;
using migrate::catalog::named_schemas;

TEST_CASE("schemas are named by themselves, and by what is in them") {
  Database database;
  database.schemas.push_back({"empty", ""});
  database.tables.emplace_back().name = {"sales", "orders"};
  database.tables.emplace_back().name = {"sales", "customers"};
  database.sequences.emplace_back().name = {"numbers", "invoice"};
  database.enums.emplace_back().name = {"types", "role"};
  database.views.emplace_back().name = {"Reports \"2\"", "turnover"};
  database.extensions.emplace_back().name = "citext";  // stands in no schema of ours
  database.extensions.back().schema = "elsewhere";
  CHECK(named_schemas(database) ==
        std::set<std::string>{"Reports \"2\"", "empty", "numbers", "sales", "types"});
}
