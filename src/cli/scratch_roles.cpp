#include "cli/scratch_roles.hpp"

#include "postgres/local_server.hpp"
#include "sql/roles.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::cli {

std::set<std::string> roles_in(const std::vector<sql::Statement>& statements) {
  std::set<std::string> roles;
  for (const auto& statement : statements) {
    const auto named = sql::named_roles(statement.text);
    roles.insert(named.begin(), named.end());
  }
  return roles;
}

std::set<std::string> roles_in(const revision::Directory& directory, const revision::Graph& graph,
                               const std::vector<std::string>& targets) {
  std::set<std::string> roles;
  for (const auto& id : graph.ancestors(targets)) {
    const auto script = directory.load(graph.at(id));
    for (const auto* sections : {&script.up, &script.down})
      for (const auto& section : *sections)
        roles.merge(roles_in(revision::statements(section, script.header.path.string())));
  }
  return roles;
}

std::vector<std::string> provide_roles(Context& context, postgres::ScratchDatabase& database,
                                       const std::set<std::string>& roles) {
  auto missing = database.missing_roles({roles.begin(), roles.end()});
  if (missing.empty() || database.server().url != postgres::LocalServer(context.config().project).url())
    return missing;
  database.make_roles(missing);
  return {};
}

void require_roles(Context& context, postgres::ScratchDatabase& database,
                   const std::set<std::string>& roles) {
  const auto missing = provide_roles(context, database, roles);
  if (missing.empty()) return;
  throw Error(ExitCode::failed,
              "the scripts name " + std::string(missing.size() == 1 ? "a role" : "roles") +
                  " that the server for scratch databases does not have: " +
                  join_with(missing, ", ", [](const auto& role) { return quote_identifier(role); }),
              "make " + std::string(missing.size() == 1 ? "it" : "them") +
                  " there (CREATE ROLE … NOLOGIN), or set url = \"local\" under [scratch]: on its own server "
                  "migrate makes what is missing for as long as it needs it");
}

}  // namespace migrate::cli
