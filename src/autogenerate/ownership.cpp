#include "autogenerate/ownership.hpp"

#include "catalog/spelling.hpp"
#include "util/error.hpp"
#include "util/files.hpp"
#include "util/json.hpp"

namespace migrate::autogenerate {
namespace {

using Json = nlohmann::ordered_json;
using catalog::ObjectId;
constexpr std::string_view format = "migrate.identities";

ObjectId read_id(const Json& json) {
  ObjectId id;
  if (!json.is_string() || !catalog::from_text(json.get<std::string>(), id))
    throw Error(ExitCode::failed, "not the key of an object: " + json.dump());
  return id;
}

}  // namespace

std::string to_json(const Identities& identities, const std::string& revision) {
  Json out;
  out["format"] = format;
  out["version"] = 1;
  out["revision"] = revision;
  Json renames = Json::array();
  for (const auto& rename : identities.renames) {
    Json each;
    each["from"] = rename.from.key();
    each["to"] = rename.to.key();
    if (!rename.from_label.empty()) {
      each["from_label"] = rename.from_label;
      each["to_label"] = rename.to_label;
    }
    renames.push_back(std::move(each));
  }
  out["renames"] = std::move(renames);
  Json objects = Json::array();
  for (const auto& id : identities.objects) objects.push_back(id.key());
  out["objects"] = std::move(objects);
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Identities read_identities(const std::filesystem::path& path) {
  const auto text = read_file(path);
  try {
    const auto json = Json::parse(text);
    if (json.at("format") != format || json.at("version") != 1)
      throw Error(ExitCode::failed, "not a file of identities of this version");
    Identities out;
    for (const auto& each : json.at("objects")) out.objects.push_back(read_id(each));
    for (const auto& each : json.at("renames"))
      out.renames.push_back({read_id(each.at("from")), read_id(each.at("to")), each.value("from_label", ""),
                             each.value("to_label", "")});
    return out;
  } catch (const Json::exception& error) {
    throw Error(ExitCode::failed, std::string("cannot be read: ") + error.what(),
                "restore it from version control")
        .at({path.string()});
  } catch (Error& error) {
    throw error.at({path.string()});
  }
}

namespace {
void add(std::set<ObjectId>& owned, const Identities& identities) {
  for (const auto& rename : identities.renames) {
    std::set<ObjectId> after;
    for (const auto& id : owned) after.insert(diff::renamed(id, rename));
    owned = std::move(after);
  }
  owned.insert(identities.objects.begin(), identities.objects.end());
}
}  // namespace

Identities unite(const std::vector<Identities>& identities) {
  Identities out;
  std::set<ObjectId> owned;
  for (const auto& each : identities) {
    add(owned, each);
    out.renames.insert(out.renames.end(), each.renames.begin(), each.renames.end());
  }
  out.objects.assign(owned.begin(), owned.end());
  return out;
}

std::set<ObjectId> owned_objects(const std::filesystem::path& models_folder, const revision::Graph& graph,
                                 const std::vector<std::string>& applied) {
  std::set<ObjectId> owned;
  for (const auto& revision : graph.ancestors(applied)) {
    const auto path = models_folder / (revision + ".json");
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) continue;  // written by hand: it owns nothing
    add(owned, read_identities(path));
  }
  return owned;
}

}  // namespace migrate::autogenerate
