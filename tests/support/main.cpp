// Runs the tests, and tells scripts/test how many cases passed and failed, also when a later case crashes.
#if CATCH2_MAJOR >= 3
#include <catch2/catch_session.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
using Listener = Catch::EventListenerBase;
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
using Listener = Catch::TestEventListenerBase;
#endif

#include <cstdlib>
#include <fstream>

namespace {

class Counts : public Listener {
 public:
  using Listener::Listener;

  void testCaseEnded(const Catch::TestCaseStats& stats) override {
    const auto& cases = stats.totals.testCases;
    if (cases.failed > 0)
      ++failed_;
    else if (cases.passed + cases.failedButOk > 0)
      ++passed_;
    write("running");
    Listener::testCaseEnded(stats);
  }
  void testRunEnded(const Catch::TestRunStats& stats) override {
    write("done");
    Listener::testRunEnded(stats);
  }

 private:
  void write(const char* state) const {
    if (const char* path = std::getenv("MIGRATE_TEST_COUNTS"))
      std::ofstream(path) << passed_ << ' ' << failed_ << ' ' << state << '\n';
  }
  std::size_t passed_ = 0, failed_ = 0;
};
CATCH_REGISTER_LISTENER(Counts)

}  // namespace

int main(int argc, char** argv) { return Catch::Session().run(argc, argv); }
