#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/describe_revision.hpp"
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
  std::string description() const override { return "Show one revision: its header and its SQL"; }

  void declare(Arguments& arguments) override {
    arguments.option("revision", revision_, "an id, a unique beginning of one, or head");
  }

  ExitCode run(Context& context) override {
    const auto& graph = context.graph();
    const auto id = revision_ == "head" ? graph.head() : graph.find(revision_).id;
    if (id.empty())
      throw Error(ExitCode::usage, "there are no revisions", "migrate revision -m writes the first one");
    const auto script = context.directory().load(graph.at(id));
    auto& out = context.out();
    if (out.options().json) {
      auto document = nlohmann::ordered_json::parse(header_json(graph, id));
      document["comments"] = script.comments;
      document["allows_data_loss"] = script.allows_data_loss;
      for (const auto& [key, sections] : {std::pair("up", &script.up), std::pair("down", &script.down)}) {
        document[key] = nlohmann::ordered_json::array();
        for (const auto& section : *sections) document[key].push_back(json_of(section));
      }
      out.json(document.dump(2));
      return ExitCode::ok;
    }
    for (const auto& line : header_lines(out, graph, id)) out.result(line);
    if (script.allows_data_loss) out.result("Allows: data loss");
    for (const auto& comment : script.comments) out.result(out.styled("-- " + comment, report::Style::faint));
    print(out, script.up);
    print(out, script.down);
    if (script.down.empty()) out.result("\nNo down part: downgrade cannot take it back.");
    return ExitCode::ok;
  }

 private:
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

  std::string revision_ = "head";
};

}  // namespace

std::unique_ptr<Command> make_show() { return std::make_unique<Show>(); }

}  // namespace migrate::cli
