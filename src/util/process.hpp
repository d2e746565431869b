// Running other programs: the C++ compiler, a models program, PostgreSQL's server binaries.
#pragma once
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace migrate {

struct Command {
  std::vector<std::string> arguments;              // [0] is looked up in PATH
  std::filesystem::path directory;                 // empty: the caller's
  std::map<std::string, std::string> environment;  // added to the caller's
  std::optional<unsigned> user, group;             // run as another user (only root may)
  std::optional<std::chrono::milliseconds> timeout;
  bool inherit_streams = false;  // the terminal's own stdin, stdout and stderr (psql, an editor)
  // Bytes written to the descriptor of this number in the child are captured as ProcessResult::extra; -1:
  // none.
  int extra_fd = -1;
};

struct ProcessResult {
  int status = 0;          // exit status; 128 + signal when killed by one
  int signal = 0;          // the signal, 0 if it exited
  bool timed_out = false;  // the whole process group was killed
  std::string out, err, extra;
};

// Throws Error(failed) only if the program cannot be started.
ProcessResult run_process(const Command& command);

// The full path of a program in PATH, or empty.
std::filesystem::path find_program(const std::string& name);

}  // namespace migrate
