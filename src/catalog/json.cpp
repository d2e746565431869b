#include "catalog/json.hpp"

#include <optional>
#include <type_traits>
#include <vector>

#include "catalog/fields.hpp"
#include "catalog/json_text.hpp"
#include "catalog/json_value.hpp"
#include "catalog/spelling.hpp"
#include "util/error.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::catalog {
namespace {

using Json = nlohmann::ordered_json;

// ---- writing

template <class T>
void write(JsonWriter& out, const T& value);

template <Record T>
void write_record(JsonWriter& out, const T& value) {
  static const T usual{};
  static const std::vector<const void*> usual_fields = [] {
    std::vector<const void*> fields;
    T::fields(usual, [&](std::string_view, const auto& field) { fields.push_back(&field); });
    return fields;
  }();
  out.object([&] {
    std::size_t at = 0;
    T::fields(value, [&](std::string_view name, const auto& field) {
      using Field = std::remove_cvref_t<decltype(field)>;
      const bool always = name == "name" || name == "type";
      if (const auto* plain = static_cast<const Field*>(usual_fields[at++]); always || !(field == *plain)) {
        out.key(name);
        write(out, field);
      }
    });
  });
}

template <class T>
void write(JsonWriter& out, const T& value) {
  if constexpr (Record<T>) {
    write_record(out, value);
  } else if constexpr (IsSparse<T>::value || std::is_same_v<T, Interned>) {
    write(out, value.get());
  } else if constexpr (std::is_same_v<T, Name>) {
    out.string(value.empty() ? "" : value.sql());
  } else if constexpr (std::is_same_v<T, ObjectId>) {
    out.string(value.key());
  } else if constexpr (std::is_enum_v<T>) {
    out.string(spelling(value));
  } else if constexpr (IsOptional<T>::value) {
    value ? write(out, *value) : out.null();
  } else if constexpr (IsVector<T>::value) {
    out.array([&] {
      for (const auto& item : value) {
        out.element();
        write(out, item);
      }
    });
  } else if constexpr (std::is_same_v<T, StorageParameters>) {
    out.object([&] {
      for (const auto& [name, text] : value) {
        out.key(name);
        out.string(text);
      }
    });
  } else if constexpr (std::is_same_v<T, bool>) {
    out.boolean(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    out.number(value);
  } else if constexpr (std::is_integral_v<T>) {
    out.number(static_cast<std::int64_t>(value));
  } else {
    out.string(value);
  }
}

template <class T>
Json as_value(const T& value) {
  JsonWriter out(-1);
  write(out, value);
  return Json::parse(out.take());
}

// ---- reading

template <class T>
void read(JsonReader& in, T& value);

template <Record T>
void read_member(JsonReader& in, T& value, const std::string& key) {
  bool known = false;
  T::fields(value, [&](std::string_view name, auto& field) {
    if (known || name != key) return;
    known = true;
    if (!in.null()) read(in, field);
  });
  if (known) return;
  std::vector<std::string> names;
  T::fields(value, [&](std::string_view name, const auto&) { names.emplace_back(name); });
  const auto near = nearest(key, names);
  in.bad_holder("has an unknown field \"" + key + "\"" +
                (near.empty() ? "" : " (did you mean \"" + near + "\"?)"));
}

template <class T>
void read(JsonReader& in, T& value) {
  if constexpr (Record<T>) {
    in.object([&](const std::string& key) { read_member(in, value, key); });
  } else if constexpr (IsSparse<T>::value) {
    read(in, value.edit());
  } else if constexpr (std::is_same_v<T, bool>) {
    value = in.boolean();
  } else if constexpr (std::is_floating_point_v<T>) {
    value = static_cast<T>(in.number());
  } else if constexpr (std::is_integral_v<T>) {
    value = static_cast<T>(in.integer());
  } else if constexpr (IsOptional<T>::value) {
    read(in, value.emplace());
  } else if constexpr (IsVector<T>::value) {
    std::vector<typename T::value_type> items;
    in.array([&] { read(in, items.emplace_back()); });
    items.shrink_to_fit();  // most of a catalogue is short lists
    value = std::move(items);
  } else if constexpr (std::is_same_v<T, StorageParameters>) {
    in.object([&](const std::string& name) { in.string(value[name]); });
  } else if constexpr (std::is_same_v<T, std::string>) {
    in.string(value);
  } else if constexpr (std::is_same_v<T, Interned>) {
    std::string text;
    in.string(text);
    value = text;
  } else {
    std::string text;
    in.string(text);
    if constexpr (std::is_enum_v<T>) {
      const auto read_value = spelled<T>(text);
      if (!read_value) in.bad("has an unknown value \"" + text + "\"");
      value = *read_value;
    } else if (!from_text(text, value)) {
      in.bad("is not a name: \"" + text + "\"");
    }
  }
}

template <class T>
Json write_field(const T* object, std::string_view field) {
  Json out;
  if (object != nullptr)
    T::fields(*object, [&](std::string_view name, const auto& value) {
      if (name == field) out = as_value(value);
    });
  return out;
}

const Index* find_index(const Database& database, const Name& name) {
  for (const auto& table : database.tables)
    if (table.name.schema == name.schema)
      if (const auto* index = table.index(name.name)) return index;
  return nullptr;
}

template <class T>
std::string to_text(const T& value, int indent) {
  JsonWriter out(indent);
  write(out, value);
  return out.take() + "\n";
}

// `read_value(in)`: of all that the text holds.
template <class Read>
auto from_text(std::string_view text, Read&& read_value) {
  try {
    JsonReader in(text);
    auto out = read_value(in);
    in.end();
    return out;
  } catch (const JsonReader::Broken& broken) {
    throw Error(ExitCode::failed, "not valid JSON: it is broken at byte " + std::to_string(broken.at + 1));
  }
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

Json to_json_value(const Table& table) { return as_value(table); }
Json to_json_value(const Column& column) { return as_value(column); }

void write_json(JsonWriter& out, const Database& database) { write(out, database); }

Database read_json(JsonReader& in) {
  Database out;
  read(in, out);
  out.sort();
  return out;
}

std::string to_json(const Database& database, int indent) { return to_text(database, indent); }
std::string to_json(const Table& table, int indent) { return to_text(table, indent); }

Database from_json(std::string_view text) { return from_text(text, read_json); }

Table table_from_json(std::string_view text) {
  return from_text(text, [](JsonReader& in) {
    Table out;
    read(in, out);
    return out;
  });
}

}  // namespace migrate::catalog
