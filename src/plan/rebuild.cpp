#include <algorithm>

#include "catalog/type_name.hpp"
#include "plan/planner.hpp"
#include "plan/table_parts.hpp"
#include "plan/type_parts.hpp"
#include "plan/words.hpp"
#include "util/error.hpp"
#include "util/text.hpp"
#include "util/topological_sort.hpp"

namespace migrate::plan {
namespace {

using catalog::Constraint;
using catalog::ConstraintType;
using catalog::Table;

bool has(const std::vector<std::string>& fields, const char* field) {
  return std::find(fields.begin(), fields.end(), field) != fields.end();
}

// Only what stays can be in the way of what changes; what goes or comes is ordered by its own facts.
bool stays(const Planner& planner, const catalog::ObjectId& id) {
  const Fate fate = planner.fate(id);
  return fate == Fate::untouched || fate == Fate::altered;
}

class Rebuilds {
 public:
  explicit Rebuilds(Planner& planner) : planner_(planner) {}

  void find() {
    for (const auto& table : planner_.after.tables)
      if (const Table* was = planner_.before.table(table.name)) pairs_.emplace_back(was, &table);
    replace_enum_types();
    do {
      changed_ = false;
      for (const auto& [was, now] : pairs_) {
        columns(*was, *now);
        constraints(*was, *now);
        indexes(*was, *now);
        parts(*was, *now);
        typed_table(*was, *now);
      }
      for (const auto& now : planner_.after.materialized_views)
        if (const auto* was = planner_.before.find<catalog::MaterializedView>(now.id()))
          for (const auto& index : now.indexes)
            if (const auto* old = was->index(index.name)) view_index(*old, index, now);
      stored_rows();
      definitions();
      dependants();
    } while (changed_);
    refuse_what_is_in_the_way();
    circles();
  }

 private:
  void rebuild(const catalog::ObjectId& id, const catalog::ObjectId& for_the_sake_of = {}) {
    if (!stays(planner_, id)) return;
    planner_.set_fate(id, Fate::rebuilt);
    if (!for_the_sake_of.name.empty()) planner_.because_of[id] = for_the_sake_of;
    changed_ = true;
    if (is_type(id.kind)) replace_type(id);
  }

  bool replaced(std::string_view sql) const {
    return std::any_of(planner_.old_types.begin(), planner_.old_types.end(), [&](const auto& type) {
      return mentions_name(sql, type.first) || mentions_identifier(sql, type.first.name);
    });
  }

  void replace_enum_types() {
    for (const auto& now : planner_.after.enums) {
      const auto* was = planner_.before.enum_type(now.name);
      if (!was || only_adds_labels(*was, now)) continue;
      replace_type(enum_id(now.name));
    }
  }

  // Columns of the type get its new form. While they do, the old one stands aside under another name; but not
  // a range type, which brings functions and a multirange along that cannot be there twice.
  void replace_type(const catalog::ObjectId& type) {
    const bool in_others =
        type.kind != catalog::Kind::range_type &&
        std::any_of(planner_.before.dependencies.begin(), planner_.before.dependencies.end(),
                    [&](const auto& each) { return each.uses == type && is_type(each.object.kind); });
    if (type.kind == catalog::Kind::enum_type || in_others) put_aside(type.name);
    for (const auto& [was, now] : pairs_)
      for (const auto& column : now->columns) {
        const auto* old = was->column(column.name);
        const auto id = column_id(now->name, column.name);
        if (!old || column.inherited || !stays(planner_, id)) continue;
        const bool typed = has_type(*old, type.name);
        if (!typed && !replaced(old->default_value)) continue;
        if (typed && type.kind != catalog::Kind::range_type) put_aside(type.name);
        planner_.set_fate(id, Fate::altered);
        if (typed) planner_.fields[id].push_back("type");
        changed_ = true;
      }
  }

  void put_aside(const catalog::Name& type) {
    if (planner_.old_types.count(type) == 0)
      planner_.old_types[type] = {type.schema, planner_.free_name(type, type.name, "_old")};
  }

  static bool has_type(const catalog::Column& column, const catalog::Name& type) {
    return catalog::parse_type_in_public(column.type).name == type;
  }

  // A column that is dropped and added, or gets another type, takes what stands on it along.
  void columns(const Table& was, const Table& now) {
    for (const auto& column : now.columns) {
      const auto* old = was.column(column.name);
      const auto id = column_id(now.name, column.name);
      if (!old || !stays(planner_, id)) continue;
      if (planner_.fate(id) == Fate::altered &&
          (planner_.made_again.count(id) > 0 || !alters_in_place(planner_, *old, column)))
        rebuild(id);
      if (!old->generated || !column.generated) continue;
      const bool under = std::any_of(was.columns.begin(), was.columns.end(), [&](const auto& other) {
        const auto other_id = deciding(was.name, other.name);
        return other.name != old->name &&
               (planner_.fate(other_id) == Fate::rebuilt || type_changes(planner_, other_id)) &&
               mentions_identifier(old->generated->expression, other.name);
      });
      if (under || type_changes(planner_, id) || replaced(old->generated->expression)) rebuild(id);
    }
  }

  // Or waits as text while its range type is made again.
  bool column_rebuilt(const catalog::Name& table, const std::string& column) const {
    if (planner_.fate(deciding(table, column)) == Fate::rebuilt) return true;
    const auto type = catalog::parse_type_in_public(planner_.before.table(table)->column(column)->type).name;
    return planner_.fate({catalog::Kind::range_type, type, ""}) == Fate::rebuilt;
  }

  catalog::ObjectId deciding(const catalog::Name& table, const std::string& column) const {
    const Table* found = planner_.before.table(table);
    return found ? deciding_column(planner_, planner_.before, *found, column) : column_id(table, column);
  }

  void constraints(const Table& was, const Table& now) {
    for (const auto& constraint : now.constraints) {
      const auto* old = was.constraint(constraint.name);
      const auto id = constraint_id(now.name, constraint.name);
      if (!old || !stays(planner_, id) || (constraint.inherited && old->inherited)) continue;
      if (planner_.fate(id) == Fate::altered && !alters_in_place(planner_, as_placed(*old, now), constraint))
        rebuild(id);
      for (const auto& column : was.columns)
        if (column_rebuilt(was.name, column.name) && relies_on(*old, column.name)) rebuild(id);
      std::string texts = old->expression + " " + old->where;
      for (const auto& element : old->elements) texts += " " + element.expression;
      if (!planner_.old_types.empty() && replaced(texts)) rebuild(id);
      if (old->type == ConstraintType::foreign_key) foreign_key(was, *old, id);
    }
  }

  void foreign_key(const Table& table, const Constraint& old, const catalog::ObjectId& id) {
    const auto moves = [&](const catalog::Name& name, const std::string& column) {
      const auto column_of = deciding(name, column);
      return planner_.fate(column_of) == Fate::rebuilt || type_changes(planner_, column_of);
    };
    for (const auto& column : old.columns)
      if (moves(table.name, column)) rebuild(id);
    for (const auto& column : old.referenced_columns)
      if (moves(old.references, column)) rebuild(id);
    const auto key = key_behind(planner_.before, id);
    if (!key.name.empty() && planner_.is_gone(key)) rebuild(id, key);
    if (planner_.aside.loosened.count(old.references) > 0) rebuild(id);
  }

  void indexes(const Table& was, const Table& now) {
    for (const auto& index : now.indexes) {
      const auto* old = was.index(index.name);
      const auto id = index_id(now.name, index.name);
      if (!old || !stays(planner_, id)) continue;
      if (planner_.fate(id) == Fate::altered && !plan::alters_in_place(as_placed(*old, now), index))
        rebuild(id);
      for (const auto& column : was.columns)
        if (column_rebuilt(was.name, column.name) && relies_on(*old, column.name)) rebuild(id);
      std::string texts = old->where;
      for (const auto& element : old->elements) texts += " " + element.expression;
      if (!planner_.old_types.empty() && replaced(texts)) rebuild(id);
    }
  }

  void typed_table(const Table& was, const Table& now) {
    const catalog::ObjectId type{catalog::Kind::composite_type, now.of_type, ""};
    const auto id = table_id(now.name);
    if (now.of_type.empty() || was.of_type != now.of_type || has(planner_.fields[id], "of_type")) return;
    const bool altered = planner_.fate(type) == Fate::altered && has(planner_.fields[type], "attributes");
    if (!altered && planner_.fate(type) != Fate::rebuilt) return;
    planner_.set_fate(id, Fate::altered);
    planner_.fields[id].push_back("of_type");
    changed_ = true;
  }

  // One that is made again takes its indexes along by itself.
  void view_index(const catalog::Index& was, const catalog::Index& now,
                  const catalog::MaterializedView& view) {
    const auto id = index_id(view.name, now.name);
    if (planner_.fate(id) == Fate::altered && !plan::alters_in_place(was, now)) rebuild(id);
  }

  // PostgreSQL evaluates something for every row.
  bool is_rewritten(const Table& table) const {
    return std::any_of(table.columns.begin(), table.columns.end(), [&](const catalog::Column& column) {
      const auto id = column_id(table.name, column.name);
      const Fate fate = planner_.fate(id);
      return type_changes(planner_, id) ||
             ((fate == Fate::created || fate == Fate::rebuilt) &&
              (!column.default_value.empty() || column.generated || column.identity));
    });
  }

  // The table has the column's type as that of its rows, and is rewritten: which PostgreSQL does not do while
  // such rows are stored elsewhere.
  const Table* rewritten_under(const std::string& type_of_column) const {
    const auto type = catalog::parse_type_in_public(type_of_column).name;
    const Table* table = planner_.before.table(type) ? planner_.after.table(type) : nullptr;
    return table && is_rewritten(*table) ? table : nullptr;
  }

  void stored_rows() {
    for (const auto& view : planner_.before.materialized_views)
      if (stays(planner_, view.id()) &&
          std::any_of(view.columns.begin(), view.columns.end(),
                      [&](const auto& column) { return rewritten_under(column.type) != nullptr; }))
        rebuild(view.id());
  }

  void definitions() {
    const auto fates = planner_.fates();
    for (const auto& [id, fate] : fates)
      if (const auto& kind = planner_of(id.kind);
          fate == Fate::altered && kind.alters_in_place &&
          (planner_.made_again.count(id) > 0 || !kind.alters_in_place(planner_, id)))
        rebuild(id);
  }

  // What stays cannot keep what is taken down, or gets another type, under it.
  void dependants() {
    for (const auto& [object, used] : planner_.before.dependencies) {
      if (!stays(planner_, object)) continue;
      const bool between = is_between(object, used);
      if (!between && !disturbance(used)) continue;
      if (!catalog::contains(planner_.after, object)) continue;  // goes with its table
      const auto& still = planner_.used_after(object);
      const bool lets_go =
          planner_.fate(used) == Fate::dropped && std::find(still.begin(), still.end(), used) == still.end();
      if (lets_go && !between && planner_.fate(object) == Fate::altered) continue;
      if (planner_.fate(used) == Fate::dropped && !lets_go) continue;  // refuse_what_is_in_the_way() names it
      dependant(object);
    }
  }

  // It would have to be altered before what it uses goes and after what it will use is there, which is one
  // step: attributes of a type, or a function of the same name, which it is not to be taken for.
  bool is_between(const catalog::ObjectId& object, const catalog::ObjectId& used) const {
    if (planner_.fate(object) != Fate::altered || is_type(object.kind)) return false;
    if (planner_.fate(used) == Fate::dropped) return has_successor(planner_, used);
    return used.kind == catalog::Kind::composite_type && planner_.fate(used) == Fate::altered &&
           loses_attributes(planner_, used);
  }

  void dependant(const catalog::ObjectId& object) {
    if (object.kind == catalog::Kind::table) return;  // of a composite type, which says so itself
    if (object.kind != catalog::Kind::column) return rebuild(object);
    const auto* table = planner_.before.table(object.name);
    const auto* column = table ? table->column(object.member) : nullptr;
    if (!column) return;
    if (column->generated) return rebuild(object);
    if (type_changes(planner_, object)) return;  // which takes the default off by itself
    if (column->default_value.empty() || !planner_.suspended_defaults.insert(object).second) return;
    if (planner_.fate(object) == Fate::untouched) planner_.set_fate(object, Fate::altered);
    changed_ = true;
  }

  // A part of a parent's index or key goes with it; what must happen to a part alone happens to the whole.
  void parts(const Table& was, const Table& now) {
    if (was.partition_of.empty() || !stays_partition(planner_, now)) return;
    const auto each_part = [&](const auto& old, const auto* current, const catalog::ObjectId& id) {
      const auto whole = whole_of(planner_.before, was, old.attached_to);
      if (whole.name.name.empty()) return;
      const bool let_go = current && current->attached_to != old.attached_to;
      if (!planner_.is_gone(whole) && (planner_.is_gone(id) || let_go)) rebuild(whole);
      if (!planner_.is_gone(whole)) return;
      if (id.kind == catalog::Kind::constraint && whole.kind == catalog::Kind::index)
        return reattach(was.name);
      if (planner_.goes_with_whole.insert(id).second) changed_ = true;
      if (current) rebuild(id);
    };
    for (const auto& old : was.indexes) each_part(old, now.index(old.name), index_id(was.name, old.name));
    for (const auto& old : was.constraints)
      each_part(old, now.constraint(old.name), constraint_id(was.name, old.name));
  }

  // PostgreSQL drops neither an index of which a key is a part, nor that key.
  void reattach(const catalog::Name& partition) {
    if (!planner_.reattached.insert(partition).second) return;
    changed_ = true;
    const Table& was = *planner_.before.table(partition);
    for (const auto& each : was.indexes) planner_.goes_with_whole.erase(index_id(partition, each.name));
    for (const auto& each : was.constraints)
      planner_.goes_with_whole.erase(constraint_id(partition, each.name));
    planner_.set_fate(table_id(partition), Fate::altered);
    planner_.fields[table_id(partition)].push_back("partition_bound");
  }

  // Parts of a table that is detached, and perhaps attached again, are let go and taken in with it.
  template <class T>
  T as_placed(T old, const Table& now) const {
    if (!stays_partition(planner_, now)) old.attached_to = {};
    return old;
  }

  // What becomes of the object, as PostgreSQL minds for things that depend on it; null: nothing.
  const char* disturbance(const catalog::ObjectId& object) const {
    const bool inherits = object.kind == catalog::Kind::column && planner_.fate(object) == Fate::untouched;
    const auto id = inherits ? deciding(object.name, object.member) : object;
    switch (planner_.fate(id)) {
      case Fate::dropped:
        return "is dropped";
      case Fate::rebuilt:
        return "is re-created";
      case Fate::altered:
        if (id.kind == catalog::Kind::column && type_changes(planner_, id)) return "changes its type";
        if (id.kind == catalog::Kind::enum_type && planner_.old_types.count(id.name) > 0)
          return "is re-created";
        return nullptr;
      default:
        return nullptr;
    }
  }

  // The column of a table that stays, if its type is that of the view's rows.
  const catalog::Column* row_of(const catalog::ObjectId& view, const catalog::ObjectId& object) const {
    if (view.kind != catalog::Kind::view && view.kind != catalog::Kind::materialized_view) return nullptr;
    const Table* table = planner_.before.table(object.name);
    const auto* column = table && planner_.after.table(object.name) ? table->column(object.member) : nullptr;
    return column && catalog::parse_type(column->type).name == view.name ? column : nullptr;
  }

  void refuse_what_is_in_the_way() const {
    for (const auto& object : planner_.before.unhandled) {
      const bool stays_there = std::any_of(
          planner_.after.unhandled.begin(), planner_.after.unhandled.end(),
          [&](const auto& other) { return other.kind == object.kind && other.identity == object.identity; });
      for (const auto& used : object.uses)
        if (const char* what = disturbance(used);
            what &&
            (stays_there || planner_.fate(used) != Fate::dropped || used.kind == catalog::Kind::schema))
          throw Error(ExitCode::undecided,
                      object.kind + " " + object.identity + " depends on " + used.text() + ", which " + what +
                          ", and migrate does not handle that kind yet",
                      "drop it before, and create it again after, in a script of your own");
    }
    for (const auto& [object, used] : planner_.before.dependencies) {
      const auto& still = planner_.used_after(object);
      if (!stays(planner_, object) || planner_.fate(used) != Fate::dropped ||
          std::find(still.begin(), still.end(), used) == still.end())
        continue;
      throw Error(ExitCode::undecided, object.text() + " uses " + used.text() + ", which is dropped",
                  "take it out of the models, or, where it is unmanaged, add --drop " + object.name.text());
    }
    for (const auto& [object, used] : planner_.before.dependencies) {
      if (object.kind != catalog::Kind::column || !disturbance(used)) continue;
      const auto* column = row_of(used, object);
      if (!column || !stays(planner_, object) || type_changes(planner_, object)) continue;
      throw Error(ExitCode::undecided,
                  object.text() + " has the row type of " + used.text() + ", which " + disturbance(used),
                  "move its values to another column in a script of your own first");
    }
    for (const auto& [was, now] : pairs_)
      for (const auto& column : was->columns) {
        const auto id = column_id(was->name, column.name);
        const Table* table = stays(planner_, id) ? rewritten_under(column.type) : nullptr;
        if (table && !type_changes(planner_, id))
          throw Error(ExitCode::undecided,
                      id.text() + " has the row type of " + table_id(table->name).text() +
                          ", whose rows are rewritten",
                      "move its values to another column in a script of your own first");
        const char* what = was->partition_key.empty() ? nullptr : disturbance(id);
        if (what && mentions_identifier(was->partition_key, column.name))
          throw Error(ExitCode::undecided,
                      "column " + was->name.text() + "." + column.name + " " + what +
                          ", but the table is partitioned by it",
                      "create a new table, copy the rows, and swap the names in a script of your own");
      }
  }

  // Foreign keys between tables that are made, or dropped, together and refer to each other in a circle.
  // `order`: the tables in an order in which each finds those that it refers to.
  std::set<catalog::ObjectId> keys_in_circles(const catalog::Database& database, Fate fate,
                                              std::vector<catalog::Name>* order = nullptr) const {
    std::vector<const Table*> tables;
    std::map<catalog::Name, std::size_t> number;
    for (const auto& table : database.tables)
      if (planner_.fate(table_id(table.name)) == fate) {
        number.emplace(table.name, tables.size());
        tables.push_back(&table);
      }
    std::set<catalog::ObjectId> found;
    for (;;) {
      std::vector<std::vector<std::size_t>> before(tables.size());
      const auto targets = [&](std::size_t n, auto&& function) {
        for (const auto& constraint : tables[n]->constraints) {
          if (constraint.type != ConstraintType::foreign_key || constraint.references == tables[n]->name)
            continue;
          const auto target = number.find(constraint.references);
          const auto id = constraint_id(tables[n]->name, constraint.name);
          if (target != number.end() && found.count(id) == 0) function(id, target->second);
        }
      };
      for (std::size_t n = 0; n < tables.size(); ++n) {
        targets(n, [&](const catalog::ObjectId&, std::size_t target) { before[n].push_back(target); });
        auto parents = tables[n]->inherits;
        parents.push_back(tables[n]->partition_of);
        for (const auto& parent : parents)
          if (const auto at = number.find(parent); at != number.end()) before[n].push_back(at->second);
      }
      const auto sorted = topological_sort(before);
      const auto& cycle = sorted.cycle;
      if (cycle.empty()) {
        for (const std::size_t n : sorted.order)
          if (order) order->push_back(tables[n]->name);
        return found;
      }
      const std::size_t count = found.size();
      for (const std::size_t n : cycle)
        targets(n, [&](const catalog::ObjectId& id, std::size_t target) {
          if (std::find(cycle.begin(), cycle.end(), target) != cycle.end()) found.insert(id);
        });
      if (found.size() == count)
        throw Error(ExitCode::failed,
                    "tables inherit from each other in a circle: " +
                        join_with(cycle, ", ", [&](std::size_t n) { return tables[n]->name.text(); }));
    }
  }

  void circles() {
    planner_.late_keys = keys_in_circles(planner_.after, Fate::created, &planner_.new_tables);
    planner_.early_keys = keys_in_circles(planner_.before, Fate::dropped);
  }

  Planner& planner_;
  std::vector<std::pair<const Table*, const Table*>> pairs_;
  bool changed_ = false;
};

}  // namespace

void find_rebuilds(Planner& planner) { Rebuilds(planner).find(); }

}  // namespace migrate::plan
