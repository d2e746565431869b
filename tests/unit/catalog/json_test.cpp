#include "catalog/json.hpp"

#include <nlohmann/json.hpp>

#include "catalog/json_text.hpp"
#include "tests/support/catch.hpp"
#include "util/error.hpp"

using namespace migrate;
using namespace migrate::catalog;

namespace {

Database sample() {
  Database out;
  out.server_version = 150018;
  out.schemas = {{"public", ""}, {"Sales & Co", "it's \"ours\""}};
  out.enums = {{{"public", "role"}, {"guest", "member"}, ""}};
  Sequence sequence;
  sequence.name = {"public", "Zähler"};
  sequence.options.max = 9;
  sequence.options.cycle = true;
  out.sequences = {sequence};
  Table table;
  table.name = {"Sales & Co", "select"};
  Column id;
  id.name = "id";
  id.type = "bigint";
  id.not_null = true;
  id.identity = Identity{};
  Column total;
  total.name = "total";
  total.type = "numeric(12,2)";
  total.generated = Generated{"price * 2", true};
  total.statistics = 0;
  total.options = catalog::StorageParameters{{"n_distinct", "-0.5"}};
  table.columns = {id, total};
  Constraint key;
  key.name = "k";
  key.type = ConstraintType::foreign_key;
  key.columns = {"id"};
  key.references = {"public", "other.table"};
  key.on_delete = ForeignKeyAction::restrict_;
  table.constraints = {key};
  Index index;
  index.name = "i";
  index.elements.resize(1);
  index.elements[0].expression = "lower(x)";
  index.elements[0].nulls_first = false;
  table.indexes = {index};
  out.tables = {table};
  out.unhandled = {{"view", "public.v", {{Kind::column, {"public", "a b"}, "c.d"}}}};
  out.sort();
  return out;
}

std::string error_of(std::string_view text) {
  try {
    from_json(text);
  } catch (const Error& error) {
    return error.text();
  }
  return "";
}

}  // namespace

TEST_CASE("a catalogue comes back from its JSON as it was") {
  CHECK(from_json(to_json(sample())) == sample());
}

TEST_CASE("a field that has its usual value is left out, and names are written as SQL writes them") {
  Database small;
  small.tables.resize(1);
  small.tables[0].name = {"public", "Order"};
  CHECK(to_json(small, -1) == "{\"tables\":[{\"name\":\"public.\\\"Order\\\"\"}]}\n");
}

TEST_CASE("a bad document is told where and how it is bad") {
  CHECK(error_of(R"({"tables":[{"name":"a","colums":[]}]})") ==
        "tables[0] has an unknown field \"colums\" (did you mean \"columns\"?)");
  CHECK(error_of(R"({"tables":[{"name":"a","columns":[{"name":"x","type":7}]}]})") ==
        "tables[0].columns[0].type must be a string");
  CHECK(error_of(R"({"tables":{}})") == "tables must be a list");
  CHECK(error_of(R"({"tables":[{"name":"a..b"}]})") == "tables[0].name is not a name: \"a..b\"");
  CHECK(error_of(R"({"tables":[{"name":"a","constraints":[{"type":"foreign"}]}]})") ==
        "tables[0].constraints[0].type has an unknown value \"foreign\"");
}

TEST_CASE("A catalogue is written as nlohmann::json writes it") {
  auto database = sample();
  database.schemas.push_back({"\x01\t\n\x7f \\ \"", "\xC3\x28 é 🐘"});  // with bytes that are no UTF-8
  Routine routine;
  routine.name = {"public", "f"};
  routine.cost = 0.1;
  routine.rows = 1e20;
  database.routines = {routine, routine};
  database.routines[1].cost = 100;
  database.sort();
  using Json = nlohmann::ordered_json;
  for (const int indent : {-1, 0, 1, 2}) {
    const auto text = to_json(database, indent);
    CHECK(text == Json::parse(text).dump(indent, ' ', false) + "\n");
    const auto again = from_json(text);
    CHECK(again.routines == database.routines);
    CHECK(to_json(again, indent) == text);
  }
}

TEST_CASE("What nlohmann::json takes is read, and nothing else") {
  const auto reads = [](const std::string& text) {
    try {
      JsonReader in(text);
      in.skip();
      in.end();
      return true;
    } catch (const JsonReader::Broken&) {
      return false;
    }
  };
  const std::vector<std::string> texts = {"",
                                          " ",
                                          "null",
                                          "nul",
                                          "nulls",
                                          "true",
                                          " false ",
                                          "0",
                                          "-0",
                                          "01",
                                          "-",
                                          "1.",
                                          ".5",
                                          "1.5e",
                                          "1e+5",
                                          "1E-05x",
                                          "12a",
                                          "\"\"",
                                          "\"a",
                                          "\"\\\"",
                                          "\"\\u00e9\"",
                                          "\"\\u00g9\"",
                                          "\"\\ud83d\\udc18\"",
                                          "\"\\ud83d\"",
                                          "\"\\udc18\"",
                                          "\"\\ud83dx\"",
                                          "\"\\x\"",
                                          "\"\t\"",
                                          "\"\xC3\x28\"",
                                          "\"\xC3\xA9\"",
                                          "{}",
                                          "{ }",
                                          "{\"a\":1}",
                                          "{\"a\":1,}",
                                          "{\"a\" 1}",
                                          "{a:1}",
                                          "{\"a\":1 \"b\":2}",
                                          "{\"a\":{\"b\":[1,2,{}]}}",
                                          "[]",
                                          "[1",
                                          "[1,]",
                                          "[,1]",
                                          "[1 2]",
                                          "[[],[]]",
                                          "[1,2]]",
                                          "{}{}",
                                          "[1],",
                                          "\xEF\xBB\xBF",
                                          "{\"a\":[1,2,\"x\"],\"b\":null}\n"};
  for (const auto& text : texts) {
    INFO(text);
    CHECK(reads(text) == nlohmann::json::accept(text));
  }
}

TEST_CASE("Escapes in a string are what they stand for") {
  const std::string text = R"("a\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\udc18")";
  std::string value;
  JsonReader(text).string(value);
  CHECK(value == nlohmann::json::parse(text).get<std::string>());
}

TEST_CASE("A document that goes too deep is broken, and nothing worse") {
  CHECK_THROWS_AS(from_json("{\"x\":" + std::string(1000000, '[')), Error);
}
