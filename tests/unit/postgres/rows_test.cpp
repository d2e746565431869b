#include "postgres/rows.hpp"

#include "tests/support/catch.hpp"
#include "util/error.hpp"

using namespace migrate;
using namespace migrate::postgres;

namespace {

Rows rows_of(std::size_t columns, const std::vector<std::string>& lines) {
  RowText text(columns);
  for (const auto& line : lines) text.add_copy_line(line);
  return {std::move(text), {}, 0};
}

}  // namespace

TEST_CASE("cells come back as they were added") {
  RowText text(3);
  text.add("one");
  text.add_null();
  text.add("");
  text.end_row();
  text.add(std::string_view("a\0b", 3));
  text.add("Ünï");
  text.add_null();
  text.end_row();
  const Rows rows(std::move(text), {"a", "b", "c"}, 2);
  CHECK(rows.size() == 2);
  CHECK(rows.affected() == 2);
  CHECK(rows.columns() == std::vector<std::string>{"a", "b", "c"});
  CHECK(rows[0].text(0) == "one");
  CHECK(rows[0].null(1));
  CHECK(rows[0].text(1).empty());
  CHECK_FALSE(rows[0].optional(1));
  CHECK_FALSE(rows[0].null(2));
  CHECK(rows[0].optional(2) == "");
  CHECK(rows[1].text(0) == std::string_view("a\0b", 3));
  CHECK(rows[1].text(1) == "Ünï");
  CHECK(rows[1].null(2));
}

TEST_CASE("rows of no columns are counted, and an answer may have none") {
  RowText text(0);
  text.end_row();
  text.end_row();
  CHECK(Rows(std::move(text), {}, 0).size() == 2);
  CHECK(rows_of(0, {""}).size() == 1);
  const Rows none(RowText(3), {}, 0);
  CHECK(none.empty());
  CHECK(none.begin() == none.end());
}

TEST_CASE("many rows, and rows longer than a piece of them") {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < 20000; ++i)
    lines.push_back(std::to_string(i) + "\t" + std::string(i % 1000 == 0 ? 300000 : i % 50, 'x') + "\t\\N");
  const auto rows = rows_of(3, lines);
  REQUIRE(rows.size() == lines.size());
  std::size_t number = 0, wrong = 0;
  for (const Row row : rows) {
    const std::size_t length = number % 1000 == 0 ? 300000 : number % 50;
    if (row.integer(0) != static_cast<std::int64_t>(number) || row.text(1) != std::string(length, 'x') ||
        !row.null(2))
      ++wrong;
    ++number;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a line of COPY: empty cells, nulls, and what stands behind a backslash") {
  const auto rows = rows_of(4, {"\t\\N\t\\\\N\tx", "a\\tb\\nc\\rd\\\\e\t\\b\\f\\v\tno null: \\\\N\t"});
  CHECK_FALSE(rows[0].null(0));
  CHECK(rows[0].text(0).empty());
  CHECK(rows[0].null(1));
  CHECK(rows[0].text(2) == "\\N");
  CHECK_FALSE(rows[0].null(2));
  CHECK(rows[0].text(3) == "x");
  CHECK(rows[1].text(0) == "a\tb\nc\rd\\e");
  CHECK(rows[1].text(1) == "\b\f\v");
  CHECK(rows[1].text(2) == "no null: \\N");
  CHECK(rows[1].text(3).empty());
  CHECK(rows_of(1, {""})[0].optional(0) == "");
}

TEST_CASE("numbers and truth values") {
  const auto rows = rows_of(3, {"-12\tt\t\\N", "1x\tf\t"});
  CHECK(rows[0].integer(0) == -12);
  CHECK(rows[0].boolean(1));
  CHECK(rows[0].integer(2) == 0);
  CHECK_FALSE(rows[0].boolean(2));
  CHECK_FALSE(rows[1].boolean(1));
  try {
    rows[1].integer(0);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(std::string(error.what()) == "the server sent \"1x\" where a number was expected");
  }
}
