// The document that `migrate` reads. Fields of "database" are called as in the program's catalogue; one that
// has its default value is left out. Names are always quoted, and those without a schema stay so: the reader
// knows the search_path.
#include <algorithm>
#include <cstdio>
#include <string_view>

#include "data.hpp"

namespace migrate::detail {
namespace {

class Writer {
 public:
  std::string take() { return std::move(out_); }

  void begin(char bracket) {
    before_value();
    out_ += bracket;
    first_ = true;
  }
  void end(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  void key(std::string_view name) {
    comma();
    string(name);
    out_ += ':';
    after_key_ = true;
  }
  void value(std::string_view text) {
    before_value();
    string(text);
  }
  void value(std::int64_t number) {
    before_value();
    out_ += std::to_string(number);
  }
  void value(bool yes) {
    before_value();
    out_ += yes ? "true" : "false";
  }
  void value(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", number);
    before_value();
    out_ += text;
  }
  void any(const Value& any) {
    switch (any.kind) {
      case Value::Kind::boolean:
        return value(any.boolean);
      case Value::Kind::integer:
        return value(any.integer);
      case Value::Kind::number:
        return value(any.number);
      case Value::Kind::text:
        return value(std::string_view(any.text));
      case Value::Kind::list:
        return write_list(any.list);
      case Value::Kind::object:
        return write_object(any.object);
    }
  }
  void line() { out_ += '\n'; }

  // Left out where they say nothing.
  void text(std::string_view name, std::string_view text) {
    if (text.empty()) return;
    key(name);
    value(text);
  }
  void flag(std::string_view name, bool yes) {
    if (!yes) return;
    key(name);
    value(true);
  }
  template <class Number>
  void number(std::string_view name, const std::optional<Number>& number) {
    if (!number) return;
    key(name);
    value(static_cast<std::int64_t>(*number));
  }
  void name(std::string_view field, const QualifiedName& name) {
    if (!name.name.empty()) text(field, quoted(name));
  }
  void parameters(std::string_view name, const ParameterList& list) {
    if (list.empty()) return;
    key(name);
    begin('{');
    for (const auto& [parameter, text] : list) {
      key(parameter);
      value(text);
    }
    end('}');
  }

 private:
  void write_list(const ValueList& list) {
    begin('[');
    for (const auto& each : list) any(each);
    end(']');
  }
  void write_object(const ValueObject& object) {
    begin('{');
    for (const auto& [name, each] : object) {
      key(name);
      any(each);
    }
    end('}');
  }
  void comma() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  void before_value() {
    if (!after_key_) comma();
    after_key_ = false;
  }
  void string(std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    out_ += '"';
    for (char c : text) {
      if (c == '"' || c == '\\') {
        out_ += '\\';
        out_ += c;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        out_ += "\\u00";
        out_ += digits[static_cast<unsigned char>(c) >> 4];
        out_ += digits[static_cast<unsigned char>(c) & 15];
      } else {
        out_ += c;
      }
    }
    out_ += '"';
  }

  std::string out_;
  bool first_ = true;
  bool after_key_ = false;
};

std::string name_of(const ColumnRef& ref) { return ref.column ? ref.column->name : ref.name; }

void write_columns(Writer& out, std::string_view field, const std::vector<ColumnRef>& refs) {
  if (refs.empty()) return;
  out.key(field);
  out.begin('[');
  for (const auto& ref : refs) out.value(name_of(ref));
  out.end(']');
}

void write_options(Writer& out, const SequenceOptions& options) {
  const bool usual = !options.start && !options.increment && !options.min && !options.max && !options.cache &&
                     !options.cycle;
  if (usual) return;
  out.key("options");
  out.begin('{');
  out.number("start", options.start);
  out.number("increment", options.increment);
  out.number("min", options.min);
  out.number("max", options.max);
  out.number("cache", options.cache);
  out.flag("cycle", options.cycle);
  out.end('}');
}

void write(Writer& out, const ColumnData& column) {
  out.line();
  out.begin('{');
  out.text("name", column.name);
  out.text("type", column.type);
  out.flag("not_null", column.not_null);
  out.text("default_value", column.default_sql);
  if (column.identity) {
    out.key("identity");
    out.begin('{');
    out.text("generation", column.identity->kind == identity::always ? "" : "by_default");
    write_options(out, column.identity->options);
    if (!column.identity_sequence.empty()) out.name("sequence", parse_name(column.identity_sequence));
    out.end('}');
  }
  if (column.generated) {
    out.key("generated");
    out.begin('{');
    out.text("expression", column.generated->first);
    if (column.generated->second == generated::virtual_) {
      out.key("stored");
      out.value(false);
    }
    out.end('}');
  }
  out.text("collation", column.collation);
  out.text("storage", column.storage);
  out.text("compression", column.compression);
  out.number("statistics", column.statistics);
  out.parameters("options", column.options);
  out.text("not_null_constraint", column.not_null_constraint);
  out.flag("not_null_no_inherit", column.not_null_no_inherit);
  out.flag("not_null_not_valid", column.not_null_not_valid);
  out.flag("inherited", column.inherited);
  out.text("comment", column.comment);
  out.end('}');
}

void write_elements(Writer& out, const std::vector<ElementData>& elements) {
  out.key("elements");
  out.begin('[');
  for (const auto& element : elements) {
    out.begin('{');
    out.text("column", name_of(element.column));
    out.text("expression", element.expression);
    out.text("collation", element.collation);
    out.text("opclass", element.opclass);
    out.parameters("opclass_options", element.opclass_options);
    out.flag("descending", element.descending);
    if (element.nulls_first && *element.nulls_first != element.descending) {
      out.key("nulls_first");
      out.value(*element.nulls_first);
    }
    out.text("exclusion_operator", element.exclusion_operator);
    out.number("statistics", element.statistics);
    out.end('}');
  }
  out.end(']');
}

const char* action(int number) {
  constexpr const char* names[] = {"", "restrict", "cascade", "set_null", "set_default"};
  return names[number];
}

void write(Writer& out, const ConstraintData& constraint) {
  constexpr const char* types[] = {"primary_key", "unique", "foreign_key", "check", "exclusion"};
  out.line();
  out.begin('{');
  out.text("name", constraint.name);
  out.text("type", types[static_cast<int>(constraint.kind)]);
  write_columns(out, "columns", constraint.columns);
  write_columns(out, "include", constraint.include);
  out.flag("nulls_not_distinct", constraint.nulls_not_distinct);
  out.flag("without_overlaps", constraint.without_overlaps);
  out.text("expression", constraint.expression);
  out.flag("no_inherit", constraint.no_inherit);
  out.name("references", constraint.target);
  write_columns(out, "referenced_columns", constraint.target_columns);
  out.flag("period", constraint.period);
  out.text("match", constraint.match_full ? "full" : "");
  out.text("on_update", action(static_cast<int>(constraint.updated)));
  out.text("on_delete", action(static_cast<int>(constraint.deleted)));
  write_columns(out, "on_delete_columns", constraint.deleted_columns);
  out.text("method", constraint.method);
  if (!constraint.elements.empty()) write_elements(out, constraint.elements);
  out.text("where", constraint.predicate);
  out.parameters("options", constraint.options);
  out.text("tablespace", constraint.tablespace);
  out.flag("deferrable", constraint.deferrable);
  out.flag("initially_deferred", constraint.initially_deferred);
  out.flag("not_valid", constraint.not_valid || constraint.not_enforced);
  out.flag("not_enforced", constraint.not_enforced);
  out.flag("inherited", constraint.inherited || !constraint.attached_to.name.empty());
  out.flag("clustered", constraint.clustered);
  out.flag("replica_identity", constraint.replica_identity);
  out.flag("only", constraint.only);
  out.name("attached_to", constraint.attached_to);
  out.text("comment", constraint.comment);
  out.end('}');
}

void write(Writer& out, const IndexData& index) {
  out.line();
  out.begin('{');
  out.text("name", index.name);
  out.flag("unique", index.unique);
  out.flag("nulls_not_distinct", index.nulls_not_distinct);
  out.text("method", index.method);
  write_elements(out, index.elements);
  write_columns(out, "include", index.include);
  out.text("where", index.predicate);
  out.parameters("options", index.options);
  out.text("tablespace", index.tablespace);
  out.flag("clustered", index.clustered);
  out.flag("replica_identity", index.replica_identity);
  out.flag("only", index.only);
  out.name("attached_to", index.attached_to);
  out.text("comment", index.comment);
  out.end('}');
}

template <class List>
void write_list(Writer& out, std::string_view field, const List& list) {
  if (list.empty()) return;
  out.key(field);
  out.begin('[');
  for (const auto& item : list) write(out, item);
  out.end(']');
}

void write(Writer& out, const TableData& table) {
  out.line();
  out.begin('{');
  out.name("name", table.name);
  out.flag("unlogged", table.unlogged);
  write_list(out, "columns", table.columns);
  write_list(out, "constraints", table.constraints);
  write_list(out, "indexes", table.indexes);
  out.parameters("options", table.options);
  out.text("tablespace", table.tablespace);
  out.text("access_method", table.access_method);
  out.text("partition_key", table.partition_key);
  if (!table.inherits.empty()) {
    out.key("inherits");
    out.begin('[');
    for (const auto& parent : table.inherits) out.value(quoted(parent));
    out.end(']');
  }
  out.name("partition_of", table.partition_of);
  out.text("partition_bound", table.partition_bound);
  out.flag("row_security", table.row_security);
  out.flag("force_row_security", table.force_row_security);
  out.name("of_type", table.of_type);
  out.text("replica_identity", table.replica_identity);
  out.text("comment", table.comment);
  out.end('}');
}

void write(Writer& out, const EnumData& enumeration) {
  out.line();
  out.begin('{');
  out.name("name", enumeration.name);
  out.key("labels");
  out.begin('[');
  for (const auto& label : enumeration.labels) out.value(label);
  out.end(']');
  out.text("comment", enumeration.comment);
  out.end('}');
}

void write(Writer& out, const SequenceData& sequence) {
  out.line();
  out.begin('{');
  out.name("name", sequence.name);
  out.text("type", sequence.type);
  write_options(out, sequence.options);
  out.name("owned_by_table", sequence.owner);
  out.text("owned_by_column", name_of(sequence.owner_column));
  out.flag("unlogged", sequence.unlogged);
  out.text("comment", sequence.comment);
  out.end('}');
}

void write(Writer& out, const CommentData& named) {
  out.begin('{');
  out.text("name", named.name);
  out.text("schema", named.schema);
  out.text("version", named.version);
  out.text("comment", named.comment);
  out.end('}');
}

std::string key_of(const char* kind, const QualifiedName& name) {
  return std::string(kind) + " " + quoted(name);
}
std::string key_of(const char* kind, const TableData& table, const std::string& member) {
  return key_of(kind, table.name) + "." + quoted(member);
}
std::string key_of(const IndexData& index) { return key_of("index", {index.table->name.schema, index.name}); }

// Every object with its key: extensions, schemas, types, sequences, tables, and what they hold that has a
// name.
template <class Visit>
void each_object(const ModelData& model, Visit&& visit) {
  for (const auto& each : model.extensions) visit(key_of("extension", {"", each.name}), each);
  for (const auto& schema : model.schemas) visit(key_of("schema", {"", schema.name}), schema);
  for (const auto& enumeration : model.enums) visit(key_of("type", enumeration.name), enumeration);
  for (const auto& sequence : model.sequences) visit(key_of("sequence", sequence.name), sequence);
  for (const auto& table : model.tables) {
    visit(key_of("table", table.name), table);
    for (const auto& column : table.columns) visit(key_of("column", table, column.name), column);
    for (const auto& constraint : table.constraints)
      if (!constraint.name.empty()) visit(key_of("constraint", table, constraint.name), constraint);
    for (const auto& index : table.indexes)
      if (!index.name.empty()) visit(key_of(index), index);
  }
  for (const auto& definition : model.definitions) visit(key_of(definition), definition);
  for (const auto& view : model.indexed_views)
    for (const auto& index : view.indexes)
      if (!index.name.empty()) visit(key_of(index), index);
}

// Lists in the order in which they are first spoken of.
void write_definitions(Writer& out, const ModelData& model) {
  std::vector<std::string_view> lists;
  for (const auto& each : model.definitions)
    if (std::find(lists.begin(), lists.end(), each.list) == lists.end()) lists.emplace_back(each.list);
  for (const auto list : lists) {
    out.key(list);
    out.begin('[');
    for (const auto& each : model.definitions) {
      if (each.list != list) continue;
      out.line();
      out.begin('{');
      for (const auto& [name, value] : each.fields) {
        out.key(name);
        out.any(value);
      }
      if (each.indexed) write_list(out, "indexes", each.indexed->indexes);
      out.end('}');
    }
    out.end(']');
  }
  out.key("dependencies");
  out.begin('[');
  for (const auto& each : model.definitions)
    for (const auto& used : each.depends_on) {
      out.begin('{');
      out.text("object", key_of(each));
      out.text("uses", used);
      out.end('}');
    }
  out.end(']');
}

void write_access(Writer& out, const std::string& object, const AccessData& access) {
  if (access.owner.empty() && access.grants.empty()) return;
  out.line();
  out.begin('{');
  out.text("object", object);
  out.text("owner", access.owner);
  out.key("grants");
  out.begin('[');
  for (const auto& grant : access.grants) {
    out.begin('{');
    out.text("grantee", grant.grantee);
    out.text("privilege", grant.privilege);
    out.flag("grantable", grant.grantable);
    out.flag("revoked", grant.revoked);
    out.end('}');
  }
  out.end(']');
  out.end('}');
}

// Of what is declared, and of what is only named.
void write_access(Writer& out, const ModelData& model) {
  out.key("access");
  out.begin('[');
  each_object(model, [&](const std::string& key, const auto& object) {
    if constexpr (requires { object.access; }) write_access(out, key, object.access);
  });
  for (const auto& each : model.access) write_access(out, each.object, each.access);
  out.end(']');
}

void write_rename(Writer& out, const std::string& object, std::string_view was, std::string_view label,
                  Where where) {
  out.line();
  out.begin('{');
  out.text("object", object);
  out.text("was", was);
  out.text("label", label);
  out.text("where", place_text(where));
  out.end('}');
}

std::string old_name(const std::string& name) { return name; }
std::string old_name(const QualifiedName& name) { return quoted(name); }

void write_renames(Writer& out, const ModelData& model) {
  out.key("renames");
  out.begin('[');
  each_object(model, [&](const std::string& key, const auto& object) {
    if constexpr (requires { object.renamed_from; })
      for (const auto& was : object.renamed_from) write_rename(out, key, old_name(was), "", object.where);
    if constexpr (requires { object.renamed_labels; })
      for (const auto& [from, to] : object.renamed_labels) write_rename(out, key, from, to, object.where);
  });
  out.end(']');
}

void write_messages(Writer& out, std::string_view field, const std::vector<Message>& messages) {
  out.key(field);
  out.begin('[');
  for (const auto& message : messages) {
    out.line();
    out.begin('{');
    if (message.where.line != 0) out.text("where", place_text(message.where));
    out.text("text", message.text);
    out.end('}');
  }
  out.end(']');
}

}  // namespace

std::string document(const ModelData& model, const std::vector<std::string>& files) {
  Writer out;
  out.begin('{');
  out.text("format", "migrate.models");
  out.key("version");
  out.value(std::int64_t{1});
#if defined(__clang__)
  out.text("generator", "clang++ " __clang_version__);
#else
  out.text("generator", "g++ " __VERSION__);
#endif
  out.line();
  out.key("files");
  out.begin('[');
  for (const auto& file : files) out.value(file);
  out.end(']');
  out.line();
  write_messages(out, "problems", model.problems);
  out.line();
  write_messages(out, "warnings", model.warnings);
  out.line();
  out.key("locations");
  out.begin('{');
  each_object(model, [&](const std::string& key, const auto& object) {
    out.line();
    out.key(key);
    out.value(place_text(object.where));
  });
  out.end('}');
  out.line();
  write_renames(out, model);
  out.line();
  out.key("database");
  out.begin('{');
  write_list(out, "extensions", model.extensions);
  write_list(out, "schemas", model.schemas);
  write_list(out, "enums", model.enums);
  write_list(out, "sequences", model.sequences);
  write_list(out, "tables", model.tables);
  write_definitions(out, model);
  write_access(out, model);
  out.end('}');
  out.line();
  out.flag("end", true);
  out.end('}');
  out.line();
  return out.take();
}

}  // namespace migrate::detail
