#include "model/compile_commands.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/require_error.hpp"
#include "tests/support/temporary_folder.hpp"
#include "util/files.hpp"

using migrate::ExitCode;
using migrate::model::compile_command;
using Words = std::vector<std::string>;

TEST_CASE("The flags of a source are found in compile_commands.json, among entries that say nothing of it") {
  const migrate::test::TemporaryFolder folder;
  const auto database = folder.path() / "compile_commands.json", file = folder.path() / "models.cpp";
  migrate::write_file(file, "");
  migrate::write_file(
      database,
      R"([1, {"file": 5, "directory": "/"}, {"file": "models.cpp", "directory": 7, "command": "c++ -DX"},
                   {"file": "models.cpp", "directory": ")" +
          folder.path().string() +
          R"(", "arguments": ["c++", 3]},
                   {"file": "models.cpp", "directory": ")" +
          folder.path().string() + R"(", "command": "c++ -DA='b c' -c models.cpp -o models.o"}])");
  CHECK(compile_command(database, file).flags == Words{"-DA=b c"});
}

TEST_CASE("A compile_commands.json that cannot be read is named") {
  const migrate::test::TemporaryFolder folder;
  const auto database = folder.path() / "compile_commands.json";
  migrate::write_file(database, R"([{"file": 1e999}])");
  REQUIRE_ERROR(compile_command(database, "models.cpp"), ExitCode::failed,
                database.string() + " is not valid JSON");
}
