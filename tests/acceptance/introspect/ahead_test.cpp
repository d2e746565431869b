// The second connection of a big schema.
#include "postgres/introspect/ahead.hpp"

#include "postgres/introspect/reader.hpp"
#include "tests/acceptance/introspect/reading.hpp"

using namespace migrate;
using namespace migrate::test;
using postgres::introspection::Ahead;

namespace {

// 110 tables in each of two schemas: one alone is no big schema, both are one.
const std::string many_tables = R"(
DO $$ BEGIN
  FOR s IN 1..2 LOOP
    EXECUTE format('CREATE SCHEMA "s %s"', s);
    FOR i IN 1..110 LOOP
      EXECUTE format('CREATE TABLE "s %1$s".t%2$s (id int PRIMARY KEY, up int REFERENCES "s %1$s".t%3$s, a text DEFAULT ''x'','
        ' b int CHECK (b > %2$s), EXCLUDE USING btree (b WITH =) WHERE (b > 3))', s, i, greatest(i - 1, 1));
      EXECUTE format('CREATE INDEX ON "s %1$s".t%2$s (lower(a) text_pattern_ops) WHERE b > 7', s, i);
      EXECUTE format('CREATE VIEW "s %1$s".v%2$s AS SELECT a FROM "s %1$s".t%2$s', s, i);
    END LOOP;
  END LOOP;
END $$;
)";

catalog::Database read_schema(const TestDatabase& source, const std::string& schema) {
  return read(source, {.schemas = {schema}, .bookkeeping = {}});
}

void hold_equal(const TestDatabase& source, const catalog::Database& both) {
  auto tables = read_schema(source, "s 1").tables;
  auto dependencies = read_schema(source, "s 1").dependencies;
  const auto second = read_schema(source, "s 2");
  tables.insert(tables.end(), second.tables.begin(), second.tables.end());
  dependencies.insert(dependencies.end(), second.dependencies.begin(), second.dependencies.end());
  REQUIRE(tables.size() == 220);
  CHECK(both.tables == tables);
  CHECK(both.dependencies == dependencies);
}

}  // namespace

TEST_CASE("a big schema is read over two connections as over one") {
  TestDatabase source;
  source.execute(many_tables);
  hold_equal(source, read(source, {.schemas = {"s *"}, .bookkeeping = {}}));

  SECTION("over one, where there is no second to be had") {
    source.execute("CREATE ROLE \"only one\" LOGIN CONNECTION LIMIT 1");
    postgres::ConnectOptions options;
    options.url = "postgresql:///" + source.name() + "?host=" + Cluster::instance().folder().string() +
                  "&user=only%20one";
    {
      postgres::Session session(options);
      hold_equal(source, postgres::introspect(session, {.schemas = {"s *"}, .bookkeeping = {}}));
    }
    source.execute("DROP ROLE \"only one\"");
  }
}

TEST_CASE("what runs ahead sees the snapshot that it was given, and says what failed") {
  TestDatabase source;
  postgres::Session session(source.options());
  auto& connection = session.connection();
  postgres::introspection::begin_reading(connection, "REPEATABLE READ");
  const auto snapshot = connection.value("SELECT pg_export_snapshot()");
  source.execute("CREATE TABLE late ()");
  const std::string late = "SELECT count(*) FROM pg_class WHERE relname = $1", bad = "SELECT 1 / 0",
                    path = "SELECT pg_catalog.current_setting('search_path')";
  SECTION("answers") {
    Ahead ahead(source.options(), snapshot, {{late, {"late"}}, {path, {}}});
    CHECK(ahead.take(path).value()[0].text(0).empty());
    CHECK(ahead.take(late).value()[0].integer(0) == 0);
    CHECK_FALSE(ahead.take("SELECT 1"));
  }
  SECTION("an error is one of its query, and those behind it are left to the first connection") {
    Ahead ahead(source.options(), snapshot, {{path, {}}, {bad, {}}, {late, {"late"}}});
    CHECK(ahead.take(path));
    CHECK_THROWS_AS(ahead.take(bad), postgres::ServerError);
    CHECK_FALSE(ahead.take(late));
  }
  SECTION("a snapshot that is gone") {
    Ahead ahead(source.options(), "00000000-00000000-9", {{late, {"late"}}});
    CHECK_FALSE(ahead.take(late));
  }
  SECTION("what is not waited for is stopped") {
    const auto began = std::chrono::steady_clock::now();
    { Ahead ahead(source.options(), snapshot, {{path, {}}, {"SELECT pg_sleep(600)", {}}}); }
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(300));
  }
}
