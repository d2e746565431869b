#include "autogenerate/canonical.hpp"

#include <filesystem>
#include <future>
#include <set>

#include "autogenerate/canonical_cache.hpp"
#include "catalog/checksum.hpp"
#include "plan/plan.hpp"
#include "postgres/introspect.hpp"
#include "postgres/scratch.hpp"
#include "util/quote.hpp"
#include "util/sha256.hpp"
#include "util/text.hpp"

namespace migrate::autogenerate {
namespace {

using catalog::Database;
namespace fs = std::filesystem;

fs::path cached_form(const fs::path& cache, const std::string& key) {
  return cache / ("canonical-" + key.substr(0, 32) + ".jsonl");
}

// What of a live database decides how its server prints things.
Database server_of(const Database& live) {
  Database out;
  out.server_version = live.server_version;
  out.extensions = live.extensions;
  return out;
}

std::string cache_key(const Database& database, const Database& live,
                      const std::vector<std::string>& search_path) {
  auto text = "4\n" + std::to_string(live.server_version) + "\n" + join(search_path, ",") + "\n";
  for (const auto& each : live.extensions) text += each.name + " " + each.version + " " + each.schema + "\n";
  return sha256(text + catalog::checksum(database));
}

// Roles belong to no database, and a scratch server need not have them.
Database without_roles(Database database) {
  database.access.clear();
  database.default_privileges.clear();
  for (auto& each : database.policies) each.roles.clear();
  return database;
}

Database with_roles_of(Database canonical, const Database& declared) {
  canonical.access = declared.access;
  canonical.default_privileges = declared.default_privileges;
  for (auto& each : canonical.policies)
    if (const auto* policy = declared.find<catalog::Policy>(each.id())) each.roles = policy->roles;
  return canonical;
}

Database build(const Database& database, const Database& live, const CanonicalOptions& options,
               const postgres::ConnectOptions& server) {
  postgres::ScratchDatabase scratch(server);
  scratch.build(extension_statements(live), options.search_path);
  const auto statements = plan::build_statements(database, live.server_version);
  std::vector<std::string> texts;
  for (const auto& each : statements) texts.push_back(each.sql);
  try {
    scratch.build(texts, options.search_path);
  } catch (const postgres::BuildError& error) {
    const auto& object = statements.at(error.statement_index()).object;
    Error refused(ExitCode::failed, "PostgreSQL refuses " + object.text() + ": " + error.what(),
                  error.hint());
    const auto where = options.locations.find(object.key());
    throw std::move(refused)
        .at(where == options.locations.end() ? Location{} : where->second)
        .sqlstate(error.sqlstate())
        .statement(texts.at(error.statement_index()));
  }
  return postgres::introspect(scratch.session(), {{}, {}, options.search_path});
}

}  // namespace

std::vector<std::string> extension_statements(const Database& live) {
  std::vector<std::string> out;
  std::set<std::string> schemas;
  for (const auto& each : live.extensions) {
    const auto& schema = each.schema;
    if (!schema.empty() && schema != "pg_catalog" && schema != "public" && schemas.insert(schema).second)
      out.push_back("CREATE SCHEMA IF NOT EXISTS " + quote_identifier(schema));
    out.push_back("CREATE EXTENSION IF NOT EXISTS " + quote_identifier(each.name) +
                  (schema.empty() ? "" : " SCHEMA " + quote_identifier(schema)));
  }
  return out;
}

diff::Canonicalize canonicalize_with(const Database& live, CanonicalOptions options) {
  return [live = server_of(live), options = std::move(options)](
             const Database& declared, const Database& like) -> std::optional<Database> {
    auto known = std::async(std::launch::async, [&] { return KnownTables(like); });
    const auto key = cache_key(without_roles(declared), live, options.search_path);
    const auto file = cached_form(options.cache, key);
    std::error_code ignored;
    if (fs::exists(file, ignored)) {
      try {
        return with_roles_of(read_canonical(file, known.get()), declared);
      } catch (const Error&) {
        fs::remove(file, ignored);  // written by another version, or cut off: it is made again
      }
    }
    const auto server = options.server();
    if (!server) return std::nullopt;
    auto canonical = build(without_roles(declared), live, options, *server);
    write_canonical(file, canonical);
    return with_roles_of(std::move(canonical), declared);
  };
}

}  // namespace migrate::autogenerate
