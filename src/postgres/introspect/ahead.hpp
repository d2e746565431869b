// The longest queries, run by a second connection in the same snapshot while the first one's answers are
// read: on a big schema the server then works on two of them at a time.
#pragma once
#include <atomic>
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
  // `snapshot`: of pg_export_snapshot(). Throws nothing: where there is no second connection to be had, the
  // first one does it all.
  Ahead(const ConnectOptions& options, std::string snapshot, std::vector<Query> queries);
  ~Ahead();  // stops what still runs
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;

  // The answer to one of the queries; nothing if it is none of them, or was not run. Throws what the query
  // threw.
  std::optional<Rows> take(const std::string& sql);

 private:
  struct Answer {
    Query query;
    std::promise<std::optional<Rows>> promise;
    std::future<std::optional<Rows>> rows;
  };
  void work(const ConnectOptions& options, const std::string& snapshot);

  std::vector<Answer> answers_;
  std::mutex mutex_;
  std::unique_ptr<Session> session_;  // while it works
  std::atomic<bool> stopped_ = false;
  std::future<void> work_;
};

}  // namespace migrate::postgres::introspection
