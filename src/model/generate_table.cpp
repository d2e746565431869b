#include "model/generate_table.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "catalog/spelling.hpp"
#include "model/cpp_names.hpp"
#include "model/cpp_type.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::model {
namespace {

using catalog::Name;

// One part of a name as migrate/model.hpp takes it: in quotes only where it has to be.
std::string name_part(const std::string& part) {
  if (part.find_first_of(".\"") == std::string::npos) return part;
  return "\"" + replace_all(part, "\"", "\"\"") + "\"";
}

std::string call(const std::string& setter, const std::string& text) {
  return text.empty() ? "" : "." + setter + "(" + cpp_literal(text) + ")";
}
std::string flag(const std::string& setter, bool yes) { return yes ? "." + setter + "()" : ""; }

std::string parameters(const std::string& setter, const catalog::StorageParameters& options) {
  std::string out;
  for (const auto& [name, value] : options)
    out += "." + setter + "(" + cpp_literal(name) + ", " + cpp_literal(value) + ")";
  return out;
}

std::string collation_call(const std::string& collation) {
  Name name;
  if (collation.empty() || !catalog::from_text(collation, name)) return "";
  if (name.schema == "pg_catalog" || name.schema.empty()) return call("collation", name.name);
  return ".collation(" + cpp_literal(name.name) + ", " + cpp_literal(name.schema) + ")";
}

std::string names_list(const std::vector<std::string>& names) {
  return "{" + join_with(names, ", ", cpp_literal) + "}";
}

class TableText {
 public:
  TableText(const catalog::Database& database, const catalog::Table& table,
            const std::set<std::string>& serials, const CppNames& names)
      : database_(database),
        table_(table),
        serials_(serials),
        names_(names),
        struct_(known(names.structs, table.name)),
        members_(known(names.members, table.name)) {}

  std::string run() {
    table_calls();
    columns();
    for (const auto& column : table_.columns)
      if (column.inherited) inherited(column);
    for (const auto& constraint : table_.constraints)
      if (is_said(constraint)) this->constraint(constraint);
    for (const auto& index : table_.indexes) line(this->index(index));
    const auto handle = members_.empty() ? "m.table(" : "m.table<" + struct_ + ">(";
    const auto declared = handle + cpp_literal(names_.text(table_.name)) + ");\n";
    std::string out = "\nvoid declare_" + struct_ + "(migrate::Model& m) {\n  ";
    return out + (body_.empty() ? declared : "auto t = " + declared + body_) + "}\n";
  }

  std::string index(const catalog::Index& each) const {
    auto out =
        ".index(" + (each.name.empty() ? "" : cpp_literal(each.name)) + ")" + flag("unique", each.unique);
    if (each.method != "btree") out += call("method", each.method);
    out += elements(each.elements, false);
    if (!each.include.empty()) out += on_columns("include", each.include, "");
    out += flag("nulls_not_distinct", each.nulls_not_distinct) + call("where", each.where) +
           parameters("with", each.options);
    out += call("tablespace", each.tablespace) + flag("clustered", each.clustered) +
           flag("replica_identity", each.replica_identity) + flag("only", each.only) +
           attached(each.attached_to);
    return out + call("comment", each.comment);
  }

 private:
  // A materialized view has no struct.
  template <class Map>
  static const typename Map::mapped_type& known(const Map& map, const Name& name) {
    static const typename Map::mapped_type nothing;
    const auto found = map.find(name);
    return found == map.end() ? nothing : found->second;
  }

  void line(const std::string& text) { body_ += "  t" + text + ";\n"; }

  // "&Users::id, &Users::email"; empty if one of them has no member.
  std::string members(const std::vector<std::string>& columns) const {
    std::string out;
    for (const auto& column : columns) {
      const auto at = members_.find(column);
      if (at == members_.end()) return "";
      out += (out.empty() ? "&" : ", &") + struct_ + "::" + at->second;
    }
    return out;
  }
  // ".unique<&Users::email>(" or ".unique({"email"}, ", to be closed.
  std::string on_columns(const std::string& function, const std::vector<std::string>& columns,
                         const std::string& name) const {
    const auto list = members(columns);
    const auto quoted = name.empty() ? "" : cpp_literal(name);
    if (!list.empty()) return "." + function + "<" + list + ">(" + quoted + ")";
    return "." + function + "(" + names_list(columns) + (name.empty() ? "" : ", " + quoted) + ")";
  }

  void table_calls() {
    if (table_.unlogged) line(".unlogged()");
    if (!table_.options.empty()) line(parameters("with", table_.options));
    if (!table_.tablespace.empty()) line(call("tablespace", table_.tablespace));
    if (!table_.access_method.empty()) line(call("access_method", table_.access_method));
    if (!table_.partition_key.empty()) line(call("partition_by", table_.partition_key));
    if (!table_.partition_of.empty())
      line(".partition_of(" + cpp_literal(names_.text(table_.partition_of)) + ", " +
           cpp_literal(table_.partition_bound) + ")");
    if (!table_.inherits.empty()) {
      std::vector<std::string> parents;
      for (const auto& parent : table_.inherits) parents.push_back(names_.text(parent));
      line(".inherits(" + names_list(parents) + ")");
    }
    if (table_.row_security) line(".row_security()");
    if (table_.force_row_security) line(".force_row_security()");
    if (!table_.of_type.empty()) line(call("of_type", names_.text(table_.of_type)));
    if (!table_.replica_identity.empty())
      line(".replica_identity(migrate::replica_identity::" + table_.replica_identity + ")");
    if (!table_.comment.empty()) line(call("comment", table_.comment));
  }

  std::vector<const catalog::Table*> parents() const {
    std::vector<const catalog::Table*> found;
    for (const auto& name : table_.parents())
      if (const auto* parent = database_.table(name)) found.push_back(parent);
    return found;
  }

  // What is as it comes from the parent is not said again.
  bool is_said(const catalog::Constraint& each) const {
    if (!each.inherited || !each.attached_to.empty()) return true;
    if (!each.comment.empty()) return true;
    if (each.type != catalog::ConstraintType::foreign_key) return false;
    const auto all = parents();
    return std::none_of(all.begin(), all.end(), [&](const catalog::Table* parent) {
      const auto* theirs = parent->constraint(each.name);
      return theirs && theirs->type == each.type && theirs->columns == each.columns;
    });
  }

  void inherited(const catalog::Column& column) {
    const catalog::Column* theirs = nullptr;
    for (const auto* parent : parents())
      if (!theirs) theirs = parent->column(column.name);
    if (!theirs) return;
    std::string out;
    if (column.not_null != theirs->not_null) out += column.not_null ? ".not_null()" : ".nullable()";
    if (column.default_value != theirs->default_value)
      out += column.default_value.empty() ? ".no_default()" : call("default_sql", column.default_value);
    if (column.generated != theirs->generated && column.generated) out += generated(*column.generated);
    if (column.storage != theirs->storage)
      out += call("storage", column.storage.empty() ? usual_storage(column.type) : column.storage.get());
    if (column.compression != theirs->compression) out += call("compression", column.compression);
    out += kept_with_table(column);
    if (!out.empty()) line(".inherited(" + cpp_literal(column.name) + ")" + out);
  }

  static std::string usual_storage(const std::string& type) {
    const bool main = type.starts_with("numeric") || type == "inet" || type == "cidr";
    return main && !type.ends_with("]") ? "main" : "extended";
  }

  static std::string generated(const catalog::Generated& each) {
    return ".generated(" + cpp_literal(each.expression) +
           (each.stored ? ")" : ", migrate::generated::virtual_)");
  }

  static std::string kept_with_table(const catalog::Column& column) {
    std::string out;
    if (column.statistics) out += ".statistics(" + std::to_string(*column.statistics) + ")";
    return out + parameters("option", column.options) + call("not_null", column.not_null_constraint) +
           flag("not_null_no_inherit", column.not_null_no_inherit) +
           flag("not_null_not_valid", column.not_null_not_valid) + call("comment", column.comment);
  }

  // Of the schema of this table unless it says another.
  std::string index_name(const Name& name) const {
    return (name.schema == table_.name.schema ? "" : name_part(name.schema) + ".") + name_part(name.name);
  }
  std::string attached(const Name& name) const {
    return name.empty() ? "" : call("attached_to", index_name(name));
  }

  std::string settings(const catalog::Column& column) const {
    std::string out;
    if (!cpp_type(column.type, names_.enums).exact) out += call("type", column.type);
    if (column.identity) {
      const auto& identity = *column.identity;
      const bool always = identity.generation == catalog::Generation::always;
      const bool usual = identity.options == catalog::SequenceOptions();
      out += ".identity(";
      if (!always || !usual) out += std::string("migrate::identity::") + (always ? "always" : "by_default");
      if (!usual) out += ", " + sequence_options(identity.options);
      out += ")";
      if (!identity.sequence.empty())
        out += call("identity_sequence",
                    name_part(identity.sequence.schema) + "." + name_part(identity.sequence.name));
    }
    if (serials_.contains(column.name))
      out += ".serial()";
    else
      out += call("default_sql", column.default_value);
    if (column.generated) out += generated(*column.generated);
    out += collation_call(column.collation) + call("storage", column.storage) +
           call("compression", column.compression);
    return out + kept_with_table(column);
  }

  // Columns of which there is no more to say than the member stand in one call.
  void columns() {
    std::string plain;
    const auto flush = [&] {
      if (!plain.empty()) line(".columns<" + plain + ">()");
      plain.clear();
    };
    for (const auto& column : table_.columns) {
      if (column.inherited) continue;
      const auto& member = members_.at(column.name);
      const auto path = "&" + struct_ + "::" + member;
      const auto set = settings(column);
      if (set.empty() && member == column.name) {
        plain += (plain.empty()                           ? ""
                  : plain.size() - plain.rfind('\n') > 90 ? ",\n            "
                                                          : ", ") +
                 path;
        continue;
      }
      flush();
      line(".column<" + path + ">(" + (member == column.name ? "" : cpp_literal(column.name)) + ")" + set);
    }
    flush();
  }

  std::string deferral(const catalog::Constraint& constraint) const {
    return constraint.initially_deferred ? ".initially_deferred()"
                                         : flag("deferrable", constraint.deferrable);
  }

  void constraint(const catalog::Constraint& each) {
    using catalog::ConstraintType;
    std::string out;
    switch (each.type) {
      case ConstraintType::primary_key:
      case ConstraintType::unique:
        out = on_columns(each.type == ConstraintType::unique ? "unique" : "primary_key", each.columns,
                         each.name);
        if (!each.include.empty()) out += on_columns("include", each.include, "");
        out += flag("nulls_not_distinct", each.nulls_not_distinct) +
               flag("without_overlaps", each.without_overlaps);
        out += deferral(each) + parameters("with", each.options) + call("tablespace", each.tablespace);
        out += flag("clustered", each.clustered) + flag("replica_identity", each.replica_identity) +
               flag("only", each.only) + attached(each.attached_to);
        break;
      case ConstraintType::foreign_key:
        out = foreign_key(each);
        break;
      case ConstraintType::check:
        out = ".check(" + (each.name.empty() ? "" : cpp_literal(each.name) + ", ") +
              cpp_literal(each.expression) + ")";
        out += flag("no_inherit", each.no_inherit) + flag("not_valid", each.not_valid && !each.not_enforced) +
               flag("not_enforced", each.not_enforced) + flag("inherited", each.inherited);
        break;
      case ConstraintType::exclusion:
        out = ".exclusion(" + (each.name.empty() ? "" : cpp_literal(each.name)) + ")";
        if (each.method != "gist") out += call("method", each.method);
        out += elements(each.elements, true) + call("where", each.where) + deferral(each);
        out += parameters("with", each.options) + call("tablespace", each.tablespace);
        out += flag("clustered", each.clustered) + attached(each.attached_to);
        break;
    }
    line(out + call("comment", each.comment));
  }

  std::string foreign_key(const catalog::Constraint& each) const {
    auto out = on_columns("foreign_key", each.columns, each.name);
    const auto target = names_.structs.find(each.references);
    std::string columns;
    if (target != names_.structs.end()) {
      const auto& theirs = names_.members.at(each.references);
      for (const auto& column : each.referenced_columns) {
        const auto at = theirs.find(column);
        if (at == theirs.end()) {
          columns.clear();
          break;
        }
        columns += ", &" + target->second + "::" + at->second;
      }
    }
    if (!columns.empty())
      out += ".references<" + target->second + columns + ">()";
    else
      out += ".references(" + cpp_literal(names_.text(each.references)) + ", " +
             names_list(each.referenced_columns) + ")";
    using catalog::ForeignKeyAction;
    const auto action = [](ForeignKeyAction value) {
      return value == ForeignKeyAction::restrict_ ? std::string("restrict_")
                                                  : std::string(catalog::spelling(value));
    };
    if (each.on_delete != ForeignKeyAction::no_action)
      out += ".on_delete(migrate::on_delete::" + action(each.on_delete) +
             (each.on_delete_columns.empty() ? "" : ", " + names_list(each.on_delete_columns)) + ")";
    if (each.on_update != ForeignKeyAction::no_action)
      out += ".on_update(migrate::on_update::" + action(each.on_update) + ")";
    out += flag("match_full", each.match == catalog::ForeignKeyMatch::full) + flag("period", each.period) +
           deferral(each);
    return out + flag("not_valid", each.not_valid && !each.not_enforced) +
           flag("not_enforced", each.not_enforced) + flag("inherited", each.inherited);
  }

  std::string elements(const std::vector<catalog::IndexElement>& elements, bool exclusion) const {
    std::string out;
    for (const auto& each : elements) {
      const auto with = exclusion ? ", " + cpp_literal(each.exclusion_operator) : "";
      const auto list = each.column.empty() ? "" : members({each.column});
      if (each.column.empty())
        out += (exclusion ? ".element_sql(" : ".on_sql(") + cpp_literal(each.expression) + with + ")";
      else if (!list.empty())
        out += (exclusion ? ".element<" : ".on<") + list + ">(" +
               (exclusion ? cpp_literal(each.exclusion_operator) : "") + ")";
      else
        out += (exclusion ? ".element(" : ".on(") + cpp_literal(each.column) + with + ")";
      if (!each.opclass.empty()) {
        out += ".opclass(" + cpp_literal(each.opclass);
        if (!each.opclass_options.empty())
          out += ", {" +
                 join_with(each.opclass_options, ", ",
                           [](const auto& option) {
                             return "{" + cpp_literal(option.first) + ", " + cpp_literal(option.second) + "}";
                           }) +
                 "}";
        out += ")";
      }
      out += collation_call(each.collation) + flag("desc", each.descending);
      if (each.nulls_first) out += *each.nulls_first ? ".nulls_first()" : ".nulls_last()";
      if (each.statistics && !exclusion) out += ".statistics(" + std::to_string(*each.statistics) + ")";
    }
    return out;
  }

  const catalog::Database& database_;
  const catalog::Table& table_;
  const std::set<std::string>& serials_;
  const CppNames& names_;
  const std::string& struct_;
  const std::map<std::string, std::string>& members_;
  std::string body_;
};

}  // namespace

std::string CppNames::text(const Name& name) const {
  return (name.schema == default_schema ? "" : name_part(name.schema) + ".") + name_part(name.name);
}

std::string table_struct(const catalog::Table& table, const CppNames& names) {
  const auto& members = names.members.at(table.name);
  if (members.empty()) return "";
  std::string out = "\nstruct " + names.structs.at(table.name) + " {\n";
  for (const auto& column : table.columns) {
    if (column.inherited) continue;
    const auto type = cpp_type(column.type, names.enums).name;
    out += "  " + (column.not_null ? type : "std::optional<" + type + ">") + " " + members.at(column.name) +
           ";\n";
  }
  return out + "};\n";
}

std::string table_function(const catalog::Database& database, const catalog::Table& table,
                           const std::set<std::string>& serials, const CppNames& names) {
  return TableText(database, table, serials, names).run();
}

std::string index_call(const catalog::Index& index, const CppNames& names) {
  static const catalog::Database no_database;
  static const catalog::Table no_table;
  static const std::set<std::string> no_serials;
  return TableText(no_database, no_table, no_serials, names).index(index);
}

std::string sequence_options(const catalog::SequenceOptions& options) {
  std::vector<std::string> parts;
  const auto add = [&](const char* name, const std::optional<std::int64_t>& value) {
    if (!value) return;
    // The least 64-bit integer cannot be written as one literal.
    const bool least = *value == std::numeric_limits<std::int64_t>::min();
    parts.push_back(std::string(".") + name + " = " + (least ? "INT64_MIN" : std::to_string(*value)));
  };
  add("start", options.start);
  add("increment", options.increment);
  add("min", options.min);
  add("max", options.max);
  add("cache", options.cache);
  if (options.cycle) parts.emplace_back(".cycle = true");
  return "{" + join(parts, ", ") + "}";
}

bool is_serial_column(const catalog::Table& table, const catalog::Column& column,
                      const catalog::Sequence& sequence) {
  if (sequence.name != Name{table.name.schema, table.name.name + "_" + column.name + "_seq"} ||
      sequence.name.name.size() > 63)
    return false;
  const bool usual = sequence.options == catalog::SequenceOptions() && sequence.comment.empty() &&
                     sequence.unlogged == table.unlogged;
  const bool plain =
      !column.inherited && column.not_null && column.type == sequence.type && !sequence.unlogged;
  return usual && plain &&
         column.default_value == "nextval(" + quote_literal(sequence.name.sql()) + "::regclass)";
}

}  // namespace migrate::model
