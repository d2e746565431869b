// Types of one's own beside enums: domains, composite types, ranges.
#pragma once
#include <migrate/definition.hpp>

namespace migrate {

// https://www.postgresql.org/docs/current/sql-createdomain.html
class Domain : public Definition<Domain> {
 public:
  using Definition::Definition;

  Domain& type(std::string_view sql) { return text_field("type", sql); }
  Domain& collation(std::string_view name) { return text_field("collation", name); }
  Domain& not_null(std::string_view constraint = {}) {  // the name: PostgreSQL 17
    if (!constraint.empty()) text_field("not_null_constraint", constraint);
    return flag_field("not_null");
  }
  Domain& default_sql(std::string_view sql) { return text_field("default_value", sql); }
  // Of the value as VALUE. Without a name it is the constraint of the database that says the same.
  Domain& check(std::string_view expression) {
    detail::add_item(*data_, "constraints");
    detail::set_last_text(*data_, "constraints", "name", "");
    detail::set_last_text(*data_, "constraints", "expression", expression);
    return *this;
  }
  Domain& check(std::string_view name, std::string_view expression) {
    detail::set_item_text(*data_, "constraints", name, "expression", expression);
    return *this;
  }
  Domain& not_valid(std::string_view check) {  // values that are there need not fit
    detail::set_item_flag(*data_, "constraints", check, "not_valid", true);
    return *this;
  }
  Domain& check_comment(std::string_view check, std::string_view text) {
    detail::set_item_text(*data_, "constraints", check, "comment", text);
    return *this;
  }
};

// https://www.postgresql.org/docs/current/rowtypes.html
class CompositeType : public Definition<CompositeType> {
 public:
  using Definition::Definition;

  CompositeType& attribute(std::string_view name, std::string_view sql_type) {
    detail::set_item_text(*data_, "attributes", name, "type", sql_type);
    return *this;
  }
  CompositeType& attribute_renamed(std::string_view from, std::string_view to) {  // `to` is one by now
    detail::add_part_rename(*data_, from, to);
    return *this;
  }
  CompositeType& attribute_collation(std::string_view name, std::string_view collation) {
    detail::set_item_text(*data_, "attributes", name, "collation", collation);
    return *this;
  }
  CompositeType& attribute_comment(std::string_view name, std::string_view text) {
    detail::set_item_text(*data_, "attributes", name, "comment", text);
    return *this;
  }
};

// https://www.postgresql.org/docs/current/rangetypes.html#RANGETYPES-DEFINING
class RangeType : public Definition<RangeType> {
 public:
  using Definition::Definition;

  RangeType& subtype(std::string_view sql_type) { return text_field("subtype", sql_type); }
  RangeType& opclass(std::string_view name) { return text_field("opclass", name); }
  RangeType& collation(std::string_view name) { return text_field("collation", name); }
  RangeType& canonical(std::string_view function) { return text_field("canonical", function); }
  RangeType& subtype_diff(std::string_view function) { return text_field("subtype_diff", function); }
  RangeType& multirange(std::string_view name) {  // PostgreSQL 14
    detail::set_name(*data_, "multirange", name);
    return *this;
  }
};

}  // namespace migrate
