#include "postgres/introspect/ahead.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "postgres/introspect/reader.hpp"

namespace migrate::postgres::introspection {

Ahead::Ahead(const ConnectOptions& options, std::string snapshot) {
  work_ = std::async(std::launch::async,
                     [this, options, snapshot = std::move(snapshot)] { work(options, snapshot); });
}

Ahead::~Ahead() {
  stopped_ = true;
  if (answers_.empty()) asked_.set_value();
  // More than once: the query may begin just after it was to be cancelled.
  while (work_.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
    const std::lock_guard hold(mutex_);
    if (session_) session_->connection().cancel();
  }
}

void Ahead::ask(std::vector<Query> queries) {
  for (auto& query : queries) answers_.emplace_back().query = std::move(query);
  if (!answers_.empty()) asked_.set_value();
}

const Query* Ahead::spare(const std::string& sql) {
  const auto* wanted = find(sql);
  const std::lock_guard hold(mutex_);
  if (!wanted || !wanted->begun ||
      wanted->made.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
    return nullptr;
  const auto last =
      std::find_if(answers_.rbegin(), answers_.rend(), [](const Answer& answer) { return !answer.begun; });
  if (last == answers_.rend()) return nullptr;
  last->begun = true;
  return &last->query;
}

std::optional<Rows> Ahead::take(const std::string& sql) {
  auto* answer = find(sql);
  if (!answer || begins(*answer)) return {};
  return answer->made.get();
}

Ahead::Answer* Ahead::find(const std::string& sql) {
  const auto found = std::find_if(answers_.begin(), answers_.end(),
                                  [&](const Answer& answer) { return answer.query.sql == sql; });
  return found == answers_.end() ? nullptr : &*found;
}

bool Ahead::begins(Answer& answer) {
  const std::lock_guard hold(mutex_);
  return !std::exchange(answer.begun, true);
}

void Ahead::work(const ConnectOptions& options, const std::string& snapshot) {
  try {
    auto session = std::make_unique<Session>(options);
    begin_reading(session->connection(), "REPEATABLE READ", snapshot);
    const std::lock_guard hold(mutex_);
    session_ = std::move(session);
  } catch (const std::exception&) {
    // No connection left for us: nothing is begun.
    return;
  }
  asked_.get_future().wait();
  for (auto& answer : answers_) {
    if (stopped_) break;
    if (!begins(answer)) continue;
    try {
      answer.rows.set_value(session_->connection().copy_out(answer.query.sql, answer.query.parameters));
    } catch (const ServerError&) {
      answer.rows.set_exception(std::current_exception());
      break;
    } catch (const std::exception&) {
      // The connection was lost: what is not answered is asked over the first one.
      answer.rows.set_value({});
      break;
    }
  }
  const std::lock_guard hold(mutex_);
  session_.reset();
}

}  // namespace migrate::postgres::introspection
