// Shared by the tests of introspection: SQL in, catalogue out.
#pragma once
#include <string>

#include "postgres/connection.hpp"
#include "postgres/introspect.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"

namespace migrate::test {

using catalog::Kind;
using catalog::Name;
using catalog::ObjectId;
using Names = std::vector<std::string>;

inline catalog::Database read(const TestDatabase& database, const postgres::IntrospectOptions& options = {}) {
  postgres::Session session(database.options());
  return postgres::introspect(session, options);
}

// The catalogue of a database in which `sql` was run.
inline catalog::Database read(const std::string& sql, const postgres::IntrospectOptions& options = {}) {
  TestDatabase database;
  database.execute(sql);
  return read(database, options);
}

inline int server_major() { return Cluster::instance().connection().server_version() / 10000; }

inline const catalog::Table& table(const catalog::Database& database, const std::string& name,
                                   const std::string& schema = "public") {
  const catalog::Table* found = database.table({schema, name});
  REQUIRE(found);
  return *found;
}

inline const catalog::Column& column(const catalog::Database& database, const std::string& table_name,
                                     const std::string& name) {
  const catalog::Column* found = table(database, table_name).column(name);
  REQUIRE(found);
  return *found;
}

inline const catalog::Constraint& constraint(const catalog::Database& database, const std::string& table_name,
                                             const std::string& name) {
  const catalog::Constraint* found = table(database, table_name).constraint(name);
  REQUIRE(found);
  return *found;
}

inline const catalog::Index& index(const catalog::Database& database, const std::string& table_name,
                                   const std::string& name) {
  const catalog::Index* found = table(database, table_name).index(name);
  REQUIRE(found);
  return *found;
}

// "kind: identity" of each.
inline Names unhandled(const catalog::Database& database) {
  Names out;
  for (const auto& each : database.unhandled) out.push_back(each.kind + ": " + each.identity);
  return out;
}

}  // namespace migrate::test
