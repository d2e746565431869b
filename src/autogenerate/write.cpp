#include "autogenerate/write.hpp"

namespace migrate::autogenerate {
namespace {

revision::Section section(const plan::Step& step, revision::Direction direction, int undoes) {
  revision::Section out;
  out.direction = direction;
  out.transactional = step.transactional;
  out.undoes = undoes;
  out.preserve = step.preserve;
  for (const auto& note : step.notes) out.sql += "-- " + note + "\n";
  out.sql += section_text(step.statements);
  return out;
}

}  // namespace

std::string section_text(const std::vector<plan::Statement>& statements) {
  std::string out;
  for (const auto& statement : statements) {
    if (!out.empty()) out += "\n";
    for (const auto& note : statement.notes) out += "-- " + note + "\n";
    out += statement.sql + ";\n";
  }
  return out;
}

Draft write_script(const Comparison& comparison, int server_version) {
  Draft draft;
  draft.migration =
      plan::make_migration(comparison.live, comparison.target, {server_version, comparison.renames});
  draft.script.comments = draft.migration.up.summary;
  for (const auto& step : draft.migration.up.steps)
    draft.script.up.push_back(section(step, revision::Direction::up, 0));
  for (std::size_t i = 0; i < draft.migration.down.steps.size(); ++i)
    draft.script.down.push_back(
        section(draft.migration.down.steps[i], revision::Direction::down, draft.migration.undoes.at(i)));
  return draft;
}

}  // namespace migrate::autogenerate
