// The program as its users see it: a project folder of its own, command lines, what they print and their exit
// codes.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.hpp"

namespace migrate::test {

struct Outcome {
  int status = 0;
  std::string out, err;

  std::string text() const {
    return "exit code " + std::to_string(status) + "\n--- out\n" + out + "--- err\n" + err;
  }
};

// A temporary folder with files in it, in which program() runs without a terminal, with no MIGRATE_… or
// PG… variable of the caller's but those that are set here.
class Project {
 public:
  Project() = default;
  // One that has config.toml with `url` (as TOML wants it inside quotes), the folder migrations/, and nothing
  // else.
  explicit Project(const std::string& url);

  const std::filesystem::path& path() const { return folder_.path(); }
  std::map<std::string, std::string>& environment() { return environment_; }

  void write(const std::string& file, const std::string& text) const;
  std::string read(const std::string& file) const;
  // Files under a folder, with their paths from it, sorted; hidden folders are left out.
  std::vector<std::string> files(const std::string& folder = ".") const;
  // The text of the newest script in migrations/.
  std::string newest_script() const;

  // migrate ARGUMENTS…, in the project's folder or one below it.
  Outcome migrate(const std::vector<std::string>& arguments, const std::string& folder = ".") const;

 private:
  TemporaryFolder folder_;
  std::map<std::string, std::string> environment_;
};

// `text` with the project's path, revision ids, times and durations replaced by PATH, ID, TIME and DURATION,
// for comparing whole outputs.
std::string steady(std::string text, const Project& project);

}  // namespace migrate::test
