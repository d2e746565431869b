// PgBouncer in front of the tests' cluster, on a unix socket, until the object goes away. Needs the program
// pgbouncer; run by root it runs as the server's user, as it refuses to be root.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>

#include "tests/support/cluster.hpp"

namespace migrate::test {

class Pooler {
 public:
  // `mode`: "transaction", "session"; `size`: server connections for each database.
  explicit Pooler(const std::string& mode = "transaction", int size = 20);
  ~Pooler();
  Pooler(const Pooler&) = delete;
  Pooler& operator=(const Pooler&) = delete;

  std::string url(const TestDatabase& database) const;

 private:
  std::filesystem::path folder_;
  pid_t pid_ = -1;
};

}  // namespace migrate::test
