#include "catalog/json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <type_traits>

#include "catalog/json_value.hpp"
#include "catalog/spelling.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::catalog {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void bad(const std::string& path, const std::string& what) {
  throw Error(ExitCode::failed, (path.empty() ? "the document" : path) + " " + what);
}

template <class T>
concept Record = requires(const T& value) {
  T::fields(value, [](std::string_view, const auto&) {});
};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

// ---- writing

template <class T>
Json write(const T& value);

template <Record T>
Json write_record(const T& value) {
  static const T usual{};
  std::vector<const void*> usual_fields;
  T::fields(usual, [&](std::string_view, const auto& field) { usual_fields.push_back(&field); });
  Json out = Json::object();
  std::size_t at = 0;
  T::fields(value, [&](std::string_view name, const auto& field) {
    using Field = std::remove_cvref_t<decltype(field)>;
    const bool always = name == "name" || name == "type";
    if (const auto* plain = static_cast<const Field*>(usual_fields[at++]); always || !(field == *plain))
      out[std::string(name)] = write(field);
  });
  return out;
}

template <class T>
Json write(const T& value) {
  if constexpr (Record<T>) {
    return write_record(value);
  } else if constexpr (std::is_same_v<T, Name>) {
    return value.empty() ? Json("") : Json(value.sql());
  } else if constexpr (std::is_same_v<T, ObjectId>) {
    return value.key();
  } else if constexpr (std::is_enum_v<T>) {
    return std::string(spelling(value));
  } else if constexpr (IsOptional<T>::value) {
    return value ? write(*value) : Json(nullptr);
  } else if constexpr (IsVector<T>::value) {
    Json out = Json::array();
    for (const auto& item : value) out.push_back(write(item));
    return out;
  } else if constexpr (std::is_same_v<T, StorageParameters>) {
    Json out = Json::object();
    for (const auto& [name, text] : value) out[name] = text;
    return out;
  } else {
    return value;
  }
}

// ---- reading

template <class T>
void read(const Json& json, const std::string& path, T& value);

template <Record T>
void read_record(const Json& json, const std::string& path, T& value) {
  if (!json.is_object()) bad(path, "must be an object");
  std::vector<std::string> known;
  T::fields(value, [&](std::string_view name, auto& field) {
    known.emplace_back(name);
    const auto at = json.find(std::string(name));
    if (at != json.end() && !at->is_null())
      read(*at, path.empty() ? known.back() : path + "." + known.back(), field);
  });
  for (const auto& item : json.items())
    if (std::find(known.begin(), known.end(), item.key()) == known.end()) {
      const auto near = nearest(item.key(), known);
      bad(path, "has an unknown field \"" + item.key() + "\"" +
                    (near.empty() ? "" : " (did you mean \"" + near + "\"?)"));
    }
}

template <class T>
void read(const Json& json, const std::string& path, T& value) {
  if constexpr (Record<T>) {
    read_record(json, path, value);
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_boolean()) bad(path, "must be true or false");
    value = json.get<bool>();
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!json.is_number()) bad(path, "must be a number");
    value = json.get<T>();
  } else if constexpr (std::is_integral_v<T>) {
    if (!json.is_number_integer()) bad(path, "must be an integer");
    value = json.get<T>();
  } else if constexpr (IsOptional<T>::value) {
    typename T::value_type inner{};
    read(json, path, inner);
    value = std::move(inner);
  } else if constexpr (IsVector<T>::value) {
    if (!json.is_array()) bad(path, "must be a list");
    value.clear();
    value.reserve(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) {
      value.emplace_back();
      read(json[i], path + "[" + std::to_string(i) + "]", value.back());
    }
  } else if constexpr (std::is_same_v<T, StorageParameters>) {
    if (!json.is_object()) bad(path, "must be an object");
    for (const auto& item : json.items()) read(item.value(), path + "." + item.key(), value[item.key()]);
  } else {
    if (!json.is_string()) bad(path, "must be a string");
    const auto text = json.get<std::string>();
    if constexpr (std::is_same_v<T, std::string>) {
      value = text;
    } else if constexpr (std::is_enum_v<T>) {
      const auto read_value = spelled<T>(text);
      if (!read_value) bad(path, "has an unknown value \"" + text + "\"");
      value = *read_value;
    } else {
      const bool good = from_text(text, value);
      if (!good) bad(path, "is not a name: \"" + text + "\"");
    }
  }
}

template <class T>
Json write_field(const T* object, std::string_view field) {
  Json out;
  if (object != nullptr)
    T::fields(*object, [&](std::string_view name, const auto& value) {
      if (name == field) out = write(value);
    });
  return out;
}

const Index* find_index(const Database& database, const Name& name) {
  for (const auto& table : database.tables)
    if (table.name.schema == name.schema)
      if (const auto* index = table.index(name.name)) return index;
  return nullptr;
}

}  // namespace

Json field_value(const Database& database, const ObjectId& id, std::string_view field) {
  if (field == "owner" || field == "grants") return write_field(find_access(database, id), field);
  const auto* table = database.table(id.name);
  switch (id.kind) {
    case Kind::schema:
      return write_field(database.schema(id.name.name), field);
    case Kind::extension:
      return write_field(database.extension(id.name.name), field);
    case Kind::enum_type:
      return write_field(database.enum_type(id.name), field);
    case Kind::sequence:
      return write_field(database.sequence(id.name), field);
    case Kind::table:
      return write_field(table, field);
    case Kind::column:
      return write_field(table ? table->column(id.member) : nullptr, field);
    case Kind::constraint:
      return write_field(table ? table->constraint(id.member) : nullptr, field);
    case Kind::index:
      return write_field(find_index(database, id.name), field);
    default:
      break;
  }
  Json out;
  Database::definitions(database, [&](const auto& list) {
    if (const auto* found = find_definition(list, id)) out = write_field(found, field);
  });
  return out;
}

Json to_json_value(const Database& database) { return write(database); }
Json to_json_value(const Table& table) { return write(table); }
Json to_json_value(const Column& column) { return write(column); }

Database from_json_value(const Json& value, const std::string& path) {
  Database out;
  read(value, path, out);
  out.sort();
  return out;
}

std::string to_json(const Database& database, int indent) {
  return write(database).dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

Database from_json(std::string_view text) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& error) {
    throw Error(ExitCode::failed, std::string("not valid JSON: ") + error.what());
  }
  return from_json_value(json, "");
}

}  // namespace migrate::catalog
