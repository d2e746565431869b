#include "cli/command.hpp"

namespace migrate::cli {

std::vector<std::unique_ptr<Command>> all_commands() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(make_init());
  commands.push_back(make_adopt());
  commands.push_back(make_revision());
  commands.push_back(make_upgrade());
  commands.push_back(make_downgrade());
  commands.push_back(make_resolve());
  commands.push_back(make_current());
  commands.push_back(make_status());
  commands.push_back(make_log());
  commands.push_back(make_history());
  commands.push_back(make_heads());
  commands.push_back(make_branches());
  commands.push_back(make_show());
  commands.push_back(make_edit());
  commands.push_back(make_merge());
  commands.push_back(make_rebase());
  commands.push_back(make_squash());
  commands.push_back(make_stamp());
  commands.push_back(make_ensure_version());
  commands.push_back(make_models());
  commands.push_back(make_check());
  commands.push_back(make_diff());
  commands.push_back(make_inspect());
  commands.push_back(make_verify());
  commands.push_back(make_local());
  return commands;
}

}  // namespace migrate::cli
