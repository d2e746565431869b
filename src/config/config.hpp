// config.toml and what the environment and the command line put over it (docs/reference/configuration.md).
#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace migrate::config {

// A program that is run with the path of each script that is written.
struct Hook {
  std::string name;
  std::vector<std::string> command;  // "{file}" in it is the path; without one it comes last
  bool operator==(const Hook&) const = default;
};
struct Database {
  std::string url;  // expanded; "local" for the private cluster; empty: none given
  std::string
      direct_url;  // of the server itself, where `url` leads to a pooler; only beside a url of the file
  bool session_pooler = false;  // pooler = "session": it gives each client a server connection of its own
  std::string password_command;
};
struct Migrations {
  std::filesystem::path directory = "migrations";
  std::vector<std::filesystem::path> directories;  // more of them
  bool recursive = false;                          // folders in them, too
  std::string file_name = "{date}_{time}_{rev}_{slug}";
  int truncate_slug_length = 40;
  std::string timezone = "UTC";  // of file names and `created`
  std::filesystem::path script_template;
  std::vector<Hook> post_write_hooks;
  std::string schema = "public";  // of the version table and the log
  std::string version_table = "migrate_version";
  bool linear = true;  // keep migrations/HEAD
  std::string lock_timeout = "3s";
  std::string statement_timeout = "0";
  int lock_retries = 10;                  // of a step that met lock_timeout, with growing pauses
  std::chrono::milliseconds wait{60000};  // for another runner's advisory lock
  std::string transaction = "step";       // or "revision", "all"
};
struct Models {
  std::vector<std::string> sources;  // glob patterns
  std::string program;
  std::string snapshot;
  std::string compiler;  // empty: $CXX, then c++
  std::vector<std::string> flags, include, link;
  std::string compile_commands;
  std::chrono::milliseconds timeout{10000};  // of a run of the models program
  std::vector<std::string> search_path{"public"};
};
struct Scratch {
  std::string url;
  bool beside = false;
};
struct Autogenerate {
  std::vector<std::string> schemas;  // empty: those that the models name; "*": all
  std::vector<std::string> include, exclude;
  bool privileges = false, owners = false;  // are compared
};

struct Config {
  std::filesystem::path file;     // config.toml itself; with Needs::without_file it need not be there
  std::filesystem::path project;  // relative paths are relative to this folder
  std::string environment;        // empty: none named
  bool is_protected = false;
  Database database;
  Migrations migrations;
  Models models;
  Scratch scratch;
  Autogenerate autogenerate;
};

// What the command line and the process environment say.
struct Overrides {
  std::optional<std::string> config, url, env;
  std::function<std::optional<std::string>(const std::string&)>
      getenv;  // of the process; a test gives its own
  std::filesystem::path working_folder;
};

// Which values a command needs: only those have their ${NAME} expanded.
struct Needs {
  bool database = false;
  bool models = false;
  bool scratch = false;
  bool steps = false;         // of scripts are run, or written down: what that takes beside a database
  bool without_file = false;  // where no file is found, one config.toml in the working folder that is empty
};

// Throws Error(usage): at file:line:column for broken TOML, unknown or mistyped keys, unset variables; when
// no file is found.
Config load(const Overrides& overrides, const Needs& needs);

}  // namespace migrate::config
