#include "diff/rename.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "catalog/default_name.hpp"
#include "catalog/type_name.hpp"
#include "diff/access.hpp"
#include "diff/rename_definition.hpp"
#include "diff/rename_text.hpp"
#include "diff/sql_tokens.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

using catalog::Database;
using catalog::Kind;
using catalog::Name;
using catalog::ObjectId;
using catalog::Table;
using Rewrite = std::function<std::string(const std::string&)>;

// Every SQL text of a table but its partition bound.
void rewrite_texts(Table& table, const Rewrite& rewrite) {
  const auto apply = [&](std::string& text) { text = rewrite(text); };
  for (auto& column : table.columns) {
    column.default_value.update(apply);
    if (column.generated) apply(column.generated->expression);
  }
  for (auto& constraint : table.constraints) {
    constraint.expression.update(apply);
    constraint.where.update(apply);
    constraint.elements.update([&](auto& elements) {
      for (auto& element : elements) element.expression.update(apply);
    });
  }
  for (auto& index : table.indexes) {
    index.where.update(apply);
    for (auto& element : index.elements) element.expression.update(apply);
  }
  table.partition_key.update(apply);
}

void replace(std::vector<std::string>& names, const std::string& from, const std::string& to) {
  std::replace(names.begin(), names.end(), from, to);
}

void replace(std::vector<catalog::IndexElement>& elements, const std::string& from, const std::string& to) {
  for (auto& element : elements)
    if (element.column == from) element.column = to;
}

void replace(Name& name, const Name& from, const Name& to) {
  if (name == from) name = to;
}

template <class T, class Part>
void replace(Sparse<T>& value, const Part& from, const Part& to) {
  value.update([&](T& each) { replace(each, from, to); });
}

// The hidden sequence of an identity column keeps its name when its table or column gets another one.
void pin_identity_sequence(catalog::Identity& identity, const Name& table, const std::string& column) {
  if (identity.sequence.empty())
    identity.sequence = {table.schema, catalog::default_name(table.name, column, "seq")};
}

// PostgreSQL 18 keeps the name of a NOT NULL constraint, too.
void pin_not_null(catalog::Column& column, const Name& table, int server_version) {
  if (server_version >= 180000 && column.not_null && column.not_null_constraint.empty())
    column.not_null_constraint = catalog::default_name(table.name, column.name, "not_null");
}

// Carries out one rename after another on a catalogue. Each function says whether there was something to
// rename.
class Renamer {
 public:
  explicit Renamer(Database database) : database_(std::move(database)) {}

  bool apply(Rename& rename) {
    const auto was = catalog::object_ids(database_);
    if (!carry_out(rename)) return false;
    others_follow(rename, was, catalog::object_ids(database_));
    database_.sort();
    return true;
  }

  // A name for what is called `from` that nothing has.
  std::string spare_name(const std::string& from) const {
    for (int number = 0;; ++number) {
      const auto suffix = "_swapped" + (number == 0 ? std::string() : std::to_string(number));
      auto name = std::string(clip(from, catalog::longest_identifier - suffix.size())) + suffix;
      if (!is_used(name)) return name;
    }
  }

  Database take() { return std::move(database_); }

 private:
  bool carry_out(Rename& rename) {
    switch (rename.from.kind) {
      case Kind::schema:
        return rename_schema_of_all(rename.from.name.name, rename.to.name.name);
      case Kind::enum_type:
        return rename.from_label.empty() ? rename_enum(rename) : relabel(rename);
      case Kind::composite_type:
        return rename.from_label.empty() ? rename_whole(rename) : rename_attribute_of(rename);
      case Kind::sequence:
        return rename_sequence(rename);
      case Kind::table:
        return rename_table(rename);
      case Kind::column:
        return rename_column_of(rename);
      case Kind::constraint:
        return rename_constraint(rename);
      case Kind::index:
        return rename_index(rename);
      default:
        return rename_whole(rename);
    }
  }

  // Dependencies, owners and grants. The lists are of the same objects in the same order.
  void others_follow(const Rename& rename, const std::vector<ObjectId>& was,
                     const std::vector<ObjectId>& now) {
    if (database_.dependencies.empty() && database_.access.empty()) return;
    std::map<ObjectId, ObjectId> moved;
    for (std::size_t at = 0; at < was.size(); ++at)
      if (was[at] != now[at]) moved.emplace(was[at], now[at]);
    for (auto& each : database_.dependencies)
      for (auto* id : {&each.object, &each.uses})
        if (const auto found = moved.find(*id); found != moved.end()) *id = found->second;
    access_follows(database_, rename, moved);
  }

  bool rename_whole(Rename& rename) {
    auto from = rename.from, to = rename.to;
    if (catalog::is_member(from.kind)) {
      // What holds it may have been renamed before.
      if (!catalog::contains(database_, from)) from.name = to.name;
      to.name = from.name;
    }
    if (!rename_definition(database_, from, to)) return false;
    rename.from = from;
    rename.to = to;
    switch (from.kind) {
      case Kind::view:
      case Kind::materialized_view:
        relation_follows(from.name, to.name, from.kind);
        type_follows(from.name, to.name);
        break;
      case Kind::domain:
      case Kind::composite_type:
      case Kind::range_type:
        type_follows(from.name, to.name);
        break;
      case Kind::function:
      case Kind::procedure:
      case Kind::aggregate:
        definitions_follow_routine(database_, from.name, to.name);
        break;
      default:
        break;
    }
    return true;
  }

  // By anything, in whatever schema and table.
  bool is_used(const std::string& name) const {
    const auto any = [](const auto& list, const auto& holds) {
      return std::any_of(list.begin(), list.end(), holds);
    };
    return any(catalog::object_ids(database_),
               [&](const ObjectId& id) { return id.name.name == name || id.member == name; }) ||
           any(database_.enums,
               [&](const auto& type) {
                 return std::count(type.labels.begin(), type.labels.end(), name) > 0;
               }) ||
           any(database_.composite_types, [&](const auto& type) { return has_attribute(type, name); }) ||
           any(database_.unhandled,
               [&](const auto& each) { return each.identity.find(name) != std::string::npos; });
  }

  bool rename_schema_of_all(const std::string& from, const std::string& to) {
    if (!database_.schema(from) || database_.schema(to)) return false;
    const auto move = [&](Name& name) {
      if (name.schema == from) name.schema = to;
    };
    for (auto& schema : database_.schemas)
      if (schema.name == from) schema.name = to;
    for (auto& extension : database_.extensions)
      if (extension.schema == from) extension.schema = to;
    for (auto& type : database_.enums) move(type.name);
    for (auto& sequence : database_.sequences) {
      move(sequence.name);
      move(sequence.owned_by_table);
    }
    for (auto& table : database_.tables) {
      move(table.name);
      table.partition_of.update(move);
      table.of_type.update(move);
      for (auto& parent : table.inherits) move(parent);
      for (auto& column : table.columns) {
        if (column.identity) move(column.identity->sequence);
        change_type(column, [&](Name& name) { move(name); });
      }
      for (auto& constraint : table.constraints) {
        constraint.references.update(move);
        constraint.attached_to.update(move);
      }
      for (auto& index : table.indexes) index.attached_to.update(move);
      const Rewrite rewrite = [&](const std::string& text) { return rename_schema(text, from, to); };
      rewrite_texts(table, rewrite);
      table.partition_bound = rewrite(table.partition_bound);
    }
    for (auto& each : database_.unhandled)
      for (auto& used : each.uses) {
        move(used.name);
        if (used.kind == Kind::schema && used.name.name == from) used.name.name = to;
      }
    definitions_follow_schema(database_, from, to);
    return true;
  }

  bool rename_enum(const Rename& rename) {
    auto* type = database_.enum_type(rename.from.name);
    if (!type || database_.enum_type(rename.to.name)) return false;
    type->name = rename.to.name;
    type_follows(rename.from.name, rename.to.name);
    return true;
  }

  bool relabel(Rename& rename) {
    auto* type = database_.enum_type(rename.to.name);
    if (!type) type = database_.enum_type(rename.from.name);
    if (!type) return false;
    const auto has = [&](const std::string& label) {
      return std::find(type->labels.begin(), type->labels.end(), label) != type->labels.end();
    };
    if (!has(rename.from_label) || has(rename.to_label)) return false;
    rename.from.name = rename.to.name = type->name;
    replace(type->labels, rename.from_label, rename.to_label);
    for (auto& table : database_.tables) {
      rewrite_texts(table, [&](const std::string& text) {
        return rename_label(text, type->name, rename.from_label, rename.to_label);
      });
      if (is_key_of_type(table.partition_of, type->name))
        table.partition_bound = rename_literal(table.partition_bound, rename.from_label, rename.to_label);
    }
    return true;
  }

  // The columns of tables of the type follow: CASCADE.
  bool rename_attribute_of(Rename& rename) {
    const auto &from = rename.from_label, &to = rename.to_label;
    if (rename_attribute(database_, rename.to.name, from, to))
      rename.from.name = rename.to.name;
    else if (rename_attribute(database_, rename.from.name, from, to))
      rename.to.name = rename.from.name;
    else
      return false;
    for (const auto& table : database_.tables) {
      Rename column{{Kind::column, table.name, from}, {Kind::column, table.name, to}, "", ""};
      if (table.of_type == rename.to.name) rename_column_of(column);
    }
    return true;
  }

  // Whether a table is partitioned by one plain column of the type: only then is a literal in a bound surely
  // a label.
  bool is_key_of_type(const Name& parent_name, const Name& type) const {
    const auto* parent = parent_name.empty() ? nullptr : database_.table(parent_name);
    if (!parent) return false;
    const auto tokens = tokenize(parent->partition_key);
    if (tokens.size() != 4 || !tokens[2].is_identifier()) return false;
    const auto* column = parent->column(tokens[2].identifier());
    return column && catalog::parse_type(column->type).name == type;
  }

  bool rename_sequence(const Rename& rename) {
    auto* sequence = database_.sequence(rename.from.name);
    if (!sequence || database_.sequence(rename.to.name)) return false;
    sequence->name = rename.to.name;
    relation_follows(rename.from.name, rename.to.name, Kind::sequence);
    return true;
  }

  bool rename_table(const Rename& rename) {
    const auto& from = rename.from.name;
    const auto& to = rename.to.name;
    auto* table = database_.table(from);
    if (!table || database_.table(to)) return false;
    for (auto& column : table->columns) {
      if (from.name != to.name) pin_not_null(column, from, database_.server_version);
      if (!column.identity) continue;
      if (from.name != to.name) pin_identity_sequence(*column.identity, from, column.name);
      if (column.identity->sequence.schema == from.schema) column.identity->sequence.schema = to.schema;
    }
    table->name = to;
    rewrite_texts(*table, [&](const std::string& text) { return rename_row(text, from.name, to.name); });
    const auto own_indexes = index_names(*table);
    relation_follows(from, to, Kind::table);
    type_follows(from, to);
    for (auto& sequence : database_.sequences) replace(sequence.owned_by_table, from, to);
    for (auto& each : database_.tables) {
      replace(each.partition_of, from, to);
      std::replace(each.inherits.begin(), each.inherits.end(), from, to);
      for (auto& constraint : each.constraints) replace(constraint.references, from, to);
    }
    if (from.schema != to.schema) {
      for (const auto& index : own_indexes) attachments_follow({from.schema, index}, {to.schema, index});
      owned_sequences_follow(from, to);
    }
    return true;
  }

  // ALTER TABLE … SET SCHEMA takes the sequences along that the table's columns own.
  void owned_sequences_follow(const Name& from, const Name& to) {
    for (auto& sequence : database_.sequences) {
      if (sequence.owned_by_table != to || sequence.name.schema != from.schema) continue;
      const auto was = sequence.name;
      sequence.name.schema = to.schema;
      relation_follows(was, sequence.name, Kind::sequence);
    }
  }

  static std::vector<std::string> index_names(const Table& table) {
    std::vector<std::string> out;
    for (const auto& index : table.indexes) out.push_back(index.name);
    for (const auto& constraint : table.constraints) out.push_back(constraint.name);
    return out;
  }

  bool rename_column_of(Rename& rename) {
    auto* table = database_.table(rename.to.name);
    if (!table) table = database_.table(rename.from.name);
    if (!table || !table->column(rename.from.member) || table->column(rename.to.member)) return false;
    rename.from.name = rename.to.name = table->name;
    rename_column_and_children(table->name, rename.from.member, rename.to.member);
    return true;
  }

  void rename_column_and_children(const Name& table_name, const std::string& from, const std::string& to) {
    auto& table = *database_.table(table_name);
    auto* column = table.column(from);
    if (!column) return;
    pin_not_null(*column, table_name, database_.server_version);
    if (column->identity) pin_identity_sequence(*column->identity, table_name, from);
    column->name = to;
    rewrite_texts(table, [&](const std::string& text) { return rename_column(text, from, to); });
    for (auto& constraint : table.constraints) {
      replace(constraint.columns, from, to);
      replace(constraint.include, from, to);
      replace(constraint.on_delete_columns, from, to);
      replace(constraint.elements, from, to);
    }
    for (auto& index : table.indexes) {
      replace(index.elements, from, to);
      replace(index.include, from, to);
    }
    for (auto& sequence : database_.sequences)
      if (sequence.owned_by_table == table_name && sequence.owned_by_column == from)
        sequence.owned_by_column = to;
    for (auto& each : database_.unhandled)
      for (auto& used : each.uses)
        if (used.kind == Kind::column && used.name == table_name && used.member == from) used.member = to;
    definitions_follow_column(database_, table_name, from, to);
    std::vector<Name> children;
    for (auto& each : database_.tables) {
      for (auto& constraint : each.constraints)
        if (constraint.references == table_name) replace(constraint.referenced_columns, from, to);
      if (each.is_child_of(table_name)) children.push_back(each.name);
    }
    for (const auto& child : children) rename_column_and_children(child, from, to);
  }

  bool rename_constraint(Rename& rename) {
    auto* table = database_.table(rename.to.name);
    if (!table) table = database_.table(rename.from.name);
    auto* constraint = table ? table->constraint(rename.from.member) : nullptr;
    if (!constraint || table->constraint(rename.to.member)) return false;
    rename.from.name = rename.to.name = table->name;
    constraint->name = rename.to.member;
    const auto& schema = table->name.schema;
    attachments_follow({schema, rename.from.member}, {schema, rename.to.member});
    inherited_constraints_follow(table->name, rename.from.member, rename.to.member);
    return true;
  }

  // Checks are renamed with the parent's; the index behind a partition's key keeps its own name.
  void inherited_constraints_follow(const Name& parent, const std::string& from, const std::string& to) {
    for (auto& each : database_.tables) {
      auto* constraint = each.is_child_of(parent) ? each.constraint(from) : nullptr;
      if (!constraint || constraint->type != catalog::ConstraintType::check) continue;
      constraint->name = to;
      inherited_constraints_follow(each.name, from, to);
    }
  }

  bool rename_index(const Rename& rename) {
    const auto& from = rename.from.name;
    auto* index = find_index(from);
    if (!index || find_index(rename.to.name)) return false;
    index->name = rename.to.name.name;
    attachments_follow(from, rename.to.name);
    return true;
  }

  catalog::Index* find_index(const Name& name) {
    auto* indexes = catalog::indexes_with(database_, name);
    if (!indexes) return nullptr;
    return &*std::find_if(indexes->begin(), indexes->end(),
                          [&](const catalog::Index& each) { return each.name == name.name; });
  }

  void attachments_follow(const Name& from, const Name& to) {
    for (auto& table : database_.tables) {
      const auto follow = [&](Name& name) { replace(name, from, to); };
      for (auto& index : table.indexes) index.attached_to.update(follow);
      for (auto& constraint : table.constraints) constraint.attached_to.update(follow);
    }
  }

  // regclass literals, identity columns and what is not modelled yet.
  void relation_follows(const Name& from, const Name& to, Kind kind) {
    definitions_follow_relation(database_, from, to);
    for (auto& table : database_.tables) {
      rewrite_texts(table, [&](const std::string& text) { return rename_relation(text, from, to); });
      for (auto& column : table.columns)
        if (column.identity && kind == Kind::sequence) replace(column.identity->sequence, from, to);
    }
    for (auto& each : database_.unhandled)
      for (auto& used : each.uses) {
        const bool of_table =
            kind == Kind::table && (used.kind == Kind::column || used.kind == Kind::constraint);
        if (used.kind == kind || of_table) replace(used.name, from, to);
      }
  }

  void type_follows(const Name& from, const Name& to) {
    definitions_follow_type(database_, from, to);
    for (auto& table : database_.tables) {
      for (auto& column : table.columns) change_type(column, [&](Name& name) { replace(name, from, to); });
      rewrite_texts(table, [&](const std::string& text) { return rename_type(text, from, to); });
    }
    for (auto& each : database_.unhandled)
      for (auto& used : each.uses)
        if (used.kind == Kind::enum_type) replace(used.name, from, to);
  }

  template <class Change>
  static void change_type(catalog::Column& column, Change&& change) {
    if (column.type->find('.') == std::string::npos) return;  // unqualified: built in
    auto type = catalog::parse_type(column.type);
    if (type.builtin || type.verbatim) return;
    const auto was = type.name;
    change(type.name);
    if (type.name != was) column.type = type.sql();
  }

  Database database_;
};

// What holds others comes first, so that these can be named by where they will be.
constexpr int last_phase = 8;
int phase(const Rename& rename) {
  switch (rename.from.kind) {
    case Kind::schema:
      return 0;
    case Kind::enum_type:
    case Kind::composite_type:
      return rename.from_label.empty() ? 1 : 2;
    case Kind::domain:
    case Kind::range_type:
      return 1;
    case Kind::sequence:
      return 3;
    case Kind::table:
    case Kind::view:
    case Kind::materialized_view:
      return 4;
    case Kind::column:
      return 5;
    case Kind::constraint:
      return 6;
    case Kind::index:
      return 7;
    default:
      return last_phase;
  }
}

// As stated, or with the new name of the schema, table or type that it was stated under the old name of.
Rename followed(Rename rename, const std::vector<Rename>& done) {
  auto& id = rename.from;
  for (const auto& each : done) {
    const bool in_schema = each.from.kind == Kind::schema && id.kind != Kind::schema;
    if (in_schema && id.name.schema == each.from.name.name) {
      if (rename.to.name.schema == id.name.schema) rename.to.name.schema = each.to.name.name;
      id.name.schema = each.to.name.name;
    }
    const bool in_table = (each.from.kind == Kind::table || each.from.kind == Kind::view ||
                           each.from.kind == Kind::materialized_view) &&
                          catalog::is_member(id.kind);
    const bool in_type = each.from.kind == id.kind && !rename.from_label.empty();
    if ((in_table || in_type) && id.name == each.from.name) id.name = each.to.name;
  }
  return rename;
}

// Where a rename begins and ends: what holds a column, constraint or label is named as it will be.
struct Ends {
  ObjectId object;
  std::string label;
  bool operator==(const Ends&) const = default;
};
Ends beginning(const Rename& rename) {
  const bool inside = catalog::is_member(rename.from.kind) || !rename.from_label.empty();
  return {{rename.from.kind, inside ? rename.to.name : rename.from.name, rename.from.member},
          rename.from_label};
}
Ends end(const Rename& rename) { return {rename.to, rename.to_label}; }

std::string& name_in(ObjectId& id, std::string& label) {
  if (!label.empty()) return label;
  return catalog::is_member(id.kind) ? id.member : id.name.name;
}

// The rename's two halves.
std::pair<Rename, Rename> over(const Rename& rename, const Renamer& renamer) {
  auto there = rename, onward = rename;
  if (!catalog::is_member(rename.from.kind)) there.to.name.schema = rename.from.name.schema;
  auto from = rename;
  auto& name = name_in(there.to, there.to_label);
  name = renamer.spare_name(name_in(from.from, from.from_label));
  onward.from = there.to;
  onward.from_label = there.to_label;
  return {there, onward};
}

}  // namespace

std::vector<Rename> rename_ring(const std::vector<Rename>& renames) {
  for (const auto& first : renames) {
    std::vector<Rename> ring{first};
    while (ring.size() <= renames.size() && end(ring.back()) != beginning(first)) {
      const auto next = std::find_if(renames.begin(), renames.end(),
                                     [&](const Rename& each) { return beginning(each) == end(ring.back()); });
      if (next == renames.end()) break;
      ring.push_back(*next);
    }
    if (ring.size() > 1 && end(ring.back()) == beginning(first)) return ring;
  }
  return {};
}

Database apply_renames(Database database, std::vector<Rename>& renames) {
  const auto stated = std::exchange(renames, {});
  Renamer renamer(std::move(database));
  for (int now = 0; now <= last_phase; ++now) {
    std::vector<Rename> waiting;
    std::copy_if(stated.begin(), stated.end(), std::back_inserter(waiting),
                 [&](const Rename& rename) { return phase(rename) == now; });
    // A chain (b to c, a to b) is carried out from its free end.
    for (bool progress = true; progress && !waiting.empty();) {
      progress = false;
      std::vector<Rename> later;
      for (auto& rename : waiting) {
        auto current = followed(rename, renames);
        if (renamer.apply(current)) {
          renames.push_back(std::move(current));
          progress = true;
        } else {
          later.push_back(std::move(rename));
        }
      }
      waiting = std::move(later);
      if (progress) continue;
      const auto ring = rename_ring(waiting);
      if (ring.empty()) break;
      auto [there, onward] = over(followed(ring.front(), renames), renamer);
      const auto at = std::find(waiting.begin(), waiting.end(), ring.front());
      if (renamer.apply(there)) {
        renames.push_back(std::move(there));
        *at = std::move(onward);
      } else {
        waiting.erase(at);  // there is no such thing
      }
      progress = true;
    }
  }
  return renamer.take();
}

}  // namespace migrate::diff
