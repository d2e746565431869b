#include "tests/support/program.hpp"

#include <algorithm>
#include <regex>
#include <stdexcept>

#include "tests/support/paths.hpp"
#include "util/files.hpp"
#include "util/process.hpp"
#include "util/text.hpp"

extern char** environ;

namespace migrate::test {
namespace fs = std::filesystem;

Project::Project(const std::string& url) {
  write("config.toml", "[database]\nurl = \"" + url + "\"\n");
  fs::create_directory(path() / "migrations");
}

void Project::write(const std::string& file, const std::string& text) const {
  write_file(path() / file, text);
}

std::string Project::read(const std::string& file) const { return read_file(path() / file); }

std::vector<std::string> Project::files(const std::string& folder) const {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(path() / folder)) {
    const auto relative = entry.path().lexically_relative(path() / folder);
    if (entry.is_regular_file() && !relative.begin()->string().starts_with("."))
      found.push_back(relative.string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string Project::newest_script() const {
  std::string newest;
  for (const auto& file : files("migrations"))
    if (file.ends_with(".sql")) newest = file;
  if (newest.empty()) throw std::runtime_error("there is no script in migrations/");
  return read("migrations/" + newest);
}

Outcome Project::migrate(const std::vector<std::string>& arguments, const std::string& folder) const {
  Command command;
  command.arguments = {"env"};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string name(*variable, std::string_view(*variable).find('='));
    if (name.starts_with("MIGRATE_") || name.starts_with("PG")) {
      command.arguments.emplace_back("-u");
      command.arguments.push_back(name);
    }
  }
  for (const auto& [name, value] : environment_) command.arguments.push_back(name + "=" + value);
  command.arguments.emplace_back(program().string());
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.directory = path() / folder;
  command.timeout = std::chrono::minutes(2);
  const auto result = run_process(command);
  if (result.timed_out) throw std::runtime_error("migrate " + join(arguments, " ") + " did not end");
  return {result.status, result.out, result.err};
}

std::string steady(std::string text, const Project& project) {
  text = replace_all(text, fs::canonical(project.path()).string(), "PATH");
  text = replace_all(text, project.path().string(), "PATH");
  static const std::regex times(R"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d(:\d\d)?)?)");
  static const std::regex stamps(R"(\b\d{8}_\d{6}_)");
  static const std::regex durations(R"(\b\d+(\.\d+)? ?(ms|s)\b)");
  static const std::regex ids(R"(\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b|\b[0-9a-f]{12}(?=_))");
  text = std::regex_replace(text, times, "TIME");
  text = std::regex_replace(text, stamps, "STAMP_");
  text = std::regex_replace(text, durations, "DURATION");
  return std::regex_replace(text, ids, "ID");
}

}  // namespace migrate::test
