// Roles that scripts name and the server for scratch databases does not have.
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/program.hpp"

namespace {

using migrate::test::Project;
using migrate::test::TestDatabase;

void write_script(const Project& project) {
  project.write("migrations/20260101_000000_a1_x.sql",
                "-- migrate:revision a1\n-- migrate:down_revision none\n\n-- migrate:up\n"
                "CREATE TABLE t (a int);\nGRANT SELECT ON t TO \"Scratch Reader\";\n"
                "ALTER TABLE t OWNER TO scratch_owner;\n"
                "CREATE POLICY p ON t TO \"Scratch Reader\" USING (true);\n\n"
                "-- migrate:down undoes:1\nDROP TABLE t;\n");
}

struct LocalServer {
  const Project& project;
  ~LocalServer() { static_cast<void>(project.migrate({"local", "destroy", "--yes"})); }
};

}  // namespace

TEST_CASE("on the project's own server roles are made for as long as they are needed") {
  const Project project("local");
  const LocalServer server{project};
  write_script(project);
  const auto verified = project.migrate({"verify"});
  INFO(verified.text());
  CHECK(verified.status == 0);
  CHECK(verified.out == "Verified 1 revision.\n");
  project.write("b.sql",
                "CREATE TABLE t (a int);\nCREATE POLICY p ON t TO \"Scratch Reader\" USING (true);\n"
                "GRANT SELECT ON t TO \"Scratch Reader\";\nALTER TABLE t OWNER TO scratch_owner;\n");
  const auto same =
      project.migrate({"diff", "--from", "history", "--to", "b.sql", "--owners", "--privileges"});
  INFO(same.text());
  CHECK(same.status == 0);
  // Nothing of them stays.
  project.write("count.sql",
                "CREATE TABLE t (a int) ;\nDO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname "
                "ILIKE 'scratch%') THEN RAISE 'left'; END IF; END $$;\n");
  CHECK(project.migrate({"diff", "--from", "count.sql", "--to", "count.sql"}).status == 0);
}

TEST_CASE("on a server of others missing roles are named") {
  TestDatabase database;
  const Project project(database.url());
  project.write("config.toml", "[database]\nurl = \"" + database.url() + "\"\n[scratch]\nurl = \"" +
                                   migrate::test::Cluster::instance().url() + "\"\n");
  write_script(project);
  const auto refused = project.migrate({"verify"});
  CHECK(refused.status == 1);
  CHECK(refused.err ==
        "error: the scripts name roles that the server for scratch databases does not have: \"Scratch "
        "Reader\", "
        "scratch_owner\n"
        "  hint: make them there (CREATE ROLE … NOLOGIN), or set url = \"local\" under [scratch]: on its own "
        "server "
        "migrate makes what is missing for as long as it needs it\n");
}
