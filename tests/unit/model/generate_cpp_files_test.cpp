#include "catalog/json.hpp"
#include "model/generate_cpp.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/diff/builders.hpp"
#include "util/text.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

std::vector<std::string> names(const std::vector<model::SourceFile>& files) {
  std::vector<std::string> out;
  for (const auto& file : files) out.push_back(file.name);
  return out;
}

std::string text(const std::vector<model::SourceFile>& files, const std::string& name) {
  for (const auto& file : files)
    if (file.name == name) return file.text;
  return "no " + name;
}

// `count` tables of ten columns: "order_1", "order_2" …
void add(catalog::Database& database, const std::string& name, int count,
         const std::string& schema = "public") {
  for (int n = 1; n <= count; ++n) {
    std::vector<catalog::Column> columns;
    for (int at = 0; at < 10; ++at) columns.push_back(column("c" + std::to_string(at), "text", true));
    database.tables.push_back(table(name + std::to_string(n), std::move(columns), schema));
  }
  database.sort();
}

}  // namespace

TEST_CASE("A small database is one file") {
  catalog::Database database;
  add(database, "order_", 3);
  const auto files = model::generate_cpp_files(database);
  REQUIRE(names(files) == std::vector<std::string>{"schema.cpp"});
  CHECK(files[0].text.starts_with(
      "// Declares the database that it was read from. Written by `migrate adopt`; edit it freely.\n"));
}

TEST_CASE("A bigger one is a header and a source for each schema and each group of tables") {
  const auto database = catalog::from_json(R"json({
    "schemas": [{"name": "public"}, {"name": "Lager"}],
    "enums": [{"name": "public.role", "labels": ["guest", "admin"]}],
    "tables": [
      {"name": "public.users", "columns": [{"name": "id", "type": "bigint", "not_null": true},
          {"name": "role", "type": "public.role"}],
        "constraints": [{"name": "users_pkey", "type": "primary_key", "columns": ["id"]}]},
      {"name": "\"Lager\".\"Größe\"", "columns": [{"name": "user id", "type": "bigint", "not_null": true}],
        "constraints": [{"name": "Größe fk", "type": "foreign_key", "columns": ["user id"],
                         "references": "public.users", "referenced_columns": ["id"]}]}],
    "unhandled": [{"kind": "operator", "identity": "public.==="}]})json");
  const auto files = model::generate_cpp_files(database, {"public"}, 20);
  CHECK(names(files) ==
        std::vector<std::string>{"types.hpp", "lager.hpp", "lager.cpp", "public.hpp", "public.cpp"});
  const std::string includes =
      "#pragma once\n#include <migrate/model.hpp>\n\n#include <cstddef>\n#include <cstdint>\n#include "
      "<optional>\n#include <string>\n#include <vector>\n";
  CHECK(text(files, "types.hpp") ==
        "// The enums of the models. Written by `migrate adopt`; edit it freely.\n" + includes +
            "\nnamespace models {\n\nenum class Role { guest, admin };\n\n}  // namespace models\n");
  CHECK(text(files, "public.hpp") ==
        "// The tables that public.cpp declares, as structs. Written by `migrate adopt`; edit it freely.\n" +
            includes +
            "\n#include \"types.hpp\"\n\nnamespace models {\n\nstruct Users {\n  std::int64_t id;\n  "
            "std::optional<Role> role;\n};\n\n}  // namespace models\n");
  CHECK(
      text(files, "lager.cpp") ==
      R"text(// Declares a part of the database that it was read from. Written by `migrate adopt`; edit it freely.
// Not declared here: operator public.===
#include <migrate/model.hpp>

#include "lager.hpp"
#include "public.hpp"

namespace models {
namespace {

void declare_LagerGrE(migrate::Model& m) {
  auto t = m.table<LagerGrE>("Lager.Größe");
  t.column<&LagerGrE::user_id>("user id");
  t.foreign_key<&LagerGrE::user_id>("Größe fk").references<Users, &Users::id>();
}

}  // namespace
}  // namespace models

MIGRATE_MODELS(m) {
  using namespace models;
  m.schema("Lager");
  declare_LagerGrE(m);
}
)text");
  CHECK(text(files, "public.cpp").find("#include \"types.hpp\"") != std::string::npos);
  CHECK(text(files, "public.cpp").find("  m.enum_type<Role>(\"role\");\n  declare_Users(m);\n}\n") !=
        std::string::npos);
}

TEST_CASE("Tables whose names begin alike stand together, and no file is much longer than asked for") {
  catalog::Database database;
  add(database, "order_", 30);
  add(database, "auth_", 9);
  add(database, "single", 1);
  add(database, "x", 4, "small");
  const auto files = model::generate_cpp_files(database, {"public"}, 200);
  CHECK(names(files) == std::vector<std::string>{"public.hpp", "public.cpp", "auth.hpp", "auth.cpp",
                                                 "order.hpp", "order.cpp", "order2.hpp", "order2.cpp",
                                                 "order3.hpp", "order3.cpp", "small.hpp", "small.cpp"});
  for (const auto& file : files) CHECK(lines(file.text).size() <= 200);
  std::size_t tables = 0;
  for (const auto& file : files)
    for (const auto line : lines(file.text)) tables += line.starts_with("struct ");
  CHECK(tables == 44);
}
