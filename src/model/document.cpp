#include "model/document.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "catalog/json.hpp"
#include "catalog/json_text.hpp"
#include "catalog/spelling.hpp"
#include "model/qualify.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::model {
namespace {

using Json = nlohmann::ordered_json;

constexpr int version = 1;

// "models/user.cpp:12"
Location location_of(const std::string& text) {
  Location where;
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return {text, 0, 0};
  where.file = text.substr(0, colon);
  std::from_chars(text.data() + colon + 1, text.data() + text.size(), where.line);
  return where;
}

std::string string_at(const Json& object, const char* field) {
  const auto at = object.find(field);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

const Json& list_at(const Json& document, const char* field) {
  static const Json none = Json::array();
  const auto at = document.find(field);
  return at != document.end() && at->is_array() ? *at : none;
}

[[noreturn]] void refuse(const std::string& origin, const std::string& what, const std::string& hint = {}) {
  throw Error(ExitCode::failed, origin + ": " + what, hint);
}

// What a document holds: the catalogue, which is nearly all of it, and the rest as values.
struct Parts {
  std::optional<catalog::Database> database;
  std::optional<Error> refused;  // what is wrong with one of its values
  Json rest = Json::object();
};

Parts parts_of(std::string_view text) {
  Parts out;
  catalog::JsonReader in(text);
  in.object([&](const std::string& key) {
    if (key != "database") {
      try {
        out.rest[key] = Json::parse(in.skip());
      } catch (const Json::out_of_range&) {
        if (!out.refused) out.refused = Error(ExitCode::failed, key + " has a number that is too large");
      }
      return;
    }
    const auto again = in;
    try {
      out.database = catalog::read_json(in);
    } catch (const Error& error) {
      out.refused = error;
      in = again;
      in.skip();
    }
  });
  in.end();
  return out;
}

// nlohmann::json says where, to the byte.
[[noreturn]] void refuse_broken(std::string_view text, const std::string& origin, std::size_t at) {
  try {
    const auto never = Json::parse(text);
  } catch (const Json::parse_error& error) {
    at = error.byte;
  } catch (const Json::out_of_range&) {
    // A number before it; the place is where it is.
  }
  refuse(origin, at >= text.size() ? "the document is cut off: it ends after " + plural(text.size(), "byte")
                                   : "the document is broken at byte " + std::to_string(at));
}

Parts parse(std::string_view text, const std::string& origin) {
  if (trim(text).empty()) refuse(origin, "the document is empty");
  Parts parts;
  bool is_document = true;
  try {
    parts = parts_of(text);
  } catch (const catalog::JsonReader::Broken& broken) {
    refuse_broken(text, origin, broken.at + 1);
  } catch (const Error&) {
    is_document = false;  // no object
  }
  const auto& document = parts.rest;
  if (!is_document || string_at(document, "format") != "migrate.models")
    refuse(origin, "this is no models document",
           "it is what a models program or `migrate models --format json` writes");
  const auto given = document.find("version");
  if (given == document.end() || !given->is_number_integer() || *given != version)
    refuse(origin,
           "the document has version " + (given == document.end() ? std::string("none") : given->dump()) +
               ", this migrate reads version " + std::to_string(version),
           "build the models program with the header of this migrate");
  const auto end = document.find("end");
  if (end == document.end() || *end != true) refuse(origin, "the document is cut off: its end is missing");
  return parts;
}

void throw_problems(const Json& problems) {
  if (problems.empty()) return;
  if (problems.size() == 1)
    throw Error(ExitCode::failed, string_at(problems[0], "text"))
        .at(location_of(string_at(problems[0], "where")));
  std::string text = "the models have " + plural(problems.size(), "problem");
  for (const auto& problem : problems) {
    const auto where = string_at(problem, "where");
    text += "\n  " + (where.empty() ? "" : where + ": ") + string_at(problem, "text");
  }
  throw Error(ExitCode::failed, text);
}

void write_beginning(catalog::JsonWriter& out) {
  out.key("format");
  out.string("migrate.models");
  out.key("version");
  out.number(std::int64_t{version});
}

void write_end(catalog::JsonWriter& out, const catalog::Database& database) {
  out.key("database");
  catalog::write_json(out, database);
  out.key("end");
  out.boolean(true);
}

Rename read_rename(const Json& json, const std::string& origin, const Qualifier& qualifier) {
  Rename rename;
  const auto key = string_at(json, "object");
  if (!catalog::from_text(key, rename.object))
    refuse(origin, "the rename of \"" + key + "\" names no object");
  qualifier.qualify(rename.object);
  rename.was = string_at(json, "was");
  rename.label = string_at(json, "label");
  rename.where = location_of(string_at(json, "where"));
  const auto kind = rename.object.kind;
  const bool has_schema = !catalog::is_member(kind) && kind != catalog::Kind::schema &&
                          kind != catalog::Kind::index && kind != catalog::Kind::event_trigger;
  catalog::Name was;
  if (has_schema && rename.label.empty() && catalog::from_text(rename.was, was)) rename.was = was.sql();
  return rename;
}

}  // namespace

Document read_document(std::string_view json, const std::string& origin,
                       const std::vector<std::string>& search_path) {
  auto parts = parse(json, origin);
  const Json& in = parts.rest;
  throw_problems(list_at(in, "problems"));

  Document document;
  for (const auto& warning : list_at(in, "warnings")) {
    const auto where = string_at(warning, "where");
    document.warnings.push_back((where.empty() ? "" : where + ": ") + string_at(warning, "text"));
  }
  for (const auto& file : list_at(in, "files"))
    if (file.is_string()) document.files.push_back(file.get<std::string>());
  if (parts.refused) refuse(origin, parts.refused->what());
  if (!parts.database) refuse(origin, "the document has no database");
  document.database = std::move(*parts.database);
  const Qualifier qualifier(document.database, search_path);
  qualifier.qualify(document.database);
  add_inherited(document.database);
  document.database.sort();

  if (const auto locations = in.find("locations"); locations != in.end() && locations->is_object()) {
    for (const auto& item : locations->items()) {
      catalog::ObjectId id;
      if (!catalog::from_text(item.key(), id) || !item.value().is_string())
        refuse(origin, "the location of \"" + item.key() + "\" names no object");
      qualifier.qualify(id);
      document.locations[id.key()] = location_of(item.value().get<std::string>());
    }
  }
  for (const auto& rename : list_at(in, "renames"))
    document.renames.push_back(read_rename(rename, origin, qualifier));
  return document;
}

std::vector<std::string> likely_schemas(std::string_view json) {
  constexpr std::size_t beginning = 64 << 10;
  constexpr std::string_view list_key = "\"schemas\"", name_key = "\"name\"";
  const auto text = json.substr(0, beginning);
  const auto at = text.find(list_key);
  if (at == std::string_view::npos) return {};
  auto list = text.substr(at, text.find(']', at) - at);
  std::vector<std::string> out;
  for (auto key = list.find(name_key); key != std::string_view::npos; key = list.find(name_key)) {
    list.remove_prefix(key + name_key.size());
    const auto begin = list.find('"');
    if (begin == std::string_view::npos) break;
    list.remove_prefix(begin + 1);
    out.emplace_back(list.substr(0, list.find('"')));
  }
  return out;
}

std::string write_document(const Document& document) {
  catalog::JsonWriter out(1);
  const auto member = [&](std::string_view key, std::string_view text) {
    out.key(key);
    out.string(text);
  };
  const auto list = [&](std::string_view key, const auto& items, auto&& write) {
    out.key(key);
    out.array([&] {
      for (const auto& each : items) {
        out.element();
        write(each);
      }
    });
  };
  out.object([&] {
    write_beginning(out);
    member("generator", "migrate");
    list("files", document.files, [&](const std::string& file) { out.string(file); });
    list("problems", std::vector<std::string>(), [](const std::string&) {});
    list("warnings", document.warnings,
         [&](const std::string& warning) { out.object([&] { member("text", warning); }); });
    out.key("locations");
    out.object([&] {
      for (const auto& [key, where] : document.locations) member(key, where.text());
    });
    list("renames", document.renames, [&](const Rename& rename) {
      out.object([&] {
        member("object", rename.object.key());
        member("was", rename.was);
        if (!rename.label.empty()) member("label", rename.label);
        member("where", rename.where.text());
      });
    });
    write_end(out, document.database);
  });
  return out.take() + "\n";
}

std::string write_document(catalog::Database database) {
  database.server_version = 0;  // models are for any
  catalog::JsonWriter out(1);
  out.object([&] {
    write_beginning(out);
    write_end(out, database);
  });
  return out.take() + "\n";
}

}  // namespace migrate::model
