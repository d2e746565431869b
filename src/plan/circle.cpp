// Tables that call, in a default or a check, a function that needs the table itself.
#include <map>
#include <set>

#include "plan/table_parts.hpp"
#include "plan/used_objects.hpp"
#include "util/quote.hpp"

namespace migrate::plan {
namespace {

using catalog::Database;
using catalog::ObjectId;
using catalog::Table;
using Objects = std::vector<ObjectId>;

// One of the two catalogues, of which what is made, or what goes, is looked at.
struct Side {
  const Planner& planner;
  const Database& database;
  bool made;
  const UsedObjects* parsed;
  mutable std::map<ObjectId, Objects> known = {};  // parsing is what takes the time

  Objects used(const ObjectId& id, const std::string& text) const {
    Objects found = made ? planner.used_after(id) : planner.used_before(id);
    if (parsed && !text.empty())
      for (auto& each : parsed->in(text)) found.push_back(std::move(each));
    std::erase_if(found, [&](const ObjectId& each) {
      return each == id || !(made ? planner.is_made(each) : planner.is_gone(each));
    });
    return found;
  }
  Objects of_column(const Table& table, const catalog::Column& column) const {
    return used(column_id(table.name, column.name),
                column.default_value.empty() ? "" : "SELECT " + column.default_value);
  }
  Objects of_check(const Table& table, const catalog::Constraint& check) const {
    return used(constraint_id(table.name, check.name), "SELECT " + check.expression);
  }

  const Objects& of(const ObjectId& id) const {
    const auto at = known.find(id);
    return at != known.end() ? at->second : known.emplace(id, found_for(id)).first->second;
  }

  Objects found_for(const ObjectId& id) const {
    if (const auto* routine = database.find<catalog::Routine>(id)) {
      Objects all = used(id, routine->sql_body ? "CREATE FUNCTION f() " + routine->body : "");
      const auto add_type = [&](const std::string& type) {
        if (!type.empty() && parsed)
          for (auto& each : used(id, "SELECT NULL::" + type)) all.push_back(std::move(each));
      };
      for (const auto& argument : routine->arguments) add_type(argument.type);
      add_type(routine->returns);
      return all;
    }
    if (const auto* view = database.find<catalog::View>(id)) return used(id, view->definition);
    const auto* table = id.kind == catalog::Kind::table ? database.table(id.name) : nullptr;
    Objects all = used(id, "");
    if (!table) return all;
    const auto add = [&](const Objects& more) { all.insert(all.end(), more.begin(), more.end()); };
    for (const auto& column : table->columns) add(of_column(*table, column));
    for (const auto& check : table->constraints) add(of_check(*table, check));
    return all;
  }

  bool reach(const Objects& from, const ObjectId& wanted) const {
    std::set<ObjectId> seen;
    Objects waiting = from;
    while (!waiting.empty()) {
      const ObjectId id = waiting.back();
      waiting.pop_back();
      if (id == wanted) return true;
      if (!seen.insert(id).second) continue;
      const Objects& more = of(id);
      waiting.insert(waiting.end(), more.begin(), more.end());
    }
    return false;
  }

  void find(std::set<ObjectId>& defaults, std::set<ObjectId>& checks) const {
    if (database.routines.empty()) return;
    for (const auto& table : database.tables) {
      const ObjectId id = table_id(table.name);
      if (!(made ? planner.is_made(id) : planner.is_gone(id))) continue;
      for (const auto& column : table.columns)
        if (!column.default_value.empty() && reach(of_column(table, column), id))
          defaults.insert(column_id(table.name, column.name));
      for (const auto& check : table.constraints)
        if (check.type == catalog::ConstraintType::check && !check.inherited &&
            reach(of_check(table, check), id))
          checks.insert(constraint_id(table.name, check.name));
    }
  }
};

}  // namespace

void put_default(Planner& planner, const catalog::Table& table, const catalog::Column& column, bool set) {
  Action action;
  action.rank = set ? Rank::after_column : Rank::release;
  action.part_of = table.name;
  action.about = column_id(table.name, column.name);
  action.statement.sql = "ALTER COLUMN " + quote_identifier(column.name) +
                         (set ? " SET DEFAULT " + column.default_value : " DROP DEFAULT");
  const auto touch = [&](const std::vector<catalog::ObjectId>& used, std::vector<catalog::ObjectId>& into) {
    for (const auto& each : used)
      if (planner.fate(each) != Fate::untouched) into.push_back(each);
  };
  if (set) {
    action.needs = {action.about};
    touch(planner.used_after(action.about), action.needs);
  } else {
    action.releases = {action.about};
    touch(planner.used_before(action.about), action.releases);
    action.statement.lock = Lock::access_exclusive;
    action.statement.locks = table.name.text();
  }
  action.effect = [name = table.name, column = column.name,
                   text = set ? column.default_value : Interned()](catalog::Database& database) {
    auto* into = database.table(name);
    if (auto* each = into ? into->column(column) : nullptr) each->default_value = text;
  };
  planner.add(std::move(action));
}

void find_circles(Planner& planner, const UsedObjects* parsed) {
  Side{planner, planner.after, true, parsed}.find(planner.late_defaults, planner.late_keys);
  Side{planner, planner.before, false, nullptr}.find(planner.early_defaults, planner.early_keys);
}

}  // namespace migrate::plan
