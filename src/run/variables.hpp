// What `-x key=value` and `--tag TEXT` give to scripts: current_setting('migrate.key').
#pragma once
#include <string>
#include <vector>

#include "postgres/executor.hpp"

namespace migrate::run {

// `given`: each "key=value". A key has letters, digits and _, does not begin with a digit, is at most 50 long
// and, as PostgreSQL has it, the same in small letters and capitals; "tag" is taken. Throws Error(usage),
// which never shows a value: it may be a secret.
std::vector<postgres::Variable> parse_variables(const std::vector<std::string>& given);

}  // namespace migrate::run
