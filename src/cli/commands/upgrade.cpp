#include "run/upgrade.hpp"

#include "cli/command.hpp"
#include "cli/running.hpp"

namespace migrate::cli {
namespace {

class Upgrade : public Command {
 public:
  std::string name() const override { return "upgrade"; }
  std::string description() const override {
    return "Run the up parts of scripts, to the newest revision or to another";
  }
  void declare(Arguments& arguments) override {
    arguments.option("target", target_, "head (the default), a revision or the beginning of its id, or +N");
    running_.declare(arguments);
  }
  ExitCode run(Context& context) override {
    return run_and_report(
        context, running_, "migrate upgrade " + target_, "upgraded",
        [this](const run::Target& target, const run::Options& options, const run::Events& events) {
          return run::upgrade(target, target_, options, events);
        });
  }

 private:
  std::string target_ = "head";
  RunningArguments running_;
};

}  // namespace

std::unique_ptr<Command> make_upgrade() { return std::make_unique<Upgrade>(); }

}  // namespace migrate::cli
