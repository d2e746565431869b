#include "sql/roles.hpp"

#include "tests/support/catch.hpp"

using migrate::sql::named_roles;
using Roles = std::vector<std::string>;

TEST_CASE("the roles that a statement names") {
  CHECK(named_roles("GRANT SELECT ON t TO app, \"Read Only\", PUBLIC, CURRENT_USER") ==
        Roles{"Read Only", "app"});
  CHECK(named_roles("REVOKE SELECT (a) ON t FROM app CASCADE") == Roles{"app"});
  CHECK(named_roles("GRANT boss TO app WITH ADMIN OPTION") == Roles{"app", "boss"});
  CHECK(named_roles("ALTER TABLE t OWNER TO app") == Roles{"app"});
  CHECK(named_roles("ALTER FUNCTION f(int) OWNER TO app") == Roles{"app"});
  CHECK(named_roles("CREATE POLICY p ON t TO a, b USING (true)") == Roles{"a", "b"});
  CHECK(named_roles("ALTER DEFAULT PRIVILEGES FOR ROLE a GRANT SELECT ON TABLES TO b") == Roles{"a", "b"});
  CHECK(named_roles("CREATE SCHEMA s AUTHORIZATION app") == Roles{"app"});
  CHECK(named_roles("SET ROLE app") == Roles{"app"});
  CHECK(named_roles("SET LOCAL SESSION AUTHORIZATION 'app'") == Roles{"app"});
}

TEST_CASE("no role is named by what makes it, or speaks of none") {
  CHECK(named_roles("CREATE ROLE app").empty());
  CHECK(named_roles("SET ROLE NONE").empty());
  CHECK(named_roles("SELECT 'app' FROM app").empty());
  CHECK(named_roles("GRANT nonsense").empty());
}
