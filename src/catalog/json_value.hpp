// Parts of a catalogue as nlohmann::json values, for documents that show a few of them.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "catalog/database.hpp"

namespace migrate::catalog {

nlohmann::ordered_json to_json_value(const Table& table);
nlohmann::ordered_json to_json_value(const Column& column);
// A field of one object, its default value too; null for an object or a field that is not there.
nlohmann::ordered_json field_value(const Database& database, const ObjectId& id, std::string_view field);

}  // namespace migrate::catalog
