#include "run/ensure_version.hpp"

#include "cli/command.hpp"
#include "cli/running.hpp"
#include "postgres/interrupt.hpp"
#include "run/sql_script.hpp"
#include "util/json.hpp"
#include "util/quote.hpp"

namespace migrate::cli {
namespace {

class EnsureVersion : public Command {
 public:
  std::string name() const override { return "ensure-version"; }
  std::string description() const override {
    return "Make the version table and the log, if they are not there";
  }
  void declare(Arguments& arguments) override {
    arguments.option("--wait", running_.wait, "how long to wait for another runner: 30s, 5min");
    arguments.flag("--sql", running_.sql, "print the script for psql instead; no database is asked");
  }
  ExitCode run(Context& context) override {
    const auto options = running_options(context, running_, "migrate ensure-version");
    if (running_.sql) {
      const auto script = run::sql_script_of_tables(options);
      context.out().json(nlohmann::ordered_json{{"sql", script}}.dump(2));
      context.out().result(script.substr(0, script.size() - 1));
      return ExitCode::ok;
    }
    const auto connect = context.connect_options();
    auto& session = context.session();
    postgres::install_interrupt_handlers();
    const bool created = run::ensure_version(session, connect, options, running_events(context));
    const auto version = qualified(options.names.schema, options.names.version_table);
    const auto log = qualified(options.names.schema, options.names.log_table());
    auto& out = context.out();
    out.json(nlohmann::ordered_json{{"created", created}, {"version_table", version}, {"log", log}}.dump(2));
    out.result(created ? "made " + version + " and " + log
                       : "nothing to do: " + version + " and " + log + " are there");
    return ExitCode::ok;
  }

 private:
  RunningArguments running_;
};

}  // namespace

std::unique_ptr<Command> make_ensure_version() { return std::make_unique<EnsureVersion>(); }

}  // namespace migrate::cli
