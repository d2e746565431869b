#include "plan/planner.hpp"

#include <algorithm>
#include <utility>

#include "catalog/default_name.hpp"
#include "catalog/type_name.hpp"
#include "plan/table_parts.hpp"
#include "plan/type_parts.hpp"
#include "plan/used_objects.hpp"
#include "plan/words.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {

bool is_occupied(const catalog::Database& database, const catalog::Name& name) {
  for (const auto kind : {catalog::Kind::table, catalog::Kind::sequence, catalog::Kind::index,
                          catalog::Kind::view, catalog::Kind::materialized_view, catalog::Kind::enum_type,
                          catalog::Kind::domain, catalog::Kind::composite_type, catalog::Kind::range_type})
    if (catalog::contains(database, {kind, name, ""})) return true;
  return std::any_of(database.tables.begin(), database.tables.end(), [&](const catalog::Table& table) {
    return table.name.schema == name.schema && table.constraint(name.name) != nullptr;
  });
}

namespace {

void note_fates(Planner& planner, const std::vector<diff::Change>& changes) {
  for (const diff::Change& change : changes) {
    switch (change.action) {
      case diff::Action::create:
        // An index of this name goes from another table.
        planner.set_fate(change.object,
                         planner.fate(change.object) == Fate::dropped ? Fate::rebuilt : Fate::created);
        break;
      case diff::Action::drop:
        planner.set_fate(change.object, Fate::dropped);
        break;
      case diff::Action::alter: {
        // Owners and privileges are planned apart: plan_access().
        auto fields = change.fields;
        if (change.object.kind != catalog::Kind::default_privileges)
          std::erase_if(fields, [](const auto& field) { return field == "owner" || field == "grants"; });
        if (fields.empty()) break;
        planner.set_fate(change.object, Fate::altered);
        planner.fields[change.object] = std::move(fields);
        break;
      }
      case diff::Action::rename:
        break;  // renames are settled ones and are applied before the comparison
    }
  }
  note_inherited_columns(planner, changes);
}

// In the order of Kind, but new tables in the order in which they can be made, so that what belongs to one is
// numbered right behind it, and new columns in the order that they are to have.
void plan_fates(Planner& planner) {
  const auto fates = planner.fates();
  bool tables_made = false;
  std::set<catalog::Name> extended;
  for (const auto& [id, fate] : fates) {
    const KindPlanner& kind = planner_of(id.kind);
    if (id.kind == catalog::Kind::table && fate == Fate::created) {
      if (!std::exchange(tables_made, true))
        for (const auto& name : planner.new_tables) kind.create(planner, table_id(name));
      continue;
    }
    if (id.kind == catalog::Kind::column && fate == Fate::created) {
      if (extended.insert(id.name).second)
        for (const auto& column : planner.after.table(id.name)->columns)
          if (const auto made = column_id(id.name, column.name); planner.fate(made) == Fate::created)
            kind.create(planner, made);
      continue;
    }
    switch (fate) {
      case Fate::created:
        kind.create(planner, id);
        break;
      case Fate::dropped:
        kind.drop(planner, id);
        break;
      case Fate::altered:
        kind.alter(planner, id, planner.fields[id]);
        break;
      case Fate::rebuilt:
        kind.drop(planner, id);
        kind.create(planner, id);
        break;
      case Fate::untouched:
        break;
    }
  }
}

// A label of an enum type cannot be used before the transaction that adds it has ended (55P04).
void wait_for_labels(Planner& planner, std::size_t number) {
  Action& action = planner.action(number);
  for (const Planner::NewLabel& each : planner.new_labels) {
    const bool one_of_them =
        std::any_of(planner.new_labels.begin(), planner.new_labels.end(),
                    [&](const Planner::NewLabel& other) { return other.action == number; });
    if (one_of_them || action.statement.sql.compare(0, 10, "COMMENT ON") == 0) continue;
    const auto literals = literals_in(action.statement.sql);
    const bool used = std::any_of(literals.begin(), literals.end(), [&](const std::string& literal) {
      return literal == each.label ||
             (literal.compare(0, 1, "{") == 0 && literal.find(each.label) != std::string::npos);
    });
    if (used) action.after_commit.push_back(each.action);
  }
}

// What an action makes needs what that uses, and lets go of it where it takes it away or alters it. `parsed`:
// where no server has told what it uses.
void add_dependencies(Planner& planner, Action& action, const UsedObjects* parsed) {
  const auto has = [](const std::vector<catalog::ObjectId>& list, const catalog::ObjectId& id) {
    return std::find(list.begin(), list.end(), id) != list.end();
  };
  // A type that stays within another changes before or after it: what stands on an attribute says so itself.
  const auto within = [&](const catalog::ObjectId& id, const catalog::ObjectId& used) {
    return is_type(id.kind) && planner.fate(id) == Fate::altered &&
           used.kind == catalog::Kind::composite_type && planner.fate(used) == Fate::altered &&
           has(planner.used_before(id), used) && has(planner.used_after(id), used);
  };
  const auto need_made = [&](const catalog::ObjectId& id, const catalog::ObjectId& used) {
    const auto* range = range_made_canonical(planner.after, id);
    action.needs.push_back(range && range->id() == used ? shell_of(*range) : used);
  };
  const auto need = [&](const catalog::ObjectId& id) {
    for (const auto& used : planner.used_after(id))
      if (!has(action.creates, used) && is_touched(planner, used) && !within(id, used) &&
          (id == object_of(action) || planner.late_defaults.count(id) == 0))
        need_made(id, used);
  };
  const auto release = [&](const catalog::ObjectId& id) {
    for (const auto& used : planner.used_before(id))
      if (!has(action.drops, used) && is_touched(planner, used) && !within(id, used) &&
          (id == object_of(action) ||
           (planner.early_defaults.count(id) == 0 && planner.early_keys.count(id) == 0)))
        action.releases.push_back(used);
  };
  const auto creates = action.creates;
  const auto drops = action.drops;
  for (const auto& id : creates) need(id);
  for (const auto& id : drops) release(id);
  if (parsed) {
    const std::string start = action.part_of.empty() ? "" : "ALTER TABLE " + action.part_of.sql() + " ";
    for (const auto& used : parsed->in(start + action.statement.sql))
      if (!has(action.creates, used) && !has(action.drops, used) && planner.is_made(used))
        need_made(object_of(action), used);
  }
  const auto about = object_of(action);
  if (planner.fate(about) != Fate::altered) return;
  // A default that is taken off and put back lets go with the first statement and takes up with another.
  const bool suspended = planner.suspended_defaults.count(about) > 0;
  if (!has(creates, about) && !(suspended && action.rank == Rank::release)) need(about);
  if (!has(drops, about) && !(suspended && action.rank != Rank::release)) release(about);
}

bool has_definitions(const catalog::Database& database) {
  bool any = false;
  catalog::Database::definitions(database, [&](const auto& list) { any |= !list.empty(); });
  return any;
}

std::map<catalog::ObjectId, std::vector<catalog::ObjectId>> by_object(
    const std::vector<catalog::Dependency>& dependencies) {
  std::map<catalog::ObjectId, std::vector<catalog::ObjectId>> out;
  for (const auto& each : dependencies) out[each.object].push_back(each.uses);
  return out;
}

const std::vector<catalog::ObjectId>& found_in(
    const std::map<catalog::ObjectId, std::vector<catalog::ObjectId>>& map, const catalog::ObjectId& id) {
  static const std::vector<catalog::ObjectId> nothing;
  const auto found = map.find(id);
  return found == map.end() ? nothing : found->second;
}

}  // namespace

const KindPlanner& planner_of(catalog::Kind kind) {
  switch (kind) {
    case catalog::Kind::schema:
      return schema_planner;
    case catalog::Kind::extension:
      return extension_planner;
    case catalog::Kind::enum_type:
      return enum_type_planner;
    case catalog::Kind::sequence:
      return sequence_planner;
    case catalog::Kind::table:
      return table_planner;
    case catalog::Kind::column:
      return column_planner;
    case catalog::Kind::constraint:
      return constraint_planner;
    case catalog::Kind::index:
      return index_planner;
    case catalog::Kind::view:
      return view_planner;
    case catalog::Kind::domain:
      return domain_planner;
    case catalog::Kind::composite_type:
      return composite_type_planner;
    case catalog::Kind::range_type:
      return range_type_planner;
    case catalog::Kind::policy:
      return policy_planner;
    case catalog::Kind::rule:
      return rule_planner;
    case catalog::Kind::materialized_view:
      return materialized_view_planner;
    case catalog::Kind::function:
    case catalog::Kind::procedure:
    case catalog::Kind::aggregate:
      return routine_planner;
    case catalog::Kind::trigger:
      return trigger_planner;
    case catalog::Kind::event_trigger:
      return event_trigger_planner;
    case catalog::Kind::default_privileges:
      return default_privileges_planner;
    default:
      break;
  }
  throw Error(ExitCode::failed,
              "migrate does not plan changes of a " + std::string(catalog::kind_name(kind)));
}

Planner::Planner(const catalog::Database& from, const catalog::Database& to, int version, Mode how)
    : before(from),
      after(to),
      server_version(version),
      mode(how),
      used_before_(by_object(from.dependencies)),
      used_after_(by_object(to.dependencies)) {
  for (const auto& view : from.materialized_views) bearers_before_.push_back(catalog::bearer_of(view));
  for (const auto& view : to.materialized_views) bearers_after_.push_back(catalog::bearer_of(view));
}

const std::vector<catalog::ObjectId>& Planner::used_before(const catalog::ObjectId& id) const {
  return found_in(used_before_, id);
}
const std::vector<catalog::ObjectId>& Planner::used_after(const catalog::ObjectId& id) const {
  return found_in(used_after_, id);
}

void Planner::join_effects() {
  for (Action& action : actions_) {
    const auto drops = action.drops;
    for (const auto& id : drops) {
      const auto found = going_along_.find(id);
      if (found == going_along_.end()) continue;
      for (const auto& each : found->second) action.drops.push_back(each.first);
      action.effect = [own = std::move(action.effect),
                       others = std::move(found->second)](catalog::Database& database) {
        own(database);
        for (const auto& each : others) each.second(database);
      };
      going_along_.erase(found);
    }
  }
}

bool Planner::in_use(const catalog::Name& relation) const {
  if (mode == Mode::build) return false;
  // What becomes a partition of a table that is made anew does so in that step.
  for (const auto* each = after.table(relation); each; each = after.table(each->partition_of))
    if (aside.find(each->partition_of)) return false;
  if (before.table(relation) && after.table(relation)) return true;
  const catalog::ObjectId view{catalog::Kind::materialized_view, relation, ""};
  return catalog::contains(before, view) && catalog::contains(after, view) && !is_made(view);
}

const catalog::Table* Planner::bearer(const catalog::Database& database, const catalog::Name& index) const {
  const auto in = [&](const std::vector<catalog::Table>& list) -> const catalog::Table* {
    for (const auto& each : list)
      if (each.name.schema == index.schema && each.index(index.name)) return &each;
    return nullptr;
  };
  if (const auto* table = in(database.tables)) return table;
  return in(&database == &before ? bearers_before_ : bearers_after_);
}

std::string Planner::free_name(const catalog::Name& table, const std::string& base,
                               const std::string& suffix) {
  for (int number = 0;; ++number) {
    const std::string end = suffix + (number == 0 ? "" : std::to_string(number));
    const catalog::Name name{table.schema,
                             std::string(clip(base, catalog::longest_identifier - end.size())) + end};
    if (is_occupied(before, name) || is_occupied(after, name) || !taken_.insert(name).second) continue;
    return name.name;
  }
}

void Planner::require(int version, const std::string& feature, const catalog::ObjectId& object) const {
  if (server_version >= version) return;
  throw Error(ExitCode::failed,
              object.text() + ": " + feature + " needs PostgreSQL " + std::to_string(version / 10000) +
                  ", the server is " + std::to_string(server_version / 10000),
              "change the model, or upgrade the server");
}

void Planner::comment(const catalog::ObjectId& id, const std::string& was, const std::string& now,
                      const Effect& effect) {
  if (was == now) return;
  Action action;
  action.rank = Rank::comment;
  action.statement.sql = "COMMENT ON " + std::string(catalog::sql_kind(id.kind)) + " " + id.sql() + " IS " +
                         (now.empty() ? "NULL" : quote_literal(now));
  action.needs = {id};
  action.effect = effect;
  // A comment on what this plan makes stands right behind it.
  if (is_made(id)) action.rank = rank_of(id.kind);
  const bool locks = id.kind == catalog::Kind::table || id.kind == catalog::Kind::column ||
                     id.kind == catalog::Kind::constraint || id.kind == catalog::Kind::index;
  if (locks && !is_made(id)) action.statement.lock = Lock::share_update_exclusive;
  add(std::move(action));
}

bool Planner::is_serial(const catalog::Sequence& sequence) const {
  if (sequence.owned_by_table.empty() || fate(sequence_id(sequence.name)) != Fate::created) return false;
  const catalog::Table* table = after.table(sequence.owned_by_table);
  const catalog::Column* column = table ? table->column(sequence.owned_by_column) : nullptr;
  const bool made =
      table && column &&
      (is_made(table_id(table->name)) || fate(column_id(table->name, column->name)) == Fate::created);
  const std::string usual = sequence.owned_by_table.name + "_" + sequence.owned_by_column + "_seq";
  return made && column->not_null && !column->inherited && !column->identity && !column->generated &&
         sequence.unlogged == (table->unlogged && server_version >= 150000) &&
         sequence.type == column->type &&
         catalog::without_defaults(sequence.options, sequence.type) == catalog::SequenceOptions{} &&
         sequence.name.schema == table->name.schema && sequence.name.name == usual &&
         usual.size() <= catalog::longest_identifier &&
         (column->type == "smallint" || column->type == "integer" || column->type == "bigint") &&
         column->default_value == "nextval(" + quote_literal(sequence.name.sql()) + "::regclass)";
}

std::string Planner::serial_type(const catalog::Name& table, const catalog::Column& column) const {
  if (!column.default_value->starts_with("nextval(")) return {};
  const catalog::Sequence* sequence = after.sequence({table.schema, table.name + "_" + column.name + "_seq"});
  if (!sequence || sequence->owned_by_table != table || sequence->owned_by_column != column.name ||
      !is_serial(*sequence))
    return {};
  return column.type == "integer" ? "serial" : column.type == "bigint" ? "bigserial" : "smallserial";
}

std::vector<catalog::ObjectId> Planner::mentioned(std::string_view sql) const {
  std::set<catalog::ObjectId> found;
  const auto look = [&](const catalog::Name& name) {
    for (const auto& id : {enum_id(name), sequence_id(name)})
      if (fate(id) != Fate::untouched) found.insert(id);
  };
  for (const auto& name : names_in(sql)) look(name);
  return {found.begin(), found.end()};
}

std::vector<catalog::ObjectId> Planner::mentioned_types(const catalog::Column& column) const {
  std::vector<catalog::ObjectId> found = mentioned(column.default_value);
  if (column.generated)
    for (auto& id : mentioned(column.generated->expression)) found.push_back(std::move(id));
  const catalog::Name name = catalog::parse_type_in_public(column.type).name;
  for (const auto kind : {catalog::Kind::enum_type, catalog::Kind::domain, catalog::Kind::composite_type,
                          catalog::Kind::range_type, catalog::Kind::table})
    found.push_back({kind, name, ""});
  for (const auto& form : {row_form(name), old_row_form(name)}) found.push_back(form);
  return found;
}

void Planner::add_rename(const diff::Rename& rename, const std::string& sql) {
  Action action;
  action.rank = Rank::rename;
  action.statement.sql = sql;
  action.renames = {rename};
  if (last_rename_) action.after = {*last_rename_};
  action.effect = [rename](catalog::Database& database) {
    std::vector<diff::Rename> one{rename};
    database = renamed(std::move(database), one);
  };
  if (rename.from.kind == catalog::Kind::table || rename.from.kind == catalog::Kind::column ||
      rename.from.kind == catalog::Kind::constraint) {
    action.statement.lock = Lock::access_exclusive;
    action.statement.locks = rename.from.name.text();
  }
  last_rename_ = add(std::move(action));
}

void Planner::add_rename(const diff::Rename& rename, const std::string& head, const catalog::Name& from,
                         const catalog::Name& to) {
  diff::Rename named = rename;
  named.to.name.schema = from.schema;
  if (from.name != to.name) add_rename(named, head + from.sql() + " RENAME TO " + quote_identifier(to.name));
  if (from.schema == to.schema) return;
  diff::Rename moved = rename;
  moved.from.name.name = to.name;
  add_rename(moved,
             head + catalog::Name{from.schema, to.name}.sql() + " SET SCHEMA " + quote_identifier(to.schema));
}

Rank rank_of(catalog::Kind kind) {
  switch (kind) {
    case catalog::Kind::schema:
      return Rank::schema;
    case catalog::Kind::extension:
      return Rank::extension;
    case catalog::Kind::enum_type:
    case catalog::Kind::domain:
    case catalog::Kind::composite_type:
    case catalog::Kind::range_type:
      return Rank::type;
    case catalog::Kind::sequence:
      return Rank::sequence;
    case catalog::Kind::function:
    case catalog::Kind::procedure:
    case catalog::Kind::aggregate:
      return Rank::routine;
    case catalog::Kind::view:
    case catalog::Kind::materialized_view:
      return Rank::view;
    case catalog::Kind::trigger:
    case catalog::Kind::rule:
    case catalog::Kind::policy:
      return Rank::trigger;
    case catalog::Kind::event_trigger:
      return Rank::event_trigger;
    case catalog::Kind::default_privileges:
      return Rank::default_privileges;
    default:
      return Rank::table;
  }
}

catalog::ObjectId table_id(const catalog::Name& name) { return {catalog::Kind::table, name, ""}; }
catalog::ObjectId column_id(const catalog::Name& table, const std::string& column) {
  return {catalog::Kind::column, table, column};
}
catalog::ObjectId constraint_id(const catalog::Name& table, const std::string& constraint) {
  return {catalog::Kind::constraint, table, constraint};
}
catalog::ObjectId index_id(const catalog::Name& table, const std::string& index) {
  return {catalog::Kind::index, {table.schema, index}, ""};
}
catalog::ObjectId sequence_id(const catalog::Name& name) { return {catalog::Kind::sequence, name, ""}; }
catalog::ObjectId enum_id(const catalog::Name& name) { return {catalog::Kind::enum_type, name, ""}; }
catalog::ObjectId schema_id(const std::string& name) { return {catalog::Kind::schema, {"", name}, ""}; }

namespace {

// Rows are copied before their keys are checked. Partitions that are there already get theirs with them.
void put_off_keys(Planner& planner) {
  const auto get = [&](const catalog::Name& parent, const std::string& key) {
    for (const auto& name : heirs(planner.after, parent)) {
      const auto* part = planner.after.table(name)->constraint(key);
      if (part && part->inherited && planner.fate(constraint_id(name, key)) == Fate::created)
        planner.set_fate(constraint_id(name, key), Fate::untouched);
    }
  };
  for (const AsideTable& each : planner.aside.tables)
    for (const auto& key : planner.after.table(each.name)->constraints)
      if (each.copied && key.type == catalog::ConstraintType::foreign_key && !key.inherited) {
        planner.late_keys.insert(constraint_id(each.name, key.name));
        get(each.name, key.name);
      }
}

// A table is not set aside in one step and filled in a later one.
void require_whole_copies(const Planner& planner, const std::vector<ActionStep>& steps) {
  for (const AsideTable& table : planner.aside.tables) {
    std::optional<std::size_t> begun, done;
    for (std::size_t n = 0; n < steps.size(); ++n)
      for (const Action& action : steps[n].actions)
        for (const auto& id : action.creates) {
          if (id == catalog::ObjectId{catalog::Kind::table, table.aside, "aside"}) begun = n;
          if (id == copied_rows(table.name)) done = n;
        }
    if (!done || begun == done) continue;
    throw Error(ExitCode::undecided,
                "table " + table.name.text() +
                    " is partitioned in another way, which takes one step, and something else changes that "
                    "must be committed in between",
                "split the change into two revisions: first the rest, then how it is partitioned");
  }
}

std::vector<ActionStep> steps_of(Planner& planner, const std::vector<diff::Change>& changes,
                                 const std::vector<diff::Rename>& renames) {
  const auto& after = planner.after;
  for (const diff::Rename& rename : renames) planner_of(rename.from.kind).rename(planner, rename);
  const std::size_t renames_done = planner.actions().size();
  plan_set_aside(planner);
  note_fates(planner, changes);
  find_rebuilds(planner);
  std::optional<UsedObjects> parsed;
  if (has_definitions(after) && (planner.mode == Mode::build || after.dependencies.empty()))
    parsed.emplace(after);
  find_circles(planner, parsed ? &*parsed : nullptr);
  put_off_keys(planner);
  plan_fates(planner);
  plan_table_indexes(planner);
  plan_access(planner);
  plan_copies(planner);
  planner.join_effects();
  add_wishes(planner, renames_done);
  for (std::size_t n = renames_done; n < planner.actions().size(); ++n) {
    Action& action = planner.action(n);
    if (renames_done > 0) action.after.push_back(renames_done - 1);
    add_dependencies(planner, action, parsed ? &*parsed : nullptr);
    wait_for_labels(planner, n);
  }
  // What stood on a type that is replaced lets go of the old one, which has another name by then; but a
  // routine is called by the names of its arguments' types, and goes before.
  for (Action& action : planner.actions()) {
    if (!action.drops.empty() && catalog::is_routine(action.drops.front().kind)) continue;
    // A range type is made again while nothing has it: only what takes something away lets go of the old one.
    if (action.drops.empty() || !action.creates.empty())
      std::erase_if(action.releases, [&](const auto& id) {
        return id.kind == catalog::Kind::range_type && planner.fate(id) == Fate::rebuilt;
      });
    for (auto& id : action.releases)
      if (const auto old = planner.old_types.find(id.name);
          is_type(id.kind) && old != planner.old_types.end())
        id.name = old->second;
  }
  // Until the successor is built, what it replaces stays, and so does what relies on that.
  for (const auto& [id, built] : planner.built_aside)
    if (const auto drop = planner.drop_actions.find(id); drop != planner.drop_actions.end())
      planner.action(drop->second).after.push_back(built);
  for (const auto& [id, key] : planner.because_of) {
    const auto built = planner.built_aside.find(key);
    const auto drop = planner.drop_actions.find(id);
    if (built != planner.built_aside.end() && drop != planner.drop_actions.end())
      planner.action(drop->second).after.push_back(built->second);
  }
  auto steps = arrange(std::move(planner.actions()));
  require_whole_copies(planner, steps);
  return steps;
}

// Altered where it stands, but nothing would be lost by making it again.
bool can_be_made_again(const Planner& planner, const catalog::ObjectId& id) {
  const auto kind = id.kind;
  const auto is_generated = [&](const catalog::Database& database) {
    const auto* table = database.table(id.name);
    const auto* column = table ? table->column(id.member) : nullptr;
    return column && column->generated;
  };
  return kind == catalog::Kind::view || catalog::is_routine(kind) || kind == catalog::Kind::trigger ||
         kind == catalog::Kind::rule || kind == catalog::Kind::policy ||
         (kind == catalog::Kind::column && is_generated(planner.before) && is_generated(planner.after));
}

}  // namespace

PlannedSteps planned_steps(const catalog::Database& before, const catalog::Database& after,
                           int server_version, std::vector<diff::Rename> renames, Mode mode,
                           const std::set<catalog::ObjectId>& if_exists) {
  PlannedSteps result;
  result.renamed = renamed(before, renames);
  result.changes = diff::diff(result.renamed, after);
  const SetAside aside = mode == Mode::build ? SetAside{} : set_aside(result.renamed, after, server_version);
  const catalog::Database& from = aside.tables.empty() ? result.renamed : aside.before;
  const auto changes = aside.tables.empty() ? result.changes : diff::diff(from, after);
  std::set<catalog::Name> at_once;
  for (std::set<catalog::ObjectId> made_again;;) {
    Planner planner(from, after, server_version, mode);
    planner.aside = aside;
    planner.in_place = &result.renamed;
    planner.if_exists = if_exists;
    planner.made_again = made_again;
    planner.at_once = at_once;
    try {
      result.steps = steps_of(planner, changes, renames);
      return result;
    } catch (const Circle& circle) {
      const std::size_t count = made_again.size();
      for (const auto& id : circle.objects())
        if (planner.fate(id) == Fate::altered && can_be_made_again(planner, id)) made_again.insert(id);
      if (made_again.size() > count) continue;
      const std::size_t tables = at_once.size();
      for (const auto& id : circle.objects())
        if (planner.online(id.name) && from.table(id.name)) at_once.insert(id.name);
      if (at_once.size() == tables) throw;
    }
  }
}

}  // namespace migrate::plan
