#include "revision/rebase.hpp"

#include <algorithm>
#include <ctime>

#include "cli/command.hpp"
#include "cli/database_rows.hpp"
#include "postgres/local_server.hpp"
#include "util/files.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

class Rebase : public Command {
 public:
  std::string name() const override { return "rebase"; }
  std::string description() const override {
    return "Put revisions that are not applied yet on top of another head";
  }

  void declare(Arguments& arguments) override {
    arguments.option("revision", mine_,
                     "the head that moves, with what it has for itself; the newer of two, if none is said");
    arguments.option("--onto", onto_, "the head it goes on top of; the other one of two, if none is said");
  }

  ExitCode run(Context& context) override {
    const auto& graph = context.graph();
    const auto [mine, onto] = choose(graph);
    const auto plan = revision::plan_rebase(graph, mine, onto);
    refuse_applied(context, plan);
    const auto rewritten = revision::rebase(context.directory(), graph, plan, std::time(nullptr));

    auto& out = context.out();
    nlohmann::ordered_json document;
    document["onto"] = onto;
    document["first"] = plan.first;
    document["moved"] = plan.moved;
    document["files"] = nlohmann::ordered_json::array();
    for (const auto& each : rewritten)
      document["files"].push_back(
          {{"revision", each.id}, {"before", display_path(each.before)}, {"path", display_path(each.after)}});
    out.result("Put " + join(plan.moved, ", ") + " on top of " + onto + ":");
    for (const auto& each : rewritten) {
      if (each.id == plan.first)
        out.result("  " + display_path(each.before) + ": its down_revision is " + onto);
      if (each.before != each.after)
        out.result("  " + display_path(each.before) + " is " + display_path(each.after) + " now");
    }
    const revision::Directory again(context.directory().layout());
    const auto heads = revision::Graph(again.headers()).effective_heads();
    if (heads.size() > 1)
      out.note("There are " + std::to_string(heads.size()) + " heads left: " + join(heads, ", "));
    out.json(document.dump(2));
    return ExitCode::ok;
  }

 private:
  std::pair<std::string, std::string> choose(const revision::Graph& graph) const {
    const auto one = [&](const std::string& text) {
      return revision::resolve_one(graph, revision::parse_target(text));
    };
    const auto heads = graph.effective_heads();
    auto mine = mine_.empty() ? std::string() : one(mine_);
    auto onto = onto_.empty() ? std::string() : one(onto_);
    const auto other = [&](const std::string& named) {
      // A revision that is named lies below its head.
      std::vector<std::string> others;
      for (const auto& head : heads)
        if (!graph.is_ancestor(named, head)) others.push_back(head);
      if (others.size() == 1) return others.front();
      throw Error(
          others.empty() ? ExitCode::usage : ExitCode::undecided,
          others.empty() ? "there is no other head than that of " + named
                         : "there are several heads: " + graph.with_files(others),
          others.empty() ? "migrate heads lists them" : "name both: migrate rebase REVISION --onto REVISION");
    };
    if (mine.empty() && onto.empty()) {
      if (heads.size() < 2)
        throw Error(ExitCode::usage, heads.empty() ? "there are no revisions"
                                                   : "there is one head, " + graph.with_files(heads) +
                                                         ": there is nothing to move");
      if (heads.size() > 2)
        throw Error(ExitCode::undecided, "there are several heads: " + graph.with_files(heads),
                    "name both: migrate rebase REVISION --onto REVISION");
      return {heads.back(), heads.front()};  // in file order, which begins with the time of creation
    }
    if (onto.empty()) onto = other(mine);
    if (mine.empty()) mine = other(onto);
    return {mine, onto};
  }

  // Where a database is configured and can be reached, it must not have what moves.
  static void refuse_applied(Context& context, const revision::Rebase& plan) {
    const auto* state = try_state(context);
    if (state == nullptr) return;
    std::vector<std::string> applied;
    for (const auto& id : plan.moved)
      if (state->applied.count(id) != 0 || state->is_half_done(id)) applied.push_back(id);
    if (!applied.empty())
      throw Error(ExitCode::undecided,
                  "the database has " + join(applied, ", ") + " already, which would come after " +
                      plan.onto + " then",
                  "move the other one, or join them with migrate merge; migrate downgrade " + plan.first +
                      "@-" + std::to_string(applied.size()) + " takes back what is to move");
  }

  static const run::State* try_state(Context& context) {
    try {
      const auto& config = context.config({.database = true});
      if (config.database.url.empty()) throw Error(ExitCode::no_connection, "none is configured");
      // A private server that nobody has started has nothing that would be lost.
      if (config.database.url == "local" && !postgres::LocalServer(config.project).status().made)
        return nullptr;
      return &context.database_state();
    } catch (const Error& error) {
      if (error.code() != ExitCode::no_connection && error.code() != ExitCode::usage) throw;
      context.out().warn(std::string("no database was asked whether it has these revisions: ") +
                         error.what());
      return nullptr;
    }
  }

  std::string mine_, onto_;
};

}  // namespace

std::unique_ptr<Command> make_rebase() { return std::make_unique<Rebase>(); }

}  // namespace migrate::cli
