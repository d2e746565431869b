// What the commands that write scripts share: parents and places from the command line, the hooks afterwards.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/context.hpp"
#include "revision/script.hpp"

namespace migrate::cli {

// --rev-id, --head, --splice, --branch-label, --depends-on, --version-path
struct PlacementArguments {
  std::string rev_id, head, version_path;
  bool splice = false;
  std::vector<std::string> branch_labels, depends_on;

  void declare(Arguments& arguments);       // all of them
  void declare_some(Arguments& arguments);  // without --head and --depends-on
  // The header but for the message. Throws Error for an id, a label or a dependency that will not do,
  // Error(undecided) for several heads of which none is said, Error(usage) for a parent that is no head.
  revision::Header header(Context& context) const;
  revision::Header header(Context& context, std::vector<std::string> parents) const;
  std::filesystem::path folder() const { return version_path; }
};

// [[migrations.post_write_hooks]], one after the other, in the project's folder. Throws Error(failed) for the
// first that fails; the script is written all the same, and the error says so.
void run_post_write_hooks(Context& context, const std::filesystem::path& script);

}  // namespace migrate::cli
