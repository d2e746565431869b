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
    arguments.flag("--sql", running_.sql, "print the script for psql instead; also of a range FROM:TO");
    running_.declare_bookkeeping(arguments);
  }
  ExitCode run(Context& context) override {
    const auto command =
        "migrate stamp " + join(targets_, " ") + (purge_ ? " --purge" : "") + (running_.sql ? " --sql" : "");
    if (targets_.size() == 1 &&
        print_sql_of_range(context, running_, command, targets_.front(),
                           [&](const auto& scripts, const auto& from, const auto& to, const auto& options) {
                             return run::preview_stamp(scripts, from, {to}, purge_, options);
                           }))
      return ExitCode::ok;
    const auto targets = revision::parse_targets(targets_);
    if (purge_ && !running_.sql) context.confirm_protected("stamp --purge");
    return run_and_report(
        context, running_, command, "stamped",
        [&](const run::Target& target, const run::Options& options, const run::Events& events) {
          return run::stamp(target, targets, purge_, options, events);
        },
        [&](const run::Target& target, const run::Options& options, const run::Events&) {
          return run::preview_stamp(target, targets, purge_, options);
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
