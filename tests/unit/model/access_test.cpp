// Owners and privileges: declared, read as a document, and written as C++ again.
#include <migrate/model.hpp>

#include "model/document.hpp"
#include "model/generate_cpp.hpp"
#include "model/runtime/data.hpp"
#include "tests/support/require_error.hpp"

using namespace migrate;

namespace {

struct Account {
  long id;
  std::string mail;
};

void declare(Model& m) {
  auto t = m.table<Account>("accounts");
  t.column<&Account::id>().identity();
  t.column<&Account::mail>().named("E-mail").grant("SELECT , update", "support");
  t.owner("The \"owner\"").grant("select", "app").grant("all", "public");
  m.enum_type("mood", {"good"}).owner("app");
  m.sequence("numbers").owner("app").grant("usage", "public");
  m.schema("sales").owner("app").grant("usage", "support");
  m.view("v").as("SELECT 1").owner("app").grant("select", "public");
  m.function("f").returns("integer").body("SELECT 1").revoke("execute", "public");
  m.access("sequence accounts_id_seq").grant_with_option("usage", "app");
  m.access("table accounts").revoke("delete", "The \"owner\"");
  m.default_privileges("tables")
      .for_role("app")
      .in_schema("sales")
      .grant("select", "support")
      .grant_with_option("insert, update", "ops");
  m.default_privileges("functions").for_role("app").revoke("execute", "public");
}

model::Document read(void (*declared)(Model&)) {
  detail::ModelData data;
  Model model(data);
  declared(model);
  detail::resolve(data);
  return model::read_document(detail::document(data, {"models.cpp"}), "models", {"public"});
}

std::string text_of(const std::vector<catalog::Grant>& grants) {
  std::string out;
  for (const auto& each : grants)
    out += (out.empty() ? "" : ", ") + std::string(each.revoked ? "-" : "") + each.privilege +
           (each.grantable ? "*" : "") + " " + each.grantee;
  return out;
}

}  // namespace

TEST_CASE("Owners and privileges of the models", "[model]") {
  const auto database = read(declare).database;
  std::string text;
  for (const auto& each : database.access)
    text += each.object.key() + ": " + each.owner + ": " + text_of(each.grants) + "\n";
  CHECK(text ==
        "schema sales: app: usage support\n"
        "type public.mood: app: \n"
        "sequence public.accounts_id_seq: : usage* app\n"
        "sequence public.numbers: app: usage public\n"
        "table public.accounts: The \"owner\": select app, all public, -delete The \"owner\"\n"
        "column public.accounts.\"E-mail\": : select support, update support\n"
        "function public.f(): : -execute public\n"
        "view public.v: app: select public\n");
  REQUIRE(database.default_privileges.size() == 2);
  CHECK(database.default_privileges[0].id().text() == "default privileges on functions of app");
  CHECK(text_of(database.default_privileges[0].grants) == "-execute public");
  CHECK(database.default_privileges[1].id().key() == "default privileges sales.app(tables)");
  CHECK(text_of(database.default_privileges[1].grants) == "insert* ops, update* ops, select support");
}

TEST_CASE("Default privileges must say whose", "[model]") {
  std::string problem;
  try {
    read([](Model& m) { m.default_privileges("tables").grant("select", "app"); });
  } catch (const Error& error) {
    problem = error.text();
  }
  const std::string expected =
      "default privileges on tables are those of what one role makes: say for_role(…)";
  INFO(problem);
  CHECK(problem.find(expected) != std::string::npos);
}

TEST_CASE("Owners and privileges as C++", "[model]") {
  const auto text = model::generate_cpp(read(declare).database, {"public"});
  CHECK(
      text.substr(text.find("  m.access(\"schema")) ==
      "  m.access(\"schema sales\").owner(\"app\").grant(\"usage\", \"support\");\n"
      "  m.access(\"type public.mood\").owner(\"app\");\n"
      "  m.access(\"sequence public.accounts_id_seq\").grant_with_option(\"usage\", \"app\");\n"
      "  m.access(\"sequence public.numbers\").owner(\"app\").grant(\"usage\", \"public\");\n"
      "  m.access(\"table public.accounts\").owner(\"The \\\"owner\\\"\").grant(\"select\", "
      "\"app\").grant(\"all\", "
      "\"public\").revoke(\"delete\", \"The \\\"owner\\\"\");\n"
      "  m.access(\"column public.accounts.\\\"E-mail\\\"\").grant(\"select, update\", \"support\");\n"
      "  m.access(\"function public.f()\").revoke(\"execute\", \"public\");\n"
      "  m.access(\"view public.v\").owner(\"app\").grant(\"select\", \"public\");\n"
      "  m.default_privileges(\"functions\").for_role(\"app\").revoke(\"execute\", \"public\");\n"
      "  m.default_privileges(\"tables\").for_role(\"app\").in_schema(\"sales\").grant_with_option(\"insert, "
      "update\", "
      "\"ops\").grant(\"select\", \"support\");\n"
      "}\n");
}
