// A command: one class and one file each under commands/. commands.cpp lists them all.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/context.hpp"
#include "util/error.hpp"

namespace migrate::cli {

class Command {
 public:
  virtual ~Command() = default;
  virtual std::string name() const = 0;         // "upgrade"
  virtual std::string description() const = 0;  // one line for --help
  virtual void declare(Arguments& arguments) = 0;
  virtual ExitCode run(Context& context) = 0;  // errors are thrown
};

std::vector<std::unique_ptr<Command>> all_commands();  // in the order of --help

// Each file under commands/ defines one of these.
std::unique_ptr<Command> make_adopt();
std::unique_ptr<Command> make_branches();
std::unique_ptr<Command> make_check();
std::unique_ptr<Command> make_current();
std::unique_ptr<Command> make_diff();
std::unique_ptr<Command> make_downgrade();
std::unique_ptr<Command> make_edit();
std::unique_ptr<Command> make_ensure_version();
std::unique_ptr<Command> make_heads();
std::unique_ptr<Command> make_history();
std::unique_ptr<Command> make_init();
std::unique_ptr<Command> make_inspect();
std::unique_ptr<Command> make_local();
std::unique_ptr<Command> make_log();
std::unique_ptr<Command> make_merge();
std::unique_ptr<Command> make_models();
std::unique_ptr<Command> make_rebase();
std::unique_ptr<Command> make_resolve();
std::unique_ptr<Command> make_revision();
std::unique_ptr<Command> make_show();
std::unique_ptr<Command> make_squash();
std::unique_ptr<Command> make_stamp();
std::unique_ptr<Command> make_status();
std::unique_ptr<Command> make_upgrade();
std::unique_ptr<Command> make_verify();

}  // namespace migrate::cli
