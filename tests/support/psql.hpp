// psql, as a person runs it.
#pragma once
#include <string>
#include <vector>

namespace migrate::test {

struct PsqlOutcome {
  int status = 0;
  std::string out, err;  // what stands for the script's file in them: script.sql
};

// Runs `script` as a file on the database at `url`, without anybody's psqlrc. `options` come first: {"-1"}.
PsqlOutcome psql(const std::string& url, const std::string& script,
                 const std::vector<std::string>& options = {});

}  // namespace migrate::test
