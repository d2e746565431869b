#include "resolve.hpp"

#include <algorithm>
#include <cstring>
#include <map>

namespace migrate::detail {

void report(ModelData& model, Where where, std::string text) {
  model.problems.push_back({where, std::move(text)});
}

namespace {

// Names that must be there once: the second one is the problem.
class Once {
 public:
  explicit Once(ModelData& model) : model_(model) {}
  void add(const std::string& key, const std::string& what, Where where) {
    const auto [at, is_new] = seen_.emplace(key, where);
    if (!is_new) report(model_, where, what + " is declared twice, first at " + place_text(at->second));
  }

 private:
  ModelData& model_;
  std::map<std::string, Where> seen_;
};

void check_name(ModelData& model, const std::string& name, const char* kind, Where where) {
  if (name.empty()) report(model, where, std::string("a ") + kind + " has no name");
  if (name.size() > 63)
    report(
        model, where,
        std::string("the ") + kind + " name " + name + " is longer than the 63 bytes that PostgreSQL keeps");
}

void check_tables(ModelData& model) {
  Once relations(model), types(model), schemas(model);
  for (auto& table : model.tables) {
    check_name(model, table.name.name, "table", table.where);
    relations.add(quoted(table.name), "table " + display(table.name), table.where);
  }
  for (auto& sequence : model.sequences) {
    check_name(model, sequence.name.name, "sequence", sequence.where);
    relations.add(quoted(sequence.name), "sequence " + display(sequence.name), sequence.where);
  }
  Once definitions(model);
  for (auto& each : model.definitions) {
    const auto& name = each.member.empty() ? each.name.name : each.member;
    if (each.list == std::string_view("default_privileges") && each.name.name.empty())
      report(model, each.where,
             "default privileges on " + each.member + " are those of what one role makes: say for_role(…)");
    else
      check_name(model, name, each.kind, each.where);
    definitions.add(
        key_of(each),
        std::string(each.kind) + " " + display(each.name) + (each.member.empty() ? "" : "." + each.member),
        each.where);
  }
  const auto check_indexes = [&](TableData& table) {
    for (auto& index : table.indexes) {
      if (index.name.empty()) continue;
      check_name(model, index.name, "index", index.where);
      relations.add(quoted(QualifiedName{table.name.schema, index.name}), "the name " + index.name,
                    index.where);
    }
  };
  for (auto& schema : model.schemas) schemas.add(schema.name, "schema " + schema.name, schema.where);
  for (auto& table : model.tables) {
    Once columns(model), constraints(model);
    for (auto& column : table.columns) {
      check_name(model, column.name, "column", column.where);
      columns.add(column.name, "column " + display(table.name) + "." + column.name, column.where);
    }
    for (auto& constraint : table.constraints) {
      if (constraint.name.empty()) continue;
      check_name(model, constraint.name, "constraint", constraint.where);
      constraints.add(constraint.name, "constraint " + constraint.name + " of " + display(table.name),
                      constraint.where);
      // The index behind a constraint is a relation of its name.
      if (constraint.kind != ConstraintKind::check && constraint.kind != ConstraintKind::foreign_key)
        relations.add(quoted(QualifiedName{table.name.schema, constraint.name}),
                      "the name " + constraint.name, constraint.where);
    }
    check_indexes(table);
  }
  for (auto& view : model.indexed_views) check_indexes(view);
  for (auto& enumeration : model.enums) {
    check_name(model, enumeration.name.name, "type", enumeration.where);
    types.add(quoted(enumeration.name), "type " + display(enumeration.name), enumeration.where);
  }
}

void check_enums(ModelData& model) {
  for (auto& enumeration : model.enums) {
    const auto name = "type " + display(enumeration.name);
    for (const auto& before : model.enums) {
      if (&before == &enumeration) break;
      if (!enumeration.type || before.type != enumeration.type) continue;
      report(model, enumeration.where,
             type_text(enumeration.type) + " is the enum of two types, the other at " +
                 place_text(before.where));
      break;
    }
    if (enumeration.type && enumeration.labels.empty() && enumeration.enumerators.empty())
      report(model, enumeration.where,
             name + " has no labels: " + type_text(enumeration.type) + " has no enumerators from " +
                 std::to_string(first_enumerator) + " to " + std::to_string(last_enumerator) +
                 "; give the labels");
    for (std::size_t at = 0; at < enumeration.labels.size(); ++at) {
      const auto& label = enumeration.labels[at];
      if (label.size() > 63)
        report(model, enumeration.where, "label " + label + " of " + name + " is longer than 63 bytes");
      if (std::find(enumeration.labels.begin(), enumeration.labels.begin() + static_cast<std::ptrdiff_t>(at),
                    label) != enumeration.labels.begin() + static_cast<std::ptrdiff_t>(at))
        report(model, enumeration.where, name + " has the label " + label + " twice");
    }
    for (const auto& [from, to] : enumeration.renamed_labels) {
      if (std::find(enumeration.labels.begin(), enumeration.labels.end(), to) == enumeration.labels.end())
        report(model, enumeration.where,
               name + " has no label " + to + " that " + from + " could have become");
      if (std::find(enumeration.labels.begin(), enumeration.labels.end(), from) != enumeration.labels.end())
        report(model, enumeration.where,
               name + " still has the label " + from + ", which is said to have become " + to);
    }
  }
}

void resolve_sequences(ModelData& model) {
  for (auto& sequence : model.sequences) {
    const auto what = "sequence " + display(sequence.name);
    if (sequence.owner_row || !sequence.owner.name.empty()) {
      TableData* owner = sequence.owner_row ? find_table(model, sequence.owner_row, sequence.where, what)
                                            : find_table(model, sequence.owner);
      if (!owner && !sequence.owner_row)
        report(model, sequence.where,
               what + " is owned by table " + display(sequence.owner) + ", which no model declares");
      if (!owner) continue;
      sequence.owner = owner->name;
      find_column(*owner, nullptr, sequence.owner_column, sequence.where, what);
    }
  }
}

void check_parents(ModelData& model) {
  for (auto& table : model.tables) {
    for (const auto& parent : table.inherits)
      if (!find_table(model, parent))
        report(model, table.where,
               "table " + display(table.name) + " inherits " + display(parent) + ", which no model declares");
    if (table.partition_of.name.empty()) continue;
    const auto* parent = find_table(model, table.partition_of);
    if (!parent) {
      report(model, table.where,
             "table " + display(table.name) + " is a partition of " + display(table.partition_of) +
                 ", which no model declares");
    } else if (parent->partition_key.empty()) {
      report(model, table.where,
             "table " + display(table.name) + " is a partition of " + display(table.partition_of) +
                 ", which has no partition_by()");
    }
  }
}

}  // namespace

ColumnData* find_column(TableData& table, const GroupData* group, ColumnRef& ref, Where where,
                        const std::string& what) {
  if (ref.column) return ref.column;
  std::vector<ColumnData*> found;
  for (auto& column : table.columns)
    if (ref.member ? column.member == ref.member : column.name == ref.name) found.push_back(&column);
  if (found.size() > 1 && ref.member) {
    std::vector<ColumnData*> near;
    for (auto* column : found)
      if (column->group == group) near.push_back(column);
    if (!near.empty()) found = near;
  }
  if (found.empty()) {
    if (table.is_view && !ref.member) return nullptr;
    const bool inherits = !table.inherits.empty() || !table.partition_of.name.empty();
    if (inherits && !ref.member) return nullptr;  // may be the parent's; the reader of the document knows
    report(*table.model, where,
           what + ": " +
               (ref.member ? member_text(ref.member) + " is no column of table " + display(table.name)
                           : "table " + display(table.name) + " has no column " + ref.name));
    return nullptr;
  }
  if (found.size() > 1 && ref.member) {
    report(*table.model, where,
           what + ": " + member_text(ref.member) + " is several columns of table " + display(table.name) +
               ": give the name of the one that is meant");
    return nullptr;
  }
  ref.column = found.front();
  return ref.column;
}

TableData* find_table(ModelData& model, Spelling row, Where where, const std::string& what) {
  TableData* found = nullptr;
  for (auto& table : model.tables) {
    if (table.row != row) continue;
    if (found) {
      report(model, where,
             what + ": " + type_text(row) +
                 " is the struct of several tables: give the name of the one that is meant");
      return nullptr;
    }
    found = &table;
  }
  if (!found) report(model, where, what + ": " + type_text(row) + " is the struct of no table");
  return found;
}

TableData* find_table(ModelData& model, const QualifiedName& name) {
  for (auto& table : model.tables)
    if (table.name == name) return &table;
  // What the search_path is only the reader of the document knows; most often it is public.
  for (auto& table : model.tables) {
    const bool both = table.name.name == name.name && (table.name.schema.empty() || name.schema.empty());
    if (both && (table.name.schema + name.schema == "public")) return &table;
  }
  return nullptr;
}

void resolve(ModelData& model) {
  check_enums(model);
  resolve_columns(model);
  resolve_sequences(model);
  resolve_constraints(model);
  resolve_definitions(model);
  check_tables(model);
  check_parents(model);
  check_coverage(model);
  const auto earlier = [](const Message& a, const Message& b) {
    const int files = std::strcmp(a.where.file, b.where.file);
    return files != 0 ? files < 0 : a.where.line < b.where.line;
  };
  std::stable_sort(model.problems.begin(), model.problems.end(), earlier);
  std::stable_sort(model.warnings.begin(), model.warnings.end(), earlier);
}

}  // namespace migrate::detail
