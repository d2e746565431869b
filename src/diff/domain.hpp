// The checks of a domain that the models give no name.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "catalog/database.hpp"

namespace migrate::diff {

// Gives each check without a name the one that PostgreSQL would choose: domain_check, domain_check1 …
// Returns them.
std::vector<std::string> name_constraints(catalog::Domain& domain);

// A check whose name is made up is the live one of equal definition, whatever that is called.
catalog::Domain with_live_names(catalog::Domain declared, const catalog::Domain& live,
                                const std::set<catalog::ObjectId>& made_up);

}  // namespace migrate::diff
