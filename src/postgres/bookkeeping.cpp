#include "postgres/bookkeeping.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "postgres/bookkeeping_sql.hpp"
#include "postgres/connection.hpp"
#include "util/error.hpp"
#include "util/local_time.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::postgres {
namespace {

constexpr std::array states{std::pair{StepState::running, "running"}, std::pair{StepState::done, "done"},
                            std::pair{StepState::failed, "failed"}};
constexpr std::array kinds{std::pair{LogKind::up, "up"}, std::pair{LogKind::down, "down"},
                           std::pair{LogKind::stamp, "stamp"}, std::pair{LogKind::accept, "accept"},
                           std::pair{LogKind::resolve, "resolve"}};

template <class Value, std::size_t Count>
Value value_of(const std::array<std::pair<Value, const char*>, Count>& names, std::string_view text) {
  for (const auto& [value, name] : names)
    if (name == text) return value;
  throw Error(ExitCode::failed,
              "the log has a row with \"" + std::string(text) + "\", which this program does not know",
              "use the version of migrate that wrote it");
}

std::string insert_sql(const BookkeepingNames& names, const LogEntry& entry) {
  return insert_log_sql(names, entry, entry.started_at.empty() ? "" : quote_literal(entry.started_at));
}

Error missing_right(const Error& cause, const BookkeepingNames& names, const std::string& role) {
  const auto schema = quote_identifier(names.schema);
  return std::move(Error(ExitCode::failed,
                         "the role " + role + " may not create the version table and the log in schema " +
                             schema + ": " + cause.what(),
                         "GRANT USAGE, CREATE ON SCHEMA " + schema + " TO " + quote_identifier(role) +
                             ", or name another schema in [migrations] schema"))
      .sqlstate(cause.sqlstate());
}

// Of tables that were there when the run began.
[[noreturn]] void fail_on_ours(const ServerError& error) {
  // What a script's own trigger does not find has a context.
  if (error.sqlstate() != "42P01" || !error.server().context.empty()) throw error;
  throw std::move(Error(ExitCode::failed, error.what(),
                        "a table of migrate's own was taken away, or renamed, since the run began"))
      .sqlstate(error.sqlstate());
}

template <class Statements>
auto on_ours(const Statements& statements) {
  try {
    return statements();
  } catch (const ServerError& error) {
    fail_on_ours(error);
  }
}

// What must hold before a message goes on is asked by the server itself, and what stops it is an error: a
// text that is no number, given by a function, or it would be found before anything runs. Rows that were hit
// are counted in a setting of the transaction: a WITH over the changes takes the server longer than they do.
constexpr const char* no_hits = "SET LOCAL migrate.hit_rows = ''";
constexpr const char* count_hit =
    " RETURNING pg_catalog.set_config('migrate.hit_rows', "
    "pg_catalog.current_setting('migrate.hit_rows') || '.', true)";
constexpr const char* refusal = "migrate: not committed";

std::string must_hold(std::size_t hits, const std::string& transaction, const std::string& lock_held) {
  return "SELECT CASE WHEN pg_catalog.current_setting('migrate.hit_rows') = '" + std::string(hits, '.') +
         "' AND pg_catalog.pg_current_xact_id()::text = " + quote_literal(transaction) + " AND " + lock_held +
         " THEN 0 ELSE pg_catalog.set_config('migrate.refusal', " + quote_literal(refusal) +
         ", true)::integer END";
}

bool is_refusal(const ServerError& error) {
  return error.sqlstate() == "22P02" && error.server().message.find(refusal) != std::string::npos;
}

constexpr std::int64_t microseconds = 1'000'000;  // of a second

// The binary form of a time: its text depends on the session's settings, to_char() takes longer than all else
// about a row, and to look up the operators of a calculation takes a new session half of the query's time.
std::string time_sql(const std::string& value) {
  return "pg_catalog.encode(pg_catalog.timestamptz_send(" + value + "), 'hex')";
}

// Microseconds since 1970, of what time_sql() gives: 16 digits that count them from 2000.
std::int64_t time_of(std::string_view digits) {
  constexpr std::int64_t year_2000 = 946'684'800 * microseconds, year_10000 = 253'402'300'800 * microseconds;
  std::uint64_t bits = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), bits, 16);
  const auto since_2000 = static_cast<std::int64_t>(bits);
  if (since_2000 < -year_2000 || since_2000 >= year_10000 - year_2000)
    throw Error(ExitCode::failed, "the log has a row with a time before 1970 or after 9999",
                "migrate did not write it: put its started_at and ended_at right, or delete it");
  return since_2000 + year_2000;
}

// Of such microseconds: 2026-11-22T10:15:00.000001Z.
std::string iso_time(std::int64_t time) {
  auto out = format_time(static_cast<std::time_t>(time / microseconds), "UTC");
  auto fraction = std::to_string(microseconds + time % microseconds);
  fraction.front() = '.';
  return out.insert(out.size() - 1, fraction);
}

}  // namespace

std::string_view text_of(StepState state) {
  for (const auto& [value, name] : states)
    if (value == state) return name;
  return {};
}
std::string_view text_of(LogKind kind) {
  for (const auto& [value, name] : kinds)
    if (value == kind) return name;
  return {};
}

Bookkeeping::Bookkeeping(Session& session, BookkeepingNames names)
    : session_(session),
      names_(std::move(names)),
      version_table_(qualified(names_.schema, names_.version_table)),
      log_table_(qualified(names_.schema, names_.log_table())) {}

Bookkeeping::Tables Bookkeeping::there() const {
  const auto is_there = [](const std::string& table) {
    return "pg_catalog.to_regclass(" + quote_literal(table) + ") IS NOT NULL";
  };
  const auto rows =
      session_.connection().execute("SELECT " + is_there(version_table_) + ", " + is_there(log_table_));
  return {rows[0].boolean(0), rows[0].boolean(1)};
}

Books Bookkeeping::read() const {
  const auto tables = there();
  Books out;
  if (tables.version) out.versions = read_versions();
  if (tables.log) out.log = read_log();
  return out;
}

Books Bookkeeping::read_newest() const {
  const auto tables = there();
  if (!tables.version || !tables.log) return read();
  auto answers =
      session_.connection().execute_all(text_of({versions_sql(), log_sql(" ORDER BY id DESC LIMIT 1")}));
  if (answers.error) return read();  // which says what is wrong with which of them
  Books out{versions_in(answers.rows[0]), log_in(answers.rows[1])};
  const auto* const newest = out.log.empty() ? nullptr : &out.log.back();
  out.whole_log = newest == nullptr || newest->state != StepState::done || newest->history_checksum.empty() ||
                  out.versions != std::vector{newest->revision};
  if (out.whole_log && newest != nullptr) out.log = read_log();
  return out;
}

std::vector<std::string> Bookkeeping::versions() const {
  return there().version ? read_versions() : std::vector<std::string>();
}

std::vector<LogEntry> Bookkeeping::log() const { return there().log ? read_log() : std::vector<LogEntry>(); }

std::string Bookkeeping::versions_sql() const { return "SELECT version_num::text FROM " + version_table_; }

std::vector<std::string> Bookkeeping::versions_in(const Rows& rows) {
  std::vector<std::string> out;
  for (const auto row : rows) out.emplace_back(row.text(0));
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> Bookkeeping::read_versions() const {
  try {
    return versions_in(session_.connection().execute(versions_sql()));
  } catch (const ServerError& error) {
    if (error.sqlstate() == "42703")
      throw Error(ExitCode::failed, version_table_ + " is not a version table: it has no column version_num",
                  "name another one in [migrations] version_table");
    throw;
  }
}

std::string Bookkeeping::log_sql(const std::string& rows_wanted) const {
  return "SELECT id, run, revision, array_to_string(parents, ' '), kind, step, steps, undone, last, state,"
         " statements_done, statements_checksum, checksum, down_checksum, error, tool_version, application,"
         " os_user, host, role, tag, " +
         time_sql("started_at") + ", " + time_sql("ended_at") + ", " +
         time_sql("coalesce(ended_at, pg_catalog.clock_timestamp())") + ", history_checksum, format FROM " +
         log_table_ + rows_wanted;
}

std::vector<LogEntry> Bookkeeping::log_in(const Rows& rows) const {
  std::vector<LogEntry> out;
  out.reserve(rows.size());
  for (const auto row : rows) {
    refuse_newer_log(row.integer(25));
    LogEntry entry;
    const auto text = [&](int column) { return std::string(row.text(column)); };
    const auto number = [&](int column) { return static_cast<int>(row.integer(column)); };
    entry.id = row.integer(0);
    entry.run = text(1);
    entry.revision = text(2);
    for (const auto parent : split(row.text(3), ' '))
      if (!parent.empty()) entry.parents.emplace_back(parent);
    entry.kind = value_of(kinds, row.text(4));
    entry.step = number(5);
    entry.steps = number(6);
    entry.undone = number(7);
    entry.last = row.boolean(8);
    entry.state = value_of(states, row.text(9));
    entry.statements_done = number(10);
    entry.statements_checksum = text(11);
    entry.checksum = text(12);
    entry.down_checksum = text(13);
    entry.error = text(14);
    entry.tool_version = text(15);
    entry.application = text(16);
    entry.os_user = text(17);
    entry.host = text(18);
    entry.role = text(19);
    entry.tag = text(20);
    const auto started = time_of(row.text(21));
    entry.started_at = iso_time(started);
    if (!row.null(22)) entry.ended_at = iso_time(time_of(row.text(22)));
    constexpr std::int64_t millisecond = microseconds / 1000;
    entry.milliseconds = (time_of(row.text(23)) - started + millisecond / 2) / millisecond;
    entry.history_checksum = text(24);
    out.push_back(std::move(entry));
  }
  // They mostly come so; to sort them takes the server as long as all the rest.
  std::sort(out.begin(), out.end(), [](const LogEntry& a, const LogEntry& b) { return a.id < b.id; });
  return out;
}

std::vector<LogEntry> Bookkeeping::read_log() const {
  auto& connection = session_.connection();
  try {
    return log_in(connection.copy_out(log_sql()));
  } catch (const ServerError& error) {
    if (error.sqlstate() != "42703") throw;
    // A newer one may have other columns.
    refuse_newer_log(connection.query("SELECT max(format) FROM " + log_table_)[0].integer(0));
    throw std::move(Error(ExitCode::failed,
                          "the log " + log_table_ + " lacks a column: " + error.server().message,
                          "if a build from before 0.1.0 made it: ALTER TABLE " + log_table_ +
                              " ADD COLUMN history_checksum text NOT NULL DEFAULT ''"))
        .sqlstate(error.sqlstate());
  }
}

void Bookkeeping::refuse_newer_log(std::int64_t format) const {
  if (format <= log_format) return;
  throw Error(ExitCode::failed,
              "the log " + log_table_ + " has format " + std::to_string(format) +
                  ", and this migrate knows format " + std::to_string(log_format),
              "use the newer version of migrate that wrote it");
}

std::optional<std::string> Bookkeeping::script(const std::string& revision) const {
  if (!there().log) return {};
  const auto rows =
      session_.connection().query("SELECT script FROM " + log_table_ +
                                      " WHERE revision = $1 AND script IS NOT NULL ORDER BY id DESC LIMIT 1",
                                  {revision});
  if (rows.empty()) return {};
  return rows[0].optional(0);
}

bool Bookkeeping::exists() const {
  const auto tables = there();
  return tables.version && tables.log;
}

bool Bookkeeping::ensure() {
  if (exists()) return false;
  auto& connection = session_.connection();
  for (bool again = false;; again = true) {
    try {
      session_.begin("ISOLATION LEVEL READ COMMITTED READ WRITE");
      create(connection);
      connection.commit();
      return true;
    } catch (const ServerError& error) {
      connection.rollback_quietly();
      if (error.sqlstate() == "42501") throw missing_right(error, names_, session_.user());
      // A runner with another version table, and so another lock, may have made the schema meanwhile.
      const bool lost_race = error.sqlstate() == "42P06" || error.sqlstate() == "23505";
      if (again || !lost_race) throw;
    }
  }
}

void Bookkeeping::create(Connection& connection) const {
  const auto creations = create_tables_sql(names_);
  const auto there = connection.execute("SELECT " + join_with(creations, ", ", [](const Creation& creation) {
                                          return "EXISTS (" + creation.exists + ")";
                                        }));
  for (std::size_t i = 0; i < creations.size(); ++i) {
    if (there[0].boolean(static_cast<int>(i))) continue;
    const auto& creation = creations[i];
    connection.execute(text_of(creation.statements));
    if (!creation.last.empty()) connection.execute(connection.value(creation.last));
  }
}

void Bookkeeping::check_width(const std::vector<std::string>& revisions) const {
  const auto rows = session_.connection().query(
      "SELECT atttypmod - 4 FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass($1) AND "
      "attname = 'version_num' AND atttypmod > 4",
      {version_table_});
  if (rows.empty()) return;
  const auto width = rows[0].integer(0);
  for (const auto& revision : revisions)
    if (static_cast<std::int64_t>(revision.size()) > width)
      throw Error(ExitCode::failed,
                  "the revision id " + revision + " has " + std::to_string(revision.size()) +
                      " characters, and " + version_table_ + ".version_num takes " + std::to_string(width),
                  "ALTER TABLE " + version_table_ + " ALTER COLUMN version_num TYPE text");
}

void Bookkeeping::write(const Lock& lock, const std::function<void(Connection&)>& rows) const {
  auto& connection = session_.connection();
  try {
    session_.begin("ISOLATION LEVEL READ COMMITTED READ WRITE");
    lock.enter(connection);
    rows(connection);
    lock.check_held(connection);
    connection.commit();
  } catch (const Error&) {
    connection.rollback_quietly();
    throw;
  }
}

void Bookkeeping::stamp(const VersionChange& change, const LogEntry& entry, const Lock& lock) const {
  write(lock, [&](Connection& connection) {
    this->change(connection, change);
    add(connection, entry);
  });
}

void Bookkeeping::resolve(const LogEntry& open, int statements_done, const std::string& checksum,
                          const LogEntry& entry, const Lock& lock) const {
  write(lock, [&](Connection& connection) {
    progress(connection, open.id, statements_done, checksum);
    finish(connection, open.id, StepState::failed, open.error.empty() ? "the run was cut off" : open.error);
    add(connection, entry);
  });
}

void Bookkeeping::record(const LogEntry& entry) const { add(session_.connection(), entry); }

std::int64_t Bookkeeping::add(Connection& connection, const LogEntry& entry) const {
  const auto sql = insert_sql(names_, entry) + " RETURNING id";
  return on_ours([&] { return connection.query(sql); })[0].integer(0);
}

Answers Bookkeeping::end_step(Connection& connection, const StepEnd& end) const {
  const auto changes = change_version_sql(names_, end.change);
  auto statements = end.before;
  statements.emplace_back(no_hits);
  statements.push_back(insert_sql(names_, end.entry));
  const auto first_change = statements.size();
  for (const auto& change : changes) statements.push_back(change.sql + count_hit);
  statements.push_back(must_hold(changes.size(), end.transaction, end.lock.held_sql()));
  const auto ours = statements.size();
  statements.insert(statements.end(), end.after.begin(), end.after.end());

  auto answers = connection.execute_all(text_of(statements));
  if (answers.rows.size() < ours) {
    if (!is_refusal(answers.error.value())) fail_on_ours(*answers.error);
    for (std::size_t i = 0; i < changes.size(); ++i)
      require_one(answers.rows[first_change + i].affected(), changes[i].what);
    throw Error(ExitCode::failed, "the lock was lost, or the script has ended the step's transaction",
                "take COMMIT and ROLLBACK out of it, and do not let advisory locks go");
  }
  answers.rows.erase(answers.rows.begin(), answers.rows.begin() + static_cast<std::ptrdiff_t>(ours));
  return answers;
}

void Bookkeeping::progress(Connection& connection, std::int64_t id, int statements_done,
                           const std::string& checksum) const {
  on_ours([&] {
    return connection.query(
        "UPDATE " + log_table_ + " SET statements_done = $2, statements_checksum = $3 WHERE id = $1",
        {std::to_string(id), std::to_string(statements_done), checksum});
  });
}

void Bookkeeping::finish(Connection& connection, std::int64_t id, StepState state,
                         const std::string& error) const {
  on_ours([&] {
    return connection.query("UPDATE " + log_table_ +
                                " SET state = $2, error = $3, ended_at = CASE WHEN $2 <> 'running' THEN "
                                "pg_catalog.clock_timestamp() END"
                                " WHERE id = $1",
                            {std::to_string(id), std::string(text_of(state)), error});
  });
}

void Bookkeeping::change(Connection& connection, const VersionChange& change) const {
  for (const auto& statement : change_version_sql(names_, change))
    require_one(on_ours([&] { return connection.query(statement.sql); }).affected(), statement.what);
}

void Bookkeeping::require_one(std::size_t rows, const std::string& what) const {
  if (rows == 1) return;
  throw Error(ExitCode::failed,
              version_table_ + " was changed by somebody else: " + what + " hit " + plural(rows, "row") +
                  " instead of one",
              "nothing of this step was kept; look at `migrate current`, and run the command again");
}

}  // namespace migrate::postgres
