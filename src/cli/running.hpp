// What the commands that run steps share: their options, and how they tell what happens.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/context.hpp"
#include "revision/target.hpp"
#include "run/options.hpp"
#include "run/preview.hpp"

namespace migrate::cli {

// Of upgrade and downgrade; the first two of stamp, too.
struct RunningArguments {
  std::optional<std::string> wait;
  std::string tag;
  std::optional<std::string> lock_timeout, statement_timeout, lock_retries, transaction;
  bool accept_edited = false, dry_run = false, rollback = false, sql = false;

  void declare_bookkeeping(Arguments& arguments);  // --wait, --tag
  void declare(Arguments& arguments);              // all
};

// From the configuration, and over it the command line. Throws Error(usage) for a time that is none.
run::Options running_options(Context& context, const RunningArguments& arguments, const std::string& command);
// `timed`: the time of every step is said, not only of long ones.
run::Events running_events(Context& context, bool timed = false);

using Verb = std::function<run::Result(const run::Target&, const run::Options&, const run::Events&)>;
using PreviewVerb = std::function<run::Preview(const run::Target&, const run::Options&, const run::Events&)>;

// Runs `verb(target, options, events)` with Ctrl-C and SIGTERM handled, and prints its result; with --dry-run
// or --sql what comes of `preview` instead. `done`: "upgraded".
ExitCode run_and_report(Context& context, const RunningArguments& arguments, const std::string& command,
                        const std::string& done, const Verb& verb, const PreviewVerb& preview = {});

// With --sql the target may be a range "from:to", and then no database is asked: prints the script of what
// `preview` plans, and true. Throws Error(usage) for a range without --sql.
using PreviewRange = std::function<run::Preview(const run::Scripts&, const revision::TargetExpression& from,
                                                const revision::TargetExpression& to, const run::Options&)>;
bool print_sql_of_range(Context& context, const RunningArguments& arguments, const std::string& command,
                        const std::string& target, const PreviewRange& preview);

// "base" for no rows.
std::string rows_text(const std::vector<std::string>& rows);

}  // namespace migrate::cli
