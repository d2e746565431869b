#include "model/generate_cpp.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "catalog/spelling.hpp"
#include "model/cpp_names.hpp"
#include "model/cpp_type.hpp"
#include "model/generate_access.hpp"
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

  // Of each kind of text that part which is about `some` of the database's objects.
  std::string enums(const catalog::Database& some) {
    return taken_from([&] {
      for (const auto& each : some.enums) enumeration(each);
    });
  }
  std::string structs(const catalog::Database& some) {
    return taken_from([&] {
      for (const auto& each : some.tables) out_ += table_struct(each, names_);
    });
  }
  std::string functions(const catalog::Database& some) {
    return taken_from([&] {
      for (const auto& each : some.tables) out_ += table_function(database_, each, serials(each), names_);
    });
  }
  std::string calls(const catalog::Database& some) {
    return taken_from([&] {
      for (const auto& each : some.extensions) extension(each);
      for (const auto& each : some.schemas) schema(each);
      for (const auto& each : some.enums) declare_enumeration(each);
      for (const auto& each : some.sequences) sequence(each);
      for (const auto& each : some.tables) out_ += "  declare_" + names_.structs.at(each.name) + "(m);\n";
      out_ += definition_calls(some, names_);
      out_ += access_calls(some);
    });
  }
  bool has_struct(const Name& table) const {
    const auto members = names_.members.find(table);
    return members != names_.members.end() && !members->second.empty();
  }

 private:
  template <class Write>
  std::string taken_from(Write&& write) {
    out_.clear();
    write();
    return std::move(out_);
  }

  std::string type_name(const Name& name) const {
    const auto plain = camel_case(name.name);
    return name.schema == names_.default_schema ? plain : camel_case(name.schema + "_" + name.name);
  }

  // A member must not be called as its struct is, nor as a type that another member has.
  void name_members(const catalog::Table& table, const std::set<std::string>& types) {
    auto& members = names_.members[table.name];
    std::set<std::string> taken;
    for (const auto& column : table.columns)
      if (!column.inherited && is_cpp_identifier(column.name) && !types.contains(column.name) &&
          taken.insert(column.name).second)
        members[column.name] = column.name;
    for (const auto& column : table.columns)
      if (!column.inherited && !members.contains(column.name))
        members[column.name] = unique_in(taken, cpp_identifier(column.name), types);
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

  void extension(const catalog::Extension& each) {
    out_ += "  m.extension(" + cpp_literal(each.name) + ")";
    if (!each.schema.empty() && each.schema != names_.default_schema)
      out_ += ".schema(" + cpp_literal(each.schema) + ")";
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

std::string not_declared(const catalog::Database& database) {
  std::string out;
  for (const auto& each : database.unhandled)
    out += "// Not declared here: " + each.kind + " " + one_line(each.identity) + "\n";
  return out;
}

constexpr const char* includes =
    "#include <migrate/model.hpp>\n\n#include <cstddef>\n#include <cstdint>\n#include <optional>\n"
    "#include <string>\n#include <vector>\n";

// ---- several files

struct Size {
  std::size_t header = 0, source = 0;  // lines
  Size operator+(const Size& other) const { return {header + other.header, source + other.source}; }
  bool fits(std::size_t most) const { return header <= most && source <= most; }
};

// What is called alike and belongs together: a table with its sequences, triggers and policies.
struct Unit {
  catalog::Database objects;
  Size size;
};

struct File {
  std::string name;
  catalog::Database objects;
  Size size;
};

std::size_t line_count(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

class Layout {
 public:
  Layout(const catalog::Database& database, const std::vector<std::string>& search_path, std::size_t most)
      : database_(database),
        generator_(database, search_path),
        default_schema_(search_path.empty() ? "public" : search_path.front()),
        most_(most > 2 * frame ? most - frame : frame) {
    collect();
    for (const auto& [schema, units] : schemas()) lay_out(schema, units);
  }

  std::vector<SourceFile> run() {
    for (const auto& file : files_)
      for (const auto& table : file.objects.tables) file_of_[table.name] = file.name;
    std::vector<SourceFile> out;
    if (const auto enums = generator_.enums(database_); !enums.empty())
      out.push_back({"types.hpp", header("The enums of the models.", "", enums)});
    for (const auto& file : files_) {
      const auto structs = generator_.structs(file.objects);
      if (!structs.empty())
        out.push_back({file.name + ".hpp",
                       header("The tables that " + file.name + ".cpp declares, as structs.",
                              database_.enums.empty() ? "" : "\n#include \"types.hpp\"\n", structs)});
      out.push_back({file.name + ".cpp", source(file)});
    }
    return out;
  }

 private:
  static constexpr std::size_t frame = 30;                       // lines of a file that belong to no object
  static constexpr std::size_t least_units = 3, least_part = 4;  // of a file of its own

  using Units = std::map<Name, Unit>;

  void collect() {
    using catalog::Database;
    const auto own = [](const auto& each) { return each.name; };
    const Name first{default_schema_, ""};
    for (const auto& each : database_.extensions) units_[first].objects.extensions.push_back(each);
    for (const auto& each : database_.schemas) units_[{each.name, ""}].objects.schemas.push_back(each);
    for (const auto& each : database_.enums) units_[own(each)].objects.enums.push_back(each);
    for (const auto& each : database_.tables) units_[own(each)].objects.tables.push_back(each);
    for (const auto& each : database_.sequences)
      units_[each.owned_by_table.empty() ? each.name : each.owned_by_table].objects.sequences.push_back(each);
    Database::definitions(database_, [&](const auto& list) {
      for (const auto& each : list) {
        using Object = std::remove_cvref_t<decltype(each)>;
        auto owner = each.id().name;
        if constexpr (std::is_same_v<Object, catalog::DefaultPrivileges>)
          if (!owner.schema.empty()) owner.name.clear();  // beside its schema
        units_[owner.schema.empty() ? first : owner].objects.template list_of<Object>().push_back(each);
      }
    });
    for (const auto& each : database_.access) {
      const auto place = place_of_access(database_, each.object);
      units_[place.schema.empty() ? first : place].objects.access.push_back(each);
    }
    for (auto& [name, unit] : units_)
      unit.size = {
          line_count(generator_.structs(unit.objects)),
          line_count(generator_.functions(unit.objects)) + line_count(generator_.calls(unit.objects))};
  }

  std::map<std::string, Units> schemas() {
    std::map<std::string, Units> out;
    for (auto& [name, unit] : units_) out[name.schema].emplace(name, std::move(unit));
    return out;
  }

  void lay_out(const std::string& schema, const Units& units) {
    Size all;
    for (const auto& [name, unit] : units) all = all + unit.size;
    if (all.fits(most_)) return add(slug(schema), units);
    std::map<std::string, Units> groups;
    for (const auto& [name, unit] : units)
      groups[name.name.substr(0, name.name.find('_'))].emplace(name, unit);
    Units rest;
    for (auto group = groups.begin(); group != groups.end();) {
      Size size;
      for (const auto& [name, unit] : group->second) size = size + unit.size;
      const bool worth_a_file = size.header + size.source >= most_ / least_part;
      if (group->second.size() >= least_units && worth_a_file && !group->first.empty()) {
        ++group;
        continue;
      }
      rest.merge(group->second);
      group = groups.erase(group);
    }
    add(slug(schema), rest);
    for (const auto& [word, members] : groups)
      add(slug(schema == default_schema_ ? word : schema + "_" + word), members);
  }

  // In as many files as it takes, all about equally long.
  void add(const std::string& name, const Units& units) {
    Size all;
    for (const auto& [unused, unit] : units) all = all + unit.size;
    const auto pieces = std::max(all.header, all.source) / most_ + 1;
    const auto most = std::max(all.header, all.source) / pieces + 1;
    Size so_far;
    bool first = true;
    for (const auto& [unused, unit] : units) {
      if (std::exchange(first, false) || !(so_far + unit.size).fits(pieces == 1 ? most_ : most)) {
        files_.push_back({unique_in(taken_, name.empty() ? "models" : name), {}, {}});
        so_far = {};
      }
      so_far = so_far + unit.size;
      append(files_.back().objects, unit.objects);
    }
  }

  static void append(catalog::Database& to, const catalog::Database& from) {
    const auto all = [](auto& list, const auto& more) { list.insert(list.end(), more.begin(), more.end()); };
    all(to.extensions, from.extensions);
    all(to.schemas, from.schemas);
    all(to.enums, from.enums);
    all(to.sequences, from.sequences);
    all(to.tables, from.tables);
    all(to.access, from.access);
    catalog::Database::definitions(from, [&](const auto& list) {
      using List = std::remove_cvref_t<decltype(list)>;
      all(to.list_of<typename List::value_type>(), list);
    });
  }

  static std::string header(const std::string& about, const std::string& more, const std::string& body) {
    return "// " + about + " Written by `migrate adopt`; edit it freely.\n#pragma once\n" +
           std::string(includes) + more + "\nnamespace models {\n" + body + "\n}  // namespace models\n";
  }

  // By name where that is no page of its own.
  std::string not_declared_in_short() const {
    if (database_.unhandled.size() <= most_ / 10) return not_declared(database_);
    std::map<std::string, int> kinds;
    for (const auto& each : database_.unhandled) ++kinds[each.kind];
    return "// Not declared here, by kind: " +
           join_with(kinds, ", ",
                     [](const auto& each) { return each.first + " " + std::to_string(each.second); }) +
           "\n";
  }

  std::string source(const File& file) {
    std::set<std::string> headers;
    if (!file.objects.enums.empty()) headers.insert("types");
    for (const auto& table : file.objects.tables) {
      if (generator_.has_struct(table.name)) headers.insert(file.name);
      for (const auto& constraint : table.constraints)
        if (generator_.has_struct(constraint.references)) headers.insert(file_of_.at(constraint.references));
    }
    std::string out =
        "// Declares a part of the database that it was read from. Written by `migrate adopt`; edit it "
        "freely.\n";
    if (&file == &files_.front()) out += not_declared_in_short();
    out += "#include <migrate/model.hpp>\n";
    if (!headers.empty()) out += "\n";
    for (const auto& each : headers) out += "#include \"" + each + ".hpp\"\n";
    const auto functions = generator_.functions(file.objects);
    if (!functions.empty())
      out +=
          "\nnamespace models {\nnamespace {\n" + functions + "\n}  // namespace\n}  // namespace models\n";
    out += "\nMIGRATE_MODELS(m) {\n";
    if (!functions.empty() || !file.objects.enums.empty()) out += "  using namespace models;\n";
    return out + generator_.calls(file.objects) + "}\n";
  }

  const catalog::Database& database_;
  Generator generator_;
  std::string default_schema_;
  std::size_t most_;
  Units units_;
  std::set<std::string> taken_{"types"};
  std::vector<File> files_;
  std::map<Name, std::string> file_of_;
};

}  // namespace

std::string generate_cpp(const catalog::Database& database, const std::vector<std::string>& search_path) {
  Generator generator(database, search_path);
  return "// Declares the database that it was read from. Written by `migrate inspect --format cpp`; edit it "
         "freely.\n" +
         not_declared(database) + includes + "\nnamespace {\n" + generator.enums(database) +
         generator.structs(database) + generator.functions(database) +
         "\n}  // namespace\n\nMIGRATE_MODELS(m) {\n" + generator.calls(database) + "}\n";
}

std::vector<SourceFile> generate_cpp_files(const catalog::Database& database,
                                           const std::vector<std::string>& search_path,
                                           std::size_t most_lines) {
  auto whole =
      replace_all(generate_cpp(database, search_path), "`migrate inspect --format cpp`", "`migrate adopt`");
  if (line_count(whole) <= most_lines) return {{"schema.cpp", std::move(whole)}};
  return Layout(database, search_path, most_lines).run();
}

}  // namespace migrate::model
