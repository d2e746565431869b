// The setters of a column.
#include <charconv>

#include "data.hpp"

namespace migrate {

Column& Column::named(std::string_view name) {
  data_->name = name;
  return *this;
}
Column& Column::type(std::string_view sql) {
  data_->type = sql;
  return *this;
}
Column& Column::nullable() {
  data_->nullable = true;
  return *this;
}
Column& Column::not_null() {
  data_->nullable = false;
  return *this;
}
Column& Column::not_null(std::string_view constraint_name) {
  data_->not_null_constraint = constraint_name;
  return not_null();
}

Column& Column::default_sql(std::string_view expression) {
  data_->default_sql = expression;
  data_->default_enumerator.reset();
  return *this;
}
Column& Column::default_value(std::string_view text) { return default_sql(detail::literal(text)); }
Column& Column::default_boolean(bool value) { return default_sql(value ? "true" : "false"); }
Column& Column::default_integer(std::int64_t value) { return default_sql(std::to_string(value)); }
namespace {

// std::to_chars and not printf: the locale's decimal comma must not get in.
std::string shortest(double value) {
  char digits[64];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

}  // namespace

Column& Column::default_number(double value) {
  const std::string text = shortest(value);
  if (value != value) return default_sql("'NaN'");
  if (value - value != 0) return default_sql(value > 0 ? "'Infinity'" : "'-Infinity'");
  return default_sql(text);
}
Column& Column::default_enumerator(detail::Spelling enumeration, detail::Spelling enumerators,
                                   std::int64_t value) {
  data_->default_sql.clear();
  data_->default_enumerator = {enumeration, enumerators, value};
  return *this;
}

Column& Column::identity(migrate::identity kind, const SequenceOptions& options) {
  data_->identity = {kind, options, ""};
  return *this;
}
Column& Column::identity_sequence(std::string_view name) {
  data_->identity_sequence = name;
  return *this;
}
Column& Column::serial() {
  data_->serial = true;
  return *this;
}
Column& Column::generated(std::string_view expression, migrate::generated kind) {
  data_->generated = {std::string(expression), kind};
  return *this;
}

Column& Column::collation(std::string_view name, std::string_view schema) {
  data_->collation = detail::quoted(detail::QualifiedName{std::string(schema), std::string(name)});
  return *this;
}
Column& Column::n_distinct(double value) { return option("n_distinct", shortest(value)); }
Column& Column::n_distinct_inherited(double value) { return option("n_distinct_inherited", shortest(value)); }
Column& Column::not_null_no_inherit() {
  data_->not_null_no_inherit = true;
  return not_null();
}
Column& Column::not_null_not_valid() {
  data_->not_null_not_valid = true;
  return not_null();
}
Column& Column::no_default() {
  data_->no_default = true;
  return *this;
}
Column& Column::storage(std::string_view kind) {
  data_->storage = kind;
  return *this;
}
Column& Column::compression(std::string_view method) {
  data_->compression = method;
  return *this;
}
Column& Column::statistics(int target) {
  data_->statistics = target;
  return *this;
}
Column& Column::option(std::string_view name, std::string_view value) {
  data_->options.emplace_back(name, value);
  return *this;
}

namespace {

detail::ConstraintData& add_constraint(detail::ColumnData& column, detail::ConstraintKind kind, Where where) {
  auto& constraint = column.table->constraints.emplace_back();
  constraint.table = column.table;
  constraint.group = column.group;
  constraint.where = where;
  constraint.kind = kind;
  constraint.columns.push_back({&column, nullptr, ""});
  return constraint;
}

}  // namespace

Column& Column::primary_key() {
  add_constraint(*data_, detail::ConstraintKind::primary_key, data_->where);
  return *this;
}
Column& Column::unique() {
  add_constraint(*data_, detail::ConstraintKind::unique, data_->where);
  return *this;
}

Column& Column::references_row(detail::Spelling row, detail::Spelling member, migrate::on_delete deleted,
                               migrate::on_update updated, Where where) {
  auto& key = add_constraint(*data_, detail::ConstraintKind::foreign_key, where);
  key.target_row = row;
  if (member) key.target_columns.push_back({nullptr, member, ""});
  key.deleted = deleted;
  key.updated = updated;
  return *this;
}
Column& Column::references(std::string_view table, migrate::on_delete deleted, migrate::on_update updated,
                           Where where) {
  return references(table, {}, deleted, updated, where);
}
Column& Column::references(std::string_view table, std::string_view column, migrate::on_delete deleted,
                           migrate::on_update updated, Where where) {
  auto& key = add_constraint(*data_, detail::ConstraintKind::foreign_key, where);
  key.target = detail::parse_name(table);
  if (!column.empty()) key.target_columns.push_back({nullptr, nullptr, std::string(column)});
  key.deleted = deleted;
  key.updated = updated;
  return *this;
}

Column& Column::comment(std::string_view text) {
  data_->comment = text;
  return *this;
}
Column& Column::renamed_from(std::string_view name) {
  data_->renamed_from.emplace_back(name);
  return *this;
}

}  // namespace migrate
