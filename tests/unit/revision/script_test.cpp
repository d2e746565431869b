#include "revision/script.hpp"

#include <random>

#include "tests/support/require_error.hpp"
#include "util/text.hpp"

using namespace migrate;
using namespace migrate::revision;

namespace {

const std::string header = "-- migrate:revision b2\n-- migrate:down_revision a1\n";

Script parse(const std::string& text) { return parse_script(text, "m/b2.sql"); }

// Some of everything that a script can say, by chance.
class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  int below(int most) { return static_cast<int>(engine_() % static_cast<unsigned>(most)); }
  bool coin() { return below(2) == 0; }
  template <class T>
  T one_of(std::vector<T> choices) {
    return choices[static_cast<std::size_t>(below(static_cast<int>(choices.size())))];
  }
  std::vector<std::string> some(const std::vector<std::string>& choices) {
    std::vector<std::string> out;
    for (const auto& choice : choices)
      if (below(3) == 0) out.push_back(choice);
    return out;
  }
  Section section(Direction direction, int ups) {
    Section out;
    out.direction = direction;
    out.transactional = coin();
    if (direction == Direction::down && coin()) out.undoes = 1 + below(ups);
    if (coin()) out.lock_timeout = one_of<std::string>({"0", "5s", "500ms"});
    if (coin()) out.statement_timeout = one_of<std::string>({"0", "1min"});
    if (coin()) out.wait = one_of<std::string>({"0", "5min"});
    if (coin()) out.lock_retries = below(3);
    out.preserve = some(
        {"table public.x", "table \"a b\".\"c%20d\"", "view größe.\"tab\there\"", "function f(int, text)"});
    out.sql =
        join(some({"\n\nSELECT 1;", "SELECT '-- migrate:up';", "-- a comment", "/*\n-- migrate:down\n*/",
                   "$$\n-- migrate:up\n$$;", "COPY t FROM stdin;\n-- migrate:down\n\\N\t\n\\.",
                   "SELECT \"ä;\"", "-- migrate:allow data-loss", "  x"}),
             "\n");
    return out;
  }
  Script script() {
    Script out;
    out.header.id = "b2";
    out.header.path = "m/b2.sql";
    out.header.down_revision_line = 2;
    out.header.down_revisions = some({"a1", "c.3", "d_4"});
    out.header.branch_labels = some({"shop", "billing"});
    out.header.depends_on = some({"e5", "shop"});
    out.header.replaces = some({"f6", "g7"});
    out.header.message = one_of<std::string>({"", "add orders", "größe: 'x' -- y"});
    out.header.created = one_of<std::string>({"", "2026-11-22T10:15:00Z"});
    out.comments = some(
        {"", "creates table orders", "  indented", "loses nothing", "", "-- dashes", "what migrate:up is"});
    const int ups = 1 + below(3);
    for (int i = 0; i < ups; ++i) out.up.push_back(section(Direction::up, ups));
    for (int i = below(3); i > 0; --i) out.down.push_back(section(Direction::down, ups));
    out.allows_data_loss = coin();
    for (const auto* sections : {&out.up, &out.down})
      for (const auto& each : *sections)
        if (each.sql.find("-- migrate:allow") != std::string::npos) out.allows_data_loss = true;
    return out;
  }

 private:
  std::mt19937 engine_;
};

}  // namespace

TEST_CASE("a script says its header, comments and sections") {
  const auto script = parse(
      "-- migrate:revision 7c1f0e9a4b21\n-- migrate:down_revision 51f2c3d4e5f6\n-- migrate:message add "
      "orders\n"
      "-- migrate:created 2026-11-22T10:15:00Z\n--\n-- creates table orders\n--  loses nothing\n\n"
      "-- migrate:up\nCREATE TABLE orders (id int);\n\n"
      "-- migrate:up transaction:false lock_timeout:0 statement_timeout:1min\nCREATE INDEX CONCURRENTLY i ON "
      "orders (id);\n\n"
      "-- migrate:down undoes:2 transaction:false preserve:table%20public.x preserve:view%20%22a%25%22\n"
      "DROP INDEX CONCURRENTLY i;\n\n-- migrate:down undoes:1\nDROP TABLE orders;\n");
  CHECK(script.header.id == "7c1f0e9a4b21");
  CHECK(script.header.down_revisions == std::vector<std::string>{"51f2c3d4e5f6"});
  CHECK(script.header.message == "add orders");
  CHECK(script.header.created == "2026-11-22T10:15:00Z");
  CHECK(script.header.down_revision_line == 2);
  CHECK(script.comments == std::vector<std::string>{"creates table orders", " loses nothing"});
  CHECK_FALSE(script.allows_data_loss);
  REQUIRE(script.up.size() == 2);
  REQUIRE(script.down.size() == 2);
  CHECK(script.up[0].transactional);
  CHECK(script.up[0].line == 9);
  CHECK(script.up[0].sql == "CREATE TABLE orders (id int);");
  CHECK_FALSE(script.up[1].transactional);
  CHECK(script.up[1].lock_timeout == "0");
  CHECK(script.up[1].statement_timeout == "1min");
  CHECK(script.down[0].undoes == 2);
  CHECK(script.down[0].preserve == std::vector<std::string>{"table public.x", "view \"a%\""});
  const auto found = statements(script.down[1], "m/b2.sql");
  REQUIRE(found.size() == 1);
  CHECK(found[0].line == 19);
}

TEST_CASE("parents, labels and dependencies are lists") {
  const auto found = parse_header(
      "-- migrate:revision e5\n-- migrate:down_revision d1, d2 d3\n-- migrate:branch_labels shop\n-- "
      "migrate:depends_on x1,y2\n"
      "-- migrate:replaces a1 b2\n\n-- migrate:up\nnot SQL ' at all",
      "e.sql");
  CHECK(found.down_revisions == std::vector<std::string>{"d1", "d2", "d3"});
  CHECK(found.branch_labels == std::vector<std::string>{"shop"});
  CHECK(found.depends_on == std::vector<std::string>{"x1", "y2"});
  CHECK(found.replaces == std::vector<std::string>{"a1", "b2"});
  CHECK(parse_header("-- migrate:revision a\n-- migrate:down_revision none\n-- migrate:up\n", "a.sql")
            .down_revisions.empty());
}

TEST_CASE("what is written is read back") {
  for (unsigned seed = 0; seed < 500; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    const auto script = random.script();
    const auto text = format_script(script);
    INFO(text);
    auto read = parse(text);
    CHECK(format_script(read) == text);
    for (auto* sections : {&read.up, &read.down})
      for (auto& section : *sections) section.line = 0;
    CHECK(read == script);
    CHECK(parse_header(text, "m/b2.sql") == script.header);
    CHECK(parse(replace_all("\xEF\xBB\xBF" + text, "\n", "\r\n")).up == parse(text).up);
  }
}

TEST_CASE("a message's white space is that of one line") {
  const auto script = parse(
      "-- migrate:revision b\n-- migrate:down_revision none\n-- migrate:message add\f a  b\n-- migrate:up\n");
  CHECK(script.header.message == "add a b");
  CHECK(parse(format_script(script)).header == script.header);
}

TEST_CASE("a header goes on to its first section") {
  const std::string begun = "-- migrate:revision b\n-- a comment\n\n";
  for (const std::string mark : {"", "\xEF\xBB\xBF"}) {
    CHECK_FALSE(is_whole_header(mark + begun));
    CHECK_FALSE(is_whole_header(mark + begun + "-- migrate:up"));  // perhaps of "-- migrate:update"
    CHECK(is_whole_header(mark + begun + "-- migrate:up\n"));
    CHECK(is_whole_header(mark + begun + "SELECT 1;\n"));
  }
}

TEST_CASE("markers in quotes, block comments and rows are none") {
  const auto script = parse(header +
                            "-- migrate:up\nSELECT '\n-- migrate:down\n';\n/*\n-- migrate:down\n*/\n"
                            "COPY t FROM stdin;\n-- migrate:down\n\\.\n  --migrate:down\nSELECT 2;");
  REQUIRE(script.up.size() == 1);
  REQUIRE(script.down.size() == 1);
  CHECK(script.down[0].sql == "SELECT 2;");
  CHECK(script.down[0].line == 13);
}

TEST_CASE("any number of carriage returns before a line end is one line end") {
  const auto script = parse(header + "-- migrate:up\r\r\r\nSELECT 1;\r\r\n");
  CHECK(script.up.at(0).sql == "SELECT 1;");
  CHECK(parse(format_script(script)).up.at(0).sql == "SELECT 1;");
}

TEST_CASE("a section ends its last statement, closed or not") {
  const auto script =
      parse(header + "-- migrate:up\nSELECT (1\n-- migrate:down\nCOPY t FROM stdin;\n-- migrate:up\n\\.\n");
  REQUIRE(script.up.size() == 1);
  REQUIRE(script.down.size() == 1);
  CHECK(script.up[0].sql == "SELECT (1");
  CHECK(statements(script.down[0], "b.sql").at(0).copy_data == "-- migrate:up\n");
}

TEST_CASE("a file with sections only takes its id and message from its name") {
  const std::string text = "-- migrate:up\nSELECT 1;\n-- migrate:down\n";
  const auto numbered = parse_header(text, "db/20240131120000_create_users.sql");
  CHECK(numbered.id == "20240131120000");
  CHECK(numbered.message == "create users");
  CHECK_FALSE(numbered.written);
  CHECK(parse_header("-- a comment\n\n" + text, "007.sql").id == "007");
  CHECK(parse_header(text, "V1__init größe.sql").id == "V1__init_gr____e");
  CHECK(parse_header(text, "V1__init.sql").message == "V1 init");
}

TEST_CASE("data loss is allowed in the header or beside the statement") {
  CHECK(parse(header + "-- migrate:allow data-loss\n\n-- migrate:up\n").allows_data_loss);
  CHECK(parse(header + "-- migrate:up\n-- migrate:allow data-loss\nDROP TABLE t;").allows_data_loss);
  REQUIRE_ERROR(parse(header + "-- migrate:allow everything\n-- migrate:up\n"), ExitCode::failed,
                "m/b2.sql:3: migrate:allow takes data-loss, not 'everything'");
}

TEST_CASE("bad headers") {
  const auto bad = [](const std::string& text, const std::string& error) {
    REQUIRE_ERROR(parse_header(text, "b.sql"), ExitCode::failed, error);
    REQUIRE_ERROR(parse_script(text, "b.sql"), ExitCode::failed, error);
  };
  const std::string no_header =
      "b.sql:1: no header: this is not a script of migrate\n  hint: a script begins with -- migrate:revision "
      "ID and -- "
      "migrate:down_revision ID; its SQL follows a line -- migrate:up";
  bad("", no_header);
  bad("SELECT 1;\n", no_header);
  bad("-- just a comment\n", no_header);
  bad("-- migrate:revision a\n", "b.sql:2: no section -- migrate:up follows the header");
  bad("-- migrate:revision a\n-- migrate:up\n",
      "b.sql:1: the header has no -- migrate:down_revision\n  hint: it names the revision before this one, "
      "or says none");
  bad("-- migrate:down_revision none\n-- migrate:up\n", "b.sql:1: the header has no -- migrate:revision ID");
  bad(header + "SELECT 1;\n-- migrate:up\n",
      "b.sql:3: this stands before the first section\n  hint: write a line -- migrate:up above it");
  bad("-- migrate:revision a\n-- migrate:downrevision b\n-- migrate:up",
      "b.sql:2: unknown line -- migrate:downrevision\n  hint: did you mean migrate:down_revision?");
  bad(header + "-- migrate:upp\n", "b.sql:3: unknown line -- migrate:upp\n  hint: did you mean migrate:up?");
  bad(header + "-- migrate:xyzzy\n",
      "b.sql:3: unknown line -- migrate:xyzzy\n  hint: known are revision, down_revision, "
      "branch_labels, depends_on, replaces, message, created, allow, up, down");
  bad(header + "-- migrate:revision c\n-- migrate:up", "b.sql:3: migrate:revision is given twice");
  bad("-- migrate:revision a@b\n",
      "b.sql:1: the revision id 'a@b' has characters other than letters, digits, _ and inner dots");
  bad("-- migrate:revision\n", "b.sql:1: a revision id is empty");
  bad("-- migrate:revision head\n",
      "b.sql:1: 'head' is not a revision id: the word has a meaning of its own");
  bad("-- migrate:revision a\n-- migrate:down_revision\n", "b.sql:2: migrate:down_revision has no value");
  bad("-- migrate:revision a\n-- migrate:down_revision b b\n",
      "b.sql:2: migrate:down_revision names b twice");
}

TEST_CASE("bad sections") {
  const auto bad = [](const std::string& text, const std::string& error) {
    REQUIRE_ERROR(parse(header + text), ExitCode::failed, error);
  };
  bad("-- migrate:down\n",
      "m/b2.sql:3: no section -- migrate:up\n  hint: a revision that does nothing has an empty one");
  bad("-- migrate:up\nSELECT 1; -- migrate:down\n",
      "m/b2.sql:4: -- migrate:down must stand on a line of its own");
  bad("-- migrate:up\n-- migrate:message x\n",
      "m/b2.sql:4: -- migrate:message belongs before the first section");
  bad("-- migrate:up\n-- migrate:downn\n",
      "m/b2.sql:4: unknown line -- migrate:downn\n  hint: did you mean migrate:down?");
  bad("-- migrate:up transacton:false\n",
      "m/b2.sql:3: unknown option 'transacton' of migrate:up\n  hint: did you mean transaction?");
  bad("-- migrate:up fast\n",
      "m/b2.sql:3: unknown option 'fast' of migrate:up\n  hint: options are transaction, undoes, "
      "lock_timeout, "
      "statement_timeout, lock_retries, wait, preserve");
  bad("-- migrate:up lock_retries:-1\n",
      "m/b2.sql:3: lock_retries takes a number from 0 to 1000000, not '-1'");
  bad("-- migrate:up lock_retries:2x\n",
      "m/b2.sql:3: lock_retries takes a number from 0 to 1000000, not '2x'");
  bad("-- migrate:up wait:long\n", "m/b2.sql:3: wait takes a time such as 500ms, 5s or 1min, not 'long'");
  bad("-- migrate:up transaction:no\n", "m/b2.sql:3: transaction takes true or false, not 'no'");
  bad("-- migrate:up transaction\n", "m/b2.sql:3: transaction takes true or false, not ''");
  bad("-- migrate:up transaction:true transaction:false\n", "m/b2.sql:3: transaction is given twice");
  bad("-- migrate:up undoes:1\n", "m/b2.sql:3: undoes is for down sections");
  bad("-- migrate:up\n-- migrate:down undoes:0\n",
      "m/b2.sql:4: undoes takes the number of an up section, from 1, not '0'");
  bad("-- migrate:up\n-- migrate:down undoes:2\n", "m/b2.sql:4: undoes:2, but there is 1 up section");
  bad("-- migrate:up lock_timeout:soon\n",
      "m/b2.sql:3: lock_timeout takes a time such as 500ms, 5s or 1min, not 'soon'");
  bad("-- migrate:up preserve:a%81\n",
      "m/b2.sql:3: preserve takes an object, its spaces written as %20 and its % as %25, not 'a%81'");
  bad("-- migrate:up preserve:a%2\n",
      "m/b2.sql:3: preserve takes an object, its spaces written as %20 and its % as %25, not 'a%2'");
  bad("-- migrate:up\nSELECT '\n-- migrate:down\n", "m/b2.sql:4: this quote is not closed");
  bad("-- migrate:up\nSELECT 1;\n\\dt\n",
      "m/b2.sql:5: \\dt is a command of psql, not SQL\n"
      "  hint: migrate reads SQL and the rows of COPY … FROM stdin; write what the command stands for");
  bad("-- migrate:up\n-- \xff\n", "m/b2.sql:4: this line is not UTF-8\n  hint: save the file as UTF-8");
  bad(std::string("-- migrate:up\nSELECT '\0';\n", 26),
      "m/b2.sql:4: this line holds a NUL byte, which no SQL can");
}

TEST_CASE("what no script can say is not written") {
  Script script;
  script.header.id = "a";
  script.up.emplace_back().sql = "SELECT 1;\n-- migrate:down\nSELECT 2;";
  REQUIRE_ERROR(format_script(script), ExitCode::failed, "a section's SQL holds a line -- migrate:down");
  script.up[0].sql.clear();
  script.comments = {" migrate:up"};
  REQUIRE_ERROR(format_script(script), ExitCode::failed, "a comment of a script cannot begin with migrate:");
}

TEST_CASE("checksums see statements, not how they are laid out") {
  const auto sum = [](const std::string& sql) {
    return checksum(parse(header + "-- migrate:up\n" + sql).up.at(0), "b.sql");
  };
  const auto one = sum("SELECT 1;\nCREATE FUNCTION f() AS $$\n x\n$$;");
  CHECK(one.size() == 64);
  CHECK(sum("-- why\nSELECT\r\n  1 ; /* x */\n\n  CREATE FUNCTION f() AS $$\r\n x\r\n$$") == one);
  CHECK(sum("SELECT 1;\nCREATE FUNCTION f() AS $$\n  x\n$$;") != one);
  CHECK(sum("SELECT 1; SELECT 2;") != sum("SELECT 1 SELECT 2;"));
  CHECK(sum("COPY t FROM stdin;\n1\n\\.\n") != sum("COPY t FROM stdin;\n2\n\\.\n"));
}

TEST_CASE("ids that no script may have") {
  check_revision_id("7c1f0e9a4b21");
  check_revision_id("v1.2_A");
  REQUIRE_ERROR(check_revision_id("a b"), ExitCode::usage,
                "the revision id 'a b' has characters other than letters, digits, _ and inner dots");
  REQUIRE_ERROR(check_revision_id(std::string(65, 'a')), ExitCode::usage,
                "the revision id '" + std::string(65, 'a') + "' is longer than 64 characters");
  for (const char* id : {"", "a+1", "a-1", "a@b", "a:b", "../x", ".a", "größe", "base", "none"}) {
    INFO(id);
    CHECK_THROWS_AS(check_revision_id(id), Error);
  }
}
