// Breaks runs of a scenario, each in a database of its own, lets the next run clear up, and holds the outcome
// against that of a run that nothing disturbed.
#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "run/options.hpp"
#include "tests/crash/look.hpp"
#include "tests/crash/proxy.hpp"
#include "tests/crash/scenario.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/temporary_folder.hpp"

namespace migrate::test {

enum class Way { upgrade, downgrade };  // to the head, from the base; to the base, from the head

// What happens at a point.
enum class Trouble {
  network,     // everything is cut, and nobody gets through before the run has ended
  connection,  // one connection is cut
  backend,     // one server process is ended by pg_terminate_backend()
  process,     // the program is killed by SIGKILL
  outlived,    // as process, but the server notices only while the next run is at work already
  crash,       // the server process is killed by SIGKILL, so that the whole server restarts
};

std::string name_of(Trouble trouble);

struct Spot {
  std::size_t message = 0;
  bool forwarded = false;
};

struct Tally {
  std::size_t points = 0;              // that the run came to
  std::map<int, int> ended;            // exit codes of the runs that were disturbed
  std::map<std::string, int> cleared;  // ways in which the next run, or a person, went on
  std::vector<std::string> wrong;      // what must not be, each with its point
  std::string text() const;
};

class Workbench {
 public:
  Workbench(const Scenario& scenario, Way way);

  // The points of a run that make a difference: before and after each request of the client, before the
  // first and the last message of each answer; with `all`, before and after every message.
  std::vector<Spot> spots(bool all) const;
  // So many of them, spread over the run.
  std::vector<Spot> spots_for(std::size_t count) const;

  // One point for each spot.
  Tally run(Trouble trouble, const std::vector<Spot>& spots);

 private:
  struct End {
    int code = 0;
    std::string text;
  };

  const Scenario& scenario_;
  Way way_;
  TemporaryFolder scripts_;
  Proxy proxy_;
  std::unique_ptr<TestDatabase> base_, begin_;
  Outcome goal_;  // of upgrade head
  std::vector<Message> messages_;

  void one(Trouble trouble, const Spot& spot, std::size_t number, Tally& tally);
  postgres::ConnectOptions through_proxy(const TestDatabase& database) const;
  run::Options options() const;
  End migrate(const postgres::ConnectOptions& connect, Way way) const;
  End migrate_in_process(const postgres::ConnectOptions& connect, std::atomic<int>& process) const;
  End clear_up(TestDatabase& database, Tally& tally) const;
  End go_on(TestDatabase& database, std::string& how) const;
  End decide(TestDatabase& database) const;
};

}  // namespace migrate::test
