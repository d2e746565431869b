// The one place that knows which major version of Catch2 is there (2 on Debian 12, 3 on Debian 13).
#pragma once
#if CATCH2_MAJOR >= 3
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
