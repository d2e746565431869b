#include "run/resolve.hpp"

#include "cli/command.hpp"
#include "cli/running.hpp"
#include "postgres/interrupt.hpp"
#include "util/json.hpp"

namespace migrate::cli {
namespace {

class Resolve : public Command {
 public:
  std::string name() const override { return "resolve"; }
  std::string description() const override {
    return "Say how a step ended that was cut off, so that the next run goes on";
  }
  void declare(Arguments& arguments) override {
    arguments.option("revision", revision_, "the half-done revision, or the beginning of its id", true);
    arguments.option("step", step_, "the step, if it is to be checked: 2");
    arguments.flag("--done", done_, "it took effect, or was finished by hand");
    arguments.flag("--undo", undone_, "nothing of it is there, or it was undone by hand");
    arguments.option("--wait", running_.wait, "how long to wait for another runner: 30s, 5min");
  }
  ExitCode run(Context& context) override {
    if (done_ == undone_) throw Error(ExitCode::usage, "resolve takes --done or --undo, one of them");
    const auto decision = done_ ? run::Decision::done : run::Decision::undone;
    const auto options =
        running_options(context, running_, "migrate resolve " + revision_ + (done_ ? " --done" : " --undo"));
    const auto& graph = context.graph();
    const auto connect = context.connect_options();
    auto& session = context.session();
    postgres::install_interrupt_handlers();
    const auto result = run::resolve({session, connect, context.directory(), graph}, revision_, step_,
                                     decision, options, running_events(context));
    nlohmann::ordered_json document;
    document["state"] = result.state;
    context.out().json(document.dump(2));
    context.out().result("resolved as " + std::string(done_ ? "done" : "undone") + ": the database is at " +
                         result.state + "; `migrate upgrade` or `migrate downgrade` goes on from there");
    return ExitCode::ok;
  }

 private:
  std::string revision_;
  int step_ = 0;
  bool done_ = false, undone_ = false;
  RunningArguments running_;
};

}  // namespace

std::unique_ptr<Command> make_resolve() { return std::make_unique<Resolve>(); }

}  // namespace migrate::cli
