// What every kind of object brings to the comparison: how two lists of it are compared, and how people are
// told. One source file a kind: schema.cpp, enum_type.cpp, sequence.cpp, table.cpp, column.cpp,
// constraint.cpp, index.cpp; definition.cpp for all kinds that are compared as a whole.
#pragma once
#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/database.hpp"
#include "catalog/fields.hpp"
#include "diff/change.hpp"

namespace migrate::diff {

// The changes found so far, by kind, so that each kind's can be found in order of name.
class Changes {
 public:
  void create(catalog::ObjectId object) { add({Action::create, std::move(object), {}, {}}); }
  void drop(catalog::ObjectId object) { add({Action::drop, std::move(object), {}, {}}); }
  void alter(catalog::ObjectId object, std::vector<std::string> fields) {
    if (!fields.empty()) add({Action::alter, std::move(object), {}, std::move(fields)});
  }
  std::vector<Change> take();  // all, sorted by kind, name and member; of one id the drop first

 private:
  void add(Change change) {
    of_kind_[static_cast<std::size_t>(change.object.kind)].push_back(std::move(change));
  }
  std::array<std::vector<Change>, catalog::kind_count> of_kind_;
};

// One table on both sides, and the databases to look up its parents in.
struct TablePair {
  const catalog::Database& before_database;
  const catalog::Database& after_database;
  const catalog::Table& before;
  const catalog::Table& after;
};

void diff_schemas(const catalog::Database& before, const catalog::Database& after, Changes& changes);
void diff_extensions(const catalog::Database& before, const catalog::Database& after, Changes& changes);
void diff_enum_types(const catalog::Database& before, const catalog::Database& after, Changes& changes);
void diff_sequences(const catalog::Database& before, const catalog::Database& after, Changes& changes);
void diff_tables(const catalog::Database& before, const catalog::Database& after, Changes& changes);
void diff_definitions(const catalog::Database& before, const catalog::Database& after, Changes& changes);
void diff_columns(const TablePair& pair, Changes& changes);
void diff_constraints(const TablePair& pair, Changes& changes);
void diff_indexes(const TablePair& pair, Changes& changes);
void diff_indexes(const catalog::MaterializedView& before, const catalog::MaterializedView& after,
                  Changes& changes);

// What a changed field says to people: "type text to citext", "NOT NULL added", "default 'a' dropped".
std::string describe_field(const catalog::Schema& before, const catalog::Schema& after,
                           const std::string& field);
std::string describe_field(const catalog::Extension& before, const catalog::Extension& after,
                           const std::string& field);
std::string describe_field(const catalog::EnumType& before, const catalog::EnumType& after,
                           const std::string& field);
std::string describe_field(const catalog::Sequence& before, const catalog::Sequence& after,
                           const std::string& field);
std::string describe_field(const catalog::Table& before, const catalog::Table& after,
                           const std::string& field);
std::string describe_field(const catalog::Column& before, const catalog::Column& after,
                           const std::string& field);
std::string describe_field(const catalog::Constraint& before, const catalog::Constraint& after,
                           const std::string& field);
std::string describe_field(const catalog::Index& before, const catalog::Index& after,
                           const std::string& field);

// Of a definition, whatever its kind: short texts in full, others by the name of the field.
std::string describe_definition_field(const catalog::ObjectId& id, const catalog::Database& before,
                                      const catalog::Database& after, const std::string& field);

std::string_view kind_of_constraint(catalog::ConstraintType type);  // "primary key", "foreign key" …
std::string describe_options(const catalog::SequenceOptions& before, const catalog::SequenceOptions& after);
std::string text_of(const catalog::StorageParameters& options);  // "fillfactor=70, user_catalog_table=true"
std::string text_of(const catalog::IndexElement& element);       // "lower(email) text_pattern_ops DESC"
std::string text_of(const std::vector<std::string>& columns);    // "(a, b)"
std::string parenthesised(const std::string& text);              // "(text)", but nothing of nothing

// "word old to new", "word new added", "word old dropped".
std::string from_to(std::string_view word, const std::string& before, const std::string& after);
// "word added" or "word dropped".
std::string on_off(std::string_view word, bool after);

// The objects of a list in order of name, whatever order the list has.
template <class List>
auto in_order(const List& list) {
  using T = typename List::value_type;
  std::vector<const T*> out(list.size());
  std::transform(list.begin(), list.end(), out.begin(), [](const T& each) { return &each; });
  const auto less = [](const T* a, const T* b) { return a->name < b->name; };
  if (!std::is_sorted(out.begin(), out.end(), less)) std::stable_sort(out.begin(), out.end(), less);
  return out;
}

// Goes through two lists side by side: `dropped(old)`, `created(current)` or `both(old, current)` for each
// name.
template <class List, class Dropped, class Created, class Both>
void merge(const List& before, const List& after, Dropped&& dropped, Created&& created, Both&& both) {
  const auto old = in_order(before);
  const auto current = in_order(after);
  auto a = old.begin();
  auto b = current.begin();
  while (a != old.end() || b != current.end()) {
    if (b == current.end() || (a != old.end() && (*a)->name < (*b)->name)) {
      dropped(**a++);
    } else if (a == old.end() || (*b)->name < (*a)->name) {
      created(**b++);
    } else {
      both(**a++, **b++);
    }
  }
}

// The parents of a table, of which it is a partition or from which it inherits.
template <class Function>
bool any_parent(const catalog::Database& database, const catalog::Table& table, Function&& holds) {
  const auto holds_for = [&](const catalog::Name& name) {
    const auto* parent = name.empty() ? nullptr : database.table(name);
    return parent && holds(*parent);
  };
  return holds_for(table.partition_of) ||
         std::any_of(table.inherits.begin(), table.inherits.end(), holds_for);
}

// Whether a parent of `table` has in `database` what it lacks in `other`: then the parent's change brings it
// or takes it away.
template <class Has>
bool only_parent_has(const catalog::Database& database, const catalog::Table& table,
                     const catalog::Database& other, Has&& has) {
  return any_parent(database, table, [&](const catalog::Table& parent) {
    const auto* counterpart = has(parent) ? other.table(parent.name) : nullptr;
    return counterpart && !has(*counterpart);
  });
}

}  // namespace migrate::diff
