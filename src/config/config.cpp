#include "config/config.hpp"

#include <algorithm>

#include "config/document.hpp"
#include "config/url.hpp"
#include "util/duration.hpp"
#include "util/error.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace migrate::config {
namespace fs = std::filesystem;
namespace {

std::optional<std::string> variable(const Overrides& overrides, const std::string& name) {
  auto found = overrides.getenv ? overrides.getenv(name) : std::nullopt;
  return found && !found->empty() ? found : std::nullopt;
}

fs::path find_upwards(const fs::path& start) {
  std::error_code ignored;
  for (fs::path folder = start;; folder = folder.parent_path()) {
    const auto plain = folder / "config.toml", below = folder / "config" / "config.toml";
    const bool has_plain = fs::is_regular_file(plain, ignored),
               has_below = fs::is_regular_file(below, ignored);
    if (has_plain && has_below)
      throw Error(ExitCode::usage,
                  "two configurations: " + display_path(plain) + " and " + display_path(below),
                  "remove one, or name the one to use with --config");
    if (has_plain) return plain;
    if (has_below) return below;
    if (fs::exists(folder / ".git", ignored) || folder == folder.parent_path()) return {};
  }
}

// Empty: there is none, and none is needed.
fs::path find_file(const Overrides& overrides, bool needed) {
  const auto named = overrides.config ? overrides.config : variable(overrides, "MIGRATE_CONFIG");
  if (!named) {
    auto found = find_upwards(overrides.working_folder.lexically_normal());
    if (found.empty() && needed)
      throw Error(
          ExitCode::usage,
          "no config.toml or config/config.toml in this folder or above it, up to the repository's root",
          "migrate init makes a project; --config names a configuration elsewhere");
    return found;
  }
  const std::string from = overrides.config ? "--config" : "$MIGRATE_CONFIG";
  const auto file = (overrides.working_folder / *named).lexically_normal();
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored))
    throw Error(ExitCode::usage, from + " names " + display_path(file) + ", which is not a file");
  return file;
}

class Loader {
 public:
  Loader(const Overrides& overrides, const Needs& needs) : overrides_(overrides), needs_(needs) {}

  Config load() {
    config_.file = find_file(overrides_, !needs_.without_file);
    const bool there = !config_.file.empty();
    if (!there) config_.file = overrides_.working_folder.lexically_normal() / "config.toml";
    const auto folder = config_.file.parent_path();
    config_.project = folder.filename() == "config" ? folder.parent_path() : folder;
    if (there) document_ = read_document(read_text(), display_path(config_.file));
    choose_environment();
    migrations();
    models();
    autogenerate();
    database();
    if (needs_.scratch) config_.scratch.url = url("scratch.url");
    config_.scratch.beside = get<bool>("scratch.beside", false);
    return std::move(config_);
  }

 private:
  std::string read_text() const {
    auto text = read_file(config_.file);
    int number = 0;
    for (const auto line : lines(text))
      if (++number; !is_utf8(line))
        throw Error(ExitCode::usage, "this line is not UTF-8").at({display_path(config_.file), number, 0});
    return text;
  }

  void choose_environment() {
    const auto from_variable = variable(overrides_, "MIGRATE_ENV");
    const auto name = overrides_.env ? overrides_.env : from_variable;
    if (!name) return;
    const auto found = document_.environments.find(*name);
    if (found == document_.environments.end()) {
      std::vector<std::string> known;
      for (const auto& [each, unused] : document_.environments) known.push_back(each);
      const auto near = nearest(*name, known);
      throw Error(ExitCode::usage,
                  (overrides_.env ? "--env" : "$MIGRATE_ENV") + std::string(" names the environment '") +
                      *name + "', which " + display_path(config_.file) + " does not have",
                  known.empty()
                      ? "it has none; write a table [environments." + *name + "]"
                      : (near.empty() ? "" : "did you mean " + near + "? ") + "known: " + join(known, ", "));
    }
    config_.environment = *name;
    config_.is_protected = found->second.is_protected;
    chosen_ = &found->second;
  }

  const Value* find(const std::string& key) const {
    if (chosen_ != nullptr)
      if (const auto found = chosen_->values.find(key); found != chosen_->values.end()) return &found->second;
    const auto found = document_.values.find(key);
    return found == document_.values.end() ? nullptr : &found->second;
  }
  template <class T>
  T get(const std::string& key, T otherwise) const {
    const auto* value = find(key);
    return value == nullptr ? otherwise : std::get<T>(value->value);
  }
  std::string expanded(const Value& value, const std::string& text,
                       Encoding encoding = Encoding::none) const {
    return expand(
        text, encoding,
        [this](const std::string& name) {
          return overrides_.getenv ? overrides_.getenv(name) : std::nullopt;
        },
        value.key, value.where);
  }
  std::string text(const std::string& key, std::string otherwise = {}) const {
    const auto* value = find(key);
    return value == nullptr ? otherwise : expanded(*value, value->text());
  }
  std::vector<std::string> list(const std::string& key, std::vector<std::string> otherwise = {}) const {
    const auto* value = find(key);
    if (value == nullptr) return otherwise;
    auto out = std::get<std::vector<std::string>>(value->value);
    for (auto& item : out) item = expanded(*value, item);
    return out;
  }
  std::chrono::milliseconds duration(const std::string& key, std::chrono::milliseconds otherwise) const {
    const auto* value = find(key);
    return value == nullptr ? otherwise : parse_duration(value->text()).value();
  }

  std::string url(const std::string& key) const {
    const auto* value = find(key);
    if (value == nullptr) return {};
    auto out = expanded(*value, value->text(), Encoding::url);
    const auto problem = out.empty() ? "it is empty" : url_problem(out);
    if (!problem.empty()) throw Error(ExitCode::usage, value->key + ": " + problem).at(value->where);
    return out;
  }

  // The one beside the url that counts: any other leads to another database.
  std::string direct_url() const {
    const auto* pooled = find("database.url");
    const auto* direct = find("database.direct_url");
    const auto place = [](const Value& value) { return value.key.substr(0, value.key.rfind('.')); };
    return pooled != nullptr && direct != nullptr && place(*pooled) == place(*direct)
               ? url("database.direct_url")
               : std::string();
  }

  static std::string given(const std::string& url, const std::string& from) {
    const auto problem = url.empty() ? "it is empty" : url_problem(url);
    if (!problem.empty()) throw Error(ExitCode::usage, from + ": " + problem);
    return url;
  }

  void database() {
    if (const auto* value = find("database.password_command"))
      config_.database.password_command = value->text();
    if (const auto* value = find("database.pooler")) {
      if (value->text() != "session" && value->text() != "transaction")
        throw Error(ExitCode::usage,
                    value->key + " is \"session\" or \"transaction\", not \"" + value->text() + "\"")
            .at(value->where);
      config_.database.session_pooler = value->text() == "session";
    }
    if (!needs_.database) return;
    const auto from_variable = variable(overrides_, "MIGRATE_DATABASE_URL");
    auto& chosen = config_.database.url;
    if (overrides_.url) {
      chosen = given(*overrides_.url, "--url");
    } else if (overrides_.env) {
      chosen = url("database.url");
      config_.database.direct_url = direct_url();
      if (from_variable && chosen.empty()) chosen = given(*from_variable, "$MIGRATE_DATABASE_URL");
      if (from_variable && chosen != *from_variable)
        throw Error(ExitCode::usage,
                    "--env " + config_.environment + " and $MIGRATE_DATABASE_URL name different databases",
                    "unset the variable, or leave out --env");
    } else {
      chosen = from_variable ? given(*from_variable, "$MIGRATE_DATABASE_URL") : url("database.url");
      if (!from_variable) config_.database.direct_url = direct_url();
    }
    if (config_.is_protected && chosen == "local")
      throw Error(ExitCode::usage,
                  "the protected environment " + config_.environment +
                      " has the url \"local\", which is for development",
                  "give it a database.url of its own under [environments." + config_.environment + "]")
          .at({display_path(config_.file), 0, 0});
  }

  void migrations() {
    auto& to = config_.migrations;
    to.directory = (config_.project / text("migrations.directory", to.directory.string())).lexically_normal();
    for (const auto& each : list("migrations.directories"))
      to.directories.push_back((config_.project / each).lexically_normal());
    to.recursive = get("migrations.recursive", to.recursive);
    to.file_name = get("migrations.file_name", to.file_name);
    to.truncate_slug_length =
        static_cast<int>(get<std::int64_t>("migrations.truncate_slug_length", to.truncate_slug_length));
    to.timezone = text("migrations.timezone", to.timezone);
    if (const auto file = text("migrations.script_template"); !file.empty())
      to.script_template = (config_.project / file).lexically_normal();
    to.post_write_hooks = get("migrations.post_write_hooks", to.post_write_hooks);
    to.schema = text("migrations.schema", to.schema);
    to.version_table = text("migrations.version_table", to.version_table);
    to.linear = get("migrations.linear", to.linear);
    to.lock_timeout = get("migrations.lock_timeout", to.lock_timeout);
    to.statement_timeout = get("migrations.statement_timeout", to.statement_timeout);
    to.lock_retries = static_cast<int>(get<std::int64_t>("migrations.lock_retries", to.lock_retries));
    to.wait = duration("migrations.wait", to.wait);
    to.transaction = get("migrations.transaction", to.transaction);
  }

  void models() {
    auto& to = config_.models;
    to.timeout = duration("models.timeout", to.timeout);
    // Also of the steps that are run.
    if (needs_.models || needs_.database || needs_.steps)
      to.search_path = list("models.search_path", to.search_path);
    if (!needs_.models) return;
    to.sources = list("models.sources");
    to.program = text("models.program");
    to.snapshot = text("models.snapshot");
    to.compiler = text("models.compiler");
    to.flags = list("models.flags");
    to.include = list("models.include");
    to.link = list("models.link");
    to.compile_commands = text("models.compile_commands");
  }

  void autogenerate() {
    auto& to = config_.autogenerate;
    to.privileges = get("autogenerate.privileges", to.privileges);
    to.owners = get("autogenerate.owners", to.owners);
    if (!needs_.models) return;
    to.schemas = list("autogenerate.schemas");
    to.include = list("autogenerate.include");
    to.exclude = list("autogenerate.exclude");
  }

  const Overrides& overrides_;
  const Needs needs_;
  Config config_;
  Document document_;
  const Environment* chosen_ = nullptr;
};

}  // namespace

Config load(const Overrides& overrides, const Needs& needs) { return Loader(overrides, needs).load(); }

}  // namespace migrate::config
