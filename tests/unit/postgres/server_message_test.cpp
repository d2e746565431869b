#include "postgres/server_message.hpp"

#include "tests/support/catch.hpp"

using namespace migrate::postgres;

TEST_CASE("a verbose error is taken apart") {
  const ServerMessage message = parse_server_message(
      "ERROR:  23505: duplicate key value violates unique constraint \"users_pkey\"\n"
      "DETAIL:  Key (id)=(1) already exists.\n"
      "HINT:  Try another.\n"
      "CONTEXT:  SQL statement \"insert\"\nPL/pgSQL function f() line 3 at SQL statement\n"
      "SCHEMA NAME:  public\n"
      "TABLE NAME:  users\n"
      "CONSTRAINT NAME:  users_pkey\n"
      "LOCATION:  _bt_check_unique, nbtinsert.c:666\n");
  CHECK(message.severity == "ERROR");
  CHECK(message.sqlstate == "23505");
  CHECK(message.message == "duplicate key value violates unique constraint \"users_pkey\"");
  CHECK(message.detail == "Key (id)=(1) already exists.");
  CHECK(message.hint == "Try another.");
  CHECK(message.context == "SQL statement \"insert\"\nPL/pgSQL function f() line 3 at SQL statement");
  CHECK(message.table == "users");
  CHECK(message.constraint == "users_pkey");
  const ServerError error(message, "INSERT INTO users VALUES (1)");
  CHECK(error.text() ==
        "duplicate key value violates unique constraint \"users_pkey\"; Key (id)=(1) already exists; "
        "in SQL statement \"insert\" PL/pgSQL function f() line 3 at SQL statement (SQLSTATE 23505)\n"
        "  in: INSERT INTO users VALUES (1)\n"
        "  hint: Try another.");
}

TEST_CASE("the line of a statement is read, its excerpt is not") {
  const ServerMessage message = parse_server_message(
      "ERROR:  42601: syntax error at or near \"DETAIL\"\nLINE 12: DETAIL:  x\n         ^\nLOCATION:  "
      "scanner_yyerror, scan.l:1180\n");
  CHECK(message.line == 12);
  CHECK(message.message == "syntax error at or near \"DETAIL\"");
}

TEST_CASE("a message of several lines keeps them; a text without a SQLSTATE is a message") {
  CHECK(parse_server_message("ERROR:  P0001: one\ntwo\nDETAIL:  three\nfour").message == "one\ntwo");
  CHECK(parse_server_message("ERROR:  P0001: one\ntwo\nDETAIL:  three\nfour").detail == "three\nfour");
  const ServerMessage lost =
      parse_server_message("server closed the connection unexpectedly\n\tThis probably means …\n");
  CHECK(lost.message == "server closed the connection unexpectedly\n\tThis probably means …");
  CHECK(lost.sqlstate.empty());
}
