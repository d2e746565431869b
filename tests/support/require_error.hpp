// REQUIRE_ERROR(expression, ExitCode::usage, "the whole text, as people read it");
#pragma once
#include "tests/support/catch.hpp"
#include "util/error.hpp"

#define REQUIRE_ERROR(expression, expected_code, expected_text)                  \
  do {                                                                           \
    try {                                                                        \
      static_cast<void>(expression);                                             \
      FAIL("no error was thrown by " #expression);                               \
    } catch (const ::migrate::Error& thrown) {                                   \
      CHECK(thrown.text() == (expected_text));                                   \
      CHECK(static_cast<int>(thrown.code()) == static_cast<int>(expected_code)); \
    }                                                                            \
  } while (false)
