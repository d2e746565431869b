// `revision --autogenerate`: from the models and a database to a script in the folder.
#pragma once
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/write_revision.hpp"
#include "revision/script.hpp"
#include "util/error.hpp"

namespace migrate::cli {

struct AutogenerateArguments {
  std::string message;
  PlacementArguments placement;
  bool print = false;                // do not write it
  bool from_history = false;         // hold the models against a scratch database built from the scripts
  std::vector<std::string> renames;  // OLD=NEW
  bool no_renames = false;
  std::vector<std::string> drop;
  bool drop_unmanaged = false;
  bool strict = false;  // refuse where there is something of a kind that is not handled
};

// --sql: the script's text on stdout.
ExitCode print_revision(Context& context, const revision::Script& script,
                        const std::filesystem::path& folder);

ExitCode autogenerate_revision(Context& context, const AutogenerateArguments& arguments);

}  // namespace migrate::cli
