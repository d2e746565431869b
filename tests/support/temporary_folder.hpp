// An empty folder that goes away with the object, and, if the tests are killed, with their process: so do the
// servers that `url = "local"` has started in it.
#pragma once
#include <filesystem>

namespace migrate::test {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace migrate::test
