#include "cli/context.hpp"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "postgres/local_server.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

Context::Context(const Globals& globals)
    : globals_(globals), out_({globals.json, globals.quiet, globals.verbose}) {
  for (const auto& what : globals_.allow)
    if (what != "data-loss") throw Error(ExitCode::usage, "--allow takes data-loss, not \"" + what + "\"");
}

Context::~Context() = default;

const config::Config& Context::config(const config::Needs& needs) {
  const config::Needs all{needs_.database || needs.database, needs_.models || needs.models,
                          needs_.scratch || needs.scratch, needs_.steps || needs.steps,
                          needs_.without_file || needs.without_file};
  if (config_ && all.database == needs_.database && all.models == needs_.models &&
      all.scratch == needs_.scratch && all.steps == needs_.steps)
    return *config_;
  config::Overrides overrides{globals_.config, globals_.url, globals_.env, process_environment,
                              std::filesystem::current_path()};
  config_ = config::load(overrides, all);
  needs_ = all;
  return *config_;
}

postgres::ConnectOptions Context::connect_options() {
  const auto& settings = config({.database = true});
  if (settings.database.url.empty())
    throw Error(ExitCode::usage, "no database is configured",
                "set url under [database] in " + display_path(settings.file) +
                    ", or give --url; \"local\" starts a private server");
  postgres::ConnectOptions options;
  options.url = settings.database.direct_url.empty() ? settings.database.url : settings.database.direct_url;
  options.keeps_sessions = settings.database.session_pooler;
  options.password_command = settings.database.password_command;
  if (options.url == "local") options.url = postgres::LocalServer(settings.project).ensure_started();
  return options;
}

postgres::Session& Context::session() {
  if (session_) return *session_;
  if (ahead_.valid()) {
    const auto ahead = std::exchange(ahead_, {}).get();
    session_ = ahead->session;
    books_ = std::move(ahead->books);
  } else {
    session_ = std::make_shared<postgres::Session>(connect_options());
  }
  const auto& settings = config();
  std::error_code ignored;
  std::string where =
      std::filesystem::exists(settings.file, ignored) ? display_path(settings.file) : "no configuration";
  if (!settings.environment.empty()) where += ", environment " + settings.environment;
  out_.note(out_.styled_note(where + ": " + session_->description(), report::Style::faint));
  return *session_;
}

void Context::connect_ahead() {
  const auto& database = config({.database = true}).database;
  const bool starts_server = database.direct_url.empty() && database.url == "local";
  if (session_ || ahead_.valid() || starts_server) return;
  ahead_ = std::async(std::launch::async, [options = connect_options(), names = bookkeeping_names()] {
    const auto out = std::make_shared<Ahead>();
    out->session = std::make_shared<postgres::Session>(options);
    std::packaged_task<postgres::Books()> read(
        [&] { return postgres::Bookkeeping(*out->session, names).read_newest(); });
    out->books = read.get_future();
    read();
    return out;
  });
}

std::shared_future<std::shared_ptr<postgres::Session>> Context::connection() {
  if (!ahead_.valid()) session();
  return std::async(std::launch::deferred,
                    [ahead = ahead_, made = session_] { return made ? made : ahead.get()->session; });
}

void Context::disconnect() {
  ahead_ = {};
  session_.reset();
}

revision::Directory& Context::directory() {
  if (!directory_) {
    const auto& settings = config();
    const auto& migrations = settings.migrations;
    revision::Layout layout;
    layout.folders = {migrations.directory};
    layout.folders.insert(layout.folders.end(), migrations.directories.begin(), migrations.directories.end());
    layout.recursive = migrations.recursive;
    layout.linear = migrations.linear;
    layout.file_name = migrations.file_name;
    layout.slug_length = static_cast<std::size_t>(migrations.truncate_slug_length);
    layout.timezone = migrations.timezone;
    layout.script_template = migrations.script_template;
    directory_ = std::make_unique<revision::Directory>(std::move(layout));
    for (const auto& warning : directory_->warnings()) out_.warn(warning);
  }
  return *directory_;
}

const revision::Graph& Context::graph() {
  if (!graph_) graph_ = std::make_unique<revision::Graph>(directory().headers());
  return *graph_;
}

postgres::BookkeepingNames Context::bookkeeping_names() {
  const auto& migrations = config().migrations;
  return {migrations.schema, migrations.version_table};
}

const run::State& Context::database_state() {
  if (database_state_) return *database_state_;
  const auto& scripts = graph();
  const postgres::Bookkeeping bookkeeping(session(), bookkeeping_names());
  auto books = books_.valid() ? books_.get() : bookkeeping.read_newest();
  database_state_ = std::make_unique<run::State>(run::read_state(bookkeeping, std::move(books), scripts));
  return *database_state_;
}

void Context::confirm_protected(const std::string& what) {
  const auto& settings = config();
  if (!settings.is_protected) return;
  if (globals_.confirm == settings.environment) return;
  if (!globals_.confirm.empty())
    throw Error(ExitCode::undecided, "--confirm names \"" + globals_.confirm + "\", but the environment is " +
                                         settings.environment);
  const auto task = what + " in the protected environment " + settings.environment;
  if (report::interactive() &&
      report::ask(task + ": type the environment's name to go on:") == settings.environment)
    return;
  throw Error(ExitCode::undecided, task + " needs a confirmation", "add --confirm " + settings.environment);
}

void Context::confirm_data_loss(const std::vector<std::string>& losses) {
  if (losses.empty()) return;
  if (config().is_protected) confirm_protected("losing data");
  for (const auto& what : globals_.allow)
    if (what == "data-loss") return;
  const auto list = join(losses, "\n  ");
  if (report::interactive() && report::ask_yes_no("This loses data:\n  " + list + "\nGo on?")) return;
  throw Error(ExitCode::undecided, "this loses data:\n  " + list,
              "run it with --allow data-loss, or write -- migrate:allow data-loss into the script once that "
              "is what you want");
}

}  // namespace migrate::cli
