#include "model/generate_cpp.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include "catalog/spelling.hpp"
#include "model/cpp_names.hpp"
#include "model/cpp_type.hpp"
#include "model/generate_definition.hpp"
#include "util/text.hpp"

namespace migrate::model {
namespace {

using catalog::Name;

// A label that the runtime reads back from its enumerator: the closing underscore of delete_ is taken off.
std::optional<std::string> enumerator(const std::string& label) {
  if (label.ends_with('_')) return std::nullopt;
  if (is_cpp_identifier(label)) return label;
  if (is_cpp_identifier(label + "_") && cpp_identifier(label) == label + "_") return label + "_";
  return std::nullopt;
}

constexpr std::size_t most_enumerators = 256;  // detail::last_enumerator + 1 of migrate/detail/reflect.hpp

class Generator {
 public:
  Generator(const catalog::Database& database, const std::vector<std::string>& search_path)
      : database_(database) {
    names_.default_schema = search_path.empty() ? "public" : search_path.front();
    std::set<std::string> taken;
    for (const auto& each : database.enums) names_.enums[each.name] = unique_in(taken, type_name(each.name));
    for (const auto& each : database.tables)
      names_.structs[each.name] = unique_in(taken, type_name(each.name));
    for (const auto& each : database.tables) name_members(each, taken);
  }

  std::string run() {
    out_ =
        "// Declares the database that it was read from. Written by `migrate inspect --format cpp`; edit it "
        "freely.\n";
    for (const auto& each : database_.unhandled)
      out_ += "// Not declared here: " + each.kind + " " + one_line(each.identity) + "\n";
    out_ +=
        "#include <migrate/model.hpp>\n\n#include <cstddef>\n#include <cstdint>\n#include "
        "<optional>\n#include <string>\n"
        "#include <vector>\n\nnamespace {\n";
    for (const auto& each : database_.enums) enumeration(each);
    for (const auto& each : database_.tables) out_ += table_struct(each, names_);
    for (const auto& each : database_.tables) out_ += table_function(each, serials(each), names_);
    out_ += "\n}  // namespace\n\nMIGRATE_MODELS(m) {\n";
    for (const auto& each : database_.extensions) out_ += "  m.extension(" + cpp_literal(each.name) + ");\n";
    for (const auto& each : database_.schemas) schema(each);
    for (const auto& each : database_.enums) declare_enumeration(each);
    for (const auto& each : database_.sequences) sequence(each);
    for (const auto& each : database_.tables) out_ += "  declare_" + names_.structs.at(each.name) + "(m);\n";
    out_ += definition_calls(database_, names_);
    out_ += "}\n";
    return std::move(out_);
  }

 private:
  std::string type_name(const Name& name) const {
    const auto plain = camel_case(name.name);
    return name.schema == names_.default_schema ? plain : camel_case(name.schema + "_" + name.name);
  }

  // A member must not be called as its struct is, nor as a type that another member has.
  void name_members(const catalog::Table& table, const std::set<std::string>& types) {
    auto& members = names_.members[table.name];
    std::set<std::string> taken = types;
    for (const auto& column : table.columns)
      if (!column.inherited && is_cpp_identifier(column.name) && taken.insert(column.name).second)
        members[column.name] = column.name;
    for (const auto& column : table.columns)
      if (!column.inherited && !members.contains(column.name))
        members[column.name] = unique_in(taken, cpp_identifier(column.name));
  }

  // The columns of the table that are serial in all: default, sequence and its name.
  std::set<std::string> serials(const catalog::Table& table) {
    std::set<std::string> found;
    for (const auto& each : database_.sequences)
      if (each.owned_by_table == table.name && is_serial(each)) found.insert(each.owned_by_column);
    return found;
  }
  bool is_serial(const catalog::Sequence& sequence) const {
    const auto* table = database_.table(sequence.owned_by_table);
    const auto* column = table ? table->column(sequence.owned_by_column) : nullptr;
    return column && is_serial_column(*table, *column, sequence);
  }

  void enumeration(const catalog::EnumType& each) {
    std::set<std::string> taken;
    out_ += "\nenum class " + names_.enums.at(each.name) + " {";
    for (std::size_t at = 0; at < each.labels.size(); ++at) {
      const auto plain = enumerator(each.labels[at]);
      out_ += (at == 0 ? " " : ", ") + unique_in(taken, plain ? *plain : cpp_identifier(each.labels[at]));
    }
    out_ += " };\n";
  }

  void declare_enumeration(const catalog::EnumType& each) {
    const bool by_enumerators = !each.labels.empty() && each.labels.size() <= most_enumerators &&
                                std::all_of(each.labels.begin(), each.labels.end(),
                                            [](const auto& label) { return enumerator(label).has_value(); });
    out_ += "  m.enum_type<" + names_.enums.at(each.name) + ">(" + cpp_literal(names_.text(each.name));
    if (!by_enumerators) out_ += ", {" + join_with(each.labels, ", ", cpp_literal) + "}";
    out_ += ")";
    if (!each.comment.empty()) out_ += ".comment(" + cpp_literal(each.comment) + ")";
    out_ += ";\n";
  }

  void schema(const catalog::Schema& each) {
    if (each.comment.empty() && each.name == "public") return;
    out_ += "  m.schema(" + cpp_literal(each.name) + ")";
    if (!each.comment.empty()) out_ += ".comment(" + cpp_literal(each.comment) + ")";
    out_ += ";\n";
  }

  void sequence(const catalog::Sequence& each) {
    if (is_serial(each)) return;
    out_ += "  m.sequence(" + cpp_literal(names_.text(each.name)) + ")";
    if (each.type != "bigint") out_ += ".type(" + cpp_literal(each.type) + ")";
    if (each.options != catalog::SequenceOptions())
      out_ += ".options(" + sequence_options(each.options) + ")";
    if (!each.owned_by_table.empty())
      out_ += ".owned_by(" + cpp_literal(names_.text(each.owned_by_table)) + ", " +
              cpp_literal(each.owned_by_column) + ")";
    if (each.unlogged) out_ += ".unlogged()";
    if (!each.comment.empty()) out_ += ".comment(" + cpp_literal(each.comment) + ")";
    out_ += ";\n";
  }

  const catalog::Database& database_;
  CppNames names_;
  std::string out_;
};

}  // namespace

std::string generate_cpp(const catalog::Database& database, const std::vector<std::string>& search_path) {
  return Generator(database, search_path).run();
}

}  // namespace migrate::model
