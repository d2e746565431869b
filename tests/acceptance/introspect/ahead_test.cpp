// The second connection of a big schema.
#include "postgres/introspect/ahead.hpp"

#include <chrono>
#include <thread>

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

// Whoever may have one connection only reads it all over that one.
class OnlyOne {
 public:
  explicit OnlyOne(TestDatabase& source) : source_(source) {
    source.execute("CREATE ROLE \"only one\" LOGIN CONNECTION LIMIT 1");
  }
  ~OnlyOne() { source_.execute("DROP ROLE \"only one\""); }
  OnlyOne(const OnlyOne&) = delete;
  OnlyOne& operator=(const OnlyOne&) = delete;
  catalog::Database read(const postgres::IntrospectOptions& options) const {
    postgres::ConnectOptions connect;
    connect.url = "postgresql:///" + source_.name() + "?host=" + Cluster::instance().folder().string() +
                  "&user=only%20one";
    postgres::Session session(connect);
    return postgres::introspect(session, options);
  }

 private:
  TestDatabase& source_;
};

}  // namespace

TEST_CASE("a big schema is read over two connections as over one") {
  TestDatabase source;
  source.execute(many_tables);
  const OnlyOne only_one(source);
  for (const bool dependencies : {true, false}) {
    const postgres::IntrospectOptions options{
        .schemas = {"s *"}, .bookkeeping = {}, .dependencies = dependencies};
    const auto over_two = read(source, options);
    CHECK(over_two.tables.size() == 220);
    CHECK(over_two == only_one.read(options));
  }
}

TEST_CASE("what runs ahead sees the snapshot that it was given, and says what failed") {
  TestDatabase source;
  postgres::Session session(source.options()), other(source.options());
  auto& connection = session.connection();
  postgres::introspection::begin_reading(connection, "REPEATABLE READ");
  const auto snapshot = connection.value("SELECT pg_export_snapshot()");
  source.execute("CREATE TABLE late ()");
  const std::string late = "SELECT count(*) FROM pg_class WHERE relname = $1", bad = "SELECT 1 / 0",
                    path = "SELECT pg_catalog.current_setting('search_path')",
                    waits = "SELECT 7 FROM pg_advisory_xact_lock_shared(4711)";
  const std::string waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
  const std::string connections = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()";
  const auto before = other.connection().value(connections);
  const auto hold = [&] { other.connection().query("SELECT pg_advisory_lock(4711)"); };
  const auto let_go = [&] { other.connection().query("SELECT pg_advisory_unlock(4711)"); };
  const auto wait_until = [&](const std::string& what, const std::string& value) {
    while (other.connection().value(what) != value) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  };
  SECTION("answers, also those that are waited for") {
    hold();
    Ahead ahead(source.options(), snapshot);
    ahead.ask({{path, {}}, {late, {"late"}}, {waits, {}}});
    wait_until(waiting, "1");
    CHECK(ahead.take(path).value()[0].text(0).empty());
    CHECK(ahead.take(late).value()[0].integer(0) == 0);
    let_go();
    CHECK(ahead.take(waits).value()[0].integer(0) == 7);
    CHECK_FALSE(ahead.take("SELECT 1"));
  }
  SECTION("what has not begun is for who asks") {
    hold();
    Ahead ahead(source.options(), snapshot);
    ahead.ask({{waits, {}}, {path, {}}, {late, {"late"}}});
    wait_until(waiting, "1");
    CHECK_FALSE(ahead.take(path));
    let_go();
    CHECK(ahead.take(waits));
  }
  SECTION("while one is waited for, the others are to be had, the last one first") {
    hold();
    Ahead ahead(source.options(), snapshot);
    ahead.ask({{waits, {}}, {path, {}}, {late, {"late"}}});
    wait_until(waiting, "1");
    CHECK(ahead.spare(late) == nullptr);
    CHECK(ahead.spare("SELECT 1") == nullptr);
    CHECK(ahead.spare(waits)->sql == late);
    CHECK(ahead.spare(waits)->sql == path);
    CHECK(ahead.spare(waits) == nullptr);
    let_go();
    CHECK(ahead.take(waits));
  }
  SECTION("what was answered is not waited for") {
    hold();
    Ahead ahead(source.options(), snapshot);
    ahead.ask({{path, {}}, {waits, {}}, {late, {"late"}}});
    wait_until(waiting, "1");
    CHECK(ahead.spare(path) == nullptr);
    let_go();
  }
  SECTION("an error is one of its query, and those behind it are left to the first connection") {
    hold();
    Ahead ahead(source.options(), snapshot);
    ahead.ask({{waits, {}}, {bad, {}}, {late, {"late"}}});
    wait_until(waiting, "1");
    let_go();
    CHECK(ahead.take(waits));
    wait_until(connections, before);  // its own is gone
    CHECK(ahead.spare(bad) == nullptr);
    CHECK_THROWS_AS(ahead.take(bad), postgres::ServerError);
    CHECK_FALSE(ahead.take(late));
  }
  SECTION("a snapshot that is gone") {
    Ahead ahead(source.options(), "00000000-00000000-9");
    ahead.ask({{late, {"late"}}});
    CHECK_FALSE(ahead.take(late));
  }
  SECTION("what is not waited for is stopped") {
    const auto began = std::chrono::steady_clock::now();
    {
      Ahead ahead(source.options(), snapshot);
      ahead.ask({{path, {}}, {"SELECT pg_sleep(600)", {}}});
    }
    { const Ahead unasked(source.options(), snapshot); }
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(300));
  }
}
