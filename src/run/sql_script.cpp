#include "run/sql_script.hpp"

#include <algorithm>

#include "postgres/bookkeeping_sql.hpp"
#include "postgres/lease.hpp"
#include "postgres/preserve.hpp"
#include "postgres/session_sql.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::run {
namespace {

std::string array_of(const std::vector<std::string>& texts) {
  return "ARRAY[" + join_with(texts, ", ", [](const std::string& text) { return quote_literal(text); }) +
         "]::text[]";
}

std::string place_of(const std::vector<std::string>& rows) {
  return rows.empty() ? "base" : join(rows, ", ");
}

// A line of comment, whatever stands in the text.
std::string comment(const std::string& text) { return "-- " + one_line(text) + "\n"; }

// On one line: there is nothing to read in them.
std::string all_of(const postgres::Statements& statements) { return join(statements, "; "); }

// Holds, for the transaction, what a step has to put back.
constexpr const char* preserved_setting = "migrate_step.preserved";

class Writer {
 public:
  Writer(const Preview& preview, const Options& options)
      : preview_(preview),
        options_(options),
        version_(qualified(options.names.schema, options.names.version_table)),
        log_(qualified(options.names.schema, options.names.log_table())),
        key_(std::to_string(postgres::lock_key(options.names))) {}

  std::string plan() {
    refuse();
    top();
    begin();
    check_start();
    make_tables();
    accept();
    rows_ = preview_.before;
    for (const auto& group : preview_.groups) {
      const auto& first = preview_.plan.steps[group.front()];
      if (first.step.transactional)
        transaction(group);
      else
        statements(first);
    }
    if (preview_.stamp) stamp(*preview_.stamp);
    end();
    return std::move(out_);
  }

  std::string tables() {
    out_ += comment("migrate " + options_.tool_version + ": makes " + version_ + " and " + log_ +
                    " where they are missing");
    directives();
    begin();
    make_tables();
    end();
    return std::move(out_);
  }

 private:
  using Steps = std::vector<std::size_t>;

  void line(const std::string& sql) { out_ += sql + ";\n"; }
  void block(const std::string& declarations, const std::string& body) {
    line("DO " + dollar_quote("\n" + (declarations.empty() ? "" : "DECLARE\n" + declarations) + "BEGIN\n" +
                              body + "END "));
  }
  static std::string raise(const std::string& format, const std::string& arguments, const std::string& hint) {
    return "    RAISE EXCEPTION " + quote_literal(format) + (arguments.empty() ? "" : ", " + arguments) +
           (hint.empty() ? "" : "\n      USING HINT = " + quote_literal(hint)) + ";\n";
  }

  void refuse() const;
  void top();
  void directives();
  void begin();
  void end();
  void check_start();
  void make_tables();
  void accept();
  void transaction(const Steps& group);
  void statements(const PlannedStep& step);
  void stamp(const Stamp& stamp);

  void set_up(const postgres::StepSettings& settings);
  void title(const PlannedStep& step);
  void check_between(const std::string& run);
  void statement(const postgres::StepStatement& statement);
  void write_log(const postgres::LogEntry& entry, const std::string& started_at);
  void write_version(const postgres::VersionChange& change);
  std::string lock_check() const;
  std::string there(const std::string& table) const;

  const Preview& preview_;
  const Options& options_;
  const std::string version_, log_, key_;
  std::string out_;
  std::vector<std::string> rows_;        // of the version table, at this place of the script
  const PlannedStep* before_ = nullptr;  // the step that has been written
};

void Writer::refuse() const {
  if (preview_.cut_off.empty()) return;
  throw Error(ExitCode::half_done,
              "a run was cut off in a step of revision " + preview_.cut_off.front() +
                  ", and a script cannot look after what it has left",
              "run `migrate upgrade` or `migrate downgrade` first");
}

void Writer::top() {
  const auto& plan = preview_.plan;
  out_ += comment("migrate " + options_.tool_version + ", " + options_.command + ": from " +
                  place_of(preview_.before) + " to " + place_of(plan.rows) +
                  (preview_.stamp ? "" : ", " + plural(plan.steps.size(), "step")));
  out_ += "--\n";
  out_ += comment("For psql, as the role that migrate would use: psql -X -f THIS_FILE DATABASE");
  out_ += comment("It stops at the first error, and does nothing to a database that is not at " +
                  place_of(preview_.before) + ".");
  if (!plan.losses.empty()) out_ += "--\n-- This loses data:\n";
  for (const auto& loss : plan.losses) out_ += comment("  " + loss);
  if (!options_.variables.empty()) {
    out_ += "--\n";
    out_ += comment("It holds the values of -x: " + join_with(options_.variables, ", ", [](const auto& each) {
                      return each.name.substr(each.name.find('.') + 1);
                    }));
  }
  directives();
}

void Writer::directives() {
  out_ += "\n\\set ON_ERROR_STOP on\n\\set ON_ERROR_ROLLBACK off\n\\set AUTOCOMMIT on\n\\set QUIET on\n";
}

void Writer::begin() {
  out_ += "\n-- One runner at a time: the lock that migrate takes, too.\n";
  set_up(settings_of(nullptr, options_));
  block("", "  IF pg_catalog.transaction_timestamp() <> pg_catalog.statement_timestamp() THEN\n" +
                raise("this script begins and ends its transactions itself", "",
                      "run it without a transaction around it: no psql -1") +
                "  END IF;\n"
                "  IF NOT pg_catalog.pg_try_advisory_lock(" +
                key_ + ") THEN\n" +
                raise("another runner holds the lock of %", quote_literal(version_), "wait for it to end") +
                "  END IF;\n  IF EXISTS (" +
                postgres::lock_held_sql(std::to_string(postgres::second_key(options_.names))) +
                ") THEN\n    PERFORM pg_catalog.pg_advisory_unlock(" + key_ + ");\n" +
                raise("another runner holds the lock of %", quote_literal(version_), "wait for it to end") +
                "  END IF;\n");
  // A runner behind a pooler has a lease instead. The lock is given back before an error: whoever took out
  // ON_ERROR_STOP gets no further without it.
  const auto lease = postgres::lease_sql(options_.names);
  block("  who text;\n", "  IF " + there(options_.names.lease_table()) + " THEN\n    " + lease.end_old +
                             ";\n    SELECT holder INTO who FROM (" + lease.held +
                             ") l;\n    IF FOUND THEN\n      PERFORM pg_catalog.pg_advisory_unlock(" + key_ +
                             ");\n  " +
                             raise("another runner holds the lease of %: %",
                                   quote_literal(version_) + ", who", "wait for it to end") +
                             "    END IF;\n  END IF;\n");
}

void Writer::end() {
  out_ += "\n";
  line(all_of(postgres::undo_session()));
  block("", "  PERFORM pg_catalog.pg_advisory_unlock(" + key_ + ");\n");
}

std::string Writer::there(const std::string& table) const {
  return "EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "
         "c.relnamespace\n"
         "      WHERE n.nspname = " +
         quote_literal(options_.names.schema) + " AND c.relname = " + quote_literal(table) + ")";
}

// The version table may not be there, nor the log; PL/pgSQL looks at a statement when it comes to it.
void Writer::check_start() {
  out_ += "\n-- The database is where this script begins.\n";
  auto sorted = preview_.before;
  std::sort(sorted.begin(), sorted.end());
  const std::string hint = "make a new script for this database";
  std::string look =
      "  IF " + there(options_.names.version_table) +
      " THEN\n"
      "    SELECT pg_catalog.array_agg(version_num::text ORDER BY version_num::text COLLATE \"C\") INTO "
      "found FROM " +
      version_ +
      ";\n"
      "  END IF;\n"
      "  IF coalesce(found, '{}') <> " +
      array_of(sorted) + " THEN\n" +
      raise("this script is for a database at " + replace_all(place_of(preview_.before), "%", "%%") +
                ", and this one is at %",
            "coalesce(nullif(pg_catalog.array_to_string(found, ', '), ''), 'base')", hint) +
      "  END IF;\n"
      "  IF " +
      there(options_.names.log_table()) +
      " THEN\n"
      "    SELECT pg_catalog.max(format) INTO number FROM " +
      log_ + ";\n    IF number > " + std::to_string(postgres::log_format) + " THEN\n  " +
      raise("the log has format %", "number", "make the script with the version of migrate that wrote it") +
      "    END IF;\n";
  if (preview_.newest_entry) {
    look += "    SELECT coalesce(pg_catalog.max(id), 0) INTO number FROM " + log_ + ";\n    IF number <> " +
            std::to_string(*preview_.newest_entry) + " THEN\n  " +
            raise("something was run on this database since the script was made", "", hint) + "    END IF;\n";
  } else {
    // The newest row of a revision that counts is its last step's, unless a stamp came after it.
    look +=
        "    SELECT pg_catalog.string_agg(DISTINCT l.revision, ', ') INTO half_done FROM " + log_ +
        " l\n    WHERE l.kind IN ('up', 'down') AND NOT (l.last AND l.state = 'done')\n"
        "      AND NOT (l.state = 'failed' AND l.statements_done = 0)\n"
        "      AND NOT EXISTS (SELECT FROM " +
        log_ +
        " n WHERE n.id > l.id AND (n.kind = 'stamp' OR n.revision = l.revision AND n.kind IN ('up', 'down')\n"
        "        AND NOT (n.state = 'failed' AND n.statements_done = 0)));\n"
        "    IF half_done IS NOT NULL THEN\n  " +
        raise("% is half done on this database", "half_done",
              "finish it with migrate, or make the script with its --url") +
        "    END IF;\n";
  }
  look += "  END IF;\n";
  block(
      "  found text[];\n  number bigint;\n" + std::string(preview_.newest_entry ? "" : "  half_done text;\n"),
      look);
}

void Writer::make_tables() {
  out_ += "\n";
  line("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
  std::string body;
  for (const auto& creation : postgres::create_tables_sql(options_.names)) {
    body += "  IF NOT EXISTS (" + creation.exists + ") THEN\n";
    for (const auto& statement : creation.statements) body += "    " + statement + ";\n";
    if (!creation.last.empty()) body += "    EXECUTE (" + creation.last + ");\n";
    body += "  END IF;\n";
  }
  block("", body);
  line("COMMIT");
}

void Writer::accept() {
  if (preview_.plan.accepted.empty()) return;
  out_ += "\n-- Scripts that were edited after they ran, and were accepted as they are now.\n";
  line("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
  for (const auto& entry : preview_.plan.accepted) write_log(entry, "");
  line("COMMIT");
}

void Writer::set_up(const postgres::StepSettings& settings) {
  line(all_of(postgres::undo_session()));
  line(all_of(postgres::our_settings()));
  line(all_of(postgres::pinned_settings()));
  line("SET search_path = " +
       join_with(settings.search_path, ", ", [](const auto& each) { return quote_identifier(each); }) +
       "; SET lock_timeout = " + quote_literal(settings.lock_timeout) +
       "; SET statement_timeout = " + quote_literal(settings.statement_timeout));
  for (const auto& variable : settings.variables) line(postgres::set_sql(variable.name, variable.value));
}

void Writer::title(const PlannedStep& step) {
  const auto& entry = step.entry;
  out_ += "\n" + comment("[" + std::to_string(step.info.number) + "/" + std::to_string(step.info.total) +
                         "] " + std::string(postgres::text_of(entry.kind)) + " " + step.step.label +
                         (step.info.message.empty() ? "" : ": " + step.info.message) + " (" +
                         Location{step.step.file, step.step.line, 0}.text() + ")");
  for (const auto& note : step.notes) out_ += comment(note);
}

std::string Writer::lock_check() const {
  return "  IF NOT EXISTS (" + postgres::lock_held_sql(key_, "pg_catalog.pg_backend_pid()") + ") THEN\n" +
         raise("this session does not hold its lock any more", "",
               "a script must not let advisory locks go; a pooler in transaction mode cannot be used") +
         "  END IF;\n";
}

// Without ON_ERROR_STOP, or when the lock was let go, nothing more may run.
void Writer::check_between(const std::string& run) {
  auto sorted = rows_;
  std::sort(sorted.begin(), sorted.end());
  std::string body =
      "  SELECT coalesce(pg_catalog.array_agg(version_num::text ORDER BY version_num::text COLLATE \"C\"), "
      "'{}') INTO found FROM " +
      version_ + ";\n  IF found <> " + array_of(sorted) + " THEN\n" +
      raise("the version table does not say " + replace_all(place_of(rows_), "%", "%%"), "",
            "look at `migrate current`") +
      "  END IF;\n";
  if (before_ != nullptr)
    body +=
        "  IF NOT EXISTS (SELECT FROM " + log_ + " WHERE id = (SELECT pg_catalog.max(id) FROM " + log_ +
        ") AND run = " + quote_literal(run) + " AND revision = " + quote_literal(before_->entry.revision) +
        "\n      AND kind = " + quote_literal(postgres::text_of(before_->entry.kind)) +
        " AND step = " + std::to_string(before_->entry.step) + " AND state = 'done') THEN\n" +
        raise("the step before this one has not been done", "", "look at `migrate current`") + "  END IF;\n";
  block("  found text[];\n", body + lock_check());
}

void Writer::statement(const postgres::StepStatement& statement) {
  // A comment at its end would take the semicolon along.
  const auto last = statement.text.substr(statement.text.rfind('\n') + 1);
  out_ += statement.text + (last.find("--") == std::string::npos ? ";\n" : "\n;\n");
  if (statement.has_copy_data) out_ += statement.copy_data + "\\.\n";
}

void Writer::write_log(const postgres::LogEntry& entry, const std::string& started_at) {
  line(postgres::insert_log_sql(options_.names, entry, started_at));
}

void Writer::write_version(const postgres::VersionChange& change) {
  std::string body;
  for (const auto& statement : postgres::change_version_sql(options_.names, change))
    body += "  " + statement.sql + ";\n  GET DIAGNOSTICS hit = ROW_COUNT;\n  IF hit <> 1 THEN\n" +
            raise(replace_all(version_ + " was changed by somebody else: " + statement.what, "%", "%%") +
                      " hit % rows instead of one",
                  "hit", "look at `migrate current`") +
            "  END IF;\n";
  block(change.empty() ? "" : "  hit bigint;\n", body + lock_check());
  for (const auto& row : change.remove) rows_.erase(std::find(rows_.begin(), rows_.end(), row));
  rows_.insert(rows_.end(), change.add.begin(), change.add.end());
}

void Writer::transaction(const Steps& group) {
  const bool alone = group.size() == 1;
  for (std::size_t i = 0; i < group.size(); ++i) {
    const auto& step = preview_.plan.steps[group[i]];
    const bool last = i + 1 == group.size();
    title(step);
    set_up(step.settings);
    if (i == 0) {
      line("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
      check_between(step.entry.run);
    }
    if (!alone) line("SAVEPOINT migrate_step");
    out_ += "\n";
    const bool preserves = !step.step.preserve.empty();
    if (preserves)
      block("", "  PERFORM pg_catalog.set_config(" + quote_literal(preserved_setting) + ", (" +
                    postgres::preserve_sql(step.step) + "), true);\n");
    for (const auto& each : step.step.statements) statement(each);
    if (preserves)
      line(postgres::put_back_sql(step.step,
                                  "pg_catalog.current_setting(" + quote_literal(preserved_setting) + ")"));
    out_ += "\n";
    line(last ? "SET CONSTRAINTS ALL IMMEDIATE" : postgres::check_deferred());
    line(all_of(postgres::as_ourselves()));
    auto entry = step.entry;
    entry.state = postgres::StepState::done;
    entry.statements_done = static_cast<int>(step.step.statements.size());
    entry.statements_checksum = step.step.checksums.back();
    write_log(entry, i == 0 ? "pg_catalog.transaction_timestamp()"
                            : "(SELECT pg_catalog.max(ended_at) FROM " + log_ + ")");
    write_version(step.change);
    if (!alone) line("RELEASE SAVEPOINT migrate_step");
    before_ = &step;
  }
  line("COMMIT");
}

// In transactions of its own between the statements, in which the script's role and path are set aside.
void Writer::statements(const PlannedStep& step) {
  title(step);
  const auto by_ourselves = [&](const auto& write) {
    line("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
    line("SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE");
    line(
        "SET LOCAL search_path = pg_catalog; SET LOCAL statement_timeout = 0; SET LOCAL client_encoding = "
        "'UTF8'");
    write();
    line("COMMIT");
  };
  const std::string row = "id = (SELECT pg_catalog.max(id) FROM " + log_ + ") AND state = 'running'";
  set_up(step.settings);
  by_ourselves([&] {
    check_between(step.entry.run);
    auto entry = step.entry;
    entry.state = postgres::StepState::running;
    entry.statements_done = static_cast<int>(step.first);
    entry.statements_checksum = step.step.checksums.at(step.first);
    write_log(entry, "");
  });
  for (std::size_t i = step.first; i < step.step.statements.size(); ++i) {
    const auto& each = step.step.statements[i];
    const bool concurrently = each.concurrent != postgres::Concurrent::no;
    out_ += "\n";
    if (concurrently) {
      out_ +=
          "-- Waits for other transactions without an end: Ctrl-C gives up, and `migrate upgrade` goes on "
          "from there.\n";
      line("SET lock_timeout = 0");
    }
    statement(each);
    if (concurrently) line("SET lock_timeout = " + quote_literal(step.settings.lock_timeout));
    out_ += "\n";
    by_ourselves([&] {
      line("UPDATE " + log_ + " SET statements_done = " + std::to_string(i + 1) +
           ", statements_checksum = " + quote_literal(step.step.checksums.at(i + 1)) + " WHERE " + row);
      block("", lock_check());
    });
  }
  by_ourselves([&] {
    line("UPDATE " + log_ + " SET state = 'done', ended_at = pg_catalog.clock_timestamp() WHERE " + row);
    write_version(step.change);
  });
  before_ = &step;
}

void Writer::stamp(const Stamp& stamp) {
  out_ += "\n-- Nothing is run: what the database has is for the version table to say.\n";
  line("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
  check_between(stamp.entry.run);
  write_log(stamp.entry, "");
  write_version(stamp.change);
  line("COMMIT");
}

}  // namespace

std::string sql_script(const Preview& preview, const Options& options) {
  return Writer(preview, options).plan();
}

std::string sql_script_of_tables(const Options& options) { return Writer({}, options).tables(); }

}  // namespace migrate::run
