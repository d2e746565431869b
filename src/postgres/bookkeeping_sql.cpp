#include "postgres/bookkeeping_sql.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::postgres {
namespace {

std::string array_literal(const std::vector<std::string>& texts) {
  return "{" +
         join_with(texts, ",",
                   [](const std::string& text) {
                     return "\"" + replace_all(replace_all(text, "\\", "\\\\"), "\"", "\\\"") + "\"";
                   }) +
         "}";
}

std::string literal(const std::optional<std::string>& value) {
  if (!value) return "NULL";
  return value->find('\n') == std::string::npos ? quote_literal(*value) : dollar_quote(*value);
}

constexpr const char* log_columns = R"( (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    format integer NOT NULL,
    run text NOT NULL,
    revision text NOT NULL,
    parents text[] NOT NULL,
    kind text NOT NULL,
    step integer NOT NULL,
    steps integer NOT NULL,
    undone integer NOT NULL,
    last boolean NOT NULL,
    state text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    statements_done integer NOT NULL,
    statements_checksum text NOT NULL,
    checksum text NOT NULL,
    down_checksum text NOT NULL,
    history_checksum text NOT NULL,
    script text,
    error text NOT NULL,
    tool_version text NOT NULL,
    application text NOT NULL,
    os_user text NOT NULL,
    host text NOT NULL,
    role text NOT NULL,
    tag text NOT NULL
  ))";

}  // namespace

std::vector<Creation> create_tables_sql(const BookkeepingNames& names) {
  const auto version = qualified(names.schema, names.version_table);
  const auto log = qualified(names.schema, names.log_table());
  const auto there = [&](const std::string& table) {
    return "SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace\n"
           "      WHERE n.nspname = " +
           quote_literal(names.schema) + " AND c.relname = " + quote_literal(table);
  };
  // CREATE SCHEMA IF NOT EXISTS asks for a right even when there is nothing to do. The default privileges of
  // the owner may have granted more than PostgreSQL itself does. The sequence's name is the server's choice.
  return {{"SELECT FROM pg_catalog.pg_namespace WHERE nspname = " + quote_literal(names.schema),
           {"CREATE SCHEMA " + quote_identifier(names.schema)},
           {}},
          {there(names.version_table),
           {"CREATE TABLE " + version + " (version_num text PRIMARY KEY)",
            "REVOKE ALL ON TABLE " + version + " FROM PUBLIC"},
           {}},
          {there(names.log_table()),
           {"CREATE TABLE " + log + log_columns, "REVOKE ALL ON TABLE " + log + " FROM PUBLIC"},
           "SELECT pg_catalog.format('REVOKE ALL ON SEQUENCE %s FROM PUBLIC', "
           "pg_catalog.pg_get_serial_sequence(" +
               quote_literal(log) + ", 'id'))"}};
}

std::string insert_log_sql(const BookkeepingNames& names, const LogEntry& entry,
                           const std::string& started_at) {
  const auto number = [](int each) { return std::to_string(each); };
  using Column = std::pair<const char*, std::optional<std::string>>;
  const std::vector<Column> columns{
      {"format", number(log_format)},
      {"run", entry.run},
      {"revision", entry.revision},
      {"parents", array_literal(entry.parents)},
      {"kind", std::string(text_of(entry.kind))},
      {"step", number(entry.step)},
      {"steps", number(entry.steps)},
      {"undone", number(entry.undone)},
      {"last", entry.last ? "true" : "false"},
      {"state", std::string(text_of(entry.state))},
      {"statements_done", number(entry.statements_done)},
      {"statements_checksum", entry.statements_checksum},
      {"checksum", entry.checksum},
      {"down_checksum", entry.down_checksum},
      {"history_checksum", entry.history_checksum},
      {"script", entry.script.empty() ? std::nullopt : std::optional(entry.script)},
      {"error", entry.error},
      {"tool_version", entry.tool_version},
      {"application", entry.application},
      {"os_user", entry.os_user},
      {"host", entry.host},
      {"tag", entry.tag},
  };
  const bool ended = entry.state != StepState::running;
  return "INSERT INTO " + qualified(names.schema, names.log_table()) + " (" +
         join_with(columns, ", ", [](const Column& column) { return column.first; }) +
         ", started_at, ended_at, role)\n  VALUES (" +
         join_with(columns, ", ", [](const Column& column) { return literal(column.second); }) + ",\n    " +
         (started_at.empty() ? "pg_catalog.clock_timestamp()" : started_at + "::timestamptz") + ", " +
         (ended ? "pg_catalog.clock_timestamp()" : "NULL") + ", session_user)";
}

std::vector<VersionStatement> change_version_sql(const BookkeepingNames& names, const VersionChange& change) {
  const auto table = qualified(names.schema, names.version_table);
  const auto value = [](const std::string& id) { return quote_literal(id); };
  std::vector<VersionStatement> out;
  const auto updates = std::min(change.remove.size(), change.add.size());
  for (std::size_t i = 0; i < updates; ++i) {
    const auto to = value(change.add[i]);
    out.push_back(
        {"UPDATE " + table + " SET version_num = " + to + " WHERE version_num = " + value(change.remove[i]),
         "the change from " + change.remove[i] + " to " + change.add[i]});
  }
  for (std::size_t i = updates; i < change.remove.size(); ++i)
    out.push_back({"DELETE FROM " + table + " WHERE version_num = " + value(change.remove[i]),
                   "taking out " + change.remove[i]});
  for (std::size_t i = updates; i < change.add.size(); ++i)
    out.push_back({"INSERT INTO " + table + " (version_num) VALUES (" + value(change.add[i]) + ")",
                   "adding " + change.add[i]});
  return out;
}

}  // namespace migrate::postgres
