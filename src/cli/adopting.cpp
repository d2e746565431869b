#include "cli/adopting.hpp"

#include "postgres/session.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace fs = std::filesystem;
namespace {

bool has_wildcard(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

// A basic string of TOML; ${ is doubled, for the configuration would take it for a variable.
std::string toml_string(const std::string& text) {
  std::string out = "\"";
  for (const char c : replace_all(text, "${", "$${")) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

ModelsPlace models_place(const config::Models& settings) {
  if (!settings.program.empty() || !settings.snapshot.empty())
    throw Error(ExitCode::usage,
                "[models] has " + std::string(settings.program.empty() ? "snapshot" : "program") +
                    ", but adopt writes sources",
                "put sources = [\"models/*.cpp\"] there, or use migrate inspect");
  if (settings.sources.empty()) return {"models", "", false};
  const fs::path pattern(settings.sources.front());
  const auto folder = pattern.parent_path().string(), name = pattern.filename().string();
  if (has_wildcard(folder) || !name.ends_with(".cpp") || (has_wildcard(name) && name != "*.cpp"))
    throw Error(ExitCode::usage,
                "[models] sources begins with " + settings.sources.front() +
                    ", which does not say where adopt can write models",
                "let it begin with a folder, such as \"models/*.cpp\", or a file, such as \"models.cpp\"");
  return {folder, has_wildcard(name) ? "" : name, true};
}

std::string new_config(const std::string& url, const postgres::BookkeepingNames& names) {
  const bool has_password = postgres::redact(url) != url;
  std::string out = "# Every key is explained in docs/reference/configuration.md of migrate.\n\n[database]\n";
  if (has_password)
    out +=
        "# The URL that adopt was given holds a password, which does not belong into a file.\n"
        "url = \"${DATABASE_URL}\"\n";
  else
    out += "url = " + toml_string(url) + "\n";
  out += "\n[migrations]\ndirectory = \"migrations\"\n";
  const postgres::BookkeepingNames usual;
  if (names.version_table != usual.version_table)
    out += "version_table = " + toml_string(names.version_table) + "\n";
  if (names.schema != usual.schema) out += "schema = " + toml_string(names.schema) + "\n";
  return out + "\n[models]\nsources = [\"models/*.cpp\"]\n";
}

}  // namespace migrate::cli
