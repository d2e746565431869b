#include "model/document.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "catalog/json.hpp"
#include "catalog/json_value.hpp"
#include "catalog/spelling.hpp"
#include "model/qualify.hpp"
#include "util/sha256.hpp"
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

Json parse(std::string_view text, const std::string& origin) {
  if (trim(text).empty()) refuse(origin, "the document is empty");
  Json document;
  try {
    document = Json::parse(text);
  } catch (const Json::parse_error& error) {
    const bool cut = error.byte >= text.size();
    refuse(origin, cut ? "the document is cut off: it ends after " + plural(text.size(), "byte")
                       : "the document is broken at byte " + std::to_string(error.byte));
  }
  if (!document.is_object() || string_at(document, "format") != "migrate.models")
    refuse(origin, "this is no models document",
           "it is what a models program or `migrate models --format json` writes");
  const auto given = document.find("version");
  if (given == document.end() || !given->is_number_integer() || given->get<int>() != version)
    refuse(origin,
           "the document has version " + (given == document.end() ? std::string("none") : given->dump()) +
               ", this migrate reads version " + std::to_string(version),
           "build the models program with the header of this migrate");
  const auto end = document.find("end");
  if (end == document.end() || *end != true) refuse(origin, "the document is cut off: its end is missing");
  return document;
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
  const Json in = parse(json, origin);
  throw_problems(list_at(in, "problems"));

  Document document;
  for (const auto& warning : list_at(in, "warnings")) {
    const auto where = string_at(warning, "where");
    document.warnings.push_back((where.empty() ? "" : where + ": ") + string_at(warning, "text"));
  }
  for (const auto& file : list_at(in, "files"))
    if (file.is_string()) document.files.push_back(file.get<std::string>());
  const auto database = in.find("database");
  if (database == in.end()) refuse(origin, "the document has no database");
  try {
    document.database = catalog::from_json_value(*database, "database");
  } catch (const Error& error) {
    refuse(origin, error.what());
  }
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
  document.fingerprint = sha256(catalog::to_json(document.database, -1));
  return document;
}

std::string write_document(const Document& document) {
  Json out = Json::object();
  out["format"] = "migrate.models";
  out["version"] = version;
  out["generator"] = "migrate";
  out["files"] = document.files;
  out["problems"] = Json::array();
  out["warnings"] = Json::array();
  for (const auto& warning : document.warnings) out["warnings"].push_back({{"text", warning}});
  out["locations"] = Json::object();
  for (const auto& [key, where] : document.locations) out["locations"][key] = where.text();
  out["renames"] = Json::array();
  for (const auto& rename : document.renames) {
    Json one = {{"object", rename.object.key()}, {"was", rename.was}};
    if (!rename.label.empty()) one["label"] = rename.label;
    one["where"] = rename.where.text();
    out["renames"].push_back(one);
  }
  out["database"] = catalog::to_json_value(document.database);
  out["end"] = true;
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string write_document(catalog::Database database) {
  database.server_version = 0;  // models are for any
  Json out;
  out["format"] = "migrate.models";
  out["version"] = version;
  out["database"] = catalog::to_json_value(database);
  out["end"] = true;
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace migrate::model
