#include "model/generate_definition.hpp"

#include <iomanip>
#include <optional>
#include <sstream>

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

std::string number(const char* setter, std::optional<double> value) {
  if (!value) return "";
  std::ostringstream out;
  out << '.' << setter << '(' << std::setprecision(15) << *value << ')';
  return out.str();
}

std::string argument_call(const catalog::Argument& each) {
  const std::string setter = each.mode.empty()      ? "argument"
                             : each.mode == "table" ? "returns_column"
                                                    : each.mode;
  return "." + setter + "(" + cpp_literal(each.name) + ", " + cpp_literal(each.type) + ")" +
         call("default_sql", each.default_value);
}

std::string aggregate_parts(const catalog::Aggregate& of) {
  std::string out = ".state(" + cpp_literal(of.state_function) + ", " + cpp_literal(of.state_type) + ")" +
                    number("state_space", of.state_space);
  if (of.has_initial_value) out += ".initial_value(" + cpp_text(of.initial_value) + ")";
  out += call("final_function", of.final_function) + flag("final_extra", of.final_extra) +
         call("final_modify", of.final_modify) + call("combine_function", of.combine_function) +
         call("serial_function", of.serial_function) + call("deserial_function", of.deserial_function);
  if (!of.moving_state_function.empty())
    out += ".moving_state(" + cpp_literal(of.moving_state_function) + ", " +
           cpp_literal(of.moving_inverse_function) + ", " + cpp_literal(of.moving_state_type) + ")";
  out += number("moving_state_space", of.moving_state_space);
  if (of.has_moving_initial_value) out += ".moving_initial_value(" + cpp_text(of.moving_initial_value) + ")";
  return out + call("moving_final_function", of.moving_final_function) +
         flag("moving_final_extra", of.moving_final_extra) +
         call("moving_final_modify", of.moving_final_modify) + call("sort_operator", of.sort_operator) +
         flag("hypothetical", of.hypothetical);
}

std::string aggregate_call(const catalog::Routine& routine, const CppNames& names) {
  std::string out = "  m.aggregate(" + cpp_literal(names.text(routine.name)) + ")";
  const auto& of = *routine.aggregate;
  for (std::size_t n = 0; n <= routine.arguments.size(); ++n) {
    if (of.ordered_set && static_cast<int>(n) == of.direct_arguments) out += ".order_by()";
    if (n < routine.arguments.size()) out += argument_call(routine.arguments[n]);
  }
  return out + aggregate_parts(of) + call("parallel", routine.parallel) + call("comment", routine.comment) +
         ";\n";
}

std::string routine_call(const catalog::Routine& routine, const CppNames& names) {
  if (routine.aggregate) return aggregate_call(routine, names);
  std::string out = std::string("  m.") +
                    (routine.kind == catalog::Kind::procedure ? "procedure" : "function") + "(" +
                    cpp_literal(names.text(routine.name)) + ")";
  bool columns = false;
  for (const auto& each : routine.arguments) {
    out += argument_call(each);
    columns |= each.mode == "table";
  }
  out += call("returns", (routine.returns_set && !routine.returns.empty() ? "setof " : "") + routine.returns);
  if (routine.returns.empty() && !columns) out += flag("returns_set", routine.returns_set);
  if (routine.language != "sql") out += call("language", routine.language);
  out += flag("window", routine.window);
  if (!routine.volatility.empty()) out += "." + routine.volatility + "()";
  out += call("parallel", routine.parallel) + flag("strict", routine.strict) +
         flag("security_definer", routine.security_definer) + flag("leakproof", routine.leakproof) +
         number("cost", routine.cost) + number("rows", routine.rows) + call("support", routine.support);
  for (const auto& type : routine.transforms) out += call("transform", type);
  for (const auto& setting : routine.settings) {
    const auto equals = setting.find('=');
    out += ".set(" + cpp_literal(setting.substr(0, equals)) + ", " + cpp_literal(setting.substr(equals + 1)) +
           ")";
  }
  out += call("library", routine.library);
  out +=
      "\n      ." + std::string(routine.sql_body ? "sql_body" : "body") + "(" + cpp_text(routine.body) + ")";
  return out + call("comment", routine.comment) + ";\n";
}

std::string list(const char* setter, const std::vector<std::string>& texts) {
  return texts.empty() ? "" : std::string(".") + setter + "({" + join_with(texts, ", ", cpp_literal) + "})";
}

std::string enabling(const std::string& enabled) {
  if (enabled.empty()) return "";
  if (enabled == "disabled") return ".disabled()";
  return enabled == "replica" ? ".enabled_on_replica()" : ".enabled_always()";
}

std::string trigger_call(const catalog::Trigger& trigger, const CppNames& names) {
  std::string out = "  m.trigger(" + cpp_literal(names.text(trigger.table)) + ", " +
                    cpp_literal(trigger.name) + ")." + trigger.timing + "()";
  for (const auto& event : trigger.events)
    if (event != "update" || trigger.columns.empty())
      out += event == "delete" ? ".remove()" : "." + event + "()";
  out += list("update_of", trigger.columns) + flag("for_each_row", trigger.for_each_row) +
         call("when", trigger.condition) + call("old_table", trigger.old_table) +
         call("new_table", trigger.new_table) + flag("constraint", trigger.constraint) +
         flag(trigger.initially_deferred ? "initially_deferred" : "deferrable", trigger.deferrable);
  if (!trigger.from_table.empty()) out += ".from(" + cpp_literal(names.text(trigger.from_table)) + ")";
  out += call("execute", trigger.function) + list("arguments", trigger.arguments) + enabling(trigger.enabled);
  return out + entries("on_partition", trigger.partitions) + call("comment", trigger.comment) + ";\n";
}

std::string event_trigger_call(const catalog::EventTrigger& trigger) {
  return "  m.event_trigger(" + cpp_literal(trigger.name) + ")" + call("on", trigger.event) +
         list("tags", trigger.tags) + call("execute", trigger.function) + enabling(trigger.enabled) +
         call("comment", trigger.comment) + ";\n";
}

}  // namespace

std::string definition_calls(const catalog::Database& database, const CppNames& names) {
  std::string out;
  for (const auto& each : database.domains) out += domain_call(each, names);
  for (const auto& each : database.composite_types) out += composite_type_call(each, names);
  for (const auto& each : database.range_types) out += range_type_call(each, names);
  for (const auto& each : database.routines) out += routine_call(each, names);
  for (const auto& each : database.views) out += view_call(each, names);
  for (const auto& each : database.materialized_views) out += materialized_view_call(each, names);
  for (const auto& each : database.policies) out += policy_call(each, names);
  for (const auto& each : database.rules) out += rule_call(each, names);
  for (const auto& each : database.triggers) out += trigger_call(each, names);
  for (const auto& each : database.event_triggers) out += event_trigger_call(each);
  return out;
}

}  // namespace migrate::model
