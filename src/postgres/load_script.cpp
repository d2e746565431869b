#include "postgres/load_script.hpp"

#include <algorithm>
#include <set>
#include <sstream>
#include <string_view>

#include "postgres/connection.hpp"
#include "util/text.hpp"

namespace migrate::postgres {
namespace {

// Its first words in lower case. Statements come without comments in front of them.
std::vector<std::string> first_words(const std::string& statement, std::size_t count) {
  std::istringstream in(to_lower(std::string_view(statement).substr(0, 200)));
  std::vector<std::string> words;
  for (std::string word; words.size() < count && in >> word;) words.push_back(word);
  words.resize(count);
  return words;
}

bool reaches_beyond(const std::string& statement) {
  static const std::set<std::string> verbs{"create", "alter", "drop"};
  static const std::set<std::string> global{"role",       "user",   "group",       "database",
                                            "tablespace", "system", "subscription"};
  const auto words = first_words(statement, 3);
  const bool user_mapping = words[1] == "user" && words[2] == "mapping";
  return verbs.contains(words[0]) && global.contains(words[1]) && !user_mapping;
}

bool is_about_who_may(const std::string& statement) {
  const auto words = first_words(statement, 3);
  if (words[0] == "grant" || words[0] == "revoke") return true;
  if (words[0] != "alter") return false;
  const auto text = to_lower(one_line(statement));
  return (words[1] == "default" && words[2] == "privileges") || text.find(" owner to ") != std::string::npos;
}

constexpr const char* undefined_object = "42704";

class Load {
 public:
  Load(Connection& connection, std::string file) : connection_(connection), file_(std::move(file)) {}

  void run(const StepStatement& statement) {
    const bool may_skip = is_about_who_may(statement.text);
    const bool inside = connection_.transaction_status() == TransactionStatus::in_transaction;
    if (may_skip && inside) connection_.execute("SAVEPOINT migrate_load");
    try {
      if (statement.has_copy_data)
        connection_.copy_in(statement.text, statement.copy_data);
      else
        connection_.query(statement.text);
      if (may_skip && inside) connection_.execute("RELEASE SAVEPOINT migrate_load");
    } catch (const ServerError& error) {
      const bool role_is_missing = error.sqlstate() == undefined_object &&
                                   std::string_view(error.what()).find("role") != std::string_view::npos;
      if (!may_skip || !role_is_missing) throw located(error, statement);
      if (inside) connection_.execute("ROLLBACK TO SAVEPOINT migrate_load");
      skipped_.push_back(Location{file_, statement.line}.text() + ": " + error.what());
    }
  }

  void finish(int last_line) {
    if (connection_.transaction_status() == TransactionStatus::idle) return;
    connection_.rollback_quietly();
    throw Error(ExitCode::failed, "the script ends inside of a transaction that it opened",
                "close it with COMMIT")
        .at({file_, last_line});
  }

  std::vector<std::string> take_skipped() { return std::move(skipped_); }

 private:
  Error located(const ServerError& error, const StepStatement& statement) const {
    const int inner = error.server().line;
    Error out = static_cast<const Error&>(error);
    out.at({file_, statement.line + (inner > 1 ? inner - 1 : 0)});
    return out;
  }

  Connection& connection_;
  std::string file_;
  std::vector<std::string> skipped_;
};

void clean(Session& session) {
  auto& connection = session.connection();
  connection.rollback_quietly();
  connection.execute("RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; DISCARD TEMP");
  connection.execute(
      "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;"
      "SET default_transaction_read_only = off; SET synchronous_commit = off; SET client_min_messages = "
      "warning");
  session.pin();
}

}  // namespace

std::vector<std::string> load_script(Session& session, const std::vector<StepStatement>& statements,
                                     const std::string& file, const std::vector<std::string>& search_path) {
  for (const auto& statement : statements)
    if (reaches_beyond(statement.text))
      throw Error(ExitCode::failed, "this statement reaches beyond the scratch database, so nothing was run",
                  "take it out of the file; a schema needs no roles, databases or tablespaces of its own")
          .at({file, statement.line})
          .statement(statement.text);
  session.set_search_path(search_path);
  Load load(session.connection(), file);
  try {
    for (const auto& statement : statements) load.run(statement);
    load.finish(statements.empty() ? 0 : statements.back().line);
  } catch (const Error& error) {
    if (error.code() != ExitCode::no_connection) clean(session);
    throw;
  }
  clean(session);
  return load.take_skipped();
}

}  // namespace migrate::postgres
