// A check that PostgreSQL takes for a proof, so that it need not read a table in use under a lock that nobody
// passes: added NOT VALID, validated in a step of its own, and dropped when it has served.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "plan/planner.hpp"

namespace migrate::plan {

struct Proof {
  catalog::Name table;
  std::string name;
  std::size_t validated = 0;  // the action that must be committed before the proof is of use
};

// The check's name is made of `base` and `suffix`. `fails`: the note that says what the validation minds.
Proof prove(Planner& planner, const catalog::Name& table, const std::string& base, const std::string& suffix,
            const std::string& expression, std::vector<catalog::ObjectId> needs, const std::string& fails);
void drop_proof(Planner& planner, const Proof& proof, std::size_t after);

// What the rows of a partition must satisfy, so that PostgreSQL sees it without reading them: where the
// parent is partitioned by one plain column, by range or list, with bounds that are written out.
std::optional<std::string> bound_as_check(const catalog::Table& parent, const catalog::Table& partition);

// The name that PostgreSQL gives to the check that DETACH PARTITION … CONCURRENTLY leaves.
std::string check_of_detached(const catalog::Database& database, const catalog::Table& partition);

}  // namespace migrate::plan
