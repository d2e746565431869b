#include "tests/support/psql.hpp"

#include <filesystem>
#include <fstream>

#include "tests/support/cluster.hpp"
#include "tests/support/temporary_folder.hpp"
#include "util/process.hpp"
#include "util/text.hpp"

namespace migrate::test {

PsqlOutcome psql(const std::string& url, const std::string& script, const std::vector<std::string>& options) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "script.sql";
  std::ofstream(file) << script;
  // The server's programs may be without its client's.
  const auto beside = Cluster::instance().bindir() / "psql";
  Command command;
  command.arguments = {std::filesystem::exists(beside) ? beside.string() : "psql", "-X"};
  command.arguments.insert(command.arguments.end(), options.begin(), options.end());
  command.arguments.insert(command.arguments.end(), {"-f", file.string(), "-d", url});
  command.timeout = std::chrono::seconds(60);
  const auto result = run_process(command);
  return {result.status, replace_all(result.out, file.string(), "script.sql"),
          replace_all(result.err, file.string(), "script.sql")};
}

}  // namespace migrate::test
