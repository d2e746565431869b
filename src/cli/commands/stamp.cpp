#include "run/stamp.hpp"

#include "cli/command.hpp"
#include "cli/running.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

class Stamp : public Command {
 public:
  std::string name() const override { return "stamp"; }
  std::string description() const override {
    return "Set the revision of the database without running anything";
  }
  void declare(Arguments& arguments) override {
    arguments.options("targets", targets_,
                      "head, heads, base, a revision or the beginning of its id, LABEL@head …; one or more",
                      true);
    arguments.flag("--purge", purge_, "take out all other rows first, also of revisions that no script has");
    running_.declare_bookkeeping(arguments);
  }
  ExitCode run(Context& context) override {
    const auto targets = revision::parse_targets(targets_);
    if (purge_) context.confirm_protected("stamp --purge");
    return run_and_report(
        context, running_, "migrate stamp " + join(targets_, " ") + (purge_ ? " --purge" : ""), "stamped",
        [&](const run::Target& target, const run::Options& options, const run::Events& events) {
          return run::stamp(target, targets, purge_, options, events);
        });
  }

 private:
  std::vector<std::string> targets_;
  bool purge_ = false;
  RunningArguments running_;
};

}  // namespace

std::unique_ptr<Command> make_stamp() { return std::make_unique<Stamp>(); }

}  // namespace migrate::cli
