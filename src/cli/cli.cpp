#include "cli/cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <iostream>

#include "cli/arguments.hpp"
#include "cli/command.hpp"
#include "cli/context.hpp"

namespace migrate::cli {
namespace {

// Options that every command takes, before or after the command's name.
void declare_globals(CLI::App& app, Globals& globals) {
  Arguments arguments(app);
  arguments.option("-c,--config", globals.config,
                   "the configuration file; default: config.toml here or above");
  arguments.option("--url", globals.url,
                   "the database, over what the configuration says: postgresql://… or local");
  arguments.option("--env", globals.env, "an environment of the configuration: [environments.NAME]");
  arguments.flag("--json", globals.json, "print the result as one JSON document");
  arguments.flag("-q,--quiet", globals.quiet, "no notes and no progress");
  arguments.flag("-v,--verbose", globals.verbose, "more detail; the SQL as it runs");
  arguments.options("--allow", globals.allow, "do what is otherwise refused: data-loss");
  arguments.options("-x", globals.variables,
                    "key=value, which scripts read as current_setting('migrate.key'); may be repeated");
  arguments.option("--confirm", globals.confirm,
                   "the name of the protected environment, to confirm what is done to it");
}

int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error, std::cout, std::cerr);  // --help, --version
  app.exit(error, std::cerr, std::cerr);
  return static_cast<int>(ExitCode::usage);
}

}  // namespace

int run(int argc, char** argv) {
  CLI::App app("Schema migrations for PostgreSQL, driven by models declared in C++", "migrate");
  app.set_version_flag("--version", std::string("migrate ") + MIGRATE_VERSION);
  app.require_subcommand(1);
  Globals globals;
  declare_globals(app, globals);
  // What a command has read is left to the operating system: to free it piece by piece takes milliseconds.
  static const auto& commands = *new std::vector<std::unique_ptr<Command>>(all_commands());
  for (const auto& command : commands) {
    auto* subcommand = app.add_subcommand(command->name(), command->description());
    subcommand->fallthrough();
    // Some 200 options take a millisecond to declare, and are asked for only where the command is named.
    if (std::find(argv, argv + argc, command->name()) == argv + argc) continue;
    Arguments arguments(*subcommand);
    command->declare(arguments);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage_error(app, error);
  }
  report::Output out({globals.json, globals.quiet, globals.verbose});
  static Context* context = nullptr;
  auto code = ExitCode::usage;
  try {
    context = new Context(globals);
    for (const auto& command : commands)
      if (app.got_subcommand(command->name())) code = command->run(*context);
  } catch (const Error& error) {
    out.error(error);
    code = error.code();
  } catch (const std::exception& error) {
    out.error(Error(ExitCode::failed, std::string("internal error: ") + error.what(),
                    "this is a defect of migrate; please report it"));
    code = ExitCode::failed;
  }
  if (context != nullptr) context->disconnect();
  return static_cast<int>(code);
}

}  // namespace migrate::cli
