#include <algorithm>

#include "cli/command.hpp"
#include "cli/comparing.hpp"
#include "cli/running.hpp"
#include "cli/scratch_roles.hpp"
#include "run/downgrade.hpp"
#include "run/upgrade.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

// One finding: where, and what differs there.
struct Finding {
  std::string revision, turn;
  std::vector<std::string> differences;
};

std::vector<std::string> differences(const catalog::Database& wanted, const catalog::Database& got) {
  std::vector<std::string> lines;
  for (const auto& change : diff::diff(wanted, got)) lines.push_back(diff::describe(change, wanted, got));
  for (const auto& each : got.unhandled)
    if (std::find(wanted.unhandled.begin(), wanted.unhandled.end(), each) == wanted.unhandled.end())
      lines.push_back("leaves " + each.kind + " " + each.identity);
  for (const auto& each : wanted.unhandled)
    if (std::find(got.unhandled.begin(), got.unhandled.end(), each) == got.unhandled.end())
      lines.push_back("lacks " + each.kind + " " + each.identity);
  return lines;
}

class Verify : public Command {
 public:
  std::string name() const override { return "verify"; }
  std::string description() const override {
    return "Run every revision up, down and up on a scratch database, and compare the result with the models";
  }
  void declare(Arguments&) override {}

  ExitCode run(Context& context) override {
    context.graph();  // what is wrong with it is said before a database is made
    postgres::ScratchDatabase scratch(required_scratch_server(context));
    require_roles(context, scratch, roles_in(context.directory(), context.graph(), context.graph().heads()));
    const run::Target target{scratch.session(), scratch.options(), context.directory(), context.graph()};
    const auto options = running_options(context, {}, "migrate verify");
    run::Events events;
    events.confirm_data_loss = [](const std::vector<std::string>&) {};
    auto view = in_view(context, {});
    view.schemas.clear();

    std::vector<Finding> findings;
    std::vector<std::string> irreversible;
    for (const auto& id : context.graph().order()) {
      const auto before = postgres::introspect(scratch.session(), view);
      run::upgrade(target, {revision::parse_target(id)}, options, events);
      const auto after = postgres::introspect(scratch.session(), view);
      if (context.directory().load(context.graph().at(id)).down.empty()) {
        irreversible.push_back(id);
      } else {
        run::downgrade(target, revision::parse_target(id + "@-1"), options, events);
        note(findings, id, "after down", differences(before, postgres::introspect(scratch.session(), view)));
        run::upgrade(target, {revision::parse_target(id)}, options, events);
        note(findings, id, "after up again",
             differences(after, postgres::introspect(scratch.session(), view)));
      }
      context.out().note("verified " + id + " " + context.graph().at(id).message);
    }
    const auto at_head = compare_with_models(context, scratch.session());
    print(context, findings, irreversible, at_head);
    if (!findings.empty()) return ExitCode::failed;
    return at_head.empty() ? ExitCode::ok : ExitCode::differences;
  }

 private:
  static void note(std::vector<Finding>& findings, const std::string& id, const std::string& turn,
                   std::vector<std::string> lines) {
    if (!lines.empty()) findings.push_back({id, turn, std::move(lines)});
  }

  static std::vector<std::string> compare_with_models(Context& context, postgres::Session& session) {
    const auto& settings = context.config().models;
    if (settings.sources.empty() && settings.program.empty() && settings.snapshot.empty()) return {};
    const auto models = load_models(context);
    autogenerate::CompareOptions options;
    options.owned = owned_at_heads(context);
    options.no_renames = true;
    const auto comparison =
        compare(context, models, postgres::introspect(session, in_view(context, models.database)), options);
    return difference_lines(comparison);
  }

  static void print(Context& context, const std::vector<Finding>& findings,
                    const std::vector<std::string>& irreversible, const std::vector<std::string>& at_head) {
    auto& out = context.out();
    nlohmann::ordered_json document;
    document["verified"] = findings.empty() && at_head.empty();
    document["revisions"] = context.graph().size();
    document["irreversible"] = irreversible;
    document["findings"] = nlohmann::ordered_json::array();
    for (const auto& finding : findings) {
      document["findings"].push_back(
          {{"revision", finding.revision}, {"turn", finding.turn}, {"differences", finding.differences}});
      out.result(finding.revision + ", " + finding.turn + ":");
      for (const auto& line : finding.differences) out.result("  " + line);
    }
    document["models"] = at_head;
    out.json(document.dump(2));
    for (const auto& id : irreversible) out.result(id + " has no down part, so it was only run up.");
    if (!at_head.empty()) out.result("The models differ from what the scripts build:");
    for (const auto& line : at_head) out.result("  " + line);
    if (findings.empty() && at_head.empty())
      out.result("Verified " + plural(context.graph().size(), "revision") + ".");
  }
};

}  // namespace

std::unique_ptr<Command> make_verify() { return std::make_unique<Verify>(); }

}  // namespace migrate::cli
