#include "postgres/introspect/ahead.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include "postgres/introspect/reader.hpp"

namespace migrate::postgres::introspection {

Ahead::Ahead(const ConnectOptions& options, std::string snapshot, std::vector<Query> queries) {
  answers_.reserve(queries.size());
  for (auto& query : queries) {
    auto& answer = answers_.emplace_back();
    answer.query = std::move(query);
    answer.rows = answer.promise.get_future();
  }
  work_ = std::async(std::launch::async,
                     [this, options, snapshot = std::move(snapshot)] { work(options, snapshot); });
}

Ahead::~Ahead() {
  stopped_ = true;
  // More than once: the query may begin just after it was to be cancelled.
  while (work_.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
    const std::lock_guard hold(mutex_);
    if (session_) session_->connection().cancel();
  }
}

std::optional<Rows> Ahead::take(const std::string& sql) {
  for (auto& answer : answers_)
    if (answer.query.sql == sql && answer.rows.valid()) return answer.rows.get();
  return {};
}

void Ahead::work(const ConnectOptions& options, const std::string& snapshot) {
  auto next = answers_.begin();
  try {
    auto session = std::make_unique<Session>(options);
    auto& connection = session->connection();
    begin_reading(connection, "REPEATABLE READ", snapshot);
    {
      const std::lock_guard hold(mutex_);
      session_ = std::move(session);
    }
    for (; next != answers_.end() && !stopped_; ++next) {
      try {
        next->promise.set_value(connection.copy_out(next->query.sql, next->query.parameters));
      } catch (const ServerError&) {
        next->promise.set_exception(std::current_exception());
        ++next;
        break;
      }
    }
  } catch (const std::exception&) {
    // No connection left for us, or it was lost: what is not answered is asked over the first one.
  }
  {
    const std::lock_guard hold(mutex_);
    session_.reset();
  }
  for (; next != answers_.end(); ++next) next->promise.set_value({});
}

}  // namespace migrate::postgres::introspection
