// The parts of `adopt` that can be said without a server: where models go, what the configuration says.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "postgres/lock.hpp"

namespace migrate::cli {

// Where adopt writes models, so that [models] sources finds them.
struct ModelsPlace {
  std::filesystem::path folder;  // as seen from the project
  std::string single_file;       // its name, where sources names one file; empty: as many as it takes
  bool configured = true;        // false: the configuration has no [models] yet
};

// From the first of [models] sources: models/*.cpp, models.cpp. models/ where nothing is configured. Throws
// Error(usage) for [models] program or snapshot, and for patterns that name no one folder.
ModelsPlace models_place(const config::Models& settings);

// The text of a new config.toml. A URL with a password in it is not written down: the file then names
// ${DATABASE_URL}.
std::string new_config(const std::string& url, const postgres::BookkeepingNames& names);

}  // namespace migrate::cli
