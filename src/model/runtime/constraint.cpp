// The setters of constraints and indexes.
#include "data.hpp"

namespace migrate {
namespace {

void add_members(std::vector<detail::ColumnRef>& list, detail::Members members) {
  for (const auto member : members) list.push_back({nullptr, member, ""});
}
void add_names(std::vector<detail::ColumnRef>& list, Names names) {
  for (const auto name : names) list.push_back({nullptr, nullptr, std::string(name)});
}
void add_parameters(detail::ParameterList& list, Parameters parameters) {
  for (const auto& [name, value] : parameters) list.emplace_back(name, value);
}

// "About the key before" without a key is recorded on an element of its own, which resolve() then finds to be
// empty.
detail::ElementData& last(std::vector<detail::ElementData>& elements) {
  if (elements.empty()) elements.emplace_back();
  return elements.back();
}

}  // namespace

// ---- Key

Key& Key::named(std::string_view name) {
  data_->name = name;
  return *this;
}
Key& Key::include(Names columns) {
  add_names(data_->include, columns);
  return *this;
}
Key& Key::include_members(detail::Members members) {
  add_members(data_->include, members);
  return *this;
}
Key& Key::nulls_not_distinct() {
  data_->nulls_not_distinct = true;
  return *this;
}
Key& Key::without_overlaps() {
  data_->without_overlaps = true;
  return *this;
}
Key& Key::deferrable() {
  data_->deferrable = true;
  return *this;
}
Key& Key::initially_deferred() {
  data_->deferrable = true;
  data_->initially_deferred = true;
  return *this;
}
Key& Key::with(std::string_view name, std::string_view value) {
  data_->options.emplace_back(name, value);
  return *this;
}
Key& Key::tablespace(std::string_view name) {
  data_->tablespace = name;
  return *this;
}
Key& Key::clustered() {
  data_->clustered = true;
  return *this;
}
Key& Key::replica_identity() {
  data_->replica_identity = true;
  return *this;
}
Key& Key::only() {
  data_->only = true;
  return *this;
}
Key& Key::attached_to(std::string_view parent) {
  data_->attached_to = detail::parse_name(parent);
  return *this;
}
Key& Key::comment(std::string_view text) {
  data_->comment = text;
  return *this;
}
Key& Key::renamed_from(std::string_view name) {
  data_->renamed_from.emplace_back(name);
  return *this;
}

// ---- ForeignKey

ForeignKey& ForeignKey::named(std::string_view name) {
  data_->name = name;
  return *this;
}
ForeignKey& ForeignKey::references_row(detail::Spelling row, detail::Members members) {
  data_->target_row = row;
  data_->target_columns.clear();
  add_members(data_->target_columns, members);
  return *this;
}
ForeignKey& ForeignKey::references(std::string_view table, Names columns) {
  data_->target = detail::parse_name(table);
  data_->target_columns.clear();
  add_names(data_->target_columns, columns);
  return *this;
}
ForeignKey& ForeignKey::on_delete(migrate::on_delete action) {
  data_->deleted = action;
  return *this;
}
ForeignKey& ForeignKey::on_delete(migrate::on_delete action, Names columns) {
  add_names(data_->deleted_columns, columns);
  return on_delete(action);
}
ForeignKey& ForeignKey::on_delete_members(migrate::on_delete action, detail::Members members) {
  add_members(data_->deleted_columns, members);
  return on_delete(action);
}
ForeignKey& ForeignKey::on_update(migrate::on_update action) {
  data_->updated = action;
  return *this;
}
ForeignKey& ForeignKey::match_full() {
  data_->match_full = true;
  return *this;
}
ForeignKey& ForeignKey::period() {
  data_->period = true;
  return *this;
}
ForeignKey& ForeignKey::deferrable() {
  data_->deferrable = true;
  return *this;
}
ForeignKey& ForeignKey::initially_deferred() {
  data_->deferrable = true;
  data_->initially_deferred = true;
  return *this;
}
ForeignKey& ForeignKey::not_valid() {
  data_->not_valid = true;
  return *this;
}
ForeignKey& ForeignKey::not_enforced() {
  data_->not_enforced = true;
  return *this;
}
ForeignKey& ForeignKey::inherited() {
  data_->inherited = true;
  return *this;
}
ForeignKey& ForeignKey::comment(std::string_view text) {
  data_->comment = text;
  return *this;
}
ForeignKey& ForeignKey::renamed_from(std::string_view name) {
  data_->renamed_from.emplace_back(name);
  return *this;
}

// ---- Check

Check& Check::named(std::string_view name) {
  data_->name = name;
  return *this;
}
Check& Check::no_inherit() {
  data_->no_inherit = true;
  return *this;
}
Check& Check::not_valid() {
  data_->not_valid = true;
  return *this;
}
Check& Check::not_enforced() {
  data_->not_enforced = true;
  return *this;
}
Check& Check::inherited() {
  data_->inherited = true;
  return *this;
}
Check& Check::comment(std::string_view text) {
  data_->comment = text;
  return *this;
}
Check& Check::renamed_from(std::string_view name) {
  data_->renamed_from.emplace_back(name);
  return *this;
}

// ---- Exclusion

Exclusion& Exclusion::named(std::string_view name) {
  data_->name = name;
  return *this;
}
Exclusion& Exclusion::method(std::string_view name) {
  data_->method = name;
  return *this;
}
Exclusion& Exclusion::element_member(detail::Spelling member, std::string_view with_operator) {
  auto& element = data_->elements.emplace_back();
  element.column.member = member;
  element.exclusion_operator = with_operator;
  return *this;
}
Exclusion& Exclusion::element(std::string_view column, std::string_view with_operator) {
  auto& element = data_->elements.emplace_back();
  element.column.name = column;
  element.exclusion_operator = with_operator;
  return *this;
}
Exclusion& Exclusion::element_sql(std::string_view expression, std::string_view with_operator) {
  auto& element = data_->elements.emplace_back();
  element.expression = expression;
  element.exclusion_operator = with_operator;
  return *this;
}
Exclusion& Exclusion::opclass(std::string_view name, Parameters options) {
  auto& element = last(data_->elements);
  element.opclass = name;
  add_parameters(element.opclass_options, options);
  return *this;
}
Exclusion& Exclusion::collation(std::string_view name, std::string_view schema) {
  last(data_->elements).collation =
      detail::quoted(detail::QualifiedName{std::string(schema), std::string(name)});
  return *this;
}
Exclusion& Exclusion::desc() {
  last(data_->elements).descending = true;
  return *this;
}
Exclusion& Exclusion::nulls_first() {
  last(data_->elements).nulls_first = true;
  return *this;
}
Exclusion& Exclusion::nulls_last() {
  last(data_->elements).nulls_first = false;
  return *this;
}
Exclusion& Exclusion::where(std::string_view predicate) {
  data_->predicate = predicate;
  return *this;
}
Exclusion& Exclusion::deferrable() {
  data_->deferrable = true;
  return *this;
}
Exclusion& Exclusion::initially_deferred() {
  data_->deferrable = true;
  data_->initially_deferred = true;
  return *this;
}
Exclusion& Exclusion::with(std::string_view name, std::string_view value) {
  data_->options.emplace_back(name, value);
  return *this;
}
Exclusion& Exclusion::tablespace(std::string_view name) {
  data_->tablespace = name;
  return *this;
}
Exclusion& Exclusion::clustered() {
  data_->clustered = true;
  return *this;
}
Exclusion& Exclusion::attached_to(std::string_view parent) {
  data_->attached_to = detail::parse_name(parent);
  return *this;
}
Exclusion& Exclusion::comment(std::string_view text) {
  data_->comment = text;
  return *this;
}
Exclusion& Exclusion::renamed_from(std::string_view name) {
  data_->renamed_from.emplace_back(name);
  return *this;
}

// ---- Index

Index& Index::named(std::string_view name) {
  data_->name = name;
  return *this;
}
Index& Index::on_members(detail::Members members) {
  for (const auto member : members) data_->elements.emplace_back().column.member = member;
  return *this;
}
Index& Index::on(std::string_view column) {
  data_->elements.emplace_back().column.name = column;
  return *this;
}
Index& Index::on(Names columns) {
  for (const auto column : columns) on(column);
  return *this;
}
Index& Index::on_sql(std::string_view expression, std::string_view opclass) {
  auto& element = data_->elements.emplace_back();
  element.expression = expression;
  element.opclass = opclass;
  return *this;
}
Index& Index::opclass(std::string_view name, Parameters options) {
  auto& element = last(data_->elements);
  element.opclass = name;
  add_parameters(element.opclass_options, options);
  return *this;
}
Index& Index::collation(std::string_view name, std::string_view schema) {
  last(data_->elements).collation =
      detail::quoted(detail::QualifiedName{std::string(schema), std::string(name)});
  return *this;
}
Index& Index::desc() {
  last(data_->elements).descending = true;
  return *this;
}
Index& Index::nulls_first() {
  last(data_->elements).nulls_first = true;
  return *this;
}
Index& Index::nulls_last() {
  last(data_->elements).nulls_first = false;
  return *this;
}
Index& Index::statistics(int target) {
  last(data_->elements).statistics = target;
  return *this;
}
Index& Index::method(std::string_view name) {
  data_->method = name;
  return *this;
}
Index& Index::unique() {
  data_->unique = true;
  return *this;
}
Index& Index::nulls_not_distinct() {
  data_->nulls_not_distinct = true;
  return *this;
}
Index& Index::where(std::string_view predicate) {
  data_->predicate = predicate;
  return *this;
}
Index& Index::include(Names columns) {
  add_names(data_->include, columns);
  return *this;
}
Index& Index::include_members(detail::Members members) {
  add_members(data_->include, members);
  return *this;
}
Index& Index::with(std::string_view name, std::string_view value) {
  data_->options.emplace_back(name, value);
  return *this;
}
Index& Index::tablespace(std::string_view name) {
  data_->tablespace = name;
  return *this;
}
Index& Index::only() {
  data_->only = true;
  return *this;
}
Index& Index::attached_to(std::string_view parent) {
  data_->attached_to = detail::parse_name(parent);
  return *this;
}
Index& Index::clustered() {
  data_->clustered = true;
  return *this;
}
Index& Index::replica_identity() {
  data_->replica_identity = true;
  return *this;
}
Index& Index::comment(std::string_view text) {
  data_->comment = text;
  return *this;
}
Index& Index::renamed_from(std::string_view name) {
  data_->renamed_from.emplace_back(name);
  return *this;
}

}  // namespace migrate
