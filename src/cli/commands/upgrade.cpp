#include "run/upgrade.hpp"

#include "cli/command.hpp"
#include "cli/running.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

class Upgrade : public Command {
 public:
  std::string name() const override { return "upgrade"; }
  std::string description() const override {
    return "Run the up parts of scripts, to the newest revision or to another";
  }
  void declare(Arguments& arguments) override {
    arguments.options("targets", targets_,
                      "head (the default), heads, +N, a revision or the beginning of its id, LABEL@head …");
    running_.declare(arguments);
    arguments.flag("--allow-ahead", allow_ahead_,
                   "nothing to do, instead of exit code 8, if the database is ahead of these scripts");
  }
  ExitCode run(Context& context) override {
    if (targets_.empty()) targets_ = {"head"};
    const auto command = "migrate upgrade " + join(targets_, " ") + (running_.sql ? " --sql" : "");
    if (targets_.size() == 1 &&
        print_sql_of_range(context, running_, command, targets_.front(),
                           [](const auto& scripts, const auto& from, const auto& to, const auto& options) {
                             return run::preview_upgrade(scripts, from, {to}, options);
                           }))
      return ExitCode::ok;
    const auto targets = revision::parse_targets(targets_);
    return run_and_report(
        context, running_, command, "upgraded",
        [&](const run::Target& target, const run::Options& options, const run::Events& events) {
          auto mine = options;
          mine.allow_ahead = allow_ahead_;
          return run::upgrade(target, targets, mine, events);
        },
        [&](const run::Target& target, const run::Options& options, const run::Events& events) {
          auto mine = options;
          mine.allow_ahead = allow_ahead_;
          return run::preview_upgrade(target, targets, mine, events);
        });
  }

 private:
  std::vector<std::string> targets_;
  bool allow_ahead_ = false;
  RunningArguments running_;
};

}  // namespace

std::unique_ptr<Command> make_upgrade() { return std::make_unique<Upgrade>(); }

}  // namespace migrate::cli
