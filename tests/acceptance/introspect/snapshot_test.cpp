// Introspection while others change the schema.
#include <thread>

#include "tests/acceptance/introspect/reading.hpp"

using namespace migrate;
using namespace migrate::test;

TEST_CASE("a schema that never stops changing is an error that says who changes it") {
  TestDatabase source;
  source.execute("CREATE TABLE t (i int)");
  std::jthread changer([&](const std::stop_token& stop) {
    postgres::Connection other(postgres::Connection::parse(source.url() + "&application_name=changer"));
    for (int i = 0; !stop.stop_requested(); ++i)
      other.execute("ALTER TABLE t ALTER i SET DEFAULT " + std::to_string(i));
  });
  std::string text;
  try {
    read(source);
  } catch (const Error& error) {
    text = error.text();
  }
  changer.request_stop();
  changer.join();
  CHECK_THAT(text,
             Catch::Matchers::StartsWith("the schema is being changed by changer (user postgres, pid "));
  CHECK_THAT(
      text, Catch::Matchers::EndsWith(") while it is read\n  hint: run the command again when that is done"));
}

TEST_CASE("temporary tables of others and rows that come and go are no change") {
  TestDatabase source;
  source.execute("CREATE TABLE t (i serial)");
  const std::jthread busy([&](const std::stop_token& stop) {
    postgres::Connection other(postgres::Connection::parse(source.url()));
    while (!stop.stop_requested())
      other.execute(
          "CREATE TEMP TABLE mine (i serial PRIMARY KEY, CHECK (i > 0)); INSERT INTO t DEFAULT VALUES; "
          "ANALYZE t;"
          "DROP TABLE mine");
  });
  for (int i = 0; i < 5; ++i) CHECK(read(source).tables.size() == 1);
}

TEST_CASE("a session stays as it was") {
  TestDatabase source;
  source.execute("CREATE TABLE t (i int)");
  postgres::Session session(source.options());
  session.set_search_path({"public"});
  session.connection().execute("SET statement_timeout = '1h'");
  CHECK(postgres::introspect(session).tables.size() == 1);
  CHECK(session.connection().value("SHOW search_path") == "public");
  CHECK(session.connection().value("SHOW statement_timeout") == "1h");
  CHECK(session.connection().transaction_status() == postgres::TransactionStatus::idle);
}

TEST_CASE("one who may read nothing but the catalogues gets the same catalogue") {
  TestDatabase source;
  source.execute(
      "CREATE SCHEMA closed; CREATE TABLE closed.t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t text "
      "DEFAULT 'x');"
      "CREATE INDEX ON closed.t (lower(t)) WHERE id > 3; CREATE VIEW closed.v AS SELECT t FROM closed.t;"
      "CREATE PUBLICATION p; CREATE ROLE \"Low ly\" LOGIN");
  postgres::ConnectOptions options;
  options.url =
      "postgresql:///" + source.name() + "?host=" + Cluster::instance().folder().string() + "&user=Low%20ly";
  {
    postgres::Session lowly(options);
    CHECK(postgres::introspect(lowly) == read(source));
  }
  source.execute("DROP ROLE \"Low ly\"");
}
