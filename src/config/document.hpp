// config.toml as it stands: known keys with values of the right type, and where each was written. The one
// user of toml++.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/config.hpp"
#include "util/error.hpp"

namespace migrate::config {

enum class Kind { text, name, url, duration, boolean, count, list, transaction, hooks };

struct Key {
  std::string_view table, name;  // "database", "url"
  Kind kind;
};
const std::vector<Key>& known_keys();
const std::vector<std::string>& transaction_modes();  // of [migrations] transaction

struct Value {
  std::variant<std::string, bool, std::int64_t, std::vector<std::string>, std::vector<Hook>> value;
  std::string key;  // "database.url", or "environments.prod.database.url"
  Location where;

  const std::string& text() const { return std::get<std::string>(value); }
};

struct Environment {
  bool is_protected = false;
  std::map<std::string, Value> values;  // by "table.key"
};

struct Document {
  std::map<std::string, Value> values;
  std::map<std::string, Environment> environments;
};

// `file` is for messages. Throws Error(usage) at file:line:column for broken TOML, an unknown key (with the
// nearest known one) and a value of the wrong type; in every environment, whichever is used.
Document read_document(std::string_view text, const std::string& file);

}  // namespace migrate::config
