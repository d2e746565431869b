#include "plan/plan.hpp"

#include "catalog/database.hpp"
#include "tests/support/catch.hpp"
#include "util/error.hpp"

using namespace migrate;
using catalog::ConstraintType;

namespace {

catalog::Column column(const std::string& name, const std::string& type, bool not_null = true) {
  catalog::Column made;
  made.name = name;
  made.type = type;
  made.not_null = not_null;
  return made;
}

catalog::Constraint constraint(const std::string& name, ConstraintType type,
                               std::vector<std::string> columns) {
  catalog::Constraint made;
  made.name = name;
  made.type = type;
  made.columns = std::move(columns);
  return made;
}

catalog::Database shop() {
  catalog::Database database;
  database.schemas = {{"public", ""}};
  catalog::Table users;
  users.name = {"public", "Users"};
  users.columns = {column("id", "bigint"), column("email", "text", false)};
  users.constraints = {constraint("Users_pkey", ConstraintType::primary_key, {"id"})};
  database.tables = {users};
  return database;
}

using Lines = std::vector<std::string>;
Lines lines(const plan::Plan& plan) {
  Lines out;
  for (const auto& step : plan.steps) {
    out.push_back(step.transactional ? "step" : "step alone");
    for (const auto& note : step.notes) out.push_back("-- " + note);
    for (const auto& statement : step.statements) {
      for (const auto& note : statement.notes) out.push_back("-- " + note);
      out.push_back(statement.sql);
    }
  }
  return out;
}

plan::Migration migration(const catalog::Database& before, const catalog::Database& after,
                          int version = 150000) {
  return plan::make_migration(before, after, {version, {}});
}

}  // namespace

TEST_CASE("nothing to do is no step", "[plan]") {
  CHECK(migration(shop(), shop()).up.steps.empty());
  CHECK(migration(shop(), shop()).down.steps.empty());
}

TEST_CASE("an index on a table in use is built and dropped concurrently", "[plan]") {
  auto after = shop();
  catalog::Index index;
  index.name = "Users_email_idx";
  index.elements.resize(1);
  index.elements[0].column = "email";
  after.tables[0].indexes = {index};
  const auto made = migration(shop(), after);
  CHECK(lines(made.up) ==
        Lines{"step alone", "CREATE INDEX CONCURRENTLY \"Users_email_idx\" ON public.\"Users\" (email)"});
  CHECK(lines(made.down) == Lines{"step alone", "DROP INDEX CONCURRENTLY public.\"Users_email_idx\""});
  CHECK(made.up.summary == Lines{"creates index \"Users_email_idx\"",
                                 "locks \"Users\" (SHARE UPDATE EXCLUSIVE)", "loses nothing"});

  auto changed = after;
  changed.tables[0].indexes[0].elements[0].descending = true;
  const auto replaced = migration(after, changed);
  CHECK(lines(replaced.up) ==
        Lines{"step alone",
              "CREATE INDEX CONCURRENTLY \"Users_email_idx_new\" ON public.\"Users\" (email DESC)",
              "step alone", "DROP INDEX CONCURRENTLY public.\"Users_email_idx\"", "step",
              "ALTER INDEX public.\"Users_email_idx_new\" RENAME TO \"Users_email_idx\""});
  CHECK(lines(replaced.down) ==
        Lines{"step", "ALTER INDEX public.\"Users_email_idx\" RENAME TO \"Users_email_idx_new\"",
              "step alone", "-- index \"Users_email_idx\" is built again",
              "CREATE INDEX CONCURRENTLY \"Users_email_idx\" ON public.\"Users\" (email)", "step alone",
              "DROP INDEX CONCURRENTLY public.\"Users_email_idx_new\""});
  CHECK(replaced.undoes == std::vector<int>{3, 2, 1});
  CHECK(replaced.reversal == plan::Reversal::rebuild);
}

TEST_CASE("NOT NULL comes through a check that is validated without a strong lock", "[plan]") {
  auto after = shop();
  after.tables[0].columns[1].not_null = true;
  const auto made = migration(shop(), after);
  CHECK(lines(made.up) ==
        Lines{"step",
              "ALTER TABLE public.\"Users\" ADD CONSTRAINT \"Users_email_not_null_check\" CHECK (email IS "
              "NOT NULL) NOT VALID",
              "step",
              "-- fails if \"Users\".email holds NULL: decide what becomes of such rows, with an UPDATE "
              "above this line",
              "ALTER TABLE public.\"Users\" VALIDATE CONSTRAINT \"Users_email_not_null_check\"", "step",
              "ALTER TABLE public.\"Users\" ALTER COLUMN email SET NOT NULL",
              "ALTER TABLE public.\"Users\" DROP CONSTRAINT \"Users_email_not_null_check\""});
  CHECK(lines(made.down) ==
        Lines{"step", "ALTER TABLE public.\"Users\" ALTER COLUMN email DROP NOT NULL", "step",
              "-- nothing to do: what was validated may stay so", "step",
              "ALTER TABLE public.\"Users\" DROP CONSTRAINT IF EXISTS \"Users_email_not_null_check\""});
  CHECK(made.undoes == std::vector<int>{3, 2, 1});
}

TEST_CASE("a unique constraint takes over an index, a foreign key is validated later", "[plan]") {
  auto after = shop();
  after.tables[0].constraints.push_back(constraint("Users_email_key", ConstraintType::unique, {"email"}));
  const auto made = migration(shop(), after);
  CHECK(lines(made.up) ==
        Lines{"step alone", "-- fails if rows of \"Users\" are not unique in (email)",
              "CREATE UNIQUE INDEX CONCURRENTLY \"Users_email_key\" ON public.\"Users\" (email)", "step",
              "ALTER TABLE public.\"Users\" ADD CONSTRAINT \"Users_email_key\" UNIQUE USING INDEX "
              "\"Users_email_key\""});
  CHECK(lines(made.down) == Lines{"step", "ALTER TABLE public.\"Users\" DROP CONSTRAINT \"Users_email_key\"",
                                  "step alone",
                                  "DROP INDEX CONCURRENTLY IF EXISTS public.\"Users_email_key\""});
}

TEST_CASE("a type change takes the default off and puts it back, in one statement", "[plan]") {
  auto before = shop(), after = shop();
  before.tables[0].columns[1].default_value = "'1'::text";
  after.tables[0].columns[1].type = "integer";
  after.tables[0].columns[1].default_value = "1";
  const auto made = migration(before, after);
  CHECK(lines(made.up) == Lines{"step", "-- fails if a value of email does not fit integer",
                                "ALTER TABLE public.\"Users\"\n"
                                "  ALTER COLUMN email DROP DEFAULT,\n"
                                "  ALTER COLUMN email TYPE integer USING email::integer,\n"
                                "  ALTER COLUMN email SET DEFAULT 1"});
  CHECK(lines(made.down) == Lines{"step", "-- values of \"Users\".email are converted back",
                                  "-- locks \"Users\" (ACCESS EXCLUSIVE) and rewrites it",
                                  "ALTER TABLE public.\"Users\"\n"
                                  "  ALTER COLUMN email DROP DEFAULT,\n"
                                  "  ALTER COLUMN email TYPE text,\n"
                                  "  ALTER COLUMN email SET DEFAULT '1'::text"});
  CHECK(made.up.steps[0].statements[0].rewrites_table);
  CHECK(made.up.steps[0].statements[0].lock == plan::Lock::access_exclusive);
}

TEST_CASE("a NOT NULL column without a default says where the author decides", "[plan]") {
  auto after = shop();
  after.tables[0].columns.push_back(column("nick", "text"));
  const auto made = migration(shop(), after);
  CHECK(lines(made.up) ==
        Lines{"step",
              "-- nick is NOT NULL and has no default: if \"Users\" has rows, the statement below fails",
              "-- decide: give it a DEFAULT, or add it without NOT NULL, fill it, then SET NOT NULL",
              "ALTER TABLE public.\"Users\" ADD COLUMN nick text NOT NULL"});
  CHECK(lines(made.down) == Lines{"step", "ALTER TABLE public.\"Users\" DROP COLUMN nick"});
  CHECK(made.down.steps[0].statements[0].loses_data);
  const auto back = migration(after, shop());
  CHECK(back.reversal == plan::Reversal::data_lost);
  CHECK(back.down.steps[0].statements[0].notes[0] == "the values of \"Users\".nick are not given back");
}

TEST_CASE("a label is committed before it is used, and a type that loses one is replaced", "[plan]") {
  auto before = shop();
  before.enums = {{{"public", "role"}, {"guest", "admin"}, ""}};
  before.tables[0].columns.push_back(column("role", "public.role"));
  before.tables[0].columns[2].default_value = "'guest'::public.role";
  auto after = before;
  after.enums[0].labels = {"guest", "member", "admin"};
  after.tables[0].columns[2].default_value = "'member'::public.role";
  const auto made = migration(before, after);
  CHECK(lines(made.up) ==
        Lines{"step", "ALTER TYPE public.role ADD VALUE 'member' AFTER 'guest'", "step",
              "ALTER TABLE public.\"Users\" ALTER COLUMN role SET DEFAULT 'member'::public.role"});
  CHECK(lines(made.down) ==
        Lines{"step", "ALTER TABLE public.\"Users\" ALTER COLUMN role SET DEFAULT 'guest'::public.role",
              "step", "-- type role is replaced: PostgreSQL takes no label away",
              "ALTER TYPE public.role RENAME TO role_old",
              "-- rows that hold 'member' make the statements below fail:",
              "-- decide what becomes of them, with an UPDATE above this line",
              "CREATE TYPE public.role AS ENUM ('guest', 'admin')",
              "-- locks \"Users\" (ACCESS EXCLUSIVE) and rewrites it",
              "ALTER TABLE public.\"Users\"\n"
              "  ALTER COLUMN role DROP DEFAULT,\n"
              "  ALTER COLUMN role TYPE public.role USING role::text::public.role,\n"
              "  ALTER COLUMN role SET DEFAULT 'guest'::public.role",
              "DROP TYPE public.role_old"});
  CHECK(made.down.steps[1].preserve == Lines{"type public.role"});
}

TEST_CASE("a way back that locks and reads a table says so", "[plan]") {
  auto before = shop();
  before.tables.push_back(before.tables[0]);
  before.tables[1].name.name = "orders of users";
  before.tables[1].columns[1].name = "user_id";
  before.tables[1].columns[1].type = "bigint";
  auto& orders = before.tables[1];
  orders.constraints = {constraint("orders_user_id_fkey", ConstraintType::foreign_key, {"user_id"})};
  orders.constraints[0].references = {"public", "Users"};
  orders.constraints[0].referenced_columns = {"id"};
  orders.constraints.push_back(constraint("orders_id_key", ConstraintType::unique, {"id"}));
  catalog::Constraint check;
  check.name = "orders_small";
  check.type = ConstraintType::check;
  check.expression = "user_id < 100";
  orders.constraints.push_back(check);
  before.sort();
  auto after = before;
  after.table({"public", "orders of users"})->constraints.clear();
  CHECK(lines(migration(before, after).down) ==
        Lines{"step", "-- constraint \"orders of users\".orders_id_key is built again",
              "-- locks \"orders of users\" (ACCESS EXCLUSIVE) and reads all of it",
              "ALTER TABLE public.\"orders of users\" ADD CONSTRAINT orders_id_key UNIQUE (id)",
              "-- locks \"orders of users\" (ACCESS EXCLUSIVE) and reads all of it",
              "ALTER TABLE public.\"orders of users\" ADD CONSTRAINT orders_small CHECK (user_id < 100)",
              "-- locks \"orders of users\" (SHARE ROW EXCLUSIVE) and reads all of it",
              "ALTER TABLE public.\"orders of users\" ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY "
              "(user_id) REFERENCES public.\"Users\" (id)"});
}

TEST_CASE("a column that comes back stands last, which its way back says", "[plan]") {
  auto after = shop();
  after.tables[0].columns.erase(after.tables[0].columns.begin());
  after.tables[0].constraints.clear();
  const auto made = migration(shop(), after);
  CHECK(made.reversal == plan::Reversal::data_lost);
  REQUIRE(!made.down.steps.empty());
  CHECK(lines(made.down).at(2) ==
        "-- the values of \"Users\".id are not given back, and it comes back as the last column");
}

TEST_CASE("new columns come in the order that they have", "[plan]") {
  auto after = shop();
  after.tables[0].columns.push_back(column("zip", "text", false));
  after.tables[0].columns.push_back(column("Age", "integer", false));
  const auto made = migration(shop(), after);
  CHECK(lines(made.up) ==
        Lines{"step", "ALTER TABLE public.\"Users\"\n  ADD COLUMN zip text,\n  ADD COLUMN \"Age\" integer"});
}

TEST_CASE("without a way back there is no down part, and the summary says why", "[plan]") {
  auto before = shop();
  before.extensions = {{"pg_trgm", "public", "1.5", "", ""}};
  auto after = before;
  after.extensions[0].version = "1.6";
  const auto made = migration(before, after);
  CHECK(lines(made.up) == Lines{"step", "-- the extension must bring an update path between the two versions",
                                "ALTER EXTENSION pg_trgm UPDATE TO '1.6'"});
  CHECK(made.down.steps.empty());
  CHECK(made.reversal == plan::Reversal::none);
  CHECK(made.up.summary ==
        Lines{"changes extension pg_trgm", "locks nothing that exists", "loses nothing",
              "cannot be taken back, so there is no down part: pg_trgm cannot go back from version 1.6 to "
              "1.5: PostgreSQL knows no way, unless the extension brings one"});
}

TEST_CASE("an extension's own comment comes back when another one goes", "[plan]") {
  auto before = shop();
  before.extensions = {{"uuid-ossp", "public", "1.1", "", "makes ids"}};
  auto after = before;
  after.extensions[0].comment = "it's ours";
  auto made = migration(before, after);
  CHECK(lines(made.up) == Lines{"step", "COMMENT ON EXTENSION \"uuid-ossp\" IS 'it''s ours'"});
  CHECK(lines(made.down) == Lines{"step", "COMMENT ON EXTENSION \"uuid-ossp\" IS 'makes ids'"});

  before.extensions.clear();
  made = migration(before, after);
  CHECK(lines(made.up) ==
        Lines{"step", "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA public VERSION '1.1'",
              "COMMENT ON EXTENSION \"uuid-ossp\" IS 'it''s ours'"});
  CHECK(lines(made.down) == Lines{"step", "DROP EXTENSION \"uuid-ossp\""});
}

TEST_CASE("extensions come after those that they require, and go before them", "[plan]") {
  const catalog::ObjectId distance{catalog::Kind::extension, {"", "a_distance"}, ""};
  const catalog::ObjectId shape{catalog::Kind::extension, {"", "shape"}, ""};
  auto after = shop();
  after.extensions = {{"a_distance", "", "", "", ""}, {"shape", "", "", "", ""}};
  after.dependencies = {{distance, shape}};
  const auto made = migration(shop(), after);
  CHECK(lines(made.up) ==
        Lines{"step", "CREATE EXTENSION IF NOT EXISTS shape", "CREATE EXTENSION IF NOT EXISTS a_distance"});
  CHECK(lines(made.down) == Lines{"step", "DROP EXTENSION a_distance", "DROP EXTENSION shape"});
}

TEST_CASE("a kind that is not handled and stands in the way is named", "[plan]") {
  auto before = shop();
  before.unhandled = {{"view", "public.people", {{catalog::Kind::column, {"public", "Users"}, "email"}}}};
  auto after = before;
  after.tables[0].columns[1].type = "character varying(20)";
  try {
    migration(before, after);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::undecided);
    CHECK(std::string(error.what()) ==
          "view public.people depends on column \"Users\".email, which changes its type, and migrate does "
          "not handle that kind yet");
  }
}

TEST_CASE("what the server lacks is said by name", "[plan]") {
  auto after = shop();
  after.tables[0].constraints.push_back(constraint("Users_email_key", ConstraintType::unique, {"email"}));
  after.tables[0].constraints[1].nulls_not_distinct = true;
  try {
    migration(shop(), after, 130000);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(
        std::string(error.what()) ==
        "constraint \"Users\".\"Users_email_key\": NULLS NOT DISTINCT needs PostgreSQL 15, the server is 13");
  }
}

TEST_CASE("a default that needs what goes goes with its table", "[plan]") {
  catalog::Database before, after;
  before.schemas = after.schemas = {{"public", ""}};
  catalog::Table users;
  users.name = {"public", "Users"};
  users.columns = {column("größe", "public.\"Size\"")};
  users.columns[0].default_value = "'1'::public.\"Size\"";
  before.tables = {users};
  catalog::Domain domain;
  domain.name = {"public", "Size"};
  domain.type = "text";
  before.domains = {domain};
  before.dependencies = {{{catalog::Kind::column, users.name, "größe"}, domain.id()}};
  const auto plan = plan::make_plan(before, after, {});
  REQUIRE(plan.steps.size() == 1);
  std::vector<std::string> statements;
  for (const auto& each : plan.steps[0].statements) statements.push_back(each.sql);
  CHECK(statements == std::vector<std::string>{"DROP TABLE public.\"Users\"", "DROP DOMAIN public.\"Size\""});
}
