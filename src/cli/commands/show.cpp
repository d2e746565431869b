#include <algorithm>

#include "cli/command.hpp"
#include "cli/database_rows.hpp"
#include "cli/describe_revision.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

using revision::Section;

std::string title(const Section& section, std::size_t number) {
  std::string out = (section.direction == revision::Direction::up ? "Up " : "Down ") + std::to_string(number);
  out += section.transactional ? ", in a transaction" : ", without a transaction";
  if (section.undoes != 0) out += ", undoes up " + std::to_string(section.undoes);
  if (section.lock_timeout) out += ", lock_timeout " + *section.lock_timeout;
  if (section.statement_timeout) out += ", statement_timeout " + *section.statement_timeout;
  if (!section.preserve.empty()) out += ", preserves " + join(section.preserve, ", ");
  return out + ":";
}

nlohmann::ordered_json json_of(const Section& section) {
  nlohmann::ordered_json out;
  out["transaction"] = section.transactional;
  out["undoes"] = section.undoes == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(section.undoes);
  out["lock_timeout"] =
      section.lock_timeout ? nlohmann::ordered_json(*section.lock_timeout) : nlohmann::ordered_json();
  out["statement_timeout"] = section.statement_timeout ? nlohmann::ordered_json(*section.statement_timeout)
                                                       : nlohmann::ordered_json();
  out["preserve"] = section.preserve;
  out["line"] = section.line;
  out["sql"] = section.sql;
  return out;
}

class Show : public Command {
 public:
  std::string name() const override { return "show"; }
  std::string description() const override { return "Show revisions: their headers and their SQL"; }

  void declare(Arguments& arguments) override {
    arguments.options("revisions", revisions_,
                      "ids, unique beginnings of ids, head (the default), heads, current, LABEL@head …");
  }

  ExitCode run(Context& context) override {
    const auto targets =
        revision::parse_targets(revisions_.empty() ? std::vector<std::string>{"head"} : revisions_);
    const auto& graph = context.graph();
    std::vector<std::string> ids;
    const auto rows = rows_for(context, targets);
    for (const auto& target : targets) {
      if (targets.size() == 1 && !target.is(revision::TargetExpression::Anchor::heads) && !rows)
        ids.push_back(revision::resolve_one(graph, target));
      else
        for (const auto& id : revision::resolve(graph, target, rows).revisions) ids.push_back(id);
    }
    auto& out = context.out();
    if (ids.empty()) out.note(rows ? "The database is at base." : "There are no revisions.");
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const auto& id : ids) {
      const auto script = context.directory().load(graph.at(id));
      if (out.options().json) {
        all.push_back(as_json(graph, script));
      } else {
        if (id != ids.front()) out.result("");
        print(out, graph, script);
      }
    }
    if (ids.size() == 1) all = all.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(all.front());
    out.json((ids.size() == 1 ? all : nlohmann::ordered_json{{"revisions", all}}).dump(2));
    return ExitCode::ok;
  }

 private:
  static nlohmann::ordered_json as_json(const revision::Graph& graph, const revision::Script& script) {
    auto document = nlohmann::ordered_json::parse(header_json(graph, script.header.id));
    document["comments"] = script.comments;
    document["allows_data_loss"] = script.allows_data_loss;
    for (const auto& [key, sections] : {std::pair("up", &script.up), std::pair("down", &script.down)}) {
      document[key] = nlohmann::ordered_json::array();
      for (const auto& section : *sections) document[key].push_back(json_of(section));
    }
    return document;
  }

  static void print(report::Output& out, const revision::Graph& graph, const revision::Script& script) {
    for (const auto& line : header_lines(out, graph, script.header.id)) out.result(line);
    if (script.allows_data_loss) out.result("Allows: data loss");
    for (const auto& comment : script.comments) out.result(out.styled("-- " + comment, report::Style::faint));
    print(out, script.up);
    print(out, script.down);
    if (script.down.empty()) out.result("\nNo down part: downgrade cannot take it back.");
  }

  static void print(report::Output& out, const std::vector<Section>& sections) {
    std::size_t number = 0;
    for (const auto& section : sections) {
      out.result("\n" + out.styled(title(section, ++number), report::Style::strong));
      int line_number = section.line;
      for (const auto line : lines(section.sql)) {
        auto label = std::to_string(++line_number);
        label.insert(0, 5 - std::min<std::size_t>(label.size(), 5), ' ');
        out.result(line.empty() ? "" : out.styled(label + "  ", report::Style::faint) + std::string(line));
      }
    }
  }

  std::vector<std::string> revisions_;
};

}  // namespace

std::unique_ptr<Command> make_show() { return std::make_unique<Show>(); }

}  // namespace migrate::cli
