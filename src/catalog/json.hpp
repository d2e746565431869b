// The JSON form of a catalogue: the same for snapshots, the models document and --json. A field is called as
// in `fields()`; one that has its default value is left out; an unknown one is an error. Enumerators are
// spelled as in C++ without a closing underscore ("set_null", "restrict"). A Name is "schema.name" with its
// parts quoted where SQL needs it; an ObjectId its key().
#pragma once
#include <string>
#include <string_view>

#include "catalog/database.hpp"

namespace migrate::catalog {

constexpr int json_version = 1;

std::string to_json(const Database& database, int indent = 1);
std::string to_json(const Table& table, int indent = 1);

// Throw Error(failed) naming the path in the document ("tables[3].columns[0].type") and what is wrong there.
Database from_json(std::string_view text);
Table table_from_json(std::string_view text);

// As a part of another document (catalog/json_text.hpp).
class JsonWriter;
class JsonReader;
void write_json(JsonWriter& out, const Database& database);
Database read_json(JsonReader& in);

}  // namespace migrate::catalog
