#include "postgres/connection.hpp"

#include <libpq-fe.h>
#include <poll.h>
#include <sched.h>

#include <charconv>
#include <chrono>
#include <pqxx/connection>
#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/result>
#include <pqxx/version>

#include "util/quote.hpp"
#include "util/text.hpp"

// libpqxx 6.4 and 7.10 differ in how parameters are passed, and 6.4 would reconnect behind our back, which
// would lose the session's lock and settings. What libpqxx has no call for in either (COPY with raw lines,
// the transaction's status, notices field by field, cancelling from a signal handler) goes to libpq over the
// same connection.
namespace migrate::postgres {
namespace {

// An explicit instantiation may name a private member: both versions keep raw_connection() for classes of
// their own.
template <auto Member>
struct RawAccess {
  friend PGconn* raw_connection(const pqxx::connection_base& connection) { return (connection.*Member)(); }
};
PGconn* raw_connection(const pqxx::connection_base& connection);
template struct RawAccess<&pqxx::connection_base::raw_connection>;

// A field of libpqxx counts its result's users up and down, twice; a big catalogue has millions of fields.
template <auto Member>
struct RawResultAccess {
  friend const PGresult* raw_result(const pqxx::result& result) { return (result.*Member).get(); }
};
const PGresult* raw_result(const pqxx::result& result);
template struct RawResultAccess<&pqxx::result::m_data>;

#if PQXX_VERSION_MAJOR >= 7
pqxx::result run_with_parameters(pqxx::nontransaction& work, const std::string& sql,
                                 const std::vector<Parameter>& parameters) {
  pqxx::params list;
  for (const auto& parameter : parameters) {
    if (parameter)
      list.append(*parameter);
    else
      list.append();
  }
  return work.exec(sql, list);
}

void forbid_reconnection(pqxx::connection&) {}
#else
pqxx::result run_with_parameters(pqxx::nontransaction& work, const std::string& sql,
                                 const std::vector<Parameter>& parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const auto& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
  return work.exec_params(sql, pqxx::prepare::make_dynamic_params(values));
}

void forbid_reconnection(pqxx::connection& connection) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}
#endif

bool may_use_two_processors() {
  cpu_set_t mine;
  return sched_getaffinity(0, sizeof mine, &mine) == 0 && CPU_COUNT(&mine) > 1;
}

std::string text_or_empty(const char* text) { return text ? text : ""; }

bool is_on_this_machine(const PGconn* connection) {
  const auto address = text_or_empty(PQhostaddr(connection));
  return text_or_empty(PQhost(connection)).starts_with('/') || address.starts_with("127.") ||
         address == "::1";
}

ServerMessage message_of(const PGresult* result) {
  const auto field = [result](int code) { return text_or_empty(PQresultErrorField(result, code)); };
  ServerMessage message;
  message.severity = field(PG_DIAG_SEVERITY);
  message.sqlstate = field(PG_DIAG_SQLSTATE);
  message.message = field(PG_DIAG_MESSAGE_PRIMARY);
  message.detail = field(PG_DIAG_MESSAGE_DETAIL);
  message.hint = field(PG_DIAG_MESSAGE_HINT);
  message.query = field(PG_DIAG_INTERNAL_QUERY);
  message.context = field(PG_DIAG_CONTEXT);
  message.schema = field(PG_DIAG_SCHEMA_NAME);
  message.table = field(PG_DIAG_TABLE_NAME);
  message.column = field(PG_DIAG_COLUMN_NAME);
  message.type = field(PG_DIAG_DATATYPE_NAME);
  message.constraint = field(PG_DIAG_CONSTRAINT_NAME);
  return message;
}

Rows rows_of(const PGresult* result) {
  const int columns = PQnfields(result);
  std::vector<std::string> names;
  for (int i = 0; i < columns; ++i) names.emplace_back(PQfname(result, i));
  RowText out(names.size());
  for (int row = 0; row < PQntuples(result); ++row) {
    for (int i = 0; i < columns; ++i) {
      if (PQgetisnull(result, row, i) != 0)
        out.add_null();
      else
        out.add({PQgetvalue(result, row, i), static_cast<std::size_t>(PQgetlength(result, row, i))});
    }
    out.end_row();
  }
  std::size_t affected = 0;
  // PQcmdTuples() changes nothing.
  const std::string_view count = PQcmdTuples(const_cast<PGresult*>(result));
  std::from_chars(count.data(), count.data() + count.size(), affected);
  return {std::move(out), std::move(names), affected};
}

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;
Result owned(PGresult* result) { return {result, &PQclear}; }

// "SELECT … $1 …" with its parameters as literals: for texts of this program, in which a $ stands for nothing
// else.
std::string with_literals(const std::string& sql, const std::vector<Parameter>& parameters) {
  std::string out;
  for (std::size_t at = 0; at < sql.size(); ++at) {
    std::size_t number = 0;
    const auto* const end = sql.data() + sql.size();
    const auto parsed = sql[at] == '$' ? std::from_chars(sql.data() + at + 1, end, number).ptr : nullptr;
    if (number == 0 || number > parameters.size()) {
      out += sql[at];
      continue;
    }
    const auto& parameter = parameters[number - 1];
    out += parameter ? quote_literal(*parameter) : "NULL";
    at = static_cast<std::size_t>(parsed - sql.data()) - 1;
  }
  return out;
}

}  // namespace

struct Connection::Impl {
  std::unique_ptr<pqxx::connection> connection;
  PGcancel* cancel = nullptr;
  bool waits_awake = false;
  OnNotice on_notice;

  ~Impl() {
    if (cancel) PQfreeCancel(cancel);
  }

  PGconn* raw() const { return raw_connection(*connection); }

  // Until the answer to what was sent begins to come, but not for long: most statements of a script take less
  // time than it takes to wake up a process that sleeps. From another machine the answer takes longer anyway,
  // and without a second processor the server would wait for this one.
  void await_awake() const {
    using std::chrono::steady_clock;
    if (!waits_awake) return;
    const auto end = steady_clock::now() + std::chrono::microseconds(500);
    pollfd answer{PQsocket(raw()), POLLIN, 0};
    while (poll(&answer, 1, 0) == 0 && steady_clock::now() < end) sched_yield();
  }

  // Runs `function(nontransaction)` and turns whatever libpqxx throws into our errors.
  template <class Function>
  Rows run(const std::string& sql, Function&& function) {
    try {
      pqxx::nontransaction work(*connection);
      const pqxx::result result = function(work);
      leave_copy(sql);
      return rows_of(raw_result(result));
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {
      fail(error.what(), sql);
    }
  }

  [[noreturn]] void fail(std::string_view text, const std::string& sql) const {
    if (PQstatus(raw()) == CONNECTION_OK) throw ServerError(parse_server_message(text), sql);
    // libpqxx 6 stumbles over the broken connection once more and reports that; libpq still has the reason.
    const std::string reason = text_or_empty(PQerrorMessage(raw()));
    throw ConnectionLost(parse_server_message(reason.empty() ? text : reason).message, sql);
  }

  // A COPY that reaches us through query() or execute() would leave the connection waiting for data for ever.
  void leave_copy(const std::string& sql) const {
    if (PQtransactionStatus(raw()) != PQTRANS_ACTIVE) return;
    PQputCopyEnd(raw(), "no data was given");
    for (char* line = nullptr; PQgetCopyData(raw(), &line, 0) > 0;) PQfreemem(line);
    while (PGresult* result = PQgetResult(raw())) PQclear(result);
    throw std::move(Error(ExitCode::failed, "COPY to or from the client is not possible here",
                          "only COPY … FROM stdin with its data below it can stand in a script"))
        .statement(sql);
  }

  static void receive_notice(void* self, const PGresult* result) {
    const auto& callback = static_cast<Impl*>(self)->on_notice;
    if (!callback) return;
    try {
      callback(message_of(result));
    } catch (...) {
      // libpq is C: nothing may be thrown through it, and a notice is not worth ending the program.
    }
  }
};

Connection::Connection(const ConnectParameters& parameters) : impl_(std::make_unique<Impl>()) {
  try {
    impl_->connection = std::make_unique<pqxx::connection>(text(parameters));
  } catch (const std::exception& error) {
    throw Error(ExitCode::no_connection, std::string(trim(error.what())));
  }
  forbid_reconnection(*impl_->connection);
  impl_->waits_awake = is_on_this_machine(impl_->raw()) && may_use_two_processors();
  impl_->cancel = PQgetCancel(impl_->raw());
  PQsetErrorVerbosity(impl_->raw(), PQERRORS_VERBOSE);
  PQsetNoticeReceiver(impl_->raw(), &Impl::receive_notice, impl_.get());
}

Connection::~Connection() = default;

Rows Connection::query(const std::string& sql, const std::vector<Parameter>& parameters) {
  return impl_->run(sql,
                    [&](pqxx::nontransaction& work) { return run_with_parameters(work, sql, parameters); });
}

std::string Connection::value(const std::string& sql, const std::vector<Parameter>& parameters) {
  const Rows rows = query(sql, parameters);
  return rows.empty() ? std::string() : std::string(rows[0].text(0));
}

Rows Connection::execute(const std::string& sql) {
  auto answers = execute_all(sql);
  if (answers.error) throw std::move(*answers.error);
  return std::move(answers.rows.back());
}

Answers Connection::execute_all(const std::string& sql) {
  PGconn* raw = impl_->raw();
  if (PQsendQuery(raw, sql.c_str()) != 1) impl_->fail(PQerrorMessage(raw), sql);
  impl_->await_awake();
  Answers out;
  std::string error;
  while (PGresult* next = PQgetResult(raw)) {
    const auto result = owned(next);
    switch (PQresultStatus(next)) {
      case PGRES_COMMAND_OK:
      case PGRES_TUPLES_OK:
      case PGRES_EMPTY_QUERY:
        out.rows.push_back(rows_of(next));
        break;
      case PGRES_COPY_IN:
      case PGRES_COPY_OUT:
        impl_->leave_copy(sql);
        break;
      default:
        error = PQresultErrorMessage(next);
    }
  }
  if (error.empty()) return out;
  if (PQstatus(raw) != CONNECTION_OK) impl_->fail(error, sql);
  out.error.emplace(parse_server_message(error), sql);
  return out;
}

Rows Connection::copy_out(const std::string& select, const std::vector<Parameter>& parameters) {
  PGconn* raw = impl_->raw();
  const auto start =
      owned(PQexec(raw, ("COPY (" + with_literals(select, parameters) + ") TO STDOUT").c_str()));
  if (PQresultStatus(start.get()) != PGRES_COPY_OUT) impl_->fail(PQerrorMessage(raw), select);
  RowText out(static_cast<std::size_t>(PQnfields(start.get())));
  char* line = nullptr;
  for (int size = PQgetCopyData(raw, &line, 0); size > 0; size = PQgetCopyData(raw, &line, 0)) {
    const std::unique_ptr<char, decltype(&PQfreemem)> hold(line, &PQfreemem);
    out.add_copy_line({line, static_cast<std::size_t>(size) - 1});
  }
  const auto end = owned(PQgetResult(raw));
  while (PGresult* rest = PQgetResult(raw)) PQclear(rest);
  if (PQresultStatus(end.get()) != PGRES_COMMAND_OK)
    impl_->fail(end ? PQresultErrorMessage(end.get()) : PQerrorMessage(raw), select);
  return {std::move(out), {}, 0};
}

std::size_t Connection::copy_in(const std::string& sql, std::string_view data) {
  PGconn* raw = impl_->raw();
  const auto check = [&](const PGresult* result, ExecStatusType wanted) {
    if (result && PQresultStatus(result) == wanted) return;
    impl_->fail(result ? PQresultErrorMessage(result) : PQerrorMessage(raw), sql);
  };
  const auto start = owned(PQexec(raw, sql.c_str()));
  if (const auto status = PQresultStatus(start.get());
      status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY ||
      status == PGRES_COPY_OUT) {
    while (PGresult* rest = PQgetResult(raw)) PQclear(rest);
    throw std::move(Error(ExitCode::failed, "data follows a statement that is not COPY … FROM stdin"))
        .statement(sql);
  }
  check(start.get(), PGRES_COPY_IN);
  constexpr std::size_t chunk = 1 << 20;
  bool sent = true;
  for (std::size_t at = 0; sent && at < data.size(); at += chunk) {
    const std::string_view part = data.substr(at, chunk);
    sent = PQputCopyData(raw, part.data(), static_cast<int>(part.size())) == 1;
  }
  if (sent && !data.empty() && !data.ends_with('\n')) sent = PQputCopyData(raw, "\n", 1) == 1;
  if (!sent || PQputCopyEnd(raw, nullptr) != 1) impl_->fail(PQerrorMessage(raw), sql);
  const auto result = owned(PQgetResult(raw));
  while (PGresult* rest = PQgetResult(raw)) PQclear(rest);
  check(result.get(), PGRES_COMMAND_OK);
  const std::string_view count = PQcmdTuples(result.get());
  std::size_t rows = 0;
  std::from_chars(count.data(), count.data() + count.size(), rows);
  return rows;
}

void Connection::begin(std::string_view mode) {
  execute(mode.empty() ? "BEGIN" : "BEGIN " + std::string(mode));
}

void Connection::commit() {
  // The server answers a COMMIT of a failed transaction with ROLLBACK, and libpq calls that a success.
  if (transaction_status() == TransactionStatus::failed) {
    rollback();
    throw Error(ExitCode::failed, "the transaction was rolled back: a statement in it had failed");
  }
  execute("COMMIT");
}

void Connection::rollback() { execute("ROLLBACK"); }

void Connection::rollback_quietly() noexcept {
  const TransactionStatus status = transaction_status();
  if (status == TransactionStatus::idle || status == TransactionStatus::unknown) return;
  PQclear(PQexec(impl_->raw(), "ROLLBACK"));
}

TransactionStatus Connection::transaction_status() const {
  switch (PQtransactionStatus(impl_->raw())) {
    case PQTRANS_IDLE:
      return TransactionStatus::idle;
    case PQTRANS_ACTIVE:
      return TransactionStatus::busy;
    case PQTRANS_INTRANS:
      return TransactionStatus::in_transaction;
    case PQTRANS_INERROR:
      return TransactionStatus::failed;
    case PQTRANS_UNKNOWN:
      break;
  }
  return TransactionStatus::unknown;
}

void Connection::cancel() noexcept {
  char error[256];
  if (impl_->cancel) PQcancel(impl_->cancel, error, sizeof error);
}

bool Connection::alive() {
  if (PQstatus(impl_->raw()) != CONNECTION_OK) return false;
  PGresult* result = PQexec(impl_->raw(), "");
  const bool alive = PQresultStatus(result) == PGRES_EMPTY_QUERY;
  PQclear(result);
  return alive;
}

int Connection::backend_pid() const { return PQbackendPID(impl_->raw()); }
int Connection::server_version() const { return PQserverVersion(impl_->raw()); }
std::string Connection::host() const { return text_or_empty(PQhost(impl_->raw())); }
std::string Connection::port() const { return text_or_empty(PQport(impl_->raw())); }
std::string Connection::user() const { return text_or_empty(PQuser(impl_->raw())); }
std::string Connection::database() const { return text_or_empty(PQdb(impl_->raw())); }
std::string Connection::parameter(const std::string& name) const {
  return text_or_empty(PQparameterStatus(impl_->raw(), name.c_str()));
}

void Connection::on_notice(OnNotice callback) { impl_->on_notice = std::move(callback); }

bool Connection::password_missing(const Error& error) {
  return std::string_view(error.what()).find("no password supplied") != std::string_view::npos;
}

Connection::ConnectParameters Connection::parse(const std::string& url) {
  char* reason = nullptr;
  PQconninfoOption* options = PQconninfoParse(url.c_str(), &reason);
  if (!options) {
    // libpq quotes the part of the text that it stumbled over, which may be in the password; but a keyword it
    // does not know is what the reader must see.
    std::string text = text_or_empty(reason);
    PQfreemem(reason);
    text = trim(text);
    if (!text.starts_with("invalid URI query parameter") && !text.starts_with("invalid connection option"))
      text = trim(text.substr(0, text.find('"')));
    while (text.ends_with(':')) text.pop_back();
    throw Error(ExitCode::usage, "the database URL is malformed: " + text,
                "write it as postgresql://user@host:5432/database, with %-escapes for special characters in "
                "each part");
  }
  ConnectParameters parameters;
  for (const PQconninfoOption* option = options; option->keyword; ++option)
    if (option->val) parameters.emplace_back(option->keyword, option->val);
  PQconninfoFree(options);
  return parameters;
}

std::string Connection::text(const ConnectParameters& parameters) {
  std::string out;
  for (const auto& [keyword, value] : parameters) {
    if (!out.empty()) out += ' ';
    out += keyword + "='" + replace_all(replace_all(value, "\\", "\\\\"), "'", "\\'") + "'";
  }
  return out;
}

}  // namespace migrate::postgres
