#include "postgres/session.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>

#include "postgres/connection.hpp"
#include "postgres/session_sql.hpp"
#include "util/process.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::postgres {
namespace {

constexpr int oldest_server = 130000;

std::string quoted_list(const std::vector<std::string>& schemas) {
  return join_with(schemas, ", ", [](const std::string& schema) { return quote_identifier(schema); });
}

bool is_uri(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

// libpq ends the user's part at the first "@" or "/", so an unescaped one in a password would make the rest
// of it a host name, which then stands in error messages.
void refuse_stray_at(std::string_view url) {
  if (!is_uri(url)) return;
  url.remove_prefix(url.find("://") + 3);
  const std::string_view authority = url.substr(0, url.find('/'));
  const std::string_view path =
      url.substr(authority.size(), url.find('?', authority.size()) - authority.size());
  if (std::count(authority.begin(), authority.end(), '@') > 1 || path.find('@') != std::string_view::npos)
    throw Error(ExitCode::usage,
                "the database URL is malformed: it has an \"@\" too many, or a \"/\" before it",
                "in user, password and database write @ as %40, / as %2F and : as %3A");
}

std::string find(const Connection::ConnectParameters& parameters, std::string_view keyword) {
  for (const auto& [name, value] : parameters)
    if (name == keyword) return value;
  return {};
}

void set(Connection::ConnectParameters& parameters, const std::string& keyword, const std::string& value) {
  for (auto& [name, old] : parameters)
    if (name == keyword) {
      old = value;
      return;
    }
  parameters.emplace_back(keyword, value);
}

std::string place(const std::string& host, const std::string& port) {
  if (host.starts_with('/') || host.starts_with('@'))
    return port.empty() || port == "5432" ? host : host + ":" + port;
  const bool ipv6 = host.find(':') != std::string::npos;
  return (ipv6 ? "[" + host + "]" : host) + (port.empty() ? "" : ":" + port);
}

// What is known of the target before the server was reached.
std::string target(const Connection::ConnectParameters& parameters) {
  const std::string service = find(parameters, "service");
  const std::string database = find(parameters, "dbname");
  std::string host = find(parameters, "host");
  if (host.empty()) host = find(parameters, "hostaddr");
  const std::string user = find(parameters, "user");
  std::string out = database.empty() ? "the database" : "database " + database;
  if (!service.empty()) out += " of service " + service;
  if (!host.empty())
    out += " on " + (host.find(',') == std::string::npos ? place(host, find(parameters, "port")) : host);
  if (!user.empty()) out += " as " + user;
  return out;
}

// libpq says for each address that it tried "connection to server at … failed: FATAL:  reason" and, indented,
// advice of its own. One reason is shown alone; several keep their addresses.
std::string reason_of(std::string_view text) {
  std::vector<std::string> full, reasons;
  for (std::string_view line : lines(text)) {
    if (line.empty() || line.starts_with('\t')) continue;
    const std::string whole = replace_all(replace_all(one_line(line), "FATAL: ", ""), "fe_sendauth: ", "");
    constexpr std::string_view failed = " failed: ";
    const std::size_t at = line.starts_with("connection to server") ? whole.find(failed) : std::string::npos;
    const std::string reason = at == std::string::npos ? whole : whole.substr(at + failed.size());
    if (std::find(reasons.begin(), reasons.end(), reason) != reasons.end()) continue;
    reasons.push_back(reason);
    full.push_back(whole);
  }
  return reasons.size() == 1 ? reasons.front() : join(full, "; ");
}

struct Cause {
  std::string_view part;  // of the reason
  std::string_view hint;
};

// In order: the first that is in the reason counts. A server that speaks another language gets the last hint.
constexpr std::string_view running = "is the server running, and are host and port right?";
constexpr std::array<Cause, 12> causes{{
    {"password authentication failed",
     "check the password: it is taken from the URL, PGPASSWORD, [database] password_command or the password "
     "file"},
    {"no password supplied",
     "give the password in the URL, as PGPASSWORD, by [database] password_command or in the password file "
     "(~/.pgpass)"},
    {"no pg_hba.conf entry",
     "the server lets nobody in from here under this name: see its pg_hba.conf, and sslmode in the URL"},
    {"definition of service", "see ~/.pg_service.conf, or PGSERVICEFILE"},
    {"is not permitted to log in", "name another user in the URL"},
    {"permission denied for database", "GRANT CONNECT ON DATABASE … TO this user, or name another"},
    {"No such file or directory", running},
    {"Connection refused", running},
    {"could not translate host name", running},
    {"timeout expired", running},
    {"the database system is starting up", "try again in a moment"},
    {"too many clients", "all connections of the server are taken: try again later"},
}};

std::string hint_for(const std::string& reason, const Connection::ConnectParameters& parameters) {
  if (reason.find("database \"") != std::string::npos && reason.ends_with("does not exist")) {
    const std::string name = find(parameters, "dbname");
    return "create it" + (name.empty() ? "" : " (CREATE DATABASE " + quote_identifier(name) + ")") +
           ", or correct the name in the URL";
  }
  if (reason.find("role \"") != std::string::npos && reason.ends_with("does not exist"))
    return "create the role, or name another user in the URL";
  for (const Cause& cause : causes)
    if (reason.find(cause.part) != std::string::npos) return std::string(cause.hint);
  return "check the URL: [database] url, --url or $MIGRATE_DATABASE_URL";
}

Error connection_error(const Error& error, const Connection::ConnectParameters& parameters) {
  std::string reason = reason_of(error.what());
  for (const char* keyword : {"password", "sslpassword"})
    if (const std::string secret = find(parameters, keyword); secret.size() > 2)
      reason = replace_all(reason, secret, "***");
  std::string hint = hint_for(reason, parameters);
  return Error(ExitCode::no_connection, "cannot connect to " + target(parameters) + ": " + reason,
               std::move(hint));
}

std::string run_password_command(const std::string& command) {
  Command shell;
  shell.arguments = {"/bin/sh", "-c", command};
  shell.timeout = std::chrono::minutes(2);
  const ProcessResult result = run_process(shell);
  const std::string hint = "see [database] password_command: it prints the password and ends with status 0";
  if (result.timed_out)
    throw Error(ExitCode::no_connection, "password_command did not end within two minutes", hint);
  if (result.status != 0) {
    const std::string said = one_line(trim(result.err));
    throw Error(ExitCode::no_connection,
                "password_command ended with status " + std::to_string(result.status) +
                    (said.empty() ? "" : ": " + said),
                hint);
  }
  std::string password = result.out.substr(0, result.out.find('\n'));
  if (password.ends_with('\r')) password.pop_back();
  if (password.empty()) throw Error(ExitCode::no_connection, "password_command printed nothing", hint);
  return password;
}

std::unique_ptr<Connection> connect(const ConnectOptions& options) {
  refuse_stray_at(options.url);
  Connection::ConnectParameters parameters = Connection::parse(options.url);
  set(parameters, "fallback_application_name", options.application_name);
  set(parameters, "client_encoding", "UTF8");
  if (find(parameters, "connect_timeout").empty() && !std::getenv("PGCONNECT_TIMEOUT"))
    set(parameters, "connect_timeout", "10");
  try {
    return std::make_unique<Connection>(parameters);
  } catch (const Error& error) {
    if (options.password_command.empty() || !Connection::password_missing(error))
      throw connection_error(error, parameters);
  }
  set(parameters, "password", run_password_command(options.password_command));
  try {
    return std::make_unique<Connection>(parameters);
  } catch (const Error& error) {
    throw connection_error(error, parameters);
  }
}

// Replaces the value after each `keyword` and "=" in a key=value text.
std::string redact_keyword(std::string text, std::string_view keyword) {
  constexpr const char* space = " \t\n\v\f\r";
  for (std::size_t at = text.find(keyword); at != std::string::npos; at = text.find(keyword, at)) {
    at += keyword.size();
    std::size_t value = text.find_first_not_of(space, at);
    if (value == std::string::npos || text[value] != '=') continue;
    value = text.find_first_not_of(space, value + 1);
    if (value == std::string::npos) break;
    std::size_t end = value;
    if (text[value] == '\'') {
      for (++end; end < text.size() && text[end] != '\''; ++end)
        if (text[end] == '\\') ++end;
      end = std::min(end + 1, text.size());
      // Not libpq's syntax: where the value ends is anybody's guess.
      if (end < text.size() && text[end] != ' ' && text[end] != '\t' && text[end] != '\n') end = text.size();
    } else {
      for (; end < text.size() && text[end] != ' ' && text[end] != '\t' && text[end] != '\n'; ++end)
        if (text[end] == '\\') ++end;
      end = std::min(end, text.size());
    }
    text.replace(value, end - value, "***");
    at = value + 3;
  }
  return text;
}

int hexadecimal(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size();
    const int high = escape ? hexadecimal(text[i + 1]) : -1, low = escape ? hexadecimal(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return out;
}

// Replaces the values of parameters whose name holds "password", also where it is written with escapes.
std::string redact_parameters(std::string url) {
  for (auto equals = url.find('='); equals != std::string::npos; equals = url.find('=', equals + 1)) {
    const auto before = url.find_last_of("?&", equals);
    const auto begin = before == std::string::npos ? 0 : before + 1;
    const auto name = percent_decoded(std::string_view(url).substr(begin, equals - begin));
    if (name.find("password") == std::string::npos) continue;
    const auto end = std::min(url.find('&', equals), url.size());
    url.replace(equals + 1, end - equals - 1, "***");
  }
  return url;
}

}  // namespace

Session::Session(const ConnectOptions& options) : options_(options), connection_(connect(options)) {
  if (server_version() < oldest_server) {
    const int version = server_version();
    throw Error(
        ExitCode::no_connection,
        description() + ": the server is PostgreSQL " +
            (version < 100000 ? std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100)
                              : std::to_string(version / 10000)) +
            ", and 13 is the oldest that is supported",
        "upgrade the server");
  }
  // Poolers hand out process ids of their own: a client's is not the one of the server process behind it.
  if (!options.keeps_sessions) {
    const auto process =
        connection_->execute("SET LOCAL statement_timeout = 0; SELECT pg_catalog.pg_backend_pid()");
    pooled_ = process[0].integer(0) != connection_->backend_pid();
  }
  pin();
}

Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

int Session::server_version() const { return connection_->server_version(); }
std::string Session::database() const { return connection_->database(); }
std::string Session::user() const { return connection_->user(); }
std::string Session::host() const { return connection_->host(); }
std::string Session::port() const { return connection_->port(); }

std::string Session::description() const {
  return "database " + database() + " on " + place(host(), port()) + " as " + user();
}

Statements Session::pins() const {
  Statements out = pinned_settings();
  out.push_back("SET search_path = " + (search_path_.empty() ? "''" : search_path_));
  return out;
}

Statements Session::pins(const std::vector<std::string>& search_path) {
  search_path_ = quoted_list(search_path);
  return pins();
}

// A role's or a database's own limits are not meant for what a runner reads, and writes of its own. The limit
// of time is for the whole message, so it goes first.
Statements Session::unhurried_pins() const {
  Statements out{"SET statement_timeout = 0", "SET lock_timeout = 0",
                 "SET idle_in_transaction_session_timeout = 0"};
  for (auto& pin : pins()) out.push_back(std::move(pin));
  return out;
}

void Session::pin(const std::vector<std::string>& search_path) {
  search_path_ = quoted_list(search_path);
  if (!pooled_) connection_->execute(text_of(unhurried_pins()));
}

void Session::set_search_path(const std::vector<std::string>& schemas) {
  search_path_ = quoted_list(schemas);
  if (!pooled_) connection_->query("SELECT pg_catalog.set_config('search_path', $1, false)", {search_path_});
}

void Session::begin(std::string_view mode) {
  connection_->begin(mode);
  if (pooled_) connection_->execute(text_of(for_transaction(unhurried_pins())));
}

Connection& Session::connection() { return *connection_; }

std::string redact(std::string_view url) {
  if (!is_uri(url)) return redact_keyword(std::string(url), "password");
  std::string out(url);
  const std::size_t start = out.find("://") + 3;
  const std::size_t at = out.rfind('@');
  const std::size_t colon = out.find(':', start);
  if (at != std::string::npos && colon < at) out.replace(colon + 1, at - colon - 1, "***");
  return redact_parameters(std::move(out));
}

}  // namespace migrate::postgres
