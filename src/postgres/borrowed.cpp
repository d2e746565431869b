#include "postgres/borrowed.hpp"

#include <utility>

#include "postgres/connection.hpp"
#include "util/quote.hpp"

namespace migrate::postgres {
namespace {

constexpr const char* set_here =
    "SELECT name, pg_catalog.current_setting(name) FROM pg_catalog.pg_settings WHERE source = 'session'"
    " AND name NOT IN ('transaction_isolation', 'transaction_read_only', 'transaction_deferrable')";

}  // namespace

Borrowed::Borrowed(Connection& connection, std::vector<std::string> ours)
    : connection_(connection), ours_(std::move(ours)) {
  connection.execute("DISCARD TEMP");
  for (const auto row : connection.query(set_here))
    settings_.emplace(std::string(row.text(0)), std::string(row.text(1)));
  const auto rows = connection.query(
      "SELECT pg_catalog.current_setting('session_authorization'), pg_catalog.current_setting('role'),"
      " pg_catalog.clock_timestamp()::text");
  authorization_ = rows[0].text(0);
  role_ = rows[0].text(1);
  begun_ = rows[0].text(2);
}

Borrowed::~Borrowed() {
  const auto status = connection_.transaction_status();
  if (status != TransactionStatus::in_transaction && status != TransactionStatus::failed) return;
  try {
    // One message, so that all of it reaches the same server connection.
    connection_.execute(
        "ROLLBACK; SELECT pg_catalog.pg_advisory_unlock_all(); DO " +
        dollar_quote("DECLARE p record; BEGIN FOR p IN SELECT name FROM "
                     "pg_catalog.pg_prepared_statements WHERE from_sql AND prepare_time >= " +
                     quote_literal(begun_) +
                     " LOOP EXECUTE pg_catalog.format('DEALLOCATE %I', p.name); END LOOP; END"));
  } catch (const Error&) {
    connection_.rollback_quietly();
  }
}

void Borrowed::give_back() const {
  auto& connection = connection_;
  connection.execute("CLOSE ALL; UNLISTEN *; SELECT pg_catalog.pg_advisory_unlock_all()");
  std::string sql;
  for (const auto row : connection.query("SELECT name FROM pg_catalog.pg_prepared_statements WHERE from_sql "
                                         "AND prepare_time >= $1::timestamptz",
                                         {begun_}))
    sql += "DEALLOCATE " + quote_identifier(row.text(0)) + ";";
  std::map<std::string, std::string> now;
  for (const auto row : connection.query(set_here))
    now.emplace(std::string(row.text(0)), std::string(row.text(1)));
  const auto set = [&](const std::string& name, const std::string& value) {
    sql += "SELECT pg_catalog.set_config(" + quote_literal(name) + ", " + quote_literal(value) + ", false);";
  };
  // What was set for the transaction alone cannot be told from what was set for good: both go back.
  for (const auto& [name, value] : now)
    if (!settings_.contains(name)) sql += "RESET " + quote_identifier(name) + ";";
  for (const auto& name : ours_) sql += "RESET " + quote_identifier(name) + ";";
  for (const auto& [name, value] : settings_) set(name, value);
  set("session_authorization", authorization_);
  set("role", role_);
  connection.execute(sql + "DISCARD TEMP");
}

}  // namespace migrate::postgres
