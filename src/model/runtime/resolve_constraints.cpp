#include <algorithm>

#include "resolve.hpp"

namespace migrate::detail {
namespace {

const char* kind_text(ConstraintKind kind) {
  switch (kind) {
    case ConstraintKind::primary_key:
      return "primary key";
    case ConstraintKind::unique:
      return "unique";
    case ConstraintKind::foreign_key:
      return "foreign key";
    case ConstraintKind::check:
      return "check";
    case ConstraintKind::exclusion:
      return "exclusion";
  }
  return "constraint";
}

std::string what(const ConstraintData& constraint) {
  return std::string(kind_text(constraint.kind)) + " " +
         (constraint.name.empty() ? "of " + display(constraint.table->name) : constraint.name);
}
std::string what(const IndexData& index) {
  return "index " + (index.name.empty() ? "of " + display(index.table->name) : index.name);
}

template <class Owner>
void find_columns(ModelData& model, Owner& owner, std::vector<ColumnRef>& refs) {
  std::vector<const ColumnData*> seen;
  for (auto& ref : refs) {
    const auto* column = find_column(*owner.table, owner.group, ref, owner.where, what(owner));
    if (!column) continue;
    if (std::find(seen.begin(), seen.end(), column) != seen.end())
      report(model, owner.where, what(owner) + " has the column " + column->name + " twice");
    seen.push_back(column);
  }
}

template <class Owner>
void find_elements(ModelData& model, Owner& owner) {
  if (owner.elements.empty()) report(model, owner.where, what(owner) + " has no columns");
  for (auto& element : owner.elements) {
    if (element.column.member || !element.column.name.empty())
      find_column(*owner.table, owner.group, element.column, owner.where, what(owner));
    else if (element.expression.empty())
      report(
          model, owner.where,
          what(owner) + ": opclass(), collation(), desc() and the like come after the column they are about");
  }
}

std::vector<const ColumnData*> columns_of(const std::vector<ColumnRef>& refs) {
  std::vector<const ColumnData*> columns;
  for (const auto& ref : refs) columns.push_back(ref.column);
  return columns;
}

const ConstraintData* primary_key(const TableData& table) {
  for (const auto& constraint : table.constraints)
    if (constraint.kind == ConstraintKind::primary_key) return &constraint;
  return nullptr;
}

void settle_primary_keys(ModelData& model) {
  for (auto& table : model.tables) {
    const ConstraintData* first = nullptr;
    for (auto& constraint : table.constraints) {
      if (constraint.kind != ConstraintKind::primary_key) continue;
      if (first)
        report(model, constraint.where,
               "table " + display(table.name) +
                   " has two primary keys; one of several columns is primary_key<&T::a, &T::b>(), the other "
                   "is at " +
                   first->where.file + ":" + std::to_string(first->where.line));
      first = &constraint;
      for (auto& ref : constraint.columns) {
        if (!ref.column) continue;
        const bool said_null = ref.column->nullable.value_or(
            ref.column->typed && (ref.column->from_type.nullable || ref.column->group->optional));
        if (said_null && !ref.column->not_null)
          report(model, constraint.where,
                 "column " + display(table.name) + "." + ref.column->name +
                     " is in the primary key and cannot be NULL: take the std::optional off the member");
        ref.column->not_null = true;
      }
    }
  }
}

// PostgreSQL wants a unique index on exactly the columns that a foreign key points to.
bool has_key(const TableData& table, const std::vector<ColumnRef>& refs) {
  auto wanted = columns_of(refs);
  std::sort(wanted.begin(), wanted.end());
  const auto same = [&](std::vector<const ColumnData*> columns) {
    std::sort(columns.begin(), columns.end());
    return columns == wanted;
  };
  for (const auto& constraint : table.constraints)
    if ((constraint.kind == ConstraintKind::primary_key || constraint.kind == ConstraintKind::unique) &&
        same(columns_of(constraint.columns)))
      return true;
  for (const auto& index : table.indexes) {
    std::vector<const ColumnData*> columns;
    for (const auto& element : index.elements) columns.push_back(element.column.column);
    if (index.unique && index.predicate.empty() && same(std::move(columns))) return true;
  }
  return false;
}

bool is_set(migrate::on_delete action) {
  return action == on_delete::set_null || action == on_delete::set_default;
}

void check_actions(ModelData& model, ConstraintData& key, const std::string& text) {
  if (!key.deleted_columns.empty() && !is_set(key.deleted))
    report(model, key.where, text + ": only set_null and set_default take columns");
  for (const auto& ref : key.deleted_columns)
    if (ref.column && std::none_of(key.columns.begin(), key.columns.end(),
                                   [&](const auto& each) { return each.column == ref.column; }))
      report(model, key.where, text + ": " + ref.column->name + " is not one of its columns");
  const auto cannot_null = [&](const std::vector<ColumnRef>& refs, const char* when) {
    for (const auto& ref : refs)
      if (ref.column && ref.column->not_null)
        report(model, key.where,
               text + " is ON " + when + " SET NULL but the column " + ref.column->name +
                   " is NOT NULL: make the member std::optional");
  };
  if (key.deleted == on_delete::set_null)
    cannot_null(key.deleted_columns.empty() ? key.columns : key.deleted_columns, "DELETE");
  if (key.updated == on_update::set_null) cannot_null(key.columns, "UPDATE");
}

void resolve_foreign_key(ModelData& model, ConstraintData& key) {
  auto text = "foreign key " + display(key.table->name) + "(";
  for (const auto& ref : key.columns)
    text += (&ref == &key.columns.front() ? "" : ", ") + (ref.column ? ref.column->name : "?");
  text += ")";
  if (!key.target_row && key.target.name.empty()) {
    report(model, key.where, text + " references nothing: add references<…>()");
    return;
  }
  check_actions(model, key, text);
  TableData* target = nullptr;
  if (key.target_row) {
    target = find_table(model, key.target_row, key.where, text);
    // A member of a base class names the base; the table is of the one struct that has the column.
    if (!target) return;
    key.target = target->name;
  } else {
    target = find_table(model, key.target);
  }
  if (!target) {
    if (key.target_columns.empty())
      report(model, key.where,
             text + " references table " + display(key.target) +
                 ", which no model declares: if that is meant, name the columns too");
    else
      model.warnings.push_back(
          {key.where, text + " references table " + display(key.target) + ", which no model declares"});
    return;
  }
  if (key.target_columns.empty()) {
    const auto* primary = primary_key(*target);
    if (!primary) {
      report(model, key.where,
             text + " references table " + display(target->name) + ", which has no primary key");
      return;
    }
    key.target_columns = primary->columns;
  } else {
    bool complete = true;
    for (auto& ref : key.target_columns)
      complete = find_column(*target, nullptr, ref, key.where, text) && complete;
    if (!complete) return;
    if (!key.period && !has_key(*target, key.target_columns))
      report(model, key.where,
             text + " references columns of " + display(target->name) +
                 " that no primary key or unique constraint has");
  }
  if (key.target_columns.size() != key.columns.size())
    report(model, key.where,
           text + " has " + std::to_string(key.columns.size()) + " columns and references " +
               std::to_string(key.target_columns.size()) + " of " + display(target->name));
}

std::string joined(const std::vector<ColumnRef>& refs) {
  std::string out;
  for (const auto& ref : refs) {
    if (!out.empty()) out += '_';
    out += ref.column ? ref.column->name : ref.name;
  }
  return out;
}

std::string fill(ModelData& model, std::string_view pattern, const ParameterList& values) {
  std::string out;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    const auto close = open == std::string_view::npos ? open : pattern.find('}', open);
    if (close == std::string_view::npos) return out.append(pattern);
    out += pattern.substr(0, open);
    const auto placeholder = pattern.substr(open + 1, close - open - 1);
    const auto at = std::find_if(values.begin(), values.end(),
                                 [&](const auto& each) { return each.first == placeholder; });
    if (at != values.end()) {
      out += at->second;
    } else {
      const auto text =
          "naming() has an unknown placeholder " + std::string(pattern.substr(open, close - open + 1));
      const auto said = [&](const Message& each) { return each.text == text; };
      if (std::none_of(model.problems.begin(), model.problems.end(), said))
        report(model, model.naming_where, text);
    }
    pattern.remove_prefix(close + 1);
  }
  return out;
}

void name_constraint(ModelData& model, ConstraintData& constraint) {
  const auto& naming = model.naming;
  ParameterList values{{"schema", constraint.table->name.schema},
                       {"table", constraint.table->name.name},
                       {"columns", joined(constraint.columns)}};
  const std::string* pattern = nullptr;
  switch (constraint.kind) {
    case ConstraintKind::primary_key:
      pattern = &naming.primary_key;
      break;
    case ConstraintKind::unique:
      pattern = &naming.unique;
      break;
    case ConstraintKind::foreign_key:
      pattern = &naming.foreign_key;
      values.emplace_back("referenced_table", constraint.target.name);
      values.emplace_back("referenced_columns", joined(constraint.target_columns));
      break;
    case ConstraintKind::check:
      pattern = &naming.check;
      break;
    case ConstraintKind::exclusion:
      return;
  }
  if (pattern->empty()) return;
  if (constraint.kind == ConstraintKind::check) {
    if (constraint.name.empty() || pattern->find("{name}") == std::string::npos) return;
    values.emplace_back("name", constraint.name);
  } else if (!constraint.name.empty()) {
    return;
  }
  constraint.name = fill(model, *pattern, values);
}

void name_index(ModelData& model, IndexData& index) {
  if (!index.name.empty() || model.naming.index.empty()) return;
  std::string columns;
  for (const auto& element : index.elements) {
    if (!columns.empty()) columns += '_';
    columns += element.column.column         ? element.column.column->name
               : element.column.name.empty() ? "expr"
                                             : element.column.name;
  }
  index.name =
      fill(model, model.naming.index,
           {{"schema", index.table->name.schema}, {"table", index.table->name.name}, {"columns", columns}});
}

void resolve_indexes(ModelData& model, TableData& table) {
  for (auto& index : table.indexes) {
    find_elements(model, index);
    find_columns(model, index, index.include);
  }
}

}  // namespace

void resolve_constraints(ModelData& model) {
  for (auto& table : model.tables) {
    for (auto& constraint : table.constraints) {
      find_columns(model, constraint, constraint.columns);
      find_columns(model, constraint, constraint.include);
      find_columns(model, constraint, constraint.deleted_columns);
      if (constraint.kind == ConstraintKind::exclusion) {
        find_elements(model, constraint);
      } else if (constraint.kind == ConstraintKind::check) {
        if (constraint.expression.empty())
          report(model, constraint.where, what(constraint) + " has no expression");
      } else if (constraint.columns.empty()) {
        report(model, constraint.where, what(constraint) + " has no columns");
      }
    }
    resolve_indexes(model, table);
  }
  for (auto& view : model.indexed_views) resolve_indexes(model, view);
  settle_primary_keys(model);
  for (auto& table : model.tables)
    for (auto& constraint : table.constraints)
      if (constraint.kind == ConstraintKind::foreign_key) resolve_foreign_key(model, constraint);
  for (auto& table : model.tables) {
    for (auto& constraint : table.constraints) name_constraint(model, constraint);
    for (auto& index : table.indexes) name_index(model, index);
  }
  for (auto& view : model.indexed_views)
    for (auto& index : view.indexes) name_index(model, index);
}

}  // namespace migrate::detail
