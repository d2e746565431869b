// A live database as a catalogue.
#pragma once
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "postgres/session.hpp"

namespace migrate::postgres {

struct IntrospectOptions {
  std::vector<std::string>
      schemas;  // names or patterns with * and ?; empty or {"*"}: all but PostgreSQL's own
  // Relations that are never the user's: the version table and the log, and those of other tools that are
  // recognised.
  std::vector<catalog::Name> bookkeeping;
  // Where given: let the server look at every body of a routine with this search_path, for
  // Database::refused_bodies.
  std::vector<std::string> check_bodies_with = {};
  // Database::access and default_privileges. With privileges come owners, who have all of them.
  bool owners = false, privileges = false;
  bool dependencies = true;  // Database::dependencies, which only a plan asks for
};

// A fixed number of set-based queries in one repeatable-read snapshot, with a fingerprint of the catalogues
// at both ends; read again up to three times when the schema changed meanwhile, then Error(failed) "the
// schema is being changed by …".
catalog::Database introspect(Session& session, const IntrospectOptions& options = {});

}  // namespace migrate::postgres
