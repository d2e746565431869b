#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace migrate::model {

// How a build compiles a file: https://clang.llvm.org/docs/JSONCompilationDatabase.html
struct CompileCommand {
  std::filesystem::path directory;
  std::vector<std::string>
      flags;  // without the compiler, the file, -c, -o and what asks for dependency files
};

// Throws Error(failed) if the database is broken or does not list the file.
CompileCommand compile_command(const std::filesystem::path& database, const std::filesystem::path& file);

// The words of a command line as a POSIX shell takes them apart (quotes and backslashes, no expansion).
std::vector<std::string> shell_words(const std::string& command);

}  // namespace migrate::model
