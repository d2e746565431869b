// What is run again and again and broken at a point: a database to begin with, and scripts.
//
// Every step with a transaction writes its name into table done, which no script makes: "p1 up 2". So what
// the database holds can be held against what the log says of it.
#pragma once
#include <set>
#include <string>
#include <vector>

namespace migrate::test {

struct Scenario {
  std::string name;
  std::string before;  // SQL, besides table done
  struct Script {
    std::string id, parent, body;
  };
  std::vector<Script> scripts;  // a straight line
  const std::string& head() const { return scripts.back().id; }
  std::set<std::string> marks() const;  // what the steps write into done
};

// Steps with transactions: tables with rows, COPY, functions, constraints that are checked late, settings and
// roles that a script leaves behind.
const Scenario& transactional();
// Among steps without: CREATE, DROP and REINDEX INDEX CONCURRENTLY, DETACH PARTITION CONCURRENTLY, VACUUM;
// alone and several in a section.
const Scenario& concurrent();
// Statements without a transaction whose effect cannot be read from the catalogue.
const Scenario& unknowable();

}  // namespace migrate::test
