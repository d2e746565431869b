#include "cli/command.hpp"
#include "postgres/local_server.hpp"
#include "report/output.hpp"
#include "util/files.hpp"
#include "util/json.hpp"

namespace migrate::cli {
namespace {

class Local : public Command {
 public:
  std::string name() const override { return "local"; }
  std::string description() const override { return "The private server behind url = \"local\""; }
  void declare(Arguments& arguments) override {
    arguments.choice("verb", verb_, {"start", "stop", "status", "psql", "destroy"},
                     "what to do; the default is status");
    arguments.options("arguments", arguments_, "for psql, after --");
    arguments.flag("-y,--yes", yes_, "destroy without a question");
  }

  ExitCode run(Context& context) override {
    postgres::LocalServer server(context.config().project);
    if (!arguments_.empty() && verb_ != "psql")
      throw Error(ExitCode::usage, "local " + verb_ + " takes no arguments", "only local psql does");
    if (verb_ == "psql") {
      const int status = server.psql(arguments_);
      return status == 0 ? ExitCode::ok : ExitCode::failed;
    }
    if (verb_ == "start") server.ensure_started();
    if (verb_ == "stop") server.stop();
    if (verb_ == "destroy") destroy(context, server);
    tell(context, server.status());
    return ExitCode::ok;
  }

 private:
  void destroy(Context& context, postgres::LocalServer& server) const {
    const auto status = server.status();
    if (status.made && !yes_) {
      const auto what = "the local server in " + display_path(status.data) + " with all its databases";
      if (!report::interactive()) throw Error(ExitCode::undecided, "destroy removes " + what, "add --yes");
      if (!report::ask_yes_no("Remove " + what + "?"))
        throw Error(ExitCode::undecided, "nothing was removed");
    }
    server.destroy();
    context.out().note("removed");
  }

  static void tell(Context& context, const postgres::LocalServer::Status& status) {
    nlohmann::ordered_json out;
    out["made"] = status.made;
    out["running"] = status.running;
    out["pid"] = status.pid != 0 ? nlohmann::ordered_json(status.pid) : nlohmann::ordered_json();
    out["version"] = status.made ? nlohmann::ordered_json(status.version) : nlohmann::ordered_json();
    out["url"] = status.url;
    out["data"] = status.data.string();
    out["log"] = status.log.string();
    context.out().json(out.dump(2));
    auto& to = context.out();
    if (!status.made) {
      to.result("no local server; it is made on first use, or by `migrate local start`");
      return;
    }
    to.result(status.running
                  ? "running, PostgreSQL " + status.version + ", process " + std::to_string(status.pid)
                  : "stopped, PostgreSQL " + status.version);
    to.result("  url:  " + status.url);
    to.result("  data: " + display_path(status.data));
    to.result("  log:  " + display_path(status.log));
  }

  std::string verb_ = "status";
  std::vector<std::string> arguments_;
  bool yes_ = false;
};

}  // namespace

std::unique_ptr<Command> make_local() { return std::make_unique<Local>(); }

}  // namespace migrate::cli
