#include "diff/rename_definition.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <type_traits>

#include "catalog/type_name.hpp"
#include "diff/rename_text.hpp"
#include "util/quote.hpp"

namespace migrate::diff {
namespace {

using catalog::Database;
using catalog::Name;
using catalog::ObjectId;

template <class T>
concept Record = requires(T& value) {
  T::fields(value, [](std::string_view, auto&) {});
};

template <std::size_t size>
bool one_of(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Fields that hold SQL, a type, and the name of a function, an operator class or a collation.
constexpr std::array<std::string_view, 7> expression_fields{
    "definition",    "condition", "using_expression", "check_expression", "expression",
    "default_value", "where"};
constexpr std::array<std::string_view, 5> types{"type", "returns", "subtype", "state_type",
                                                "moving_state_type"};
constexpr std::array<std::string_view, 16> names_of_objects{"function",
                                                            "support",
                                                            "opclass",
                                                            "collation",
                                                            "canonical",
                                                            "subtype_diff",
                                                            "state_function",
                                                            "final_function",
                                                            "combine_function",
                                                            "serial_function",
                                                            "deserial_function",
                                                            "moving_state_function",
                                                            "moving_inverse_function",
                                                            "moving_final_function",
                                                            "sort_operator",
                                                            "transforms"};

// Calls visit(field, text) and visit(field, name) for every text and name of a record and of what is in it.
template <class T, class Visit>
void each_field(T& record, Visit&& visit) {
  T::fields(record, [&](std::string_view field, auto& value) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, std::string> || std::is_same_v<Value, Name>) {
      visit(field, value);
    } else if constexpr (std::is_same_v<Value, Interned> || std::is_same_v<Value, Sparse<Name>>) {
      value.update([&](auto& each) { visit(field, each); });
    } else if constexpr (Record<Value>) {
      each_field(value, visit);
    } else if constexpr (requires {
                           value.begin()->size();
                           value.push_back(*value.begin());
                         }) {
      for (auto& each : value) visit(field, each);
    } else if constexpr (requires {
                           value.begin();
                           value.push_back(*value.begin());
                         }) {
      for (auto& each : value) each_field(each, visit);
    } else if constexpr (requires { value->fields(*value, [](std::string_view, auto&) {}); }) {
      if (value) each_field(*value, visit);
    }
  });
}

// `visit` also gets the SQL body of a routine, as an expression.
template <class Visit>
void each_field_of_definitions(Database& database, Visit&& visit) {
  Database::definitions(database, [&](auto& list) {
    for (auto& each : list) {
      each_field(each, visit);
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(each)>, catalog::Routine>)
        if (each.sql_body) visit("definition", each.body);
    }
  });
}

}  // namespace

bool rename_definition(Database& database, const ObjectId& from, const ObjectId& to) {
  if (catalog::contains(database, to)) return false;
  bool found = false;
  Database::definitions(database, [&](auto& list) {
    for (auto& each : list) {
      if (each.id() != from) continue;
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(each)>, catalog::DefaultPrivileges>)
        return;  // has no name
      else if constexpr (std::is_same_v<std::remove_cvref_t<decltype(each.name)>, Name>)
        each.name = to.name;
      else
        each.name = to.member.empty() ? to.name.name : to.member;
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(each)>, catalog::Rule>) {
        const std::string head = "CREATE RULE ", was = head + quote_identifier(from.member) + " ";
        if (each.definition.starts_with(was))
          each.definition = head + quote_identifier(to.member) + each.definition.substr(was.size() - 1);
      }
      found = true;
      break;
    }
  });
  return found;
}

bool has_attribute(const catalog::CompositeType& type, const std::string& name) {
  return std::any_of(type.attributes.begin(), type.attributes.end(),
                     [&](const auto& each) { return each.name == name; });
}

bool rename_attribute(Database& database, const Name& type, const std::string& from, const std::string& to) {
  for (auto& each : database.composite_types) {
    if (each.name != type || !has_attribute(each, from) || has_attribute(each, to)) continue;
    for (auto& attribute : each.attributes)
      if (attribute.name == from) attribute.name = to;
    return true;
  }
  return false;
}

void definitions_follow_relation(Database& database, const Name& from, const Name& to) {
  each_field_of_definitions(database, [&](std::string_view field, auto& value) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, Name>) {
      if (value == from && (field == "table" || field == "from_table")) value = to;
    } else if (!value.empty() && one_of(expression_fields, field)) {
      value = rename_in_query(rename_relation(value, from, to), from, to);
    }
  });
}

void definitions_follow_type(Database& database, const Name& from, const Name& to) {
  each_field_of_definitions(database, [&](std::string_view field, auto& value) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::string>) {
      if (one_of(expression_fields, field)) value = rename_type(value, from, to);
      if (!one_of(types, field) || value.find('.') == std::string::npos) return;
      auto type = catalog::parse_type(value);
      if (type.builtin || type.verbatim || type.name != from) return;
      type.name = to;
      value = type.sql();
    }
  });
}

void definitions_follow_routine(Database& database, const Name& from, const Name& to) {
  each_field_of_definitions(database, [&](std::string_view field, auto& value) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::string>) {
      if (one_of(names_of_objects, field) && value == from.sql()) value = to.sql();
      if (one_of(expression_fields, field)) value = rename_function(value, from, to);
    }
  });
}

void definitions_follow_column(Database& database, const Name& table, const std::string& from,
                               const std::string& to) {
  for (auto& trigger : database.triggers) {
    if (trigger.table != table) continue;
    std::replace(trigger.columns.begin(), trigger.columns.end(), from, to);
    trigger.condition = rename_row_column(trigger.condition, from, to);
  }
  for (auto& policy : database.policies) {
    if (policy.table != table) continue;
    policy.using_expression = rename_column(policy.using_expression, from, to);
    policy.check_expression = rename_column(policy.check_expression, from, to);
  }
}

void definitions_follow_schema(Database& database, const std::string& from, const std::string& to) {
  each_field_of_definitions(database, [&](std::string_view field, auto& value) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, Name>) {
      if (value.schema == from) value.schema = to;
    } else if (field == "schema") {
      if (value == from) value = to;
    } else if (!value.empty() && (one_of(expression_fields, field) || one_of(types, field) ||
                                  one_of(names_of_objects, field))) {
      value = rename_schema(value, from, to);
    }
  });
}

}  // namespace migrate::diff
