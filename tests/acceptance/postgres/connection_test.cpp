#include "postgres/connection.hpp"

#include <future>
#include <thread>

#include "postgres/session.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"

using namespace migrate;
using namespace migrate::postgres;
using migrate::test::Cluster;
using migrate::test::TestDatabase;

namespace {

template <class Function>
std::string error_of(Function&& function) {
  try {
    function();
  } catch (const Error& error) {
    return error.text();
  }
  return "no error";
}

}  // namespace

TEST_CASE("each test has an empty database of its own") {
  TestDatabase one, two;
  one.execute("CREATE TABLE t (); CREATE TABLE \"Ünïcode \"\" t\" ()");
  CHECK(one.value("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == "2");
  CHECK(two.value("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == "0");
  CHECK(two.value("SELECT current_database()") == two.name());
  CHECK(two.value("SHOW listen_addresses").empty());
}

TEST_CASE("parameters and cells keep their bytes, null is not empty") {
  TestDatabase database;
  const Rows rows =
      database.connection().query("SELECT $1::text AS a, $2::text AS \"B c\", $3::int, true AS yes",
                                  {std::string("O'Neil \\ \"ß\""), std::nullopt, std::string("-7")});
  REQUIRE(rows.size() == 1);
  CHECK(rows.columns() == std::vector<std::string>{"a", "B c", "int4", "yes"});
  CHECK(rows[0].text(0) == "O'Neil \\ \"ß\"");
  CHECK(rows[0].null(1));
  CHECK(rows[0].text(1).empty());
  CHECK(rows[0].optional(1) == std::nullopt);
  CHECK(rows[0].integer(2) == -7);
  CHECK(rows[0].boolean(3));
  CHECK(error_of([&] { static_cast<void>(rows[0].integer(0)); }) ==
        "the server sent \"O'Neil \\ \"ß\"\" where a number was expected");
}

TEST_CASE("query takes one statement, execute several") {
  TestDatabase database;
  Connection& connection = database.connection();
  CHECK(
      error_of([&] { connection.query("SELECT 1; SELECT 2"); }) ==
      "cannot insert multiple commands into a prepared statement (SQLSTATE 42601)\n  in: SELECT 1; SELECT 2");
  CHECK(connection.execute("SELECT 1; SELECT 2")[0].text(0) == "2");
  connection.execute("CREATE TABLE t (i int)");
  CHECK(connection.query("INSERT INTO t VALUES (1), (2), (3)").affected() == 3);
}

TEST_CASE("an error of the server keeps every field") {
  TestDatabase database;
  Connection& connection = database.connection();
  connection.execute("CREATE TABLE t (i int CONSTRAINT \"t positive\" CHECK (i > 0))");
  try {
    connection.query("INSERT INTO t\nVALUES (-1)");
    FAIL("the check was not checked");
  } catch (const ServerError& error) {
    CHECK(error.code() == ExitCode::failed);
    CHECK(error.sqlstate() == "23514");
    CHECK(error.server().constraint == "t positive");
    CHECK(error.server().table == "t");
    CHECK(error.text() ==
          "new row for relation \"t\" violates check constraint \"t positive\"; Failing row contains (-1) "
          "(SQLSTATE 23514)\n"
          "  in: INSERT INTO t VALUES (-1)");
  }
  try {
    connection.query("SELECT 1,\n  nosuch");
    FAIL("the column was found");
  } catch (const ServerError& error) {
    CHECK(error.server().line == 2);
  }
  // libpqxx takes these classes of SQLSTATE for other things than an error of a statement.
  for (const std::string state : {"08006", "40001", "40P01", "53300"})
    CHECK(
        error_of([&] {
          connection.query("DO $$BEGIN RAISE 'x' USING ERRCODE = '" + state + "'; END$$");
        }).starts_with("x; in PL/pgSQL function inline_code_block line 1 at RAISE (SQLSTATE " + state + ")"));
}

TEST_CASE("transactions") {
  TestDatabase database;
  Connection& connection = database.connection();
  connection.execute("CREATE TABLE t (i int)");
  CHECK(connection.transaction_status() == TransactionStatus::idle);
  connection.begin("ISOLATION LEVEL REPEATABLE READ READ WRITE");
  CHECK(connection.transaction_status() == TransactionStatus::in_transaction);
  connection.query("INSERT INTO t VALUES (1)");
  connection.commit();
  CHECK(database.value("SELECT count(*) FROM t") == "1");
  connection.begin();
  connection.query("INSERT INTO t VALUES (2)");
  CHECK_THROWS_AS(connection.query("SELECT 1/0"), ServerError);
  CHECK(connection.transaction_status() == TransactionStatus::failed);
  CHECK(connection.alive());
  CHECK(error_of([&] { connection.commit(); }) ==
        "the transaction was rolled back: a statement in it had failed");
  CHECK(connection.transaction_status() == TransactionStatus::idle);
  connection.begin();
  connection.query("DELETE FROM t");
  connection.rollback_quietly();
  CHECK(database.value("SELECT count(*) FROM t") == "1");
}

TEST_CASE("COPY sends the lines of a script as they stand") {
  TestDatabase database;
  Connection& connection = database.connection();
  connection.execute("CREATE TABLE \"T\" (i int, t text)");
  CHECK(connection.copy_in("COPY \"T\" FROM stdin", "1\tone\n2\t\\N\n3\ttwo\\tthree") == 3);
  CHECK(database.value("SELECT string_agg(coalesce(t, 'null'), ',' ORDER BY i) FROM \"T\"") ==
        "one,null,two\tthree");
  CHECK(connection.copy_in("COPY \"T\" FROM stdin WITH (FORMAT csv)", "4,\"a\nb\"\n") == 1);
  CHECK(connection.copy_in("COPY \"T\" FROM stdin", "") == 0);
  CHECK(error_of([&] { connection.copy_in("COPY \"T\" FROM stdin", "1\ta\nx\tb\n"); }) ==
        "invalid input syntax for type integer: \"x\"; in COPY T, line 2, column i: \"x\" (SQLSTATE 22P02)\n"
        "  in: COPY \"T\" FROM stdin");
  CHECK(error_of([&] { connection.copy_in("SELECT 1", "1\n"); }) ==
        "data follows a statement that is not COPY … FROM stdin\n  in: SELECT 1");
  CHECK(error_of([&] { connection.execute("COPY \"T\" FROM stdin"); }) ==
        "COPY to or from the client is not possible here\n  in: COPY \"T\" FROM stdin\n"
        "  hint: only COPY … FROM stdin with its data below it can stand in a script");
  CHECK(database.value("SELECT count(*) FROM \"T\"") == "4");
}

TEST_CASE("a long list comes as the same list comes by a query") {
  TestDatabase database;
  Connection& connection = database.connection();
  const std::string select =
      "SELECT i, CASE WHEN i > 1 THEN E'\\t\\n\\r\\b\\f\\v\\\\N' || $1 END, ARRAY[$1, '\\N', NULL], i > 1, "
      "'', "
      "'\\N' FROM generate_series(1, $2::int) i";
  for (const std::string parameter : {"it's $2", "Ünï\\", ""}) {
    CAPTURE(parameter);
    const auto query = connection.query(select, {parameter, "3"});
    const auto copy = connection.copy_out(select, {parameter, "3"});
    REQUIRE(copy.size() == 3);
    for (std::size_t row = 0; row < 3; ++row)
      for (int column = 0; column < 6; ++column) {
        CAPTURE(row, column);
        CHECK(copy[row].optional(column) == query[row].optional(column));
      }
  }
  CHECK(connection.copy_out("SELECT $1::int", {std::nullopt})[0].null(0));
  CHECK(connection.copy_out("SELECT 1 WHERE false").empty());
  CHECK(error_of([&] { connection.copy_out("SELECT nosuch"); }) ==
        "column \"nosuch\" does not exist (SQLSTATE 42703)\n  in: SELECT nosuch");
  CHECK(error_of([&] { connection.copy_out("SELECT 1 / (5000 - i) FROM generate_series(1, 9999) i"); }) ==
        "division by zero (SQLSTATE 22012)\n  in: SELECT 1 / (5000 - i) FROM generate_series(1, 9999) i");
  CHECK(connection.value("SELECT 1") == "1");
}

TEST_CASE("notices are handed on") {
  TestDatabase database;
  std::vector<std::string> heard;
  database.connection().on_notice(
      [&](const ServerMessage& notice) { heard.push_back(notice.severity + " " + notice.message); });
  database.execute("DROP TABLE IF EXISTS nosuch; DO $$BEGIN RAISE WARNING 'careful'; END$$");
  CHECK(heard ==
        std::vector<std::string>{"NOTICE table \"nosuch\" does not exist, skipping", "WARNING careful"});
}

TEST_CASE("a statement can be cancelled from another thread") {
  TestDatabase database;
  Connection& connection = database.connection();
  const std::string pid = std::to_string(connection.backend_pid());
  auto other = std::async(std::launch::async, [&] {
    while (Cluster::instance().connection().value("SELECT state FROM pg_stat_activity WHERE pid = " + pid) !=
           "active")
      std::this_thread::yield();
    connection.cancel();
  });
  CHECK(error_of([&] { connection.query("SELECT pg_sleep(60)"); }) ==
        "canceling statement due to user request (SQLSTATE 57014)\n  in: SELECT pg_sleep(60)");
  other.get();
  CHECK(connection.alive());
}

TEST_CASE("a lost connection is said and never silently opened again") {
  TestDatabase database;
  Connection& connection = database.connection();
  Cluster::instance().connection().query("SELECT pg_terminate_backend($1::int)",
                                         {std::to_string(connection.backend_pid())});
  for (int i = 0; i < 2; ++i) {
    try {
      connection.query("SELECT 1");
      FAIL("connected");
    } catch (const ConnectionLost& error) {
      CHECK(error.code() == ExitCode::no_connection);
      if (i == 0)
        // Which of the two is seen depends on how far the server was when the statement was sent.
        CHECK((std::string(error.what()) == "the connection to the server was lost: terminating connection "
                                            "due to administrator command" ||
               std::string(error.what()) ==
                   "the connection to the server was lost: server closed the connection unexpectedly"));
    }
  }
  CHECK_FALSE(connection.alive());
  CHECK(connection.transaction_status() == TransactionStatus::unknown);
  connection.rollback_quietly();
  connection.cancel();
}

TEST_CASE("a session pins what printed text depends on") {
  TestDatabase database;
  database.execute("ALTER DATABASE " + database.name() +
                   " SET search_path = pg_catalog, public; ALTER DATABASE " + database.name() +
                   " SET DateStyle = 'German'; ALTER DATABASE " + database.name() +
                   " SET bytea_output = 'escape'");
  Session session(database.options());
  CHECK(session.description() ==
        "database " + database.name() + " on " + Cluster::instance().folder().string() + " as postgres");
  const auto show = [&](const std::string& name) { return session.connection().value("SHOW " + name); };
  CHECK(show("search_path") == "\"\"");
  CHECK(show("DateStyle") == "ISO, MDY");
  CHECK(show("bytea_output") == "hex");
  CHECK(show("application_name") == "migrate");
  session.set_search_path({"public", "Odd \"schema\""});
  CHECK(show("search_path") == "public, \"Odd \"\"schema\"\"\"");
  session.connection().execute("RESET ALL");
  CHECK(show("DateStyle") == "German, DMY");
  session.pin();
  CHECK(show("search_path") == "\"\"");
  CHECK(show("DateStyle") == "ISO, MDY");
}

TEST_CASE("errors of connecting say what to do") {
  TestDatabase database;
  const std::string folder = Cluster::instance().folder().string();
  const auto connect = [](const std::string& url) {
    return error_of([&] {
      ConnectOptions options;
      options.url = url;
      Session session(options);
    });
  };
  CHECK(connect("postgresql:///No%20such?host=" + folder + "&user=postgres") ==
        "cannot connect to database No such on " + folder +
            " as postgres: database \"No such\" does not exist\n"
            "  hint: create it (CREATE DATABASE \"No such\"), or correct the name in the URL");
  CHECK(connect("postgresql:///postgres?host=" + folder + "&user=nosuch") ==
        "cannot connect to database postgres on " + folder +
            " as nosuch: role \"nosuch\" does not exist\n"
            "  hint: create the role, or name another user in the URL");
  CHECK(connect("postgresql://app:s3cret@/shop?host=" + folder + "/nosuch") ==
        "cannot connect to database shop on " + folder +
            "/nosuch as app: No such file or directory\n"
            "  hint: is the server running, and are host and port right?");
}
