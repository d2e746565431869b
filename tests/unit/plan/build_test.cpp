#include "catalog/database.hpp"
#include "plan/plan.hpp"
#include "tests/support/catch.hpp"

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

catalog::Constraint primary_key(const std::string& name, std::vector<std::string> columns) {
  catalog::Constraint made;
  made.name = name;
  made.type = ConstraintType::primary_key;
  made.columns = std::move(columns);
  return made;
}

catalog::Constraint foreign_key(const std::string& name, const std::string& from,
                                const catalog::Name& table) {
  catalog::Constraint made;
  made.name = name;
  made.type = ConstraintType::foreign_key;
  made.columns = {from};
  made.references = table;
  made.referenced_columns = {"id"};
  return made;
}

std::vector<std::string> texts(const catalog::Database& database, int version = 150000) {
  std::vector<std::string> out;
  for (auto& each : plan::build_statements(database, version)) out.push_back(each.sql);
  return out;
}

}  // namespace

TEST_CASE("a schema is built in an order that works", "[plan]") {
  catalog::Database database;
  database.schemas = {{"public", ""}, {"Sales Dept", "what we sell"}};
  database.enums = {{{"public", "role"}, {"guest", "o'neil"}, ""}};
  catalog::Sequence sequence;
  sequence.name = {"public", "users_id_seq"};
  sequence.type = "integer";
  sequence.owned_by_table = {"public", "users"};
  sequence.owned_by_column = "id";
  database.sequences = {sequence};

  catalog::Table users;
  users.name = {"public", "users"};
  users.columns = {column("id", "integer"), column("Role", "public.role"), column("order", "text", false)};
  users.columns[0].default_value = "nextval('public.users_id_seq'::regclass)";
  users.columns[1].default_value = "'guest'::public.role";
  users.columns[2].storage = "external";
  users.columns[2].statistics = 500;
  users.columns[2].comment = "it's";
  users.constraints = {primary_key("users_pkey", {"id"})};
  users.options = catalog::StorageParameters{{"fillfactor", "70"}, {"toast.autovacuum_enabled", "false"}};
  catalog::Index index;
  index.name = "users_order_idx";
  index.elements.resize(2);
  index.elements[0].expression = "lower(\"order\")";
  index.elements[1].column = "Role";
  index.elements[1].descending = true;
  index.elements[1].nulls_first = false;
  index.where = "(\"order\" IS NOT NULL)";
  users.indexes = {index};
  users.comment = "people";

  catalog::Table orders;
  orders.name = {"Sales Dept", "orders"};
  orders.columns = {column("id", "bigint"), column("user", "integer", false)};
  orders.columns[0].identity = catalog::Identity{};
  orders.columns[0].identity->options.start = 100;
  orders.constraints = {primary_key("orders_pkey", {"id"}),
                        foreign_key("orders_user_fkey", "user", users.name)};
  database.tables = {orders, users};

  CHECK(texts(database) ==
        std::vector<std::string>{
            "CREATE SCHEMA IF NOT EXISTS \"Sales Dept\"",
            "COMMENT ON SCHEMA \"Sales Dept\" IS 'what we sell'",
            "CREATE TYPE public.role AS ENUM ('guest', 'o''neil')",
            "CREATE TABLE public.users (\n"
            "  id serial NOT NULL,\n"
            "  \"Role\" public.role NOT NULL DEFAULT 'guest'::public.role,\n"
            "  \"order\" text,\n"
            "  CONSTRAINT users_pkey PRIMARY KEY (id)\n"
            ") WITH (fillfactor = 70, toast.autovacuum_enabled = false)",
            "ALTER TABLE public.users\n"
            "  ALTER COLUMN \"order\" SET STORAGE EXTERNAL,\n"
            "  ALTER COLUMN \"order\" SET STATISTICS 500",
            "CREATE INDEX users_order_idx ON public.users (lower(\"order\"), \"Role\" DESC NULLS LAST) WHERE "
            "(\"order\" IS NOT NULL)",
            "COMMENT ON TABLE public.users IS 'people'",
            "COMMENT ON COLUMN public.users.\"order\" IS 'it''s'",
            "CREATE TABLE \"Sales Dept\".orders (\n"
            "  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 100),\n"
            "  \"user\" integer,\n"
            "  CONSTRAINT orders_pkey PRIMARY KEY (id),\n"
            "  CONSTRAINT orders_user_fkey FOREIGN KEY (\"user\") REFERENCES public.users (id)\n"
            ")",
        });
}

TEST_CASE("tables that refer to each other are made first and their keys after them", "[plan]") {
  catalog::Database database;
  database.schemas = {{"public", ""}};
  catalog::Table a, b;
  a.name = {"public", "a"};
  a.columns = {column("id", "bigint"), column("b_id", "bigint")};
  a.constraints = {foreign_key("a_b_fkey", "b_id", {"public", "b"}), primary_key("a_pkey", {"id"}),
                   foreign_key("a_self", "id", {"public", "a"})};
  b.name = {"public", "b"};
  b.columns = {column("id", "bigint"), column("a_id", "bigint")};
  b.constraints = {foreign_key("b_a_fkey", "a_id", {"public", "a"}), primary_key("b_pkey", {"id"})};
  database.tables = {a, b};
  const auto statements = texts(database);
  REQUIRE(statements.size() == 4);
  CHECK(statements[0] ==
        "CREATE TABLE public.a (\n  id bigint NOT NULL,\n  b_id bigint NOT NULL,\n  CONSTRAINT a_pkey "
        "PRIMARY KEY (id),\n"
        "  CONSTRAINT a_self FOREIGN KEY (id) REFERENCES public.a (id)\n)");
  CHECK(statements[2] ==
        "ALTER TABLE public.a ADD CONSTRAINT a_b_fkey FOREIGN KEY (b_id) REFERENCES public.b (id)");
  CHECK(statements[3] ==
        "ALTER TABLE public.b ADD CONSTRAINT b_a_fkey FOREIGN KEY (a_id) REFERENCES public.a (id)");
}

TEST_CASE("a body that calls for a number of an identity column comes after its table", "[plan]") {
  catalog::Database database;
  database.schemas = {{"public", ""}};
  catalog::Table table;
  table.name = {"public", "Company"};
  table.columns = {column("id", "bigint")};
  table.columns[0].identity.emplace();
  database.tables = {table};
  catalog::Routine routine;
  routine.name = {"public", "next"};
  routine.returns = "bigint";
  routine.language = "sql";
  routine.body = "select nextval('public.\"Company_id_seq\"')";
  database.routines = {routine};
  CHECK(texts(database) ==
        std::vector<std::string>{
            "CREATE TABLE public.\"Company\" (\n  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY\n)",
            "CREATE FUNCTION public.next()\nRETURNS bigint\nLANGUAGE sql\nAS $$select "
            "nextval('public.\"Company_id_seq\"')$$"});
}
