#include "tests/support/catch.hpp"
#include "util/error.hpp"
#include "util/files.hpp"
#include "util/process.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"
#include "util/topological_sort.hpp"

using namespace migrate;

TEST_CASE("identifiers are quoted exactly where PostgreSQL needs it") {
  CHECK(quote_identifier("users") == "users");
  CHECK(quote_identifier("Users") == "\"Users\"");
  CHECK(quote_identifier("a\"b") == "\"a\"\"b\"");
  CHECK(quote_identifier("select") == "\"select\"");
  CHECK(quote_identifier("größe") == "\"größe\"");
  CHECK(quote_identifier("1a") == "\"1a\"");
  CHECK(quote_identifier("") == "\"\"");
  CHECK(quote_identifier("name") == "name");
  CHECK(qualified("Sales", "order") == "\"Sales\".\"order\"");
}

TEST_CASE("literals") {
  CHECK(quote_literal("it's") == "'it''s'");
  CHECK(quote_literal("a\\b'") == "E'a\\\\b'''");
  CHECK(dollar_quote("x") == "$$x$$");
  CHECK(dollar_quote("a $$ b") == "$body$a $$ b$body$");
}

TEST_CASE("text") {
  CHECK(one_line("  a \n\t b ") == "a b");
  CHECK(shorten("aöb", 2) == "a…");
  CHECK(slug("Add orders & lines!") == "add_orders_lines");
  CHECK(nearest("databse", {"database", "migrations"}) == "database");
  CHECK(nearest("zzz", {"database", "migrations"}).empty());
  CHECK(is_utf8("größe"));
  CHECK_FALSE(is_utf8("\xC3"));
  CHECK_FALSE(is_utf8("\xC0\x80"));
}

TEST_CASE("an error says what, where and what to do") {
  const auto error = Error(ExitCode::failed, "syntax error", "mend it")
                         .at({"a.sql", 3, 0})
                         .sqlstate("42601")
                         .statement("SELECT\n 1");
  CHECK(error.text() == "a.sql:3: syntax error (SQLSTATE 42601)\n  in: SELECT 1\n  hint: mend it");
}

TEST_CASE("topological order takes the smallest rank first and finds a cycle") {
  CHECK(topological_sort({{1}, {}, {}}, {0, 5, 1}).order == std::vector<std::size_t>{2, 1, 0});
  const auto cyclic = topological_sort({{1}, {2}, {1}});
  CHECK(cyclic.cycle.size() == 2);
}

TEST_CASE("programs are run, captured and stopped") {
  Command command;
  command.arguments = {"sh", "-c", "echo out; echo err >&2; echo more >&3; exit 4"};
  command.extra_fd = 3;
  const auto result = run_process(command);
  CHECK(result.out == "out\n");
  CHECK(result.err == "err\n");
  CHECK(result.extra == "more\n");
  CHECK(result.status == 4);

  Command slow;
  slow.arguments = {"sh", "-c", "sleep 60 & sleep 60"};
  slow.timeout = std::chrono::milliseconds(50);
  CHECK(run_process(slow).timed_out);

  Command killed;
  killed.arguments = {"sh", "-c", "kill -SEGV $$"};
  CHECK(run_process(killed).signal == 11);
}

TEST_CASE("a program that is not there is an error") {
  Command command;
  command.arguments = {"no-such-program-here"};
  CHECK_THROWS_WITH(run_process(command), "there is no program no-such-program-here");
}

TEST_CASE("a path is shown as it is seen from the working folder, if that is shorter") {
  const auto here = std::filesystem::current_path();
  CHECK(display_path(here / "migrations/a.sql") == "migrations/a.sql");
  CHECK(display_path("migrations/a.sql") == "migrations/a.sql");
  CHECK(display_path(here) == ".");
  CHECK(display_path("/a.sql") == "/a.sql");
}
