#include "model/source.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>

#include "model/build.hpp"
#include "util/files.hpp"
#include "util/process.hpp"
#include "util/text.hpp"

namespace migrate::model {
namespace {

namespace fs = std::filesystem;

constexpr int document_fd = 3;

std::string with_output(std::string what, const ProcessResult& result) {
  const auto said = trim(result.err);
  if (!said.empty()) what += ":\n  " + std::string(trim(indent(said, "  ")));
  return what;
}

// What the program wrote to its descriptor; to stdout if it does not know of that.
std::string run_program(const fs::path& program, const Source& source) {
  Command command;
  command.arguments = {program.string(), "--migrate-fd=" + std::to_string(document_fd)};
  command.directory = source.project;
  command.timeout = std::chrono::milliseconds(source.timeout_ms);
  command.extra_fd = document_fd;
  const auto result = run_process(command);
  if (result.timed_out)
    throw Error(ExitCode::failed,
                with_output("the models program gave no answer within " +
                                std::to_string(source.timeout_ms / 1000) + " s",
                            result),
                "[models] timeout says how long to wait");
  if (result.signal != 0)
    throw Error(ExitCode::failed,
                with_output("the models program was killed by signal " + std::to_string(result.signal) +
                                " (" + ::strsignal(result.signal) + ") while it declared its models",
                            result));
  if (result.status != 0)
    throw Error(
        ExitCode::failed,
        with_output("the models program failed with status " + std::to_string(result.status), result));
  auto document = result.extra.empty() ? result.out : result.extra;
  if (trim(document).empty())
    throw Error(ExitCode::failed, with_output("the models program ended without a document", result),
                "a program with a main() of its own ends it with: return migrate::write_models(argc, argv);");
  return document;
}

// Files below the project are called as from there, whatever the compiler was given.
void shorten(std::string& file, const std::string& project) {
  if (file.starts_with(project)) file.erase(0, project.size());
}

bool same_file(const fs::path& project, const std::string& a, const std::string& b) {
  std::error_code error;
  return a == b || fs::weakly_canonical(project / a, error) == fs::weakly_canonical(project / b, error);
}

// A file that was compiled and yet said nothing would read as if its tables were to be dropped.
void check_complete(const Document& document, const Program& program, const fs::path& project) {
  std::vector<std::string> silent;
  for (const auto& file : program.files) {
    const auto same = [&](const std::string& announced) { return same_file(project, announced, file); };
    if (std::none_of(document.files.begin(), document.files.end(), same)) silent.push_back(file);
  }
  if (silent.empty()) return;
  throw Error(ExitCode::failed,
              join(silent, ", ") + (silent.size() == 1 ? " declares" : " declare") + " no models",
              "a file of [models] sources has a MIGRATE_MODELS(m) { … }, which may be empty");
}

// A long text takes as long to be read as the first answers of a server.
std::string read_snapshot(const fs::path& path, const OnText& on_beginning) {
  std::string beginning(64 << 10, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  beginning.resize(static_cast<std::size_t>(file.gcount()));
  if (!beginning.empty()) on_beginning(beginning);
  return read_file(path);
}

Document compiled(const Source& source, const OnText& on_beginning) {
  const auto program = build(source);
  std::error_code error;
  const bool known = fs::exists(program.document, error);
  const auto text = known ? read_file(program.document) : run_program(program.path, source);
  on_beginning(text);
  auto document = read_document(text, "the models program", source.search_path);
  check_complete(document, program, source.project);
  if (!known) write_file(program.document, text);
  return document;
}

}  // namespace

Document load(const Source& source, const OnText& on_beginning) {
  if (!on_beginning) return load(source, [](std::string_view) {});
  const int given =
      int{!source.sources.empty()} + int{!source.program.empty()} + int{!source.snapshot.empty()};
  if (given != 1)
    throw Error(ExitCode::usage,
                given == 0 ? "[models] names no models"
                           : "[models] has more than one of sources, program and snapshot",
                "give one of sources = [\"models/*.cpp\"], program = \"build/my_models\", snapshot = "
                "\"schema.json\"");
  Source absolute = source;
  absolute.project = fs::absolute(source.project).lexically_normal();
  if (!absolute.project.has_filename()) absolute.project = absolute.project.parent_path();

  Document document;
  if (!source.snapshot.empty()) {
    const auto path = absolute.project / source.snapshot;
    document = read_document(read_snapshot(path, on_beginning), display_path(path), source.search_path);
  } else if (!source.program.empty()) {
    const auto path = absolute.project / source.program;
    std::error_code error;
    if (!fs::exists(path, error))
      throw Error(ExitCode::failed, "the models program " + display_path(path) + " is not there",
                  "build it first");
    const auto text = run_program(path, absolute);
    on_beginning(text);
    document = read_document(text, "the models program", source.search_path);
  } else {
    document = compiled(absolute, on_beginning);
  }
  const auto project = absolute.project.string() + "/";
  for (auto& [key, where] : document.locations) shorten(where.file, project);
  for (auto& rename : document.renames) shorten(rename.where.file, project);
  for (auto& warning : document.warnings) shorten(warning, project);
  return document;
}

}  // namespace migrate::model
