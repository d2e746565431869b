#include "sql/statement.hpp"
#include "tests/support/require_error.hpp"
#include "util/text.hpp"

using namespace migrate;
using sql::split;

namespace {
std::vector<std::string> texts(std::string_view script) {
  std::vector<std::string> out;
  for (auto& statement : split(script, "a.sql")) out.push_back(statement.text);
  return out;
}
using Texts = std::vector<std::string>;
}  // namespace

TEST_CASE("statements end at semicolons, and know their lines") {
  const auto found =
      split("\n-- first\nSELECT 1;\n\n  /* x */ SELECT\n 2 -- two\n ;;\nSELECT 3", "a.sql", 10);
  REQUIRE(found.size() == 3);
  CHECK(found[0].text == "SELECT 1");
  CHECK(found[0].line == 12);
  CHECK(found[1].text == "SELECT\n 2");
  CHECK(found[1].line == 14);
  CHECK(found[2].text == "SELECT 3");
  CHECK(found[2].line == 17);
  CHECK(split("", "a.sql").empty());
  CHECK(split(" -- nothing\n/* at all */ ;;", "a.sql").empty());
}

TEST_CASE("a semicolon in quotes ends nothing") {
  CHECK(texts("SELECT 'a;''b;'; x") == Texts{"SELECT 'a;''b;'", "x"});
  CHECK(texts(R"(SELECT '\'; x)") == Texts{R"(SELECT '\')", "x"});
  CHECK(texts(R"(SELECT E'a\';b\\'; x)") == Texts{R"(SELECT E'a\';b\\')", "x"});
  CHECK(texts(R"(SELECT e'\''; x)") == Texts{R"(SELECT e'\'')", "x"});
  CHECK(texts(R"(SELECT U&'d\0061;'; x)") == Texts{R"(SELECT U&'d\0061;')", "x"});
  CHECK(texts(R"(SELECT "a;""b" , U&"x;"; x)") == Texts{R"(SELECT "a;""b" , U&"x;")", "x"});
  CHECK(texts("SELECT N'a;', b'0', X';'; x") == Texts{"SELECT N'a;', b'0', X';'", "x"});
}

TEST_CASE("an escape string goes on over a line end") {
  CHECK(texts("SELECT E'a'\n  -- more\n  'b\\';c'; x") == Texts{"SELECT E'a'\n  -- more\n  'b\\';c'", "x"});
  CHECK(texts("SELECT E'a' 'b\\'; x") == Texts{"SELECT E'a' 'b\\'", "x"});
}

TEST_CASE("dollar quotes keep their tag") {
  CHECK(texts("DO $$ BEGIN; END; $$; x") == Texts{"DO $$ BEGIN; END; $$", "x"});
  CHECK(texts("DO $a$ ; $b$ ; $$ ; $a$; x") == Texts{"DO $a$ ; $b$ ; $$ ; $a$", "x"});
  CHECK(texts("DO $größe$ ; $größe$; x") == Texts{"DO $größe$ ; $größe$", "x"});
  CHECK(texts("SELECT $1; SELECT a$b$; SELECT $2$$;$$") ==
        Texts{"SELECT $1", "SELECT a$b$", "SELECT $2$$;$$"});
}

TEST_CASE("comments nest, and may hold quotes") {
  CHECK(texts("SELECT 1 /* ; ' /* ; */ ; */ + 2; x -- it's; not\n") ==
        Texts{"SELECT 1 /* ; ' /* ; */ ; */ + 2", "x"});
  CHECK(texts("SELECT 1 -- a\rFROM t; x") == Texts{"SELECT 1 -- a\rFROM t", "x"});
  CHECK(texts("SELECT 1 +-- ;\n2; x") == Texts{"SELECT 1 +-- ;\n2", "x"});
}

TEST_CASE("parentheses hold semicolons: CREATE RULE") {
  CHECK(texts("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT ')'; SELECT 2); x") ==
        Texts{"CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT ')'; SELECT 2)", "x"});
  CHECK(texts("SELECT 1); x") == Texts{"SELECT 1)", "x"});
}

TEST_CASE("BEGIN ATOMIC holds semicolons, CASE … END nests in it") {
  const std::string body =
      "CREATE OR REPLACE FUNCTION f(begin int) RETURNS int LANGUAGE sql\nBEGIN ATOMIC\n  SELECT CASE WHEN "
      "true THEN (CASE 1 WHEN 1 "
      "THEN 2 END) ELSE 3 END;\n  SELECT t.end, 1 AS end FROM t;\nEND";
  CHECK(texts(body + "; x") == Texts{body, "x"});
  CHECK(texts("create procedure begin() language sql begin atomic ; end; x") ==
        Texts{"create procedure begin() language sql begin atomic ; end", "x"});
  CHECK(texts("BEGIN; CREATE TABLE t (a int); END; x") ==
        Texts{"BEGIN", "CREATE TABLE t (a int)", "END", "x"});
  CHECK(texts("CREATE FUNCTION begin() RETURNS int LANGUAGE sql RETURN 1; x") ==
        Texts{"CREATE FUNCTION begin() RETURNS int LANGUAGE sql RETURN 1", "x"});
}

TEST_CASE("the rows of COPY FROM stdin are kept raw") {
  const auto found =
      split("COPY \"a;b\" (x, y) FROM stdin;\n1\t';\n\\N\t$$ -- /*\n\\.\nSELECT 1;\n", "a.sql");
  REQUIRE(found.size() == 2);
  CHECK(found[0].text == "COPY \"a;b\" (x, y) FROM stdin");
  CHECK(found[0].has_copy_data);
  CHECK(found[0].copy_data == "1\t';\n\\N\t$$ -- /*\n");
  CHECK(found[1] == sql::Statement{"SELECT 1", 5, false, {}});
  const auto none = split("copy t from STDIN with (format csv); -- rows\r\n\\.\r\n", "a.sql");
  REQUIRE(none.size() == 1);
  CHECK(none[0].has_copy_data);
  CHECK(none[0].copy_data.empty());
  CHECK_FALSE(split("COPY t FROM '/tmp/stdin'; COPY (SELECT 1) TO stdout;", "a.sql")[0].has_copy_data);
}

TEST_CASE("what pg_dump writes around a dump is skipped, other commands of psql are refused") {
  CHECK(texts("\\restrict abcDEF\n\nSELECT 1;\n\\unrestrict abcDEF\n") == Texts{"SELECT 1"});
  REQUIRE_ERROR(
      split("SELECT 1;\n\\connect other\n", "a.sql", 7), ExitCode::failed,
      "a.sql:8: \\connect is a command of psql, not SQL\n"
      "  hint: migrate reads SQL and the rows of COPY … FROM stdin; write what the command stands for");
  REQUIRE_ERROR(
      split("SELECT 1 \\gexec", "a.sql"), ExitCode::failed,
      "a.sql:1: \\gexec is a command of psql, not SQL\n"
      "  hint: migrate reads SQL and the rows of COPY … FROM stdin; write what the command stands for");
}

TEST_CASE("what is not closed is an error where it was opened") {
  REQUIRE_ERROR(split("\nSELECT 'a\n;", "a.sql"), ExitCode::failed, "a.sql:2: this quote is not closed");
  REQUIRE_ERROR(split("SELECT E'\\'", "a.sql"), ExitCode::failed, "a.sql:1: this quote is not closed");
  REQUIRE_ERROR(split("SELECT E'\\", "a.sql"), ExitCode::failed, "a.sql:1: this quote is not closed");
  REQUIRE_ERROR(split("SELECT\n\"a;", "a.sql"), ExitCode::failed,
                "a.sql:2: this quoted identifier is not closed");
  REQUIRE_ERROR(split("DO $a$ ; $b$", "a.sql"), ExitCode::failed, "a.sql:1: this dollar quote is not closed");
  REQUIRE_ERROR(split("/* /* */", "a.sql"), ExitCode::failed, "a.sql:1: this comment is not closed");
  REQUIRE_ERROR(split("/*/", "a.sql"), ExitCode::failed, "a.sql:1: this comment is not closed");
  REQUIRE_ERROR(split("SELECT 1;\nCREATE TABLE t (\n  a int;\n", "a.sql"), ExitCode::failed,
                "a.sql:2: this parenthesis is not closed");
  REQUIRE_ERROR(split("CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;", "a.sql"), ExitCode::failed,
                "a.sql:1: this BEGIN ATOMIC has no END");
  REQUIRE_ERROR(
      split("COPY t FROM stdin;\n1\n", "a.sql"), ExitCode::failed,
      "a.sql:1: the rows of this COPY … FROM stdin have no end\n  hint: close them with a line \\.");
  REQUIRE_ERROR(split("COPY t FROM stdin", "a.sql"), ExitCode::failed,
                "a.sql:1: COPY … FROM stdin ends without a semicolon\n"
                "  hint: its rows start on the line after the semicolon");
  REQUIRE_ERROR(
      split("COPY t FROM stdin; SELECT 1;\n\\.\n", "a.sql"), ExitCode::failed,
      "a.sql:1: after COPY … FROM stdin; its line must end\n  hint: the rows start on the next line");
}

TEST_CASE("windows line ends split alike") {
  const std::string script =
      "-- a\nCREATE FUNCTION f() AS $$\n;\n$$;\nCOPY t FROM stdin;\n1\n\\.\nSELECT 2;\n";
  const auto unix_ends = split(script, "a.sql");
  const auto windows_ends = split(replace_all(script, "\n", "\r\n"), "a.sql");
  REQUIRE(unix_ends.size() == windows_ends.size());
  for (std::size_t i = 0; i < unix_ends.size(); ++i) {
    CHECK(unix_ends[i].line == windows_ends[i].line);
    CHECK(sql::normalized(unix_ends[i].text) == sql::normalized(windows_ends[i].text));
  }
}

TEST_CASE("comments outside of everything are listed") {
  const auto found = sql::line_comments(
      "-- a\n  --b\r\nSELECT 1; -- c\n$$\n-- no\n$$ /*\n-- no */ '\n-- no' (\n-- d\nCOPY", "a.sql", 3);
  REQUIRE(found.size() == 4);
  CHECK(found[0].text == "-- a");
  CHECK(found[1].text == "--b");
  CHECK(found[1].first_on_line);
  CHECK(found[1].line == 4);
  CHECK(found[2].text == "-- c");
  CHECK_FALSE(found[2].first_on_line);
  CHECK(found[3].text == "-- d");
  CHECK(found[3].line == 11);
  CHECK(sql::line_comments("COPY t FROM stdin;\n-- row\n\\.\n", "a.sql").empty());
}
