#include "diff/domain.hpp"

#include <algorithm>

#include "catalog/default_name.hpp"

namespace migrate::diff {
namespace {

using catalog::Domain;
using catalog::DomainConstraint;

bool has(const std::vector<DomainConstraint>& list, const std::string& name) {
  return std::any_of(list.begin(), list.end(), [&](const auto& each) { return each.name == name; });
}

void sort(std::vector<DomainConstraint>& list) {
  std::stable_sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

}  // namespace

std::vector<std::string> name_constraints(Domain& domain) {
  std::vector<std::string> chosen;
  for (auto& each : domain.constraints) {
    if (!each.name.empty()) continue;
    for (int number = 0; each.name.empty(); ++number) {
      const std::string label = "check" + (number == 0 ? "" : std::to_string(number));
      const auto name = catalog::default_name(domain.name.name, "", label);
      if (!has(domain.constraints, name)) each.name = name;
    }
    chosen.push_back(each.name);
  }
  sort(domain.constraints);
  return chosen;
}

Domain with_live_names(Domain declared, const Domain& live, const std::set<catalog::ObjectId>& made_up) {
  if (declared.not_null && live.not_null && declared.not_null_constraint.empty())
    declared.not_null_constraint = live.not_null_constraint;
  std::set<std::string> used;
  std::vector<DomainConstraint*> open;
  for (auto& each : declared.constraints)
    if (made_up.contains({catalog::Kind::constraint, declared.name, each.name}))
      open.push_back(&each);
    else
      used.insert(each.name);
  std::vector<DomainConstraint*> rest;
  for (auto* each : open) {
    const auto same = std::find_if(live.constraints.begin(), live.constraints.end(), [&](const auto& other) {
      return other.expression == each->expression && other.not_valid == each->not_valid &&
             !used.contains(other.name);
    });
    if (same == live.constraints.end()) {
      rest.push_back(each);
      continue;
    }
    each->name = same->name;
    used.insert(each->name);
  }
  // Their own names where those are still free, else PostgreSQL's next choice.
  for (auto* each : rest)
    if (!used.insert(each->name).second) each->name.clear();
  name_constraints(declared);
  sort(declared.constraints);
  return declared;
}

}  // namespace migrate::diff
