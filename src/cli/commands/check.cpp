#include "cli/command.hpp"
#include "cli/comparing.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

class Check : public Command {
 public:
  std::string name() const override { return "check"; }
  std::string description() const override {
    return "Compare the models with the database; exit code 3 if they differ";
  }

  void declare(Arguments& arguments) override {
    arguments.flag("--from-history", from_history_, "compare with a scratch database built from the scripts");
    arguments.flag("--strict", strict_, strict_help);
  }

  ExitCode run(Context& context) override {
    auto live = from_history_ ? read_history(context) : read_database(context);
    autogenerate::CompareOptions options;
    options.owned = from_history_ ? owned_at_heads(context) : owned_by_database(context);
    options.no_renames = true;  // check reports; whoever writes the revision settles them
    options.identities = false;
    comparison_ = compare(context, models_, std::move(live), options);
    note_left_alone(context, models_, comparison_, strict_);
    const auto lines = all_difference_lines(models_, comparison_);
    print(context, comparison_, lines);
    return lines.empty() ? ExitCode::ok : ExitCode::differences;
  }

 private:
  catalog::Database read_database(Context& context) {
    context.connect_ahead();
    auto both = read_both_sides(context);
    models_ = std::move(both.models);
    return std::move(both.live);
  }
  catalog::Database read_history(Context& context) {
    models_ = load_models(context);
    const auto history = history_database(context);
    return postgres::introspect(history->session(), in_view(context, models_.database, false));
  }

  static void print(Context& context, const autogenerate::Comparison& comparison,
                    const std::vector<std::string>& lines) {
    nlohmann::ordered_json document;
    document["equal"] = lines.empty();
    document["differences"] = lines;
    document["unmanaged"] = nlohmann::ordered_json::array();
    for (const auto& id : comparison.unmanaged) document["unmanaged"].push_back(id.key());
    document["unhandled"] = nlohmann::ordered_json::array();
    for (const auto& each : comparison.before.unhandled)
      document["unhandled"].push_back(each.kind + " " + each.identity);
    context.out().json(document.dump(2));
    if (lines.empty()) {
      context.out().result("The database is as the models say.");
      return;
    }
    context.out().result(plural(lines.size(), "difference") + " between the models and the database:");
    for (const auto& line : lines) context.out().result("  " + line);
  }

  bool from_history_ = false, strict_ = false;
  // Not freed before the program ends.
  model::Document models_;
  autogenerate::Comparison comparison_;
};

}  // namespace

std::unique_ptr<Command> make_check() { return std::make_unique<Check>(); }

}  // namespace migrate::cli
