#include <algorithm>

#include "autogenerate/write.hpp"
#include "catalog/json_value.hpp"
#include "cli/command.hpp"
#include "cli/comparing.hpp"
#include "cli/side.hpp"
#include "plan/plan.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

using autogenerate::WholeComparison;
using Json = nlohmann::ordered_json;

std::string_view name_of(diff::Action action) {
  switch (action) {
    case diff::Action::create:
      return "create";
    case diff::Action::drop:
      return "drop";
    case diff::Action::alter:
      return "alter";
    case diff::Action::rename:
      return "rename";
  }
  return "";
}

Json as_json(const diff::Change& change, const autogenerate::Comparison& comparison) {
  Json out;
  out["action"] = name_of(change.action);
  out["object"] = change.object.key();
  if (change.action == diff::Action::alter) {
    out["fields"] = Json::object();
    for (const auto& field : change.fields)
      out["fields"][field] = {{"before", catalog::field_value(comparison.before, change.object, field)},
                              {"after", catalog::field_value(comparison.target, change.object, field)}};
  }
  out["text"] = diff::describe(change, comparison.before, comparison.target);
  return out;
}

Json as_json(const diff::Rename& rename) {
  Json out{{"action", "rename"}, {"object", rename.to.key()}, {"was", rename.from.key()}};
  if (!rename.from_label.empty()) {
    out["from_label"] = rename.from_label;
    out["to_label"] = rename.to_label;
  }
  return out;
}

Json named(const std::vector<catalog::Unhandled>& unhandled) {
  Json out = Json::array();
  for (const auto& each : unhandled) out.push_back(each.kind + " " + each.identity);
  return out;
}

std::string as_json(const WholeComparison& found, const std::vector<catalog::Unhandled>& unhandled) {
  Json out;
  out["equal"] = found.equal();
  out["changes"] = Json::array();
  for (const auto& rename : found.comparison.renames) out["changes"].push_back(as_json(rename));
  for (const auto& change : found.comparison.changes)
    out["changes"].push_back(as_json(change, found.comparison));
  out["unverified"] = Json::array();
  for (const auto& id : found.comparison.unverified) out["unverified"].push_back(id.key());
  out["unhandled"] = named(unhandled);
  out["only_from"] = named(found.only_from);
  out["only_to"] = named(found.only_to);
  return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

// What psql can run: steps as transactions, what PostgreSQL refuses in one between them.
std::string as_sql(const autogenerate::Comparison& comparison) {
  const auto plan = plan::make_plan(comparison.live, comparison.target,
                                    {comparison.live.server_version, comparison.renames});
  std::string out;
  for (const auto& line : plan.summary) out += "-- " + line + "\n";
  for (std::size_t at = 0; at < plan.steps.size(); ++at) {
    const auto& step = plan.steps[at];
    out += "\n-- step " + std::to_string(at + 1) + " of " + std::to_string(plan.steps.size()) +
           (step.transactional ? "" : ", without a transaction") + "\n";
    for (const auto& key : step.preserve)
      out += "-- re-creates " + key + ": note its owner, privileges and label before, and set them again\n";
    const auto text = autogenerate::section_text(step.statements);
    out += step.transactional ? "BEGIN;\n\n" + text + "\nCOMMIT;\n" : text;
  }
  return out;
}

class Diff : public Command {
 public:
  std::string name() const override { return "diff"; }
  std::string description() const override {
    return "Show what takes one database, model, history, file or snapshot to another; exit code 3 if they "
           "differ";
  }

  void declare(Arguments& arguments) override {
    const std::string sides =
        "database, models, history, history@REVISION, a URL, a .sql file or folder, a .json snapshot";
    arguments.option("--from", from_, "what is there: " + sides, true);
    arguments.option("--to", to_, "what it is to become: the same choices", true);
    arguments.choice(
        "--format", format_, {"text", "sql", "json"},
        "text: a line for each difference; sql: a script for psql; json: fields before and after");
    arguments.flag("--owners", owners_, "compare owners, too: as [autogenerate] owners = true");
    arguments.flag("--privileges", privileges_,
                   "compare privileges, too: as [autogenerate] privileges = true");
    arguments.flag("--strict", strict_, strict_help);
  }

  ExitCode run(Context& context) override {
    const auto from = parse_side(from_, "--from");
    const auto to = parse_side(to_, "--to");
    context.config({.without_file = true});  // two databases need none
    auto sides = load_sides(context, from, to, owners_, privileges_);
    auto unhandled = sides.from.document.database.unhandled;
    for (const auto& each : sides.to.document.database.unhandled)
      if (std::none_of(unhandled.begin(), unhandled.end(), [&](const catalog::Unhandled& other) {
            return each.kind == other.kind && each.identity == other.identity;
          }))
        unhandled.push_back(each);
    tell_unhandled(context, unhandled, "compared by name alone", strict_);
    const int version =
        std::max(sides.from.document.database.server_version, sides.to.document.database.server_version);
    const auto found =
        autogenerate::compare_whole(std::move(sides.from), std::move(sides.to), options(context, version));
    print(context, found, unhandled);
    return found.equal() ? ExitCode::ok : ExitCode::differences;
  }

 private:
  autogenerate::WholeOptions options(Context& context, int version) const {
    const auto& settings = context.config({.models = true, .scratch = true});
    autogenerate::WholeOptions out;
    out.include = settings.autogenerate.include;
    out.exclude = settings.autogenerate.exclude;
    out.owners = owners_ || settings.autogenerate.owners;
    out.privileges = privileges_ || settings.autogenerate.privileges;
    out.canonical.cache = settings.project / ".migrate" / "cache";
    out.canonical.search_path = settings.models.search_path;
    out.canonical.server = [&context, version] { return scratch_server(context, version); };
    return out;
  }

  void print(Context& context, const WholeComparison& found,
             const std::vector<catalog::Unhandled>& unhandled) const {
    auto& out = context.out();
    const auto& comparison = found.comparison;
    const auto lines = difference_lines(comparison);
    std::vector<std::string> only;
    for (const auto& each : found.only_from)
      only.push_back("only --from has " + each.kind + " " + each.identity);
    for (const auto& each : found.only_to) only.push_back("only --to has " + each.kind + " " + each.identity);
    const auto document = as_json(found, unhandled);
    out.json(document);
    if (format_ == "json") return out.result(document);
    if (format_ == "sql") {
      for (const auto& line : only) out.warn(line + ", which no statement of this script changes");
      for (const auto& id : comparison.unverified)
        out.warn("cannot compare " + id.text() + ": there is no scratch database to ask");
      const bool nothing = comparison.changes.empty() && comparison.renames.empty();
      if (nothing && only.empty()) out.note("Nothing differs.");
      if (!nothing) out.result(trim(as_sql(comparison)));
      return;
    }
    for (const auto& line : lines) out.result(line);
    for (const auto& line : only) out.result(line);
    if (found.equal()) out.result("Nothing differs.");
  }

  std::string from_, to_;
  std::string format_ = "text";
  bool owners_ = false, privileges_ = false;
  bool strict_ = false;
};

}  // namespace

std::unique_ptr<Command> make_diff() { return std::make_unique<Diff>(); }

}  // namespace migrate::cli
