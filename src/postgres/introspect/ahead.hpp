// The longest queries, run by a second connection in the same snapshot while the first one's answers are
// read: on a big schema the server then works on two of them at a time.
#pragma once
#include <atomic>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "postgres/connection.hpp"
#include "postgres/session.hpp"

namespace migrate::postgres::introspection {

struct Query {
  std::string sql;
  std::vector<Parameter> parameters;
};

class Ahead {
 public:
  // Begins to connect. `snapshot`: of pg_export_snapshot(). Throws nothing: where there is no second
  // connection to be had, the first one does it all.
  Ahead(const ConnectOptions& options, std::string snapshot);
  ~Ahead();  // stops what still runs
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;

  // Once: what is to be run, in this order.
  void ask(std::vector<Query> queries);
  // While the answer to this query is being made: the last of the others that has not begun, which is then
  // for who asks to run. nullptr: there is none, or nothing to wait for.
  const Query* spare(const std::string& sql);
  // The answer to one of the queries; nothing if it is none of them, or has not begun: then it is for who
  // asks to run. Throws what the query threw.
  std::optional<Rows> take(const std::string& sql);

 private:
  struct Answer {
    Query query;
    bool begun = false;  // by one of the two; under the mutex
    std::promise<std::optional<Rows>> rows;
    std::future<std::optional<Rows>> made = rows.get_future();
  };
  Answer* find(const std::string& sql);
  bool begins(Answer& answer);  // true for the first who asks
  void work(const ConnectOptions& options, const std::string& snapshot);

  std::promise<void> asked_;
  std::deque<Answer> answers_;  // changed no more once that is kept
  std::mutex mutex_;
  std::unique_ptr<Session> session_;  // while it works
  std::atomic<bool> stopped_ = false;
  std::future<void> work_;
};

}  // namespace migrate::postgres::introspection
