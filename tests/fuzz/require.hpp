// What a fuzzer says when a law does not hold: the line, and the program ends as by a crash.
#pragma once
#include <cstdio>
#include <cstdlib>

#define REQUIRE(law)                                                                \
  do {                                                                              \
    if (!(law)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #law); \
      std::abort();                                                                 \
    }                                                                               \
  } while (false)
