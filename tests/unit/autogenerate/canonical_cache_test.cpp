#include "autogenerate/canonical_cache.hpp"

#include <unistd.h>

#include <filesystem>

#include "tests/support/catch.hpp"
#include "util/error.hpp"
#include "util/files.hpp"

using namespace migrate;
using namespace migrate::autogenerate;

namespace {

struct File {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("canonical_cache_test." + std::to_string(::getpid()));
  ~File() { std::filesystem::remove(path); }
};

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
    read_canonical(file, {});
    return "none";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a canonical form comes back from its file, and shares what another catalogue has alike") {
  const File file;
  write_canonical(file.path, sample());
  auto like = sample();
  like.tables[1].columns[0].comment = "another";
  const auto back = read_canonical(file.path, like);
  CHECK(back == sample());
  CHECK(&back.tables[0].columns.get() == &like.tables[0].columns.get());
  CHECK(&back.tables[1].columns.get() != &like.tables[1].columns.get());
  write_canonical(file.path, {});
  CHECK(read_canonical(file.path, like) == catalog::Database());
}

TEST_CASE("a canonical form that is cut off anywhere, or is none, is refused") {
  const File file;
  write_canonical(file.path, sample());
  const auto whole = read_file(file.path);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    write_file(file.path, whole.substr(0, size));
    CHECK(read_error(file.path) == file.path.string() + " is cut off");
  }
  write_file(file.path, "1\n{}\n{\"name\":\n");
  CHECK(read_error(file.path) == "not valid JSON: it is broken at byte 9");
  write_file(file.path, "1\n{}\n{\"nome\":\"public.t\"}\n");
  CHECK(read_error(file.path) == "the document has an unknown field \"nome\" (did you mean \"name\"?)");
}
