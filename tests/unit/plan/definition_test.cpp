// What orders definitions, and what is taken down and put back with what: by Database::dependencies alone.
#include "catalog/database.hpp"
#include "plan/plan.hpp"
#include "tests/support/catch.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

using namespace migrate;
using catalog::Database;
using catalog::Kind;
using catalog::ObjectId;

namespace {

ObjectId view_id(const std::string& name) { return {Kind::view, {"public", name}, ""}; }
ObjectId column_id(const std::string& name) { return {Kind::column, {"public", "t"}, name}; }

catalog::View view(const std::string& name, const std::string& definition,
                   const std::vector<std::string>& columns) {
  catalog::View out;
  out.name = {"public", name};
  out.definition = definition;
  for (const auto& each : columns) out.columns.push_back({each, "integer", "", "", "", {}, {}, ""});
  return out;
}

Database table_of(const std::vector<std::string>& columns) {
  Database out;
  out.schemas = {{"public", ""}};
  catalog::Table table;
  table.name = {"public", "t"};
  for (const auto& name : columns) {
    table.columns.emplace_back();
    table.columns.back().name = name;
    table.columns.back().type = "integer";
  }
  out.tables = {table};
  return out;
}

// a is a view over t.x, b one over a; they come in the wrong order of names.
Database with_views() {
  Database out = table_of({"x"});
  out.views = {view("a_top", "SELECT x FROM public.z_base", {"x"}),
               view("z_base", "SELECT x FROM public.t", {"x"})};
  out.dependencies = {{view_id("a_top"), view_id("z_base")}, {view_id("z_base"), column_id("x")}};
  out.sort();
  return out;
}

std::string text(const plan::Plan& plan) {
  return join_with(plan.steps, "\n--\n", [](const plan::Step& step) {
    return join_with(step.statements, "\n",
                     [](const plan::Statement& each) { return replace_all(each.sql, "\n", " "); });
  });
}

}  // namespace

TEST_CASE("Views are created after what they use and dropped before it") {
  const auto empty = table_of({"x"});
  const auto migration = plan::make_migration(empty, with_views(), {});
  CHECK(text(migration.up) ==
        "CREATE VIEW public.z_base AS SELECT x FROM public.t\n"
        "CREATE VIEW public.a_top AS SELECT x FROM public.z_base");
  CHECK(text(migration.down) == "DROP VIEW public.a_top\nDROP VIEW public.z_base");
}

TEST_CASE("Views over a column that changes its type are taken down and put back") {
  const auto before = with_views();
  auto after = before;
  after.tables.front().columns.front().type = "bigint";
  const auto migration = plan::make_migration(before, after, {});
  CHECK(text(migration.up) ==
        "DROP VIEW public.a_top\n"
        "DROP VIEW public.z_base\n"
        "ALTER TABLE public.t ALTER COLUMN x TYPE bigint\n"
        "CREATE VIEW public.z_base AS SELECT x FROM public.t\n"
        "CREATE VIEW public.a_top AS SELECT x FROM public.z_base");
  CHECK(migration.up.steps.front().preserve ==
        std::vector<std::string>{"view public.a_top", "view public.z_base"});
}

TEST_CASE("A view that takes up a new column gives it up on the way back before the column goes") {
  const auto before = with_views();
  auto after = before;
  after.tables.front().columns.push_back(after.tables.front().columns.front());
  after.tables.front().columns.back().name = "y";
  after.views.back() = view("z_base", "SELECT x, y FROM public.t", {"x", "y"});
  after.dependencies.push_back({view_id("z_base"), column_id("y")});
  after.sort();
  const auto migration = plan::make_migration(before, after, {});
  CHECK(text(migration.up) ==
        "ALTER TABLE public.t ADD COLUMN y integer\n"
        "CREATE OR REPLACE VIEW public.z_base AS SELECT x, y FROM public.t");
  CHECK(text(migration.down) ==
        "DROP VIEW public.a_top\n"
        "DROP VIEW public.z_base\n"
        "CREATE VIEW public.z_base AS SELECT x FROM public.t\n"
        "CREATE VIEW public.a_top AS SELECT x FROM public.z_base\n"
        "ALTER TABLE public.t DROP COLUMN y");
}

TEST_CASE("What stays and uses what is dropped is refused by name") {
  const auto before = with_views();
  auto after = before;
  after.views.erase(after.views.begin() + 1);
  CHECK_THROWS_WITH(plan::make_migration(before, after, {}), "view a_top uses view z_base, which is dropped");
}
