#include "diff/children.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "catalog/default_name.hpp"
#include "diff/taken_names.hpp"

namespace migrate::diff {
namespace {

using catalog::Column;
using catalog::Constraint;
using catalog::ConstraintType;
using catalog::Database;
using catalog::Index;
using catalog::Name;
using catalog::Table;

bool is_index_backed(const Constraint& constraint) {
  return constraint.type == ConstraintType::primary_key || constraint.type == ConstraintType::unique ||
         constraint.type == ConstraintType::exclusion;
}

// What a child has of the parent's NOT NULL. PostgreSQL 18 gives it the name that it has there.
void inherit_not_null(Column& child, const Name& name, const Column& parent, const Name& parent_name,
                      int server_version) {
  child.not_null = parent.not_null && !parent.not_null_no_inherit;
  child.not_null_constraint.clear();
  child.not_null_no_inherit = false;
  child.not_null_not_valid = child.not_null && parent.not_null_not_valid;
  if (!child.not_null || server_version < 180000) return;
  const auto constraint = parent.not_null_constraint.empty()
                              ? catalog::default_name(parent_name.name, parent.name, "not_null")
                              : parent.not_null_constraint.get();
  if (constraint != catalog::default_name(name.name, child.name, "not_null"))
    child.not_null_constraint = constraint;
}

// The live definition of a child's part with what changed at the parent changed in the same way.
void follow(Column& child, const Column& before, const Column& after) {
  const auto take = [&](auto member) {
    if (before.*member != after.*member) child.*member = after.*member;
  };
  take(&Column::type);
  take(&Column::default_value);
  take(&Column::generated);
  take(&Column::collation);
  take(&Column::storage);
  take(&Column::compression);
  take(&Column::statistics);
}

Column inherited_column(Column column) {
  column.inherited = true;
  column.comment.clear();
  column.identity.reset();
  column.statistics.reset();
  column.options.clear();
  return column;
}

// What two foreign keys must share to be the parent's and the partition's part of one.
bool same_key(const Constraint& a, const Constraint& b) {
  return a.columns == b.columns && a.references == b.references &&
         a.referenced_columns == b.referenced_columns;
}

// A child's constraint or index, defined as the parent's is, under its own name and with what only it has.
Constraint defined_as(const Constraint& parent, const Constraint& own) {
  auto out = parent;
  out.name = own.name;
  out.comment = own.comment;
  out.options = own.options;
  out.tablespace = own.tablespace;
  out.inherited = own.inherited;
  out.attached_to = own.attached_to;
  out.only = own.only;
  out.clustered = own.clustered;
  out.replica_identity = own.replica_identity;
  return out;
}

Index defined_as(const Index& parent, const Index& own) {
  auto out = parent;
  out.name = own.name;
  out.comment = own.comment;
  out.options = own.options;
  out.tablespace = own.tablespace;
  out.attached_to = own.attached_to;
  out.valid = own.valid;
  out.only = own.only;
  out.clustered = own.clustered;
  out.replica_identity = own.replica_identity;
  return out;
}

// PostgreSQL takes an index or key that is there already for a partition's part if it fits.
bool same_definition(const Constraint& a, const Constraint& b) { return defined_as(a, b) == b; }

bool same_definition(const Index& a, const Index& b) { return defined_as(a, b) == b; }

class Completion {
 public:
  Completion(Database& target, const Database& live, const IsDeclared& is_declared)
      : target_(target), live_(live), is_declared_(is_declared) {
    taken_.add(live);
    taken_.add(target);
  }

  void run() {
    if (std::none_of(target_.tables.begin(), target_.tables.end(), [](const Table& table) {
          return !table.partition_key.empty() || !table.partition_of.empty() || !table.inherits.empty();
        }))
      return;
    for (const auto& name : parents_first())
      if (auto* child = target_.table(name)) complete(*child);
    target_.sort();
  }

 private:
  std::vector<Name> parents_first() const {
    std::vector<Name> order;
    std::set<Name> seen;
    for (const auto& table : target_.tables) visit(table, seen, order);
    return order;
  }

  void visit(const Table& table, std::set<Name>& seen, std::vector<Name>& order) const {
    if (!seen.insert(table.name).second) return;
    for (const auto& parent : table.parents())
      if (const auto* found = target_.table(parent)) visit(*found, seen, order);
    if (!table.parents().empty()) order.push_back(table.name);
  }

  void complete(Table& child) {
    const auto* live_child = live_.table(child.name);
    std::vector<const Table*> parents;
    for (const auto& name : child.parents())
      if (const auto* parent = target_.table(name)) parents.push_back(parent);
    if (parents.empty()) return;
    remove_orphans(child, parents);
    for (const auto* parent : parents) {
      const bool was_child = live_child && live_child->is_child_of(parent->name);
      const Side side{child, *parent, was_child ? live_child : nullptr,
                      was_child ? live_.table(parent->name) : nullptr};
      complete_columns(side);
      complete_checks(side);
      if (child.partition_of != parent->name) continue;
      complete_keys(side);
      complete_indexes(side);
    }
  }

  // A child beside its parent in the target, and both as they live, if they are child and parent already.
  struct Side {
    Table& child;
    const Table& parent;
    const Table* live_child;
    const Table* live_parent;
  };

  static void remove_orphans(Table& child, const std::vector<const Table*>& parents) {
    const auto some_parent = [&](auto&& holds) { return std::any_of(parents.begin(), parents.end(), holds); };
    erase_if(child.columns, [&](const Column& each) {
      return each.inherited &&
             !some_parent([&](const Table* parent) { return parent->column(each.name) != nullptr; });
    });
    erase_if(child.constraints, [&](const Constraint& each) {
      if (!each.attached_to.empty())
        return !some_parent([&](const Table* parent) {
          return parent->constraint(each.attached_to->name) != nullptr ||
                 parent->index(each.attached_to->name) != nullptr;
        });
      if (!each.inherited) return false;
      return !some_parent([&](const Table* parent) {
        if (each.type != ConstraintType::foreign_key) return parent->constraint(each.name) != nullptr;
        return std::any_of(parent->constraints.begin(), parent->constraints.end(),
                           [&](const Constraint& theirs) {
                             return theirs.type == ConstraintType::foreign_key && same_key(theirs, each);
                           });
      });
    });
    erase_if(child.indexes, [&](const Index& each) {
      return !each.attached_to.empty() && !some_parent([&](const Table* parent) {
        return parent->index(each.attached_to->name) != nullptr;
      });
    });
  }

  void complete_columns(const Side& side) const {
    for (const auto& column : side.parent.columns) {
      const auto* live = side.live_child ? side.live_child->column(column.name) : nullptr;
      const auto* live_parent = side.live_parent ? side.live_parent->column(column.name) : nullptr;
      auto* own = side.child.column(column.name);
      const bool is_said = own && is_declared_(side.child.name);
      const auto inherit = [&](Column& child) {
        inherit_not_null(child, side.child.name, column, side.parent.name, live_.server_version);
      };
      if (!own) {
        side.child.columns.push_back(live ? *live : inherited_column(column));
        own = &side.child.columns.back();
        if (!live) inherit(*own);
      }
      if (!own->inherited || is_said || !live || !live_parent) continue;
      follow(*own, *live_parent, column);
      if (live_parent->not_null != column.not_null) inherit(*own);
    }
  }

  static void complete_checks(const Side& side) {
    for (const auto& check : side.parent.constraints) {
      if (check.type != ConstraintType::check || check.no_inherit) continue;
      auto* own = side.child.constraint(check.name);
      const auto* live = side.live_child ? side.live_child->constraint(check.name) : nullptr;
      if (!own) {
        side.child.constraints.push_back(live ? *live : check);
        own = &side.child.constraints.back();
        if (!live) own->comment.clear();
        own->inherited = true;
      }
      if (own->inherited) *own = defined_as(check, *own);
    }
  }

  void complete_keys(const Side& side) {
    for (const auto& key : side.parent.constraints) {
      if (key.type == ConstraintType::check) continue;
      const auto is_part = [&](const Constraint& each) {
        if (is_index_backed(key))
          return each.attached_to == Name{side.parent.name.schema, key.name} ||
                 (!key.only && each.attached_to.empty() && same_definition(each, key));
        return each.type == key.type && each.inherited && same_key(each, key);
      };
      if (const auto own =
              std::find_if(side.child.constraints.begin(), side.child.constraints.end(), is_part);
          own != side.child.constraints.end()) {
        *own = defined_as(key, *own);
        if (is_index_backed(key) && !key.only) {
          own->attached_to = catalog::Name{side.parent.name.schema, key.name};
          own->inherited = true;
        }
        continue;
      }
      if (const auto* live = live_part(side.live_child, is_part)) {
        if (side.child.constraint(live->name)) continue;
        side.child.constraints.push_back(defined_as(key, *live));
        continue;
      }
      if (key.only) continue;  // not (yet) on the partitions
      auto fresh = key;
      fresh.comment.clear();
      fresh.clustered = false;
      fresh.replica_identity = false;
      fresh.tablespace.clear();
      fresh.inherited = true;
      if (is_index_backed(key)) {
        fresh.attached_to = catalog::Name{side.parent.name.schema, key.name};
        fresh.name = taken_.choose(side.child, fresh);
      } else if (side.child.constraint(key.name)) {
        fresh.name = taken_.choose(side.child, fresh);
      }
      side.child.constraints.push_back(std::move(fresh));
    }
  }

  template <class IsPart>
  static const Constraint* live_part(const Table* live, IsPart&& is_part) {
    if (!live) return nullptr;
    const auto found = std::find_if(live->constraints.begin(), live->constraints.end(), is_part);
    return found == live->constraints.end() ? nullptr : &*found;
  }

  void complete_indexes(const Side& side) {
    for (const auto& index : side.parent.indexes) {
      const Name at_parent{side.parent.name.schema, index.name};
      const auto is_part = [&](const auto& each) { return each.attached_to == at_parent; };
      // The part can be the index of a key that the partition has.
      if (std::any_of(side.child.constraints.begin(), side.child.constraints.end(), is_part)) continue;
      if (const auto own = std::find_if(side.child.indexes.begin(), side.child.indexes.end(), is_part);
          own != side.child.indexes.end()) {
        *own = defined_as(index, *own);
        continue;
      }
      const Index* live = nullptr;
      if (side.live_child)
        for (const auto& each : side.live_child->indexes)
          if (is_part(each) && !side.child.index(each.name)) live = &each;
      if (live) {
        side.child.indexes.push_back(defined_as(index, *live));
        continue;
      }
      if (index.only) continue;  // not (yet) on the partitions
      const auto fits = [&](const Index& each) {
        return each.attached_to.empty() && same_definition(each, index);
      };
      if (const auto own = std::find_if(side.child.indexes.begin(), side.child.indexes.end(), fits);
          own != side.child.indexes.end()) {
        own->attached_to = at_parent;
        continue;
      }
      auto fresh = index;
      fresh.comment.clear();
      fresh.clustered = false;
      fresh.replica_identity = false;
      fresh.tablespace.clear();
      fresh.attached_to = at_parent;
      fresh.name = taken_.choose(side.child, fresh);
      side.child.indexes.push_back(std::move(fresh));
    }
  }

  Database& target_;
  const Database& live_;
  const IsDeclared& is_declared_;
  TakenNames taken_;
};

}  // namespace

void complete_children(Database& target, const Database& live, const IsDeclared& is_declared) {
  Completion(target, live, is_declared).run();
}

void add_undeclared_partitions(Database& target, const Database& live) {
  // In rounds: a partition can be partitioned itself.
  for (bool again = true; again;) {
    std::vector<Table> found;
    for (const auto& table : live.tables) {
      if (table.partition_of.empty() || target.table(table.name)) continue;
      const auto* parent = target.table(table.partition_of);
      const auto* live_parent = live.table(table.partition_of);
      if (parent && live_parent && parent->partition_key == live_parent->partition_key)
        found.push_back(table);
    }
    again = !found.empty();
    for (auto& table : found) target.tables.push_back(std::move(table));
    target.sort();
  }
}

void leave_parents(Table& table) {
  table.inherits.clear();
  table.partition_of = {};
  table.partition_bound.clear();
  table.columns.update([](catalog::Column& column) { column.inherited = false; });
  table.constraints.update([](catalog::Constraint& constraint) {
    constraint.inherited = false;
    constraint.attached_to = {};
  });
  table.indexes.update([](catalog::Index& index) { index.attached_to = {}; });
}

}  // namespace migrate::diff
