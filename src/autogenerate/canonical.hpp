// N(x) of diff/resolve.hpp: what a server prints for a catalogue, found by building it in a scratch database
// and reading it back. Kept in .migrate/cache by content, server, extensions and search path, so that an
// unchanged model never pays again.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "diff/resolve.hpp"
#include "postgres/session.hpp"
#include "util/error.hpp"

namespace migrate::autogenerate {

struct CanonicalOptions {
  std::filesystem::path cache;  // folder
  std::vector<std::string> search_path;
  std::map<std::string, Location> locations;  // ObjectId::key() → where the models declare it, for errors
  // Where a scratch database can be made; called only when one is needed. nullopt: nowhere.
  std::function<std::optional<postgres::ConnectOptions>()> server;
};

// `live` gives the server's version and extensions. What it returns throws Error(failed) at the model's
// file:line when the server refuses what the models say.
diff::Canonicalize canonicalize_with(const catalog::Database& live, CanonicalOptions options);

// The statements that make the extensions of `live` in an empty database.
std::vector<std::string> extension_statements(const catalog::Database& live);

}  // namespace migrate::autogenerate
