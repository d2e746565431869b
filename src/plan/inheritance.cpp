// What children have of their parents: columns that come or go because the parents' do, which the comparison
// does not name, and what is a child's own, too, which cannot go before the parents' has.
#include <algorithm>
#include <map>
#include <set>

#include "plan/column_parts.hpp"
#include "plan/table_parts.hpp"

namespace migrate::plan {
using catalog::Table;

namespace {

const catalog::Column* column_of(const catalog::Database& database, const catalog::ObjectId& id) {
  const auto* table = database.table(id.name);
  return table ? table->column(id.member) : nullptr;
}

void goes_with_parent(Planner& planner, const catalog::ObjectId& id, Fate fate) {
  if (planner.fate(id) != Fate::untouched) return;
  planner.set_fate(id, fate);
  planner.goes_with_parent.insert(id);
}

void note_created(Planner& planner, const catalog::ObjectId& column) {
  for (const auto& name : heirs(planner.after, column.name)) {
    const auto id = column_id(name, column.member);
    const auto* made = column_of(planner.after, id);
    if (made && made->inherited && planner.before.table(name) && !column_of(planner.before, id))
      goes_with_parent(planner, id, Fate::created);
  }
}

// Where a child keeps it and stays a child, it is dropped from each table alone: what a child keeps becomes
// its own.
void note_dropped(Planner& planner, const catalog::ObjectId& column) {
  std::vector<catalog::ObjectId> gone;
  bool kept = false;
  const auto staying = heirs(planner.after, column.name);
  const std::set<catalog::Name> still(staying.begin(), staying.end());
  for (const auto& name : heirs(planner.before, column.name)) {
    const auto id = column_id(name, column.member);
    const auto* was = column_of(planner.before, id);
    if (!was || !was->inherited || still.count(name) == 0) continue;
    if (column_of(planner.after, id))
      kept = true;
    else
      gone.push_back(id);
  }
  if (!kept) {
    for (const auto& id : gone) goes_with_parent(planner, id, Fate::dropped);
    return;
  }
  planner.dropped_alone.insert(column);
  for (const auto& id : gone)
    if (planner.before.table(id.name)->is_child_of(column.name) && planner.fate(id) == Fate::untouched) {
      planner.set_fate(id, Fate::dropped);
      note_dropped(planner, id);
    }
}

bool has(const Table& table, const catalog::ObjectId& member) {
  if (member.kind == catalog::Kind::column) return table.column(member.member) != nullptr;
  const auto* constraint = table.constraint(member.member);
  return constraint && constraint->type == catalog::ConstraintType::check && !constraint->no_inherit;
}

}  // namespace

// In one pass over the tables, of which there may be as many children as tables.
std::vector<catalog::Name> heirs(const catalog::Database& database, const catalog::Name& table) {
  std::map<catalog::Name, std::vector<const Table*>> children;
  for (const auto& each : database.tables)
    for (auto& parent : each.parents()) children[std::move(parent)].push_back(&each);
  std::vector<catalog::Name> found;
  std::set<catalog::Name> seen;
  const auto visit = [&](const auto& self, const catalog::Name& parent) -> void {
    const auto at = children.find(parent);
    if (at == children.end()) return;
    for (const Table* child : at->second) {
      if (!seen.insert(child->name).second) continue;
      found.push_back(child->name);
      self(self, child->name);
    }
  };
  visit(visit, table);
  return found;
}

bool type_comes_with_parent(const Planner& planner, const catalog::ObjectId& column) {
  const Table* was = planner.before.table(column.name);
  const Table* now = planner.after.table(column.name);
  if (!was || !now) return false;
  const auto all = was->parents();
  return std::any_of(all.begin(), all.end(), [&](const catalog::Name& parent) {
    const auto theirs = column_id(parent, column.member);
    return now->is_child_of(parent) &&
           (type_changes(planner, theirs) || type_comes_with_parent(planner, theirs));
  });
}

bool is_touched(const Planner& planner, const catalog::ObjectId& id) {
  if (planner.fate(id) != Fate::untouched) return true;
  const Table* table = id.kind == catalog::Kind::column ? planner.before.table(id.name) : nullptr;
  if (!table) return false;
  const auto decides = deciding_column(planner, planner.before, *table, id.member);
  return planner.fate(decides) == Fate::rebuilt || type_changes(planner, decides);
}

catalog::ObjectId without(const catalog::ObjectId& member) {
  return {catalog::Kind::table, member.name,
          "without " + std::string(kind_name(member.kind)) + " " + member.member};
}

catalog::ObjectId left(const catalog::Name& child, const catalog::Name& parent) {
  return {catalog::Kind::table, child, "left " + parent.sql()};
}

void wait_for_leavers(const Planner& planner, const catalog::Name& table, Action& action) {
  const auto all = heirs(planner.before, table);
  const std::set<catalog::Name> known(all.begin(), all.end());
  for (const auto& heir : all) {
    const Table& was = *planner.before.table(heir);
    const Table* now = planner.after.table(heir);
    if (!now) continue;
    for (const auto& parent : was.parents())
      if ((parent == table || known.count(parent) > 0) && !now->is_child_of(parent))
        action.needs.push_back(was.partition_of == parent ? detachment(heir) : left(heir, parent));
  }
}

void wait_for_parents(const Planner& planner, const catalog::ObjectId& member, Action& action) {
  for (const auto& name : planner.before.table(member.name)->parents()) {
    const catalog::ObjectId theirs{member.kind, name, member.member};
    const Table* parent = planner.before.table(name);
    if (!parent || !has(*parent, theirs)) continue;
    action.needs.push_back(without(theirs));
    wait_for_parents(planner, theirs, action);
  }
}

void wait_for_parent(const Planner& planner, const catalog::Name& parent, Action& action) {
  const Table* was = planner.before.table(parent);
  if (!was) return;
  for (const auto& column : was->columns)
    if (planner.fate(column_id(parent, column.name)) == Fate::dropped)
      action.needs.push_back(without(column_id(parent, column.name)));
  for (const auto& constraint : was->constraints)
    if (planner.fate(constraint_id(parent, constraint.name)) == Fate::dropped)
      action.needs.push_back(without(constraint_id(parent, constraint.name)));
}

void note_inherited_columns(Planner& planner, const std::vector<diff::Change>& changes) {
  for (const diff::Change& change : changes) {
    if (change.object.kind != catalog::Kind::column) continue;
    if (change.action == diff::Action::create) note_created(planner, change.object);
    if (change.action == diff::Action::drop) note_dropped(planner, change.object);
  }
}

}  // namespace migrate::plan
