#include "model/generate_definition.hpp"

#include "model/cpp_names.hpp"
#include "util/text.hpp"

namespace migrate::model {
namespace {

// ".name(literal)" where there is something to say.
std::string call(const char* setter, const std::string& text) {
  return text.empty() ? std::string() : std::string(".") + setter + "(" + cpp_text(text) + ")";
}

std::string entries(const char* setter, const catalog::StorageParameters& entries) {
  std::string out;
  for (const auto& [name, value] : entries)
    out += std::string(".") + setter + "(" + cpp_literal(name) + ", " + cpp_literal(value) + ")";
  return out;
}

std::string flag(const char* setter, bool yes) {
  return yes ? std::string(".") + setter + "()" : std::string();
}

std::string item(const char* setter, const std::string& name, const std::string& text) {
  return text.empty() ? std::string()
                      : std::string(".") + setter + "(" + cpp_literal(name) + ", " + cpp_text(text) + ")";
}

std::string domain_call(const catalog::Domain& domain, const CppNames& names) {
  std::string out = "  m.domain(" + cpp_literal(names.text(domain.name)) + ")" + call("type", domain.type) +
                    call("collation", domain.collation);
  if (domain.not_null)
    out += domain.not_null_constraint.empty() ? ".not_null()" : call("not_null", domain.not_null_constraint);
  out += call("default_sql", domain.default_value);
  for (const auto& each : domain.constraints) {
    out += item("check", each.name, each.expression);
    if (each.not_valid) out += call("not_valid", each.name);
    out += item("check_comment", each.name, each.comment);
  }
  return out + call("comment", domain.comment) + ";\n";
}

std::string composite_type_call(const catalog::CompositeType& type, const CppNames& names) {
  std::string out = "  m.composite_type(" + cpp_literal(names.text(type.name)) + ")";
  for (const auto& each : type.attributes)
    out += item("attribute", each.name, each.type) + item("attribute_collation", each.name, each.collation) +
           item("attribute_comment", each.name, each.comment);
  return out + call("comment", type.comment) + ";\n";
}

std::string range_type_call(const catalog::RangeType& type, const CppNames& names) {
  return "  m.range_type(" + cpp_literal(names.text(type.name)) + ")" + call("subtype", type.subtype) +
         call("opclass", type.opclass) + call("collation", type.collation) +
         call("canonical", type.canonical) + call("subtype_diff", type.subtype_diff) +
         (type.multirange.empty() ? "" : call("multirange", names.text(type.multirange))) +
         call("comment", type.comment) + ";\n";
}

std::string policy_call(const catalog::Policy& policy, const CppNames& names) {
  std::string out = "  m.policy(" + cpp_literal(names.text(policy.table)) + ", " + cpp_literal(policy.name) +
                    ")" + flag("restrictive", policy.restrictive) + call("for_command", policy.command);
  if (policy.roles.size() == 1) out += call("to", policy.roles.front());
  if (policy.roles.size() > 1) out += ".to({" + join_with(policy.roles, ", ", cpp_literal) + "})";
  return out + call("using_sql", policy.using_expression) + call("with_check", policy.check_expression) +
         call("comment", policy.comment) + ";\n";
}

std::string rule_call(const catalog::Rule& rule, const CppNames& names) {
  return "  m.rule(" + cpp_literal(names.text(rule.table)) + ", " + cpp_literal(rule.name) + ")" +
         call("as", rule.definition) + flag("disabled", rule.enabled == "disabled") +
         flag("enabled_on_replica", rule.enabled == "replica") +
         flag("enabled_always", rule.enabled == "always") + call("comment", rule.comment) + ";\n";
}

std::string view_call(const catalog::View& view, const CppNames& names) {
  std::string out = "  m.view(" + cpp_literal(names.text(view.name)) + ")" + call("as", view.definition) +
                    entries("option", view.options);
  for (const auto& column : view.columns) {
    const auto name = cpp_literal(column.name);
    if (!column.default_value.empty())
      out += ".column_default(" + name + ", " + cpp_text(column.default_value) + ")";
    if (!column.comment.empty()) out += ".column_comment(" + name + ", " + cpp_text(column.comment) + ")";
  }
  return out + call("comment", view.comment) + ";\n";
}

std::string materialized_view_call(const catalog::MaterializedView& view, const CppNames& names) {
  std::string out = "m.materialized_view(" + cpp_literal(names.text(view.name)) + ")" +
                    call("as", view.definition) + (view.populated ? "" : ".with_no_data()") +
                    entries("with", view.options) + call("tablespace", view.tablespace) +
                    call("access_method", view.access_method);
  for (const auto& column : view.columns) {
    const auto name = cpp_literal(column.name);
    const auto text = [&](const char* setter, const std::string& value) {
      if (!value.empty()) out += std::string(".") + setter + "(" + name + ", " + cpp_text(value) + ")";
    };
    text("column_storage", column.storage);
    text("column_compression", column.compression);
    if (column.statistics)
      out += ".column_statistics(" + name + ", " + std::to_string(*column.statistics) + ")";
    for (const auto& [option, value] : column.options)
      out += ".column_option(" + name + ", " + cpp_literal(option) + ", " + cpp_literal(value) + ")";
    text("column_comment", column.comment);
  }
  out += call("comment", view.comment);
  if (view.indexes.empty()) return "  " + out + ";\n";
  out = "  {\n    auto view = " + out + ";\n";
  for (const auto& index : view.indexes) out += "    view" + index_call(index, names) + ";\n";
  return out + "  }\n";
}

}  // namespace

std::string definition_calls(const catalog::Database& database, const CppNames& names) {
  std::string out;
  for (const auto& each : database.domains) out += domain_call(each, names);
  for (const auto& each : database.composite_types) out += composite_type_call(each, names);
  for (const auto& each : database.range_types) out += range_type_call(each, names);
  for (const auto& each : database.views) out += view_call(each, names);
  for (const auto& each : database.materialized_views) out += materialized_view_call(each, names);
  for (const auto& each : database.policies) out += policy_call(each, names);
  for (const auto& each : database.rules) out += rule_call(each, names);
  return out;
}

}  // namespace migrate::model
