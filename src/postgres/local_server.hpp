// `url = "local"`: a private cluster of the project's own, for development. Made on first use from the
// installed server programs, kept under <project>/.migrate/postgres, reached over a unix socket alone, never
// protected.
//
// As root the server runs as another user (PostgreSQL refuses root): `postgres`, else the owner of the
// project folder, else `nobody`; where that user cannot reach the project folder, .migrate/postgres is a
// symbolic link into /var/lib/migrate.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace migrate::postgres {

// A folder with initdb, pg_ctl and postgres.
struct ServerPrograms {
  std::filesystem::path folder;
  std::string version;  // "15.18"
  int major = 0;
};

// Of $MIGRATE_POSTGRES_BIN alone if that is set; else those of pg_config, of the distribution and of Homebrew
// (newest first) and of PATH, each folder once.
std::vector<ServerPrograms> installed_servers();

class LocalServer {
 public:
  explicit LocalServer(const std::filesystem::path& project);

  struct Status {
    bool made = false;  // the cluster exists
    bool running = false;
    int pid = 0;          // of the postmaster, while running
    std::string version;  // the data folder's major version: "15"
    std::string database;
    std::string url;
    std::filesystem::path data, log;
  };
  Status status() const;

  // Makes the cluster if there is none, starts it if it does not run, makes the database. Returns the URL.
  // Any number of processes may do this at once. Throws Error(no_connection): no programs, a data folder of
  // another major version, a server that does not start (with the end of its log).
  std::string ensure_started();
  void stop();     // waits for it; nothing if it does not run
  void destroy();  // stops it and removes the cluster with all databases in it

  // Runs psql on the database with the terminal's own streams. Returns its exit status.
  int psql(const std::vector<std::string>& arguments);

  std::string url() const;            // whether it runs or not
  std::string database_name() const;  // the project folder's name in lower case, other characters as _

 private:
  std::filesystem::path project_, folder_;  // folder_: <project>/.migrate/postgres
  std::filesystem::path data() const { return folder_ / "data"; }
  std::filesystem::path socket_folder() const;
  std::optional<ServerPrograms> programs_for_data() const;
  bool listening() const;
  void make(const ServerPrograms& programs);
  void start(const ServerPrograms& programs);
  void stop_locked();
  void make_database() const;
};

}  // namespace migrate::postgres
