#include "cli/side.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/require_error.hpp"
#include "tests/support/temporary_folder.hpp"
#include "util/files.hpp"

using namespace migrate;
using cli::parse_side;
using cli::SideName;
using Kind = cli::SideName::Kind;

TEST_CASE("what diff compares is named by a word, a URL or a path", "[diff]") {
  const auto is = [](const std::string& text, const SideName& name) {
    INFO(text);
    CHECK(parse_side(text, "--from") == name);
  };
  is("database", {Kind::database, ""});
  is("models", {Kind::models, ""});
  is("history", {Kind::history, "heads"});
  is("history@7c1f", {Kind::history, "7c1f"});
  is("history@base", {Kind::history, "base"});
  is("local", {Kind::url, "local"});
  is("postgresql://app@db/shop", {Kind::url, "postgresql://app@db/shop"});
  is("postgres:///shop.sql", {Kind::url, "postgres:///shop.sql"});
  is("host=/tmp dbname='größe.json'", {Kind::url, "host=/tmp dbname='größe.json'"});
  is("old schema.sql", {Kind::sql_file, "old schema.sql"});
  is("kept.json", {Kind::snapshot, "kept.json"});
}

TEST_CASE("a path that is there is one, whatever it is called", "[diff]") {
  const test::TemporaryFolder folder;
  write_file(folder.path() / "a=b.sql", "SELECT 1;\n");
  write_file(folder.path() / "a=b.json", "{}\n");
  const auto path = [&](const std::string& name) { return (folder.path() / name).string(); };
  CHECK(parse_side(path("a=b.sql"), "--to") == SideName{Kind::sql_file, path("a=b.sql")});
  CHECK(parse_side(path("a=b.json"), "--to") == SideName{Kind::snapshot, path("a=b.json")});
  CHECK(parse_side(folder.path().string(), "--to") == SideName{Kind::sql_folder, folder.path().string()});
}

TEST_CASE("what is nothing to compare is refused without its password", "[diff]") {
  const auto refused = [](const std::string& text, const std::string& expected) {
    try {
      parse_side(text, "--to");
      FAIL("taken: " << text);
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::usage);
      CHECK(error.text() == expected);
    }
  };
  refused("modles",
          "--to modles: this is nothing that can be compared\n"
          "  hint: give database, models, history, history@REVISION, a URL, a .sql file or a folder of them, "
          "or a .json snapshot");
  refused("history@",
          "--to history@: this is nothing that can be compared\n"
          "  hint: give database, models, history, history@REVISION, a URL, a .sql file or a folder of them, "
          "or a .json snapshot");
  try {
    parse_side("postgresql://app:secret@[db/shop", "--to");
    FAIL("taken");
  } catch (const Error& error) {
    CHECK(error.text().find("secret") == std::string::npos);
    CHECK(error.code() == ExitCode::usage);
  }
}
