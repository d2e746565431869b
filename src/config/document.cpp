#include "config/document.hpp"

#include <toml++/toml.h>
#include <algorithm>
#include <optional>
#include <set>

#include "util/duration.hpp"
#include "util/text.hpp"

namespace migrate::config {
namespace {

class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  Document read(const toml::table& root) {
    Document out;
    for (const auto& [key, node] : root) {
      const std::string name(key.str());
      if (name == "environments") {
        environments(as_table(node, name), out);
      } else if (is_table(name)) {
        values(as_table(node, name), name, "", out.values);
      } else {
        unknown(key, "", with_environments(table_names()));
      }
    }
    return out;
  }

 private:
  static std::vector<std::string> table_names() {
    std::vector<std::string> out;
    for (const auto& key : known_keys())
      if (out.empty() || out.back() != key.table) out.emplace_back(key.table);
    return out;
  }
  static std::vector<std::string> with_environments(std::vector<std::string> names) {
    names.emplace_back("environments");
    return names;
  }
  static bool is_table(const std::string& name) {
    const auto names = table_names();
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  Location place(const toml::source_region& source) const {
    return {file_, static_cast<int>(source.begin.line), static_cast<int>(source.begin.column)};
  }

  [[noreturn]] void unknown(const toml::key& key, const std::string& prefix,
                            const std::vector<std::string>& known) const {
    const auto near = nearest(key.str(), known);
    throw Error(ExitCode::usage, "unknown key " + prefix + std::string(key.str()),
                near.empty() ? "known here: " + join(known, ", ") : "did you mean " + prefix + near + "?")
        .at(place(key.source()));
  }

  static std::string_view describe(const toml::node& node) {
    switch (node.type()) {
      case toml::node_type::table:
        return "a table";
      case toml::node_type::array:
        return "a list";
      case toml::node_type::string:
        return "a string";
      case toml::node_type::integer:
        return "a whole number";
      case toml::node_type::floating_point:
        return "a number";
      case toml::node_type::boolean:
        return "true or false";
      default:
        return "a date or time";
    }
  }

  Error wrong(const toml::node& node, const std::string& key, std::string_view wanted) const {
    return Error(ExitCode::usage,
                 key + " takes " + std::string(wanted) + ", not " + std::string(describe(node)))
        .at(place(node.source()));
  }

  const toml::table& as_table(const toml::node& node, const std::string& key) const {
    if (const auto* table = node.as_table()) return *table;
    throw wrong(node, key, "a table");
  }

  bool boolean(const toml::node& node, const std::string& key) const {
    if (const auto found = node.value_exact<bool>()) return *found;
    throw wrong(node, key, "true or false");
  }

  std::string text(const toml::node& node, const std::string& key,
                   std::string_view wanted = "a string") const {
    if (auto found = node.value_exact<std::string>()) return std::move(*found);
    throw wrong(node, key, wanted);
  }

  void environments(const toml::table& table, Document& out) const {
    for (const auto& [name, node] : table) {
      const std::string prefix = "environments." + std::string(name.str()) + ".";
      auto& environment = out.environments[std::string(name.str())];
      for (const auto& [key, value] : as_table(node, prefix.substr(0, prefix.size() - 1))) {
        const std::string inner(key.str());
        if (inner == "protected") {
          environment.is_protected = boolean(value, prefix + inner);
        } else if (is_table(inner)) {
          values(as_table(value, prefix + inner), inner, prefix, environment.values);
        } else {
          auto known = table_names();
          known.emplace_back("protected");
          unknown(key, prefix, known);
        }
      }
    }
  }

  void values(const toml::table& table, const std::string& name, const std::string& prefix,
              std::map<std::string, Value>& out) const {
    for (const auto& [key, node] : table) {
      std::vector<std::string> names;
      const Key* known = nullptr;
      for (const auto& each : known_keys()) {
        if (each.table != name) continue;
        names.emplace_back(each.name);
        if (each.name == key.str()) known = &each;
      }
      if (known == nullptr) unknown(key, prefix + name + ".", names);
      const auto short_name = name + "." + std::string(key.str());
      out.emplace(short_name, value(node, *known, prefix + short_name));
    }
  }

  Value value(const toml::node& node, const Key& key, const std::string& full_name) const {
    Value out;
    out.key = full_name;
    out.where = place(node.source());
    switch (key.kind) {
      case Kind::boolean:
        out.value = boolean(node, full_name);
        break;
      case Kind::count:
        out.value = count(node, full_name);
        break;
      case Kind::list:
        out.value = list(node, full_name);
        break;
      case Kind::hooks:
        out.value = hooks(node, full_name);
        break;
      case Kind::duration:
        out.value = duration(node, full_name);
        break;
      case Kind::transaction:
        out.value = text(node, full_name);
        if (std::count(transaction_modes().begin(), transaction_modes().end(), out.text()) == 0)
          throw Error(ExitCode::usage, full_name + " takes " + join(transaction_modes(), ", ") + ", not \"" +
                                           out.text() + "\"")
              .at(out.where);
        break;
      default: {
        auto found = text(node, full_name);
        if (key.kind == Kind::name && trim(found).empty())
          throw Error(ExitCode::usage, full_name + " is empty").at(out.where);
        out.value = std::move(found);
      }
    }
    return out;
  }

  std::int64_t count(const toml::node& node, const std::string& key) const {
    const auto found = node.value_exact<std::int64_t>();
    if (!found) throw wrong(node, key, "a whole number");
    if (*found < 0 || *found > 1000000)
      throw Error(ExitCode::usage,
                  key + " takes a whole number from 0 to 1000000, not " + std::to_string(*found))
          .at(place(node.source()));
    return *found;
  }

  std::string duration(const toml::node& node, const std::string& key) const {
    const std::string_view wanted = "a time as a string, such as \"500ms\", \"3s\" or \"1min\"";
    auto found = text(node, key, wanted);
    if (!parse_duration(found))
      throw Error(ExitCode::usage, key + " takes " + std::string(wanted) + ", not \"" + found + "\"")
          .at(place(node.source()));
    return found;
  }

  std::vector<Hook> hooks(const toml::node& node, const std::string& key) const {
    const auto* items = node.as_array();
    if (items == nullptr) throw wrong(node, key, "a list of tables: [[" + key + "]]");
    std::vector<Hook> out;
    for (const auto& item : *items) {
      Hook hook;
      for (const auto& [name, value] : as_table(item, key)) {
        const auto full_name = key + "." + std::string(name.str());
        if (name.str() == "name")
          hook.name = text(value, full_name);
        else if (name.str() == "command")
          hook.command = list(value, full_name);
        else
          unknown(name, key + ".", {"name", "command"});
      }
      if (hook.command.empty() || hook.command.front().empty())
        throw Error(ExitCode::usage, key + " has no command: a list of a program and its arguments")
            .at(place(item.source()));
      if (hook.name.empty()) hook.name = hook.command.front();
      out.push_back(std::move(hook));
    }
    return out;
  }

  std::vector<std::string> list(const toml::node& node, const std::string& key) const {
    const auto* items = node.as_array();
    if (items == nullptr) throw wrong(node, key, "a list of strings");
    std::vector<std::string> out;
    for (const auto& item : *items) {
      auto found = item.value_exact<std::string>();
      if (!found)
        throw Error(ExitCode::usage, key + " takes strings, not " + std::string(describe(item)))
            .at(place(item.source()));
      out.push_back(std::move(*found));
    }
    return out;
  }

  std::string file_;
};

// toml++ begins with "Error while parsing …".
std::string sentence(std::string_view description) {
  auto text = one_line(description);
  if (text.starts_with("Error ")) text = text.substr(6);
  while (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

const std::vector<std::string>& transaction_modes() {
  static const std::vector<std::string> modes{"step", "revision", "all"};
  return modes;
}

const std::vector<Key>& known_keys() {
  static const std::vector<Key> keys{
      {"database", "url", Kind::url},
      {"database", "direct_url", Kind::url},
      {"database", "pooler", Kind::name},
      {"database", "password_command", Kind::text},
      {"migrations", "directory", Kind::name},
      {"migrations", "directories", Kind::list},
      {"migrations", "recursive", Kind::boolean},
      {"migrations", "file_name", Kind::name},
      {"migrations", "truncate_slug_length", Kind::count},
      {"migrations", "timezone", Kind::name},
      {"migrations", "script_template", Kind::name},
      {"migrations", "post_write_hooks", Kind::hooks},
      {"migrations", "schema", Kind::name},
      {"migrations", "version_table", Kind::name},
      {"migrations", "linear", Kind::boolean},
      {"migrations", "lock_timeout", Kind::duration},
      {"migrations", "statement_timeout", Kind::duration},
      {"migrations", "lock_retries", Kind::count},
      {"migrations", "wait", Kind::duration},
      {"migrations", "transaction", Kind::transaction},
      {"models", "sources", Kind::list},
      {"models", "program", Kind::text},
      {"models", "snapshot", Kind::text},
      {"models", "compiler", Kind::text},
      {"models", "flags", Kind::list},
      {"models", "include", Kind::list},
      {"models", "link", Kind::list},
      {"models", "compile_commands", Kind::text},
      {"models", "timeout", Kind::duration},
      {"models", "search_path", Kind::list},
      {"scratch", "url", Kind::url},
      {"scratch", "beside", Kind::boolean},
      {"autogenerate", "schemas", Kind::list},
      {"autogenerate", "include", Kind::list},
      {"autogenerate", "exclude", Kind::list},
      {"autogenerate", "privileges", Kind::boolean},
      {"autogenerate", "owners", Kind::boolean},
  };
  return keys;
}

Document read_document(std::string_view text, const std::string& file) {
  try {
    const toml::table root = toml::parse(text);
    return Reader(file).read(root);
  } catch (const toml::parse_error& error) {
    const auto& at = error.source().begin;
    throw Error(ExitCode::usage, "not TOML: " + sentence(error.description()))
        .at({file, static_cast<int>(at.line), static_cast<int>(at.column)});
  }
}

}  // namespace migrate::config
