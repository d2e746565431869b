#include "tests/support/paths.hpp"

namespace migrate::test {

const std::filesystem::path& source_folder() {
  static const std::filesystem::path folder = MIGRATE_SOURCE_DIR;
  return folder;
}

const std::filesystem::path& program() {
  static const std::filesystem::path file = MIGRATE_PROGRAM;
  return file;
}

}  // namespace migrate::test
