#include "model/document.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/require_error.hpp"

namespace {

using migrate::ExitCode;
using migrate::model::read_document;

migrate::model::Document read(const std::string& json) {
  return read_document(json, "schema.json", {"public"});
}

}  // namespace

TEST_CASE("A document that is no whole document is refused") {
  REQUIRE_ERROR(read(" \n"), ExitCode::failed, "schema.json: the document is empty");
  REQUIRE_ERROR(read(R"({"format":"migrate.models","version":1,"data)"), ExitCode::failed,
                "schema.json: the document is cut off: it ends after 44 bytes");
  REQUIRE_ERROR(read(R"({"format" "x"})"), ExitCode::failed,
                "schema.json: the document is broken at byte 13");
  REQUIRE_ERROR(read(R"({"format":"else"})"), ExitCode::failed,
                "schema.json: this is no models document\n"
                "  hint: it is what a models program or `migrate models --format json` writes");
  REQUIRE_ERROR(read(R"({"format":"migrate.models","version":7,"end":true})"), ExitCode::failed,
                "schema.json: the document has version 7, this migrate reads version 1\n"
                "  hint: build the models program with the header of this migrate");
  REQUIRE_ERROR(read(R"({"format":"migrate.models","version":1,"database":{}})"), ExitCode::failed,
                "schema.json: the document is cut off: its end is missing");
  REQUIRE_ERROR(read(R"({"format":"migrate.models","version":1,"database":{"tabels":[]},"end":true})"),
                ExitCode::failed,
                "schema.json: database has an unknown field \"tabels\" (did you mean \"tables\"?)");
  REQUIRE_ERROR(read(R"({"format":"migrate.models","version":1,"more":1e999,"end":true})"), ExitCode::failed,
                "schema.json: more has a number that is too large");
  REQUIRE_ERROR(read(R"({"format":"migrate.models","more":1e999,"version" 1})"), ExitCode::failed,
                "schema.json: the document is broken at byte 51");
  REQUIRE_ERROR(read(R"({"format":"migrate.models","version":4294967297,"end":true})"), ExitCode::failed,
                "schema.json: the document has version 4294967297, this migrate reads version 1\n"
                "  hint: build the models program with the header of this migrate");
}

TEST_CASE("The models' own problems are one error that lists them all") {
  REQUIRE_ERROR(
      read(
          R"({"format":"migrate.models","version":1,"problems":[{"where":"a.cpp:3","text":"no"}],"end":true})"),
      ExitCode::failed, "a.cpp:3: no");
  REQUIRE_ERROR(
      read(
          R"({"format":"migrate.models","version":1,"problems":[{"where":"a.cpp:3","text":"no"},{"where":"b.cpp:4","text":"nor"}],"end":true})"),
      ExitCode::failed, "the models have 2 problems\n  a.cpp:3: no\n  b.cpp:4: nor");
}

TEST_CASE("Unqualified names are those of the search_path") {
  const auto document = read_document(R"json({"format":"migrate.models","version":1,
      "locations":{"table \"A\"":"m.cpp:3","column \"A\".\"b c\"":"m.cpp:4"},
      "renames":[{"object":"table \"A\"","was":"\"old\"","where":"m.cpp:3"}],
      "database":{"enums":[{"name":"util.kind","labels":["x"]}],
                  "tables":[{"name":"\"A\"","columns":[{"name":"b c","type":"kind[]"},{"name":"d","type":"VARCHAR(3)"}]},
                            {"name":"util.t","columns":[]}]},"end":true})json",
                                      "schema.json", {"app", "util"});
  REQUIRE(document.database.tables.size() == 2);
  const auto& table = document.database.tables[0];
  CHECK(table.name == migrate::catalog::Name{"app", "A"});
  CHECK(table.columns[0].type == "util.kind[]");
  CHECK(table.columns[1].type == "character varying(3)");
  CHECK(document.locations.at("column app.\"A\".\"b c\"").line == 4);
  CHECK(document.renames[0].was == "old");
  CHECK(document.database.schema("app"));
  CHECK(document.database.schema("util"));
}

TEST_CASE("A written document reads as what it was") {
  const auto before =
      read_document(R"({"format":"migrate.models","version":1,"locations":{"table t":"m.cpp:3"},
      "renames":[{"object":"column t.a","was":"b","where":"m.cpp:3"}],
      "database":{"tables":[{"name":"t","columns":[{"name":"a","type":"int"}]}]},"end":true})",
                    "schema.json", {"public"});
  const auto after = read(migrate::model::write_document(before));
  CHECK(after.database == before.database);
  CHECK(after.locations == before.locations);
  CHECK(after.renames.size() == 1);
}

TEST_CASE("The schemas that a document names at its beginning") {
  using Names = std::vector<std::string>;
  CHECK(migrate::model::likely_schemas("").empty());
  CHECK(migrate::model::likely_schemas("{\"database\":{\"tables\":[]}}").empty());
  CHECK(migrate::model::likely_schemas(
            "{\"database\": {\"schemas\": [ {\"name\": \"public\"}, "
            "{\"name\":\"Größe 1\",\"comment\":\"x\"} ], \"tables\":[{\"name\":\"t\"}]}}") ==
        Names{"public", "Größe 1"});
  CHECK(migrate::model::likely_schemas("{\"database\":{\"schemas\":[{\"name\":\"a\"},{\"name\"") ==
        Names{"a"});
  migrate::catalog::Database database;
  database.schemas.emplace_back().name = "app";
  database.tables.emplace_back().name = {"app", "t"};
  CHECK(migrate::model::likely_schemas(migrate::model::write_document(database)) == Names{"app"});
}
