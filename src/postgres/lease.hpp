// The lock of runners behind a pooler that lends a server connection for one transaction only: a row with a
// token. A step holds the row FOR KEY SHARE for its whole transaction; renewing it updates another column and
// takes no notice of that; taking it over changes the token, the table's key, and so cannot happen while a
// step is at work. All times are the server's.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "postgres/lock.hpp"

namespace migrate::postgres {

class Lease : public Lock {
 public:
  static constexpr std::chrono::seconds duration{30};  // a runner that was killed is waited for as long

  Lease(Session& session, const ConnectOptions& options, const BookkeepingNames& names,
        std::chrono::milliseconds wait, const std::string& who, const OnWait& on_wait);
  ~Lease() override;  // gives it back, if the connection still lives
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  void enter(Connection& connection) const override;
  void join(Connection& second) const override { enter(second); }
  void check_held(Connection& asking) const override { enter(asking); }
  std::string held_sql() const override;
  Error lost() const override;

  bool at_work(Session& asking) const override;

  // Who has a lease that has not ended; empty: nobody.
  static std::string holder(Connection& asking, const BookkeepingNames& names);
  // For a runner that has the advisory lock. False, with who has the lease, while it is live or a step is at
  // work under it; else nobody can go on under it from now on.
  static bool take_away(Connection& connection, const BookkeepingNames& names, std::string& holder);

 private:
  bool attempt(std::string& holder);
  void keep_alive() noexcept;
  bool renew(Session& session) const;

  Session& session_;
  const ConnectOptions& options_;
  BookkeepingNames names_;
  std::string table_, token_, who_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;
};

// For scripts that psql runs, once they have the advisory lock, where the table is: takes the token of a
// lease that has ended, but not of a step that is at work; then `held` has a row, with its `holder`, if one
// is left.
struct LeaseSql {
  std::string end_old, held;
};
LeaseSql lease_sql(const BookkeepingNames& names);

}  // namespace migrate::postgres
