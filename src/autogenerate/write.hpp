// A comparison as a script.
#pragma once
#include <string>
#include <vector>

#include "autogenerate/compare.hpp"
#include "plan/plan.hpp"
#include "revision/script.hpp"

namespace migrate::autogenerate {

struct Draft {
  revision::Script script;  // without id, parents, message and time
  plan::Migration migration;
};

// Throws what plan::make_migration throws.
Draft write_script(const Comparison& comparison, int server_version);

// The text of a section: notes as comments, statements with their semicolons, an empty line between them.
std::string section_text(const std::vector<plan::Statement>& statements);

}  // namespace migrate::autogenerate
