// Views and materialized views: declared, read as a document, and written as C++ again.
#include <migrate/model.hpp>

#include "catalog/database.hpp"
#include "model/document.hpp"
#include "model/generate_cpp.hpp"
#include "model/runtime/data.hpp"
#include "tests/support/catch.hpp"

using namespace migrate;

namespace {

model::Document read(void (*declare)(Model&)) {
  detail::ModelData data;
  Model model(data);
  declare(model);
  detail::resolve(data);
  return model::read_document(detail::document(data, {"models.cpp"}), "models", {"public"});
}

void declare(Model& m) {
  m.view("\"odd.view\"")
      .as("SELECT 1 AS \"select\"")
      .check_option("local")
      .column_default("select", "'é'")
      .column_comment("select", "a \"word\"")
      .comment("it's")
      .renamed_from("app.before");
  auto totals = m.materialized_view("app.totals").as("SELECT day, who FROM \"odd.view\"");
  totals.with_no_data().with("fillfactor", "70").tablespace("fast").access_method("heap2").comment("sums");
  totals.column_storage("who", "external")
      .column_statistics("day", 500)
      .column_option("day", "n_distinct", "-1");
  totals.index("totals_day")
      .unique()
      .on("day")
      .desc()
      .on_sql("lower(who)", "text_pattern_ops")
      .where("day > 0");
  totals.index().method("gin").on("who").comment("to search").renamed_from("old_idx");
}

}  // namespace

TEST_CASE("Views and materialized views of the models", "[model]") {
  const auto document = read(declare);
  const auto& database = document.database;
  REQUIRE(database.views.size() == 1);
  const auto& view = database.views[0];
  CHECK(view.name == catalog::Name{"public", "odd.view"});
  CHECK(view.options == catalog::StorageParameters{{"check_option", "local"}});
  CHECK(view.columns ==
        std::vector<catalog::ViewColumn>{{"select", "", "'é'", "", "", {}, {}, "a \"word\""}});
  REQUIRE(database.materialized_views.size() == 1);
  const auto& totals = database.materialized_views[0];
  CHECK_FALSE(totals.populated);
  CHECK(totals.tablespace == "fast");
  CHECK(totals.access_method == "heap2");
  CHECK(totals.columns ==
        std::vector<catalog::ViewColumn>{{"who", "", "", "external", "", {}, {}, ""},
                                         {"day", "", "", "", "", 500, {{"n_distinct", "-1"}}, ""}});
  REQUIRE(totals.indexes.size() == 2);
  CHECK(totals.indexes[0].name.empty());
  CHECK(totals.indexes[0].method == "gin");
  CHECK(totals.indexes[1].name == "totals_day");
  CHECK(totals.indexes[1].unique);
  CHECK(totals.indexes[1].elements[1].expression == "lower(who)");
  CHECK(document.locations.count("view public.\"odd.view\"") == 1);
  CHECK(document.locations.count("materialized view app.totals") == 1);
  CHECK(document.locations.count("index app.totals_day") == 1);
  REQUIRE(document.renames.size() == 1);
  CHECK(document.renames[0].was == "app.before");
  CHECK(document.renames[0].object.text() == "view \"odd.view\"");
}

TEST_CASE("Views and materialized views as C++", "[model]") {
  const auto text = model::generate_cpp(read(declare).database);
  CHECK(text.substr(text.find("MIGRATE_MODELS(m)")) ==
        R"text(MIGRATE_MODELS(m) {
  m.schema("app");
  m.view("\"odd.view\"").as("SELECT 1 AS \"select\"").option("check_option", "local").column_default("select", "'é'").column_comment("select", "a \"word\"").comment("it's");
  {
    auto view = m.materialized_view("app.totals").as("SELECT day, who FROM \"odd.view\"").with_no_data().with("fillfactor", "70").tablespace("fast").access_method("heap2").column_storage("who", "external").column_statistics("day", 500).column_option("day", "n_distinct", "-1").comment("sums");
    view.index().method("gin").on("who").comment("to search");
    view.index("totals_day").unique().on("day").desc().on_sql("lower(who)").opclass("text_pattern_ops").where("day > 0");
  }
}
)text");
}
