#include "run/downgrade.hpp"

#include "cli/command.hpp"
#include "cli/running.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

class Downgrade : public Command {
 public:
  std::string name() const override { return "downgrade"; }
  std::string description() const override {
    return "Run the down parts of scripts, one revision back or more";
  }
  void declare(Arguments& arguments) override {
    arguments.option("target", target_,
                     "-N (the default is -1), base, a revision or the beginning of its id, LABEL@-1 …");
    running_.declare(arguments);
  }
  ExitCode run(Context& context) override {
    const auto command = "migrate downgrade " + target_ + (running_.sql ? " --sql" : "");
    if (print_sql_of_range(context, running_, command, target_,
                           [](const auto& scripts, const auto& from, const auto& to, const auto& options) {
                             return run::preview_downgrade(scripts, from, to, options);
                           }))
      return ExitCode::ok;
    const auto to = revision::parse_target(target_);
    return run_and_report(
        context, running_, command, "downgraded",
        [&](const run::Target& target, const run::Options& options, const run::Events& events) {
          return run::downgrade(target, to, options, events, [&](const auto& revisions, const auto& losses) {
            confirm(context, revisions, losses);
          });
        },
        [&](const run::Target& target, const run::Options& options, const run::Events& events) {
          return run::preview_downgrade(target, to, options, events);
        });
  }

 private:
  static void confirm(Context& context, const std::vector<std::string>& revisions,
                      const std::vector<std::string>& losses) {
    if (!losses.empty()) context.out().warn("this loses data:\n  " + join(losses, "\n  "));
    context.confirm_protected("downgrade of " + join(revisions, ", "));
  }

  std::string target_ = "-1";
  RunningArguments running_;
};

}  // namespace

std::unique_ptr<Command> make_downgrade() { return std::make_unique<Downgrade>(); }

}  // namespace migrate::cli
