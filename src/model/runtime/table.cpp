// What a table and a model are told.
#include "data.hpp"

namespace migrate {

// ---- Columns

Column Columns::add(detail::Spelling member, const detail::TypeRef& type, const detail::Place& place,
                    std::string_view name, Where where) {
  auto& column = table_->columns.emplace_back();
  column.table = table_;
  column.group = group_;
  column.where = where;
  column.member = member;
  column.name = name;
  column.from_type = type;
  column.typed = member || type.type;
  if (member) cover(member, place);
  return Column(column);
}

void Columns::add_all(std::initializer_list<detail::MemberColumn> columns, Where where) {
  for (const auto& each : columns) add(each.member, *each.type, each.place, {}, where);
}

Column Columns::column(std::string_view name, std::string_view sql_type, Where where) {
  detail::TypeRef type;
  type.nullable = true;
  Column column = add(nullptr, type, {}, name, where);
  column.type(sql_type);
  table_->columns.back().typed = false;
  return column;
}

Column Columns::inherited(std::string_view name, Where where) {
  Column column = add(nullptr, {}, {}, name, where);
  table_->columns.back().typed = false;
  table_->columns.back().inherited = true;
  return column;
}

void Columns::cover(detail::Spelling member, const detail::Place& place) {
  if (!group_->coverage) return;
  auto& range = group_->coverage->ranges.emplace_back(detail::Coverage::Range{place, member});
  range.place.offset += group_->offset;
}

Columns Columns::base(std::ptrdiff_t offset) {
  auto& group = table_->groups.emplace_back() = *group_;
  group.offset += offset;
  return {*table_, group};
}

Columns Columns::embedded(detail::Spelling member, const detail::Place& place, std::size_t size,
                          std::string_view prefix, bool optional, detail::Spelling type, Where where) {
  cover(member, place);
  auto& coverage = table_->coverage.emplace_back();
  coverage.owner = detail::display(table_->name) + ", in the " + detail::type_text(type) +
                   " that is embedded as '" + detail::member_name(member) + "'";
  coverage.where = where;
  coverage.size = size;
  auto& group = table_->groups.emplace_back() = *group_;
  group.prefix += prefix;
  group.optional = group.optional || optional;
  group.offset = 0;
  group.coverage = &coverage;
  return {*table_, group};
}

namespace {

detail::ConstraintData& add_constraint(detail::TableData& table, const detail::GroupData& group,
                                       detail::ConstraintKind kind, std::string_view name, Where where) {
  auto& constraint = table.constraints.emplace_back();
  constraint.table = &table;
  constraint.group = &group;
  constraint.where = where;
  constraint.kind = kind;
  constraint.name = name;
  return constraint;
}
void add_columns(detail::ConstraintData& constraint, detail::Members members) {
  for (const auto member : members) constraint.columns.push_back({nullptr, member, ""});
}
void add_columns(detail::ConstraintData& constraint, Names names) {
  for (const auto name : names) constraint.columns.push_back({nullptr, nullptr, std::string(name)});
}

}  // namespace

Key Columns::primary_key(Names columns, std::string_view name, Where where) {
  auto& key = add_constraint(*table_, *group_, detail::ConstraintKind::primary_key, name, where);
  add_columns(key, columns);
  return Key(key);
}
Key Columns::primary_key_members(detail::Members members, std::string_view name, Where where) {
  auto& key = add_constraint(*table_, *group_, detail::ConstraintKind::primary_key, name, where);
  add_columns(key, members);
  return Key(key);
}
Key Columns::unique(Names columns, std::string_view name, Where where) {
  auto& key = add_constraint(*table_, *group_, detail::ConstraintKind::unique, name, where);
  add_columns(key, columns);
  return Key(key);
}
Key Columns::unique_members(detail::Members members, std::string_view name, Where where) {
  auto& key = add_constraint(*table_, *group_, detail::ConstraintKind::unique, name, where);
  add_columns(key, members);
  return Key(key);
}
ForeignKey Columns::foreign_key(Names columns, std::string_view name, Where where) {
  auto& key = add_constraint(*table_, *group_, detail::ConstraintKind::foreign_key, name, where);
  add_columns(key, columns);
  return ForeignKey(key);
}
ForeignKey Columns::foreign_key_members(detail::Members members, std::string_view name, Where where) {
  auto& key = add_constraint(*table_, *group_, detail::ConstraintKind::foreign_key, name, where);
  add_columns(key, members);
  return ForeignKey(key);
}
Check Columns::check(std::string_view name, std::string_view expression, Where where) {
  auto& check = add_constraint(*table_, *group_, detail::ConstraintKind::check, name, where);
  check.expression = expression;
  return Check(check);
}
Check Columns::check(std::string_view expression, Where where) { return check({}, expression, where); }
Exclusion Columns::exclusion(std::string_view name, Where where) {
  auto& exclusion = add_constraint(*table_, *group_, detail::ConstraintKind::exclusion, name, where);
  exclusion.method = "gist";
  return Exclusion(exclusion);
}
Index Columns::index(std::string_view name, Where where) {
  auto& index = table_->indexes.emplace_back();
  index.table = table_;
  index.group = group_;
  index.where = where;
  index.name = name;
  return Index(index);
}

// ---- AnyTable

AnyTable& AnyTable::unlogged() {
  table_->unlogged = true;
  return *this;
}
AnyTable& AnyTable::with(std::string_view name, std::string_view value) {
  table_->options.emplace_back(name, value);
  return *this;
}
AnyTable& AnyTable::tablespace(std::string_view name) {
  table_->tablespace = name;
  return *this;
}
AnyTable& AnyTable::access_method(std::string_view name) {
  table_->access_method = name;
  return *this;
}
AnyTable& AnyTable::partition_by(std::string_view key) {
  table_->partition_key = key;
  return *this;
}
AnyTable& AnyTable::partition_of(std::string_view parent, std::string_view bound) {
  table_->partition_of = detail::parse_name(parent);
  table_->partition_bound = bound;
  return *this;
}
AnyTable& AnyTable::inherits(Names parents) {
  for (const auto parent : parents) table_->inherits.push_back(detail::parse_name(parent));
  return *this;
}
AnyTable& AnyTable::row_security() {
  table_->row_security = true;
  return *this;
}
AnyTable& AnyTable::force_row_security() {
  table_->force_row_security = true;
  return *this;
}
AnyTable& AnyTable::of_type(std::string_view type) {
  table_->of_type = detail::parse_name(type);
  return *this;
}
AnyTable& AnyTable::replica_identity(migrate::replica_identity kind) {
  table_->replica_identity = kind == migrate::replica_identity::full ? "full" : "nothing";
  return *this;
}
AnyTable& AnyTable::comment(std::string_view text) {
  table_->comment = text;
  return *this;
}
AnyTable& AnyTable::renamed_from(std::string_view name) {
  table_->renamed_from.push_back(detail::parse_name(name));
  return *this;
}

// ---- EnumType, Sequence, Described, Extension

EnumType& EnumType::comment(std::string_view text) {
  data_->comment = text;
  return *this;
}
EnumType& EnumType::renamed_from(std::string_view name) {
  data_->renamed_from.push_back(detail::parse_name(name));
  return *this;
}
EnumType& EnumType::label_renamed(std::string_view from, std::string_view to) {
  data_->renamed_labels.emplace_back(from, to);
  return *this;
}

Sequence& Sequence::type(std::string_view sql) {
  data_->type = sql;
  return *this;
}
Sequence& Sequence::options(const SequenceOptions& options) {
  data_->options = options;
  return *this;
}
Sequence& Sequence::owned_by(std::string_view table, std::string_view column) {
  data_->owner = detail::parse_name(table);
  data_->owner_column = {nullptr, nullptr, std::string(column)};
  return *this;
}
Sequence& Sequence::owned_by_member(detail::Spelling row, detail::Spelling member) {
  data_->owner_row = row;
  data_->owner_column = {nullptr, member, ""};
  return *this;
}
Sequence& Sequence::unlogged() {
  data_->unlogged = true;
  return *this;
}
Sequence& Sequence::comment(std::string_view text) {
  data_->comment = text;
  return *this;
}
Sequence& Sequence::renamed_from(std::string_view name) {
  data_->renamed_from.push_back(detail::parse_name(name));
  return *this;
}

Described& Described::comment(std::string_view text) {
  data_->comment = text;
  return *this;
}

Extension& Extension::schema(std::string_view name) {
  data_->schema = name;
  return *this;
}
Extension& Extension::version(std::string_view text) {
  data_->version = text;
  return *this;
}
Extension& Extension::comment(std::string_view text) {
  data_->comment = text;
  return *this;
}

// ---- Model

AnyTable Model::add_table(std::string_view name, detail::Spelling row, std::size_t size, bool polymorphic,
                          Where where) {
  auto& table = data_->tables.emplace_back();
  table.model = data_;
  table.where = where;
  table.name = detail::parse_name(name);
  table.row = row;
  auto& group = table.groups.emplace_back();
  if (row) {
    auto& coverage = table.coverage.emplace_back();
    coverage.owner = detail::display(table.name);
    coverage.where = where;
    coverage.size = size;
    coverage.polymorphic = polymorphic;
    group.coverage = &coverage;
  }
  return {table, group};
}

AnyTable Model::table(std::string_view name, Where where) {
  return add_table(name, nullptr, 0, false, where);
}

EnumType Model::add_enum(std::string_view name, detail::Spelling type, detail::Spelling enumerators,
                         const Names* labels, Where where) {
  auto& enumeration = data_->enums.emplace_back();
  enumeration.model = data_;
  enumeration.where = where;
  enumeration.name = detail::parse_name(name);
  enumeration.type = type;
  enumeration.enumerators = detail::enumerators_in(enumerators);
  if (labels) {
    enumeration.labels.assign(labels->begin(), labels->end());
  } else {
    for (auto& [value, enumerator] : enumeration.enumerators) {
      auto label = enumerator;
      if (label.size() > 1 && label.ends_with('_')) label.pop_back();
      enumeration.labels.push_back(label);
    }
  }
  return EnumType(enumeration);
}
EnumType Model::enum_type(std::string_view name, Names labels, Where where) {
  return add_enum(name, nullptr, nullptr, &labels, where);
}

Sequence Model::sequence(std::string_view name, Where where) {
  auto& sequence = data_->sequences.emplace_back();
  sequence.model = data_;
  sequence.where = where;
  sequence.name = detail::parse_name(name);
  return Sequence(sequence);
}

Described Model::schema(std::string_view name, Where where) {
  auto& schema = data_->schemas.emplace_back();
  schema.where = where;
  schema.name = name;
  return Described(schema);
}

Extension Model::extension(std::string_view name, Where where) {
  auto& extension = data_->extensions.emplace_back();
  extension.where = where;
  extension.name = name;
  return Extension(extension);
}

void Model::column_names(std::string (*convention)(std::string_view), Where where) {
  if (data_->column_names && data_->column_names != convention)
    data_->problems.push_back({where, "column_names() is given another convention than at " +
                                          std::string(data_->column_names_where.file) + ":" +
                                          std::to_string(data_->column_names_where.line)});
  data_->column_names = convention;
  data_->column_names_where = where;
}

void Model::naming(const Naming& patterns, Where where) {
  if (data_->naming_where.line != 0)
    data_->problems.push_back({where, "naming() was called before, at " +
                                          std::string(data_->naming_where.file) + ":" +
                                          std::to_string(data_->naming_where.line)});
  data_->naming = {std::string(patterns.primary_key), std::string(patterns.foreign_key),
                   std::string(patterns.unique), std::string(patterns.check), std::string(patterns.index)};
  data_->naming_where = where;
}

}  // namespace migrate
