// A server in recovery that takes no changes: a cluster of its own, without a primary.
#pragma once
#include <filesystem>
#include <string>

namespace migrate::test {

class Standby {
 public:
  Standby();  // throws std::runtime_error, with what was said, if it cannot be started
  ~Standby();
  Standby(const Standby&) = delete;
  Standby& operator=(const Standby&) = delete;

  std::string url() const;  // of its database postgres
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  void shell(const std::string& script) const;
};

}  // namespace migrate::test
