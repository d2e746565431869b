// What a database holds, and what it says of itself, after a run of a scenario.
#pragma once
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "postgres/session.hpp"
#include "revision/graph.hpp"
#include "tests/crash/scenario.hpp"
#include "tests/support/cluster.hpp"

namespace migrate::test {

struct Outcome {
  catalog::Database database;
  std::string rows;      // of all tables but done and the bookkeeping, and invalid indexes
  std::string versions;  // of the version table
  std::string steps;     // of the log: those that are done
  bool operator==(const Outcome&) const = default;
};

class Look {
 public:
  Look(const TestDatabase& database, const Scenario& scenario);

  Outcome outcome();
  std::string state(const revision::Graph& graph);  // as `current` says it
  // What is wrong with: steps with a transaction are in the database as often as in the log; none was done,
  // or taken back, twice in a row; with `ended`, none is running.
  std::vector<std::string> check_steps(bool ended);

 private:
  const Scenario& scenario_;
  postgres::Session session_;

  std::string value(const std::string& sql);
  bool has_log();
};

}  // namespace migrate::test
