#include <algorithm>
#include <set>
#include <type_traits>
#include <utility>

#include "plan/planner.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

void copy_object(const catalog::Database& from, catalog::Database& into, const catalog::ObjectId& id) {
  if (id.kind == catalog::Kind::index) {
    const auto copy = [&](const auto& list) {
      for (const auto& each : list)
        if (const auto* index = each.name.schema == id.name.schema ? each.index(id.name.name) : nullptr)
          if (auto* target = catalog::indexes_on(into, each.name)) put(*target, *index);
    };
    copy(from.tables);
    copy(from.materialized_views);
    return;
  }
  const auto* table = from.table(id.name);
  auto* target = into.table(id.name);
  if (table && target && table->constraint(id.member))
    put(target->constraints, *table->constraint(id.member));
}

void erase_object(catalog::Database& database, const catalog::ObjectId& id) {
  if (id.kind == catalog::Kind::index) {
    if (auto* indexes = catalog::indexes_with(database, id.name))
      erase_if(*indexes, [&](const auto& each) { return each.name == id.name.name; });
  } else if (auto* table = database.table(id.name)) {
    erase_if(table->constraints, [&](const auto& each) { return each.name == id.member; });
  }
}

const catalog::Constraint* constraint_in(const catalog::Database& database, const catalog::ObjectId& id) {
  const auto* table = database.table(id.name);
  return table ? table->constraint(id.member) : nullptr;
}

// A constraint that is valid is not made NOT VALID again only because an earlier step had it so on its way.
// `renames`: from the names in `current` and `before` to those in `target`.
void keep_valid(catalog::Database& target, const catalog::Database& current, const catalog::Database& before,
                const std::vector<diff::Rename>& renames) {
  for (const auto& table : current.tables)
    for (const auto& constraint : table.constraints) {
      if (constraint.not_valid) continue;
      const auto id = constraint_id(table.name, constraint.name);
      const auto there = diff::renamed(id, renames);
      const auto* was = constraint_in(before, id);
      if (const auto* found = constraint_in(target, there); found && found->not_valid)
        target.table(there.name)->constraint(there.member)->not_valid = was && was->not_valid;
    }
}

// What was valid before the step, and which it left for a later one to validate, may not be valid: that did
// not run, perhaps.
void doubt(catalog::Database& current, const catalog::Database& reached, const catalog::Database& target,
           const std::vector<diff::Rename>& renames) {
  for (auto& table : current.tables) {
    const auto* after = reached.table(table.name);
    if (!after) continue;
    for (const auto& constraint : after->constraints) {
      if (!constraint.not_valid) continue;
      const auto* old =
          constraint_in(target, diff::renamed(constraint_id(table.name, constraint.name), renames));
      if (auto* now = old && !old->not_valid ? table.constraint(constraint.name) : nullptr)
        now->not_valid = true;
    }
  }
}

// A way back takes no detours, since it must undo exactly one step: what locks and reads a table is said.
void note_locks(Step& step) {
  for (Statement& statement : step.statements)
    if (!statement.locks.empty() && statement.lock >= Lock::share &&
        (statement.scans_table || statement.rewrites_table))
      statement.notes.push_back("locks " + statement.locks + " (" + std::string(lock_name(statement.lock)) +
                                ") and " + (statement.rewrites_table ? "rewrites it" : "reads all of it"));
}

bool only_validates(const ActionStep& step) {
  return std::all_of(step.actions.begin(), step.actions.end(), [](const Action& action) {
    return action.statement.sql.find(" VALIDATE CONSTRAINT ") != std::string::npos;
  });
}

// What an object of `state` uses: as in the one of the two catalogues that has it in the same form.
void take_dependencies(catalog::Database& state, const catalog::Database& before,
                       const catalog::Database& after) {
  std::set<catalog::ObjectId> arrived;
  catalog::Database::definitions(state, [&](const auto& list) {
    using T = typename std::remove_cvref_t<decltype(list)>::value_type;
    for (const auto& each : list)
      if (const auto* there = after.find<T>(each.id()); there && *there == each) arrived.insert(each.id());
  });
  for (const auto& table : state.tables) {
    const auto* there = after.table(table.name);
    if (!there) continue;
    const auto compare = [&](const auto& part, const auto* other, const catalog::ObjectId& id) {
      if (other && *other == part) arrived.insert(id);
    };
    for (const auto& each : table.columns)
      compare(each, there->column(each.name), column_id(table.name, each.name));
    for (const auto& each : table.constraints)
      compare(each, there->constraint(each.name), constraint_id(table.name, each.name));
    for (const auto& each : table.indexes)
      compare(each, there->index(each.name), index_id(table.name, each.name));
    arrived.insert(table_id(table.name));
  }
  state.dependencies.clear();
  const auto take = [&](const catalog::Database& from, bool of_arrived) {
    for (const auto& each : from.dependencies)
      if ((arrived.count(each.object) > 0) == of_arrived) state.dependencies.push_back(each);
  };
  take(before, false);
  take(after, true);
  std::sort(state.dependencies.begin(), state.dependencies.end());
}

void note_losses(Step& step, const ActionStep& undone) {
  std::vector<std::string> notes;
  for (const Action& action : undone.actions)
    if (!action.loss.empty() && std::find(notes.begin(), notes.end(), action.loss) == notes.end())
      notes.push_back(action.loss);
  if (step.statements.empty()) return;
  auto& first = step.statements.front().notes;
  first.insert(first.begin(), notes.begin(), notes.end());
}

}  // namespace

// Each down step is planned from the catalogue that its up step leaves to the one that it finds, so that it
// undoes exactly that step whether or not later ones ran. What exists only between two steps (an index that
// becomes a key, a check that lets SET NOT NULL skip its scan) is not made again on the way back, and dropped
// only if it is there.
Migration make_migration(const catalog::Database& before, const catalog::Database& after,
                         const Options& options) {
  const PlannedSteps planned =
      planned_steps(before, after, options.server_version, options.renames, Mode::online);
  Migration migration;
  std::vector<catalog::Database> states{before};
  for (const ActionStep& step : planned.steps) {
    migration.up.steps.push_back(written(step));
    catalog::Database state = states.back();
    for (const Action& action : step.actions) {
      action.effect(state);
      migration.reversal = std::max(migration.reversal, action.reversal);
    }
    if (!state.access.empty()) catalog::forget_lost_access(state);
    if (!after.dependencies.empty() || !planned.renamed.dependencies.empty())
      take_dependencies(state, planned.renamed, after);
    states.push_back(std::move(state));
  }
  migration.up.summary = summary_of(planned, migration.up.steps, after, options.renames);
  if (migration.reversal == Reversal::none) {
    for (const ActionStep& step : planned.steps)
      for (const Action& action : step.actions)
        if (action.reversal == Reversal::none)
          migration.up.summary.push_back("cannot be taken back, so there is no down part: " + action.loss);
    return migration;
  }

  catalog::Database current = states.back();
  for (std::size_t k = planned.steps.size(); k > 0; --k) {
    const ActionStep& step = planned.steps[k - 1];
    catalog::Database target = states[k - 1];
    const auto back_names = renames_back(step);
    keep_valid(target, current, planned.renamed, back_names);
    std::set<catalog::ObjectId> transient;
    std::set<catalog::ObjectId> absorbed;
    for (const Action& action : step.actions) absorbed.insert(action.absorbs.begin(), action.absorbs.end());
    for (std::size_t n = 0; n < planned.steps.size(); ++n)
      for (const Action& action : planned.steps[n].actions)
        for (const auto& id : action.transient) {
          if (n + 1 == k) {
            if (!catalog::contains(current, id)) copy_object(states[k], current, id);
            transient.insert(id);
          } else if (n + 1 < k && (!catalog::contains(current, id) || absorbed.count(id) > 0)) {
            erase_object(target, id);
          }
        }
    doubt(current, states[k], target, back_names);
    std::set<catalog::ObjectId> may_be_gone;  // by the names that they have after the renames
    for (const auto& id : transient) may_be_gone.insert(diff::renamed(id, back_names));
    const Mode mode = step.transactional ? Mode::one_step : Mode::online;
    PlannedSteps back;
    try {
      back = planned_steps(current, target, options.server_version, back_names, mode, may_be_gone);
    } catch (const Error& refused) {
      if (refused.code() != ExitCode::undecided) throw;
      migration.up.summary.push_back(std::string("cannot be taken back, so there is no down part: ") +
                                     refused.what());
      migration.down = {};
      migration.undoes.clear();
      migration.reversal = Reversal::none;
      return migration;
    }
    if (back.steps.empty()) {
      Step nothing;
      nothing.notes = {only_validates(step) ? "nothing to do: what was validated may stay so"
                                            : "nothing to do: the sections above have undone it"};
      migration.down.steps.push_back(nothing);
      migration.undoes.push_back(static_cast<int>(k));
    }
    for (std::size_t n = 0; n < back.steps.size(); ++n) {
      Step down = written(back.steps[n]);
      if (n == 0) note_losses(down, step);
      note_locks(down);
      migration.down.steps.push_back(std::move(down));
      migration.undoes.push_back(static_cast<int>(k));
    }
    current = std::move(target);
  }
  return migration;
}

}  // namespace migrate::plan
