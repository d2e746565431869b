#include "autogenerate/canonical_cache.hpp"

#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "util/error.hpp"
#include "util/files.hpp"

using namespace migrate;
using namespace migrate::autogenerate;

namespace {

catalog::Table table(const std::string& name, const std::string& comment) {
  catalog::Table out;
  out.name = {"public", name};
  catalog::Column column;
  column.name = "a\nb";
  column.type = "integer";
  column.comment = comment;
  out.columns = {column};
  return out;
}

catalog::Database sample() {
  catalog::Database out;
  out.schemas = {{"public", "two\nlines"}};
  out.tables = {table("t \"1\"", ""), table("u", "as it was")};
  return out;
}

std::string read_error(const std::filesystem::path& file) {
  try {
    const catalog::Database none;
    read_canonical(file, KnownTables(none));
    return "none";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a canonical form comes back from its file, and shares what another catalogue has alike") {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "form";
  write_canonical(file, sample());
  auto like = sample();
  like.tables[1].columns[0].comment = "another";
  const auto back = read_canonical(file, KnownTables(like));
  CHECK(back == sample());
  CHECK(&back.tables[0].columns.get() == &like.tables[0].columns.get());
  CHECK(&back.tables[1].columns.get() != &like.tables[1].columns.get());
  write_canonical(file, {});
  CHECK(read_canonical(file, KnownTables(like)) == catalog::Database());
}

TEST_CASE("the text of a table that is known is not read") {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "form";
  write_canonical(file, sample());
  auto whole = read_file(file);
  const auto text = whole.rfind("as it was");
  REQUIRE(text != std::string::npos);
  whole.replace(text, 9, "\"broken\\x");
  write_file(file, whole);
  const auto like = sample();
  CHECK(read_canonical(file, KnownTables(like)) == sample());
  CHECK(read_error(file) == "not valid JSON: it is broken at byte 75");
}

TEST_CASE("a canonical form that is cut off anywhere, or is none, is refused") {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "form";
  write_canonical(file, sample());
  const auto whole = read_file(file);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    write_file(file, whole.substr(0, size));
    CHECK(read_error(file) == file.string() + " is cut off");
  }
  write_file(file, whole + "\n");
  CHECK(read_error(file) == file.string() + " is cut off");
  write_file(file, "99999999999999999\n{}\n");
  CHECK(read_error(file) == file.string() + " is cut off");
  write_file(file, "1\n{}\n0 9\n{\"name\":\n");
  CHECK(read_error(file) == "not valid JSON: it is broken at byte 10");
  write_file(file, "1\n{}\n0 20\n{\"nome\":\"public.t\"}\n");
  CHECK(read_error(file) == "the document has an unknown field \"nome\" (did you mean \"name\"?)");
}
