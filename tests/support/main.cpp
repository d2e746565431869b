// Runs the tests, or with MIGRATE_TEST_SHARE="2/4" the second of four shares of them. Tells scripts/test by
// the file MIGRATE_TEST_COUNTS how many cases passed and failed, also when a later case crashes: "PASSED
// FAILED running", and "done" in the place of "running" at the end.
#if CATCH2_MAJOR >= 3
#include <catch2/catch_session.hpp>
#include <catch2/catch_test_case_info.hpp>
#include <catch2/internal/catch_test_case_registry_impl.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
using Listener = Catch::EventListenerBase;
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
using Listener = Catch::TestEventListenerBase;
#endif

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace {

void write_counts(std::size_t passed, std::size_t failed, const char* state) {
  if (const char* path = std::getenv("MIGRATE_TEST_COUNTS"))
    std::ofstream(path) << passed << ' ' << failed << ' ' << state << '\n';
}

class Counts : public Listener {
 public:
  using Listener::Listener;

  void testCaseEnded(const Catch::TestCaseStats& stats) override {
    const auto& cases = stats.totals.testCases;
    if (cases.failed > 0)
      ++failed_;
    else if (cases.passed + cases.failedButOk > 0)
      ++passed_;
    write_counts(passed_, failed_, "running");
    Listener::testCaseEnded(stats);
  }
  void testRunEnded(const Catch::TestRunStats& stats) override {
    write_counts(passed_, failed_, "done");
    Listener::testRunEnded(stats);
  }

 private:
  std::size_t passed_ = 0, failed_ = 0;
};
CATCH_REGISTER_LISTENER(Counts)

// The cases that the command line asks for, in the order of their files and lines, whatever order they will
// run in.
std::vector<std::string> names_of_cases(Catch::Session& session) {
  const auto& config = session.config();
  auto cases = Catch::filterTests(Catch::getAllTestCasesSorted(config), config.testSpec(), config);
  std::sort(cases.begin(), cases.end(), [](const auto& left, const auto& right) {
    return left.getTestCaseInfo().lineInfo < right.getTestCaseInfo().lineInfo;
  });
  std::vector<std::string> names;
  names.reserve(cases.size());
  for (const auto& one : cases) names.push_back(one.getTestCaseInfo().name);
  return names;
}

// A name as Catch2's command line takes it.
std::string escape(const std::string& name) {
  std::string out;
  for (const char c : name) {
    if (c == '\\' || c == ',' || c == '[' || c == ']' || c == '"' || c == '~') out += '\\';
    out += c;
  }
  return out;
}

// Leaves of the cases those of one share: every fourth of four shares, so that what takes long is spread.
// False: there are none. Catch2 2 has no shards of its own.
bool choose_share(Catch::Session& session, std::size_t share, std::size_t shares) {
  const auto all = names_of_cases(session);
  std::vector<std::string> chosen;
  for (std::size_t i = share - 1; i < all.size(); i += shares) chosen.push_back(all[i]);
  if (chosen.empty()) return false;
  auto data = session.configData();
  data.testsOrTags.clear();
  for (const auto& name : chosen) {
    if (!data.testsOrTags.empty()) data.testsOrTags.emplace_back(",");
    data.testsOrTags.push_back(escape(name));
  }
  session.useConfigData(data);
  if (names_of_cases(session) != chosen) {
    std::fputs(
        "a test case has a name by which Catch2 finds no case or others as well, for instance with * at an "
        "end\n",
        stderr);
    std::exit(2);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Catch::Session session;
  if (const int status = session.applyCommandLine(argc, argv); status != 0) return status;
  if (const char* text = std::getenv("MIGRATE_TEST_SHARE"); text && *text) {
    unsigned share = 0, shares = 0;
    if (std::sscanf(text, "%u/%u", &share, &shares) != 2 || share == 0 || share > shares) {
      std::fprintf(stderr, "MIGRATE_TEST_SHARE must be like 2/4 and is %s\n", text);
      return 2;
    }
    if (!choose_share(session, share, shares)) {
      write_counts(0, 0, "done");
      return 0;
    }
  }
  return session.run();
}
