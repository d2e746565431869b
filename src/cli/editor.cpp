#include "cli/editor.hpp"

#include <cstdlib>
#include <string>

#include "util/error.hpp"
#include "util/process.hpp"

namespace migrate::cli {
namespace {

std::string editor() {
  for (const char* name : {"VISUAL", "EDITOR"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  for (const char* name : {"nano", "vim", "vi"})
    if (!find_program(name).empty()) return name;
  throw Error(ExitCode::usage, "there is no editor", "name one in $VISUAL or $EDITOR");
}

}  // namespace

void open_editor(const std::filesystem::path& file) {
  migrate::Command command;
  // The variable holds a command with its arguments, as for git; the file's name is one of its own.
  command.arguments = {"sh", "-c", editor() + " \"$@\"", "editor", file.string()};
  command.inherit_streams = true;
  const auto result = run_process(command);
  if (result.status != 0)
    throw Error(ExitCode::failed, "the editor ended with exit code " + std::to_string(result.status));
}

}  // namespace migrate::cli
