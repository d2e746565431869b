// What a models program says: the declared catalogue, and what only models know of it.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/database.hpp"
#include "util/error.hpp"

namespace migrate::model {

// The model says that an object had another name before. A no-op where the old name is not there (any more).
struct Rename {
  catalog::ObjectId object;  // under its new name
  std::string was;  // the old name: of the table ("schema.name" or "name"), the column, the constraint …; for
                    // an enum label, `label` holds the new one
  std::string label;
  Location where;
};

struct Document {
  catalog::Database database;                 // names of constraints and indexes may be empty
  std::map<std::string, Location> locations;  // ObjectId::key() → where it is declared
  std::vector<Rename> renames;
  std::vector<std::string> warnings;  // "models/user.cpp:12: …"
  std::vector<std::string> files;     // that have declared something, as their compiler was given them
};

// Reads the document that a program printed or a snapshot holds. `search_path` resolves unqualified names of
// the models. `origin` names it in errors. Throws Error(failed): broken, cut off (no "end": true), another
// version, problems that the models themselves reported (all of them, each with file:line).
Document read_document(std::string_view json, const std::string& origin,
                       const std::vector<std::string>& search_path);

// The schemas that such a document names at its beginning, at a glance: most often all that its objects are
// in, unless they are in those of the search_path.
std::vector<std::string> likely_schemas(std::string_view json);

// The same as JSON, to be kept as a snapshot: what read_document() reads.
std::string write_document(const Document& document);

// A catalogue as a document that read_document() takes: a snapshot.
std::string write_document(catalog::Database database);

}  // namespace migrate::model
