#include "tests/acceptance/plan/there_and_back.hpp"

using namespace migrate;
using namespace migrate::test;

TEST_CASE("policies are built with all that they have", "[acceptance][plan][policy]") {
  rebuilt(
      "CREATE TABLE \"Or ders\" (id int, owner text); ALTER TABLE \"Or ders\" ENABLE ROW LEVEL SECURITY, "
      "FORCE "
      "ROW LEVEL SECURITY;"
      "CREATE POLICY \"Only mine\" ON \"Or ders\" FOR ALL TO pg_read_all_settings, pg_monitor USING (owner = "
      "current_user) WITH CHECK (id > 0);"
      "CREATE POLICY r ON \"Or ders\" AS RESTRICTIVE FOR INSERT WITH CHECK (id > 1);"
      "COMMENT ON POLICY r ON \"Or ders\" IS 'it''s'");
}

TEST_CASE("row security of a table is switched, and its policies are altered in place or made again",
          "[acceptance][plan][policy]") {
  CHECK(there_and_back(
            "CREATE TABLE t (a int); CREATE POLICY p ON t USING (a > 1); CREATE POLICY q ON t FOR "
            "SELECT USING (a > 1)",
            "CREATE TABLE t (a int); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t TO "
            "pg_monitor USING (a > 2) WITH CHECK (a > 3); CREATE POLICY q ON t FOR DELETE USING (a > 1)") ==
        "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY\n"
        "ALTER POLICY p ON public.t TO pg_monitor\n  USING (a > 2)\n  WITH CHECK (a > 3)\n"
        "DROP POLICY q ON public.t\n"
        "CREATE POLICY q ON public.t FOR DELETE\n  USING (a > 1)\n");
}

TEST_CASE("a policy gives way to a column that changes its type, and goes with its table",
          "[acceptance][plan][policy]") {
  CHECK(there_and_back("CREATE TABLE t (a int); CREATE POLICY p ON t USING (a > 1)",
                       "CREATE TABLE t (a bigint); CREATE POLICY p ON t USING (a > 1)") ==
        "DROP POLICY p ON public.t\nALTER TABLE public.t ALTER COLUMN a TYPE bigint\n"
        "CREATE POLICY p ON public.t\n  USING (a > 1)\n");
  CHECK(there_and_back("CREATE TABLE t (a int); CREATE POLICY p ON t USING (a > 1)", "SELECT 1") ==
        "DROP TABLE public.t\n");
}
