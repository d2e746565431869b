// diff: anything with anything.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/program.hpp"

using migrate::test::Project;
using migrate::test::TestDatabase;

namespace {

// A project with a scratch server.
void configure(const Project& project, const std::string& url, const std::string& more = "") {
  project.write("config.toml", "[database]\nurl = \"" + url +
                                   "\"\n[migrations]\ndirectory = \"migrations\"\n" + "[scratch]\nurl = \"" +
                                   migrate::test::Cluster::instance().url() + "\"\n" + more);
}

constexpr const char* before =
    "CREATE TABLE \"Order\" (id bigint PRIMARY KEY, note varchar(20) DEFAULT 'größe', gone int);\n";
constexpr const char* after =
    "\\restrict x\nSET check_function_bodies = off;\nCREATE TABLE \"Order\" (id bigint PRIMARY KEY, note "
    "text "
    "NOT NULL DEFAULT 'größe');\nCOPY \"Order\" FROM stdin;\n1\tx\n\\.\nCREATE INDEX \"by note\" ON "
    "\"Order\" "
    "(note);\n\\unrestrict x\n";

}  // namespace

TEST_CASE("diff compares a database with a file, in every format") {
  TestDatabase database;
  database.execute(before);
  const Project project;
  configure(project, database.url());
  project.write("b.sql", after);
  const auto text = project.migrate({"diff", "--from", "database", "--to", "b.sql"});
  CHECK(text.status == 3);
  CHECK(text.out ==
        "drops column \"Order\".gone\n"
        "changes column \"Order\".note: type character varying(20) to text, NOT NULL added, default "
        "'größe'::character varying to 'größe'::text\n"
        "creates index \"by note\"\n");
  const auto json =
      project.migrate({"diff", "--from", "database", "--to", "b.sql", "--format", "json", "-q"});
  CHECK(json.status == 3);
  CHECK(json.err.empty());
  const auto document = nlohmann::json::parse(json.out);
  CHECK(document["equal"] == false);
  REQUIRE(document["changes"].size() == 3);
  CHECK(document["changes"][0] == nlohmann::json{{"action", "drop"},
                                                 {"object", "column public.\"Order\".gone"},
                                                 {"text", "drops column \"Order\".gone"}});
  CHECK(document["changes"][1]["fields"]["not_null"] == nlohmann::json{{"before", false}, {"after", true}});
  CHECK(document["changes"][1]["fields"]["type"] ==
        nlohmann::json{{"before", "character varying(20)"}, {"after", "text"}});

  const auto sql = project.migrate({"diff", "--from", "database", "--to", "b.sql", "--format", "sql"});
  CHECK(sql.status == 3);
  CHECK(sql.out.find("\nBEGIN;\n") != std::string::npos);
  const auto end_of_first = sql.out.find("\nCOMMIT;\n");
  const auto concurrently = sql.out.find("\nCREATE INDEX CONCURRENTLY \"by note\"");
  REQUIRE(end_of_first != std::string::npos);
  REQUIRE(concurrently != std::string::npos);
  CHECK(sql.out.find("without a transaction") != std::string::npos);

  // The script does what it says.
  project.write("change.sql", before + sql.out);
  const auto now = project.migrate({"diff", "--from", "b.sql", "--to", "change.sql"});
  CHECK(now.text() == "exit code 0\n--- out\nNothing differs.\n--- err\n");
}

TEST_CASE("the SQL that inspect prints builds the database, also bodies that the server would refuse") {
  TestDatabase database;
  database.execute(
      "SET check_function_bodies = off; CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) "
      "FROM nowhere'; CREATE TABLE \"Order\" (id bigint PRIMARY KEY)");
  const Project project;
  configure(project, database.url());
  REQUIRE(project.migrate({"inspect", "--format", "sql", "-o", "built.sql"}).status == 0);
  const auto sql = project.read("built.sql");
  CHECK(sql.starts_with("BEGIN;\n\n"));
  CHECK(sql.ends_with(";\n\nCOMMIT;\n"));
  const auto same = project.migrate({"diff", "-q", "--from", "database", "--to", "built.sql"});
  CHECK(same.text() == "exit code 0\n--- out\nNothing differs.\n--- err\n");
}

TEST_CASE("owners and privileges are compared where diff is asked to") {
  TestDatabase database;
  database.execute("CREATE TABLE t (id bigint PRIMARY KEY); GRANT SELECT ON t TO PUBLIC");
  const Project project;
  configure(project, database.url());
  project.write("plain.sql", "CREATE TABLE t (id bigint PRIMARY KEY);\n");
  CHECK(project.migrate({"diff", "-q", "--from", "database", "--to", "plain.sql"}).status == 0);
  const auto different =
      project.migrate({"diff", "-q", "--privileges", "--from", "database", "--to", "plain.sql"});
  CHECK(different.text() == "exit code 3\n--- out\nchanges table t: revokes select from public\n--- err\n");
  const auto sql = project.migrate(
      {"diff", "-q", "--privileges", "--format", "sql", "--from", "plain.sql", "--to", "database"});
  CHECK(sql.out.find("BEGIN;\n\nGRANT SELECT ON TABLE public.t TO PUBLIC;\n") != std::string::npos);
}

TEST_CASE("diff takes models, history, snapshots and folders") {
  TestDatabase database;
  database.execute("CREATE TABLE t (id bigint PRIMARY KEY, v numeric(8,2) DEFAULT 1)");
  const Project project;
  configure(project, database.url(), "[models]\nsnapshot = \"models.json\"\n");
  REQUIRE(project.migrate({"inspect", "--format", "json", "-o", "models.json"}).status == 0);
  REQUIRE(project.migrate({"inspect", "--format", "json", "-o", "kept.json"}).status == 0);
  project.write("schema/2.sql", "ALTER TABLE t ADD COLUMN v decimal(8,2) DEFAULT 1;\n");
  project.write("schema/1.sql", "CREATE TABLE t (id int8 PRIMARY KEY);\n");
  project.write("schema/readme.md", "not SQL\n");
  project.write("migrations/1.sql",
                "-- migrate:revision a1\n-- migrate:down_revision none\n\n-- migrate:up\n"
                "CREATE TABLE t (id bigint PRIMARY KEY);\n\n-- migrate:down\nDROP TABLE t;\n");
  project.write("migrations/2.sql",
                "-- migrate:revision b2\n-- migrate:down_revision a1\n\n-- migrate:up\n"
                "ALTER TABLE t ADD COLUMN v numeric(8,2) DEFAULT 1;\n");
  const std::vector<std::string> same{"database", "models",     "kept.json", "schema",
                                      "history",  "history@b2", "migrations"};
  for (const auto& from : same)
    for (const auto& to : {"database", "models", "kept.json", "schema"}) {
      const auto outcome = project.migrate({"diff", "-q", "--from", from, "--to", to});
      INFO(from << " to " << to);
      CHECK(outcome.text() == "exit code 0\n--- out\nNothing differs.\n--- err\n");
    }
  const auto early = project.migrate({"diff", "-q", "--from", "history@a1", "--to", "models"});
  CHECK(early.text() == "exit code 3\n--- out\nadds column t.v\n--- err\n");
  const auto back = project.migrate({"diff", "-q", "--from", "models", "--to", "history@a1"});
  CHECK(back.text() == "exit code 3\n--- out\ndrops column t.v\n--- err\n");
  const auto nothing = project.migrate({"diff", "-q", "--from", "kept.json", "--to", "history@base"});
  CHECK(nothing.text() == "exit code 3\n--- out\ndrops table t\n--- err\n");
}

TEST_CASE("diff says what it cannot take") {
  TestDatabase database;
  const Project project;
  configure(project, database.url());
  project.write("bad.sql", "CREATE TABLE t (\n  a int,\n  b inf\n);\n");
  project.write("psql.sql", "\\connect other\n");
  project.write("script.sql", "-- migrate:up\nCREATE TABLE t ();\n");
  project.write("empty/readme.md", "");
  const auto refused = [&](const std::string& to, int status, const std::string& error) {
    const auto outcome = project.migrate({"diff", "-q", "--from", "database", "--to", to});
    CHECK(outcome.text() ==
          "exit code " + std::to_string(status) + "\n--- out\n--- err\nerror: " + error + "\n");
  };
  refused("bad.sql", 1,
          "bad.sql:3: type \"inf\" does not exist (SQLSTATE 42704)\n"
          "  in: CREATE TABLE t ( a int, b inf )");
  refused("script.sql", 2,
          "script.sql: this is a revision with an up and a down part, not a schema\n"
          "  hint: name its folder: all revisions in it are applied then");
  refused("empty", 2, "the folder empty holds no .sql file");
  CHECK(project.migrate({"diff", "--from", "database", "--to", "psql.sql"}).status == 1);
  CHECK(project.migrate({"diff", "--from", "history@zz", "--to", "database"}).status == 2);
  CHECK(project.migrate({"diff", "--from", "database"}).status == 2);
}

TEST_CASE("what is not handled is always named, and refused with --strict") {
  TestDatabase database;
  database.execute(
      "CREATE TABLE t (id bigint PRIMARY KEY); CREATE ACCESS METHOD \"Heap 2\" TYPE TABLE HANDLER "
      "heap_tableam_handler");
  const Project project;
  configure(project, database.url(), "[models]\nsnapshot = \"models.json\"\n");
  const auto inspect = project.migrate({"inspect", "-q", "--format", "json", "-o", "models.json"});
  CHECK(inspect.text() ==
        "exit code 0\n--- out\n--- err\nwarning: left out, because migrate does not handle their kinds: 1 "
        "access "
        "method: \"Heap 2\"\n");
  const auto check = project.migrate({"check", "-q"});
  CHECK(check.text() ==
        "exit code 0\n--- out\nThe database is as the models say.\n--- err\nwarning: not compared, because "
        "migrate does not handle their kinds: 1 access method: \"Heap 2\"\n");
  project.write("t.sql", "CREATE TABLE t (id bigint PRIMARY KEY);\n");
  const auto diff = project.migrate({"diff", "-q", "--from", "database", "--to", "t.sql"});
  CHECK(diff.text() ==
        "exit code 3\n--- out\nonly --from has access method \"Heap 2\"\n--- err\nwarning: compared by name "
        "alone, because migrate does not handle their kinds: 1 access method: \"Heap 2\"\n");
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"inspect"},
                                             {"check"},
                                             {"diff", "--from", "database", "--to", "t.sql"},
                                             {"revision", "-m", "x", "--autogenerate"}}) {
    auto arguments = command;
    arguments.insert(arguments.end(), {"--strict", "-q"});
    const auto outcome = project.migrate(arguments);
    CHECK(outcome.status == 1);
    CHECK(outcome.out.empty());
    CHECK(
        outcome.err.starts_with("error: the database has objects of kinds that migrate does not handle: 1 "
                                "access method: \"Heap 2\"\n"));
  }
  CHECK(project.files() == std::vector<std::string>{"config.toml", "models.json", "t.sql"});

  // A snapshot can have what cannot be made elsewhere.
  TestDatabase other;
  configure(project, other.url(), "[models]\nsnapshot = \"models.json\"\n");
  const std::string warning =
      "warning: not made, because migrate does not handle their kinds: 1 access method: \"Heap 2\"\n";
  CHECK(project.migrate({"revision", "-q", "--autogenerate", "-m", "x"}).err == warning);
  CHECK(project.migrate({"upgrade", "head"}).status == 0);
  CHECK(project.migrate({"check", "-q"}).text() ==
        "exit code 3\n--- out\n1 difference between the models and the database:\n  lacks access method "
        "\"Heap 2\", a kind that migrate does not handle\n--- err\n" +
            warning);
  CHECK(project.migrate({"check", "-q", "--strict"}).err ==
        "error: the models have objects of kinds that migrate does not handle: 1 access method: \"Heap 2\"\n"
        "  hint: without --strict they are not made and only named\n");
}
