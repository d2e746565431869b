// What the commands that run steps share: their options, and how they tell what happens.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/context.hpp"
#include "run/options.hpp"

namespace migrate::cli {

// --wait, --lock-timeout, --statement-timeout, --accept-edited
struct RunningArguments {
  std::optional<std::string> wait, lock_timeout, statement_timeout;
  bool accept_edited = false;

  void declare(Arguments& arguments);
};

// From the configuration, and over it the command line. Throws Error(usage) for a time that is none.
run::Options running_options(Context& context, const RunningArguments& arguments, const std::string& command);
run::Events running_events(Context& context);

// Runs `verb(target, options, events)` with Ctrl-C and SIGTERM handled, and prints its result. `done`:
// "upgraded".
ExitCode run_and_report(
    Context& context, const RunningArguments& arguments, const std::string& command, const std::string& done,
    const std::function<run::Result(const run::Target&, const run::Options&, const run::Events&)>& verb);

// "base" for no rows.
std::string rows_text(const std::vector<std::string>& rows);

}  // namespace migrate::cli
