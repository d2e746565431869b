#include "model/generate_cpp.hpp"

#include "catalog/json.hpp"
#include "model/cpp_names.hpp"
#include "model/cpp_type.hpp"
#include "tests/support/catch.hpp"

TEST_CASE("A table with an enum as C++") {
  const auto database = migrate::catalog::from_json(R"json({
    "enums": [{"name": "public.role", "labels": ["guest", "delete"]}],
    "tables": [{"name": "public.order_lines", "columns": [
        {"name": "id", "type": "bigint", "not_null": true, "identity": {}},
        {"name": "role", "type": "public.role"}, {"name": "tags", "type": "text[]", "not_null": true}],
      "constraints": [{"name": "order_lines_pkey", "type": "primary_key", "columns": ["id"]}]}],
    "extensions": [{"name": "btree_gist", "schema": "public", "version": "1.7", "usual_comment": "for gist"},
      {"name": "uuid-ossp", "schema": "Ext s", "comment": "it's", "usual_comment": "for ids"}],
    "unhandled": [{"kind": "view", "identity": "public.v"}]})json");
  CHECK(
      migrate::model::generate_cpp(database) ==
      R"text(// Declares the database that it was read from. Written by `migrate inspect --format cpp`; edit it freely.
// Not declared here: view public.v
#include <migrate/model.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace {

enum class Role { guest, delete_ };

struct OrderLines {
  std::int64_t id;
  std::optional<Role> role;
  std::vector<std::string> tags;
};

void declare_OrderLines(migrate::Model& m) {
  auto t = m.table<OrderLines>("order_lines");
  t.column<&OrderLines::id>().identity();
  t.columns<&OrderLines::role, &OrderLines::tags>();
  t.primary_key<&OrderLines::id>("order_lines_pkey");
}

}  // namespace

MIGRATE_MODELS(m) {
  m.extension("btree_gist");
  m.extension("uuid-ossp").schema("Ext s").comment("it's");
  m.enum_type<Role>("role");
  declare_OrderLines(m);
}
)text");
}

TEST_CASE("What partitions and tables say of their own, as C++") {
  const auto text = migrate::model::generate_cpp(migrate::catalog::from_json(R"json({
    "tables": [
      {"name": "public.sales", "partition_key": "LIST (region)", "replica_identity": "full", "columns": [
          {"name": "region", "type": "text", "not_null": true},
          {"name": "note", "type": "text", "default_value": "'a'::text", "storage": "external"}],
        "constraints": [{"name": "sales_pkey", "type": "primary_key", "columns": ["region"]}]},
      {"name": "app.north", "partition_of": "public.sales", "partition_bound": "DEFAULT", "columns": [
          {"name": "region", "type": "text", "not_null": true, "inherited": true},
          {"name": "note", "type": "text", "not_null": true, "inherited": true, "comment": "its own"}],
        "indexes": [{"name": "north_note", "elements": [{"column": "note"}], "clustered": true}],
        "constraints": [{"name": "north_pkey", "type": "primary_key", "columns": ["region"], "inherited": true,
          "attached_to": "public.sales_pkey", "replica_identity": true}]}]})json"));
  const auto has = [&](const std::string& part) { return text.find(part) != std::string::npos; };
  CHECK(has("  t.replica_identity(migrate::replica_identity::full);\n"));
  CHECK(has(R"(  auto t = m.table("app.north");
  t.partition_of("sales", "DEFAULT");
  t.inherited("note").not_null().no_default().storage("extended").comment("its own");
  t.primary_key({"region"}, "north_pkey").replica_identity().attached_to("public.sales_pkey");
  t.index("north_note").on("note").clustered();
)"));
}

TEST_CASE("Identifiers and literals") {
  using namespace migrate::model;
  CHECK(cpp_identifier("email") == "email");
  CHECK(cpp_identifier("class") == "class_");
  CHECK(cpp_identifier("2nd try") == "x2nd_try");
  CHECK(cpp_identifier("_a__b") == "a_b");
  CHECK(cpp_identifier("ты") == "x");
  CHECK(camel_case("order_lines") == "OrderLines");
  CHECK(cpp_literal("a\"b\\\n\x01") == "\"a\\\"b\\\\\\n\\001\"");
}

TEST_CASE("C++ types of SQL types") {
  using migrate::model::cpp_type;
  CHECK(cpp_type("numeric(12,2)", {}).name == "migrate::numeric<12, 2>");
  CHECK(cpp_type("bytea", {}).name == "std::vector<std::byte>");
  CHECK(cpp_type("uuid[]", {}).name == "std::vector<migrate::uuid>");
  CHECK(cpp_type("timestamp(3) with time zone", {}).name == "migrate::timestamptz");
  CHECK(!cpp_type("timestamp(3) with time zone", {}).exact);
  CHECK(cpp_type("public.citext", {}).name == "std::string");
  CHECK(!cpp_type("public.citext", {}).exact);
}
