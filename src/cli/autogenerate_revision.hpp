// `revision --autogenerate`: from the models and a database to a script in the folder.
#pragma once
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "util/error.hpp"

namespace migrate::cli {

struct AutogenerateArguments {
  std::string message;
  std::string rev_id;                // empty: a new one
  bool from_history = false;         // hold the models against a scratch database built from the scripts
  std::vector<std::string> renames;  // OLD=NEW
  bool no_renames = false;
  std::vector<std::string> drop;
  bool drop_unmanaged = false;
  bool strict = false;  // refuse where there is something of a kind that is not handled
};

ExitCode autogenerate_revision(Context& context, const AutogenerateArguments& arguments);

}  // namespace migrate::cli
