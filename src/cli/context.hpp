// What commands share: the global options, and what is made of them on first use and no sooner.
#pragma once
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "postgres/session.hpp"
#include "report/output.hpp"
#include "revision/directory.hpp"
#include "revision/graph.hpp"
#include "run/state.hpp"

namespace migrate::cli {

// Accepted by every command.
struct Globals {
  std::optional<std::string> config, url, env;
  bool json = false, quiet = false, verbose = false;
  std::vector<std::string> allow;      // --allow data-loss
  std::string confirm;                 // --confirm prod
  std::vector<std::string> variables;  // -x key=value
};

class Context {
 public:
  explicit Context(const Globals& globals);
  ~Context();

  const Globals& globals() const { return globals_; }
  report::Output& out() { return out_; }

  // The configuration, loaded at the first call and again if a later one needs more.
  const config::Config& config(const config::Needs& needs = {});

  // Where the database is: the configured URL, "local" made and started on first use. Throws Error(usage) if
  // none is given.
  postgres::ConnectOptions connect_options();
  // Connects once and says on stderr with which configuration, environment, user, host and database.
  postgres::Session& session();
  // Begins to connect, and to read the version table and the log, on a thread of its own, if there is a
  // server to connect to; session() and database_state() take what came of it, an error too. For a command
  // that reads the scripts first, and does so meanwhile.
  void connect_ahead();
  // The connection, for another thread to wait for; nobody else may use it until that is done with it.
  std::shared_future<std::shared_ptr<postgres::Session>> connection();
  void disconnect();  // waits for what connect_ahead() has begun

  revision::Directory& directory();
  const revision::Graph& graph();
  postgres::BookkeepingNames bookkeeping_names();  // as configured
  // Where the database stood at the first look; nothing is created.
  const run::State& database_state();

  // In a protected environment: asks for its name on a terminal, else needs --confirm NAME; throws
  // Error(undecided). `what` completes "… in the protected environment prod": "downgrade".
  void confirm_protected(const std::string& what);
  // True with --allow data-loss, or after a yes on a terminal; else throws Error(undecided) listing `losses`.
  void confirm_data_loss(const std::vector<std::string>& losses);

 private:
  struct Ahead {
    std::shared_ptr<postgres::Session> session;
    std::future<postgres::Books> books;
  };

  Globals globals_;
  report::Output out_;
  config::Needs needs_;
  std::optional<config::Config> config_;
  std::shared_ptr<postgres::Session> session_;
  std::shared_future<std::shared_ptr<Ahead>> ahead_;
  std::future<postgres::Books> books_;  // as read ahead, until database_state() takes them
  std::unique_ptr<revision::Directory> directory_;
  std::unique_ptr<revision::Graph> graph_;
  std::unique_ptr<run::State> database_state_;
};

}  // namespace migrate::cli
