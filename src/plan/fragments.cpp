#include "plan/fragments.hpp"

#include "catalog/spelling.hpp"
#include "plan/words.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

std::string parameter_name(const std::string& name) {
  return join_with(split(name, '.'), ".", [](std::string_view part) { return quote_identifier(part); });
}

bool is_number(const std::string& value) {
  return !value.empty() && value.find_first_not_of("0123456789") == std::string::npos;
}

std::string parameter_value(const std::string& value) {
  const bool plain =
      is_number(value) || value == "true" || value == "false" || value == "on" || value == "off";
  return plain ? value : quote_literal(value);
}

std::string element_text(const catalog::IndexElement& element) {
  std::string out = !element.column.empty()                ? quote_identifier(element.column)
                    : is_function_call(element.expression) ? element.expression.get()
                                                           : "(" + element.expression + ")";
  if (!element.collation.empty()) out += " COLLATE " + element.collation;
  if (!element.opclass.empty()) out += " " + element.opclass;
  if (!element.opclass_options.empty()) out += " (" + parameters(element.opclass_options) + ")";
  if (element.descending) out += " DESC";
  if (element.nulls_first && *element.nulls_first != element.descending)
    out += *element.nulls_first ? " NULLS FIRST" : " NULLS LAST";
  if (!element.exclusion_operator.empty()) out += " WITH " + element.exclusion_operator;
  return out;
}

std::string elements_text(const std::vector<catalog::IndexElement>& elements) {
  return "(" + join_with(elements, ", ", element_text) + ")";
}

// In a column's definition DEFAULT takes PostgreSQL's b_expr, which has no AND, OR, NOT, IN, LIKE, BETWEEN,
// IS …
std::string default_expression(const std::string& expression) {
  return has_word_operator(expression) ? "(" + expression + ")" : expression;
}

std::string last_with(const std::vector<std::string>& columns, const char* before, const char* after) {
  if (columns.empty()) return "()";
  std::vector<std::string> parts;
  for (const auto& column : columns) parts.push_back(quote_identifier(column));
  parts.back() = before + parts.back() + after;
  return "(" + join(parts, ", ") + ")";
}

std::string index_suffix(const catalog::Constraint& constraint) {
  std::string out;
  if (!constraint.include.empty()) out += " INCLUDE (" + column_names(constraint.include) + ")";
  if (!constraint.options.empty()) out += " WITH (" + parameters(constraint.options) + ")";
  if (!constraint.tablespace.empty())
    out += " USING INDEX TABLESPACE " + quote_identifier(constraint.tablespace);
  return out;
}

std::string foreign_key_text(const catalog::Constraint& constraint) {
  std::string out = "FOREIGN KEY " + last_with(constraint.columns, constraint.period ? "PERIOD " : "", "") +
                    " REFERENCES " + constraint.references->sql();
  if (!constraint.referenced_columns.empty())
    out += " " + last_with(constraint.referenced_columns, constraint.period ? "PERIOD " : "", "");
  if (constraint.match == catalog::ForeignKeyMatch::full) out += " MATCH FULL";
  if (constraint.on_update != catalog::ForeignKeyAction::no_action)
    out += " ON UPDATE " + std::string(catalog::sql_words(constraint.on_update));
  if (constraint.on_delete != catalog::ForeignKeyAction::no_action) {
    out += " ON DELETE " + std::string(catalog::sql_words(constraint.on_delete));
    if (!constraint.on_delete_columns.empty()) out += " (" + column_names(constraint.on_delete_columns) + ")";
  }
  return out;
}

}  // namespace

std::string column_names(const std::vector<std::string>& columns) {
  return join_with(columns, ", ", [](const std::string& column) { return quote_identifier(column); });
}

std::string parameters(const catalog::StorageParameters& options) {
  return join_with(options, ", ", [](const auto& option) {
    return parameter_name(option.first) + " = " + parameter_value(option.second);
  });
}

ParameterChange parameter_change(const catalog::StorageParameters& before,
                                 const catalog::StorageParameters& after) {
  catalog::StorageParameters set;
  std::vector<std::string> reset;
  for (const auto& [name, value] : after) {
    const auto found = before.find(name);
    if (found == before.end() || found->second != value) set.emplace(name, value);
  }
  for (const auto& [name, value] : before)
    if (after.find(name) == after.end()) reset.push_back(parameter_name(name));
  ParameterChange change;
  if (!set.empty()) change.set = "SET (" + parameters(set) + ")";
  if (!reset.empty()) change.reset = "RESET (" + join(reset, ", ") + ")";
  return change;
}

std::string sequence_options(const catalog::SequenceOptions& was, const catalog::SequenceOptions& now,
                             const std::string& type, const std::string& type_now, const std::string& word) {
  const auto a = catalog::with_defaults(was, type);
  const auto b = catalog::with_defaults(now, type_now);
  std::string out;
  const std::string start = word.empty() ? " " : " " + word + " ";
  const auto option = [&](const char* name, const std::optional<std::int64_t>& old,
                          const std::optional<std::int64_t>& current) {
    if (current && old != current) out += start + name + " " + std::to_string(*current);
  };
  option("INCREMENT BY", a.increment, b.increment);
  option("MINVALUE", a.min, b.min);
  option("MAXVALUE", a.max, b.max);
  option("START WITH", a.start, b.start);
  option("CACHE", a.cache, b.cache);
  if (a.cycle != b.cycle) out += start + (b.cycle ? "CYCLE" : "NO CYCLE");
  return out;
}

std::string index_definition(const catalog::Index& index, const catalog::Name& table, const std::string& name,
                             bool concurrently) {
  std::string out = index.unique ? "CREATE UNIQUE INDEX" : "CREATE INDEX";
  if (concurrently) out += " CONCURRENTLY";
  if (!name.empty()) out += " " + quote_identifier(name);
  out += index.only ? " ON ONLY " : " ON ";
  out += table.sql();
  if (index.method != "btree") out += " USING " + quote_identifier(index.method);
  out += " " + elements_text(index.elements);
  if (!index.include.empty()) out += " INCLUDE (" + column_names(index.include) + ")";
  if (index.nulls_not_distinct) out += " NULLS NOT DISTINCT";
  if (!index.options.empty()) out += " WITH (" + parameters(index.options) + ")";
  if (!index.tablespace.empty()) out += " TABLESPACE " + quote_identifier(index.tablespace);
  if (!index.where.empty()) out += " WHERE " + index.where;
  return out;
}

std::string constraint_timing(const catalog::Constraint& constraint) {
  if (!constraint.deferrable) return {};
  return constraint.initially_deferred ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
}

std::string constraint_definition(const catalog::Constraint& constraint) {
  std::string out;
  const char* overlaps = constraint.without_overlaps ? " WITHOUT OVERLAPS" : "";
  switch (constraint.type) {
    case catalog::ConstraintType::primary_key:
      out = "PRIMARY KEY " + last_with(constraint.columns, "", overlaps) + index_suffix(constraint);
      break;
    case catalog::ConstraintType::unique:
      out = std::string("UNIQUE ") + (constraint.nulls_not_distinct ? "NULLS NOT DISTINCT " : "") +
            last_with(constraint.columns, "", overlaps) + index_suffix(constraint);
      break;
    case catalog::ConstraintType::foreign_key:
      out = foreign_key_text(constraint);
      break;
    case catalog::ConstraintType::check:
      out = "CHECK (" + constraint.expression + ")" + (constraint.no_inherit ? " NO INHERIT" : "");
      break;
    case catalog::ConstraintType::exclusion:
      out = "EXCLUDE USING " + quote_identifier(constraint.method.empty() ? "gist" : constraint.method) +
            " " + elements_text(constraint.elements) + index_suffix(constraint);
      if (!constraint.where.empty()) out += " WHERE (" + constraint.where + ")";
      break;
  }
  out += constraint_timing(constraint);
  if (constraint.not_enforced) out += " NOT ENFORCED";
  return out;
}

std::string constraint_clause(const catalog::Constraint& constraint) {
  const std::string definition = constraint_definition(constraint);
  return constraint.name.empty() ? definition
                                 : "CONSTRAINT " + quote_identifier(constraint.name) + " " + definition;
}

std::string identity_clause(const catalog::Column& column) {
  const catalog::Identity& identity = *column.identity;
  std::string out = identity.generation == catalog::Generation::always ? "GENERATED ALWAYS AS IDENTITY"
                                                                       : "GENERATED BY DEFAULT AS IDENTITY";
  std::string options = identity.sequence.empty() ? "" : " SEQUENCE NAME " + identity.sequence.sql();
  options += sequence_options({}, identity.options, column.type, column.type);
  if (!options.empty()) out += " (" + options.substr(1) + ")";
  return out;
}

std::string column_clause(const catalog::Column& column, const std::string& serial_type, int server_version) {
  std::string out =
      quote_identifier(column.name) + " " + (serial_type.empty() ? column.type.get() : serial_type);
  if (!column.compression.empty() && server_version >= 140000)
    out += " COMPRESSION " + quote_identifier(column.compression);
  if (!column.collation.empty()) out += " COLLATE " + column.collation;
  if (column.not_null && !column.not_null_not_valid) {
    if (!column.not_null_constraint.empty())
      out += " CONSTRAINT " + quote_identifier(column.not_null_constraint);
    out += " NOT NULL";
    if (column.not_null_no_inherit) out += " NO INHERIT";
  }
  if (column.identity) out += " " + identity_clause(column);
  if (column.generated)
    out += " GENERATED ALWAYS AS (" + column.generated->expression + ")" +
           (column.generated->stored ? " STORED" : " VIRTUAL");
  if (!column.default_value.empty() && serial_type.empty())
    out += " DEFAULT " + default_expression(column.default_value);
  return out;
}

}  // namespace migrate::plan
