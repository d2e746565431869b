#include "model/build.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>

#include "model/compile_commands.hpp"
#include "model/embedded.hpp"
#include "model/glob.hpp"
#include "model/manifest.hpp"
#include "util/files.hpp"
#include "util/process.hpp"
#include "util/sha256.hpp"
#include "util/text.hpp"

namespace migrate::model {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::minutes compile_timeout{15};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

const std::string& embedded_sha() {
  static const std::string sha = [] {
    std::string all;
    for (const auto& file : embedded_files())
      all.append(file.path).append("\0", 1).append(file.text).append("\0", 1);
    return sha256(all).substr(0, 16);
  }();
  return sha;
}

struct Compiler {
  std::vector<std::string> command;  // with what stands before it: "ccache g++"
  fs::path path;
};

Compiler find_compiler(const Source& source) {
  auto text = source.compiler;
  if (text.empty()) text = environment("CXX");
  if (text.empty()) text = "c++";
  Compiler compiler;
  compiler.command = shell_words(text);
  if (!compiler.command.empty()) compiler.path = find_program(compiler.command.front());
  if (compiler.path.empty())
    throw Error(ExitCode::failed, "the compiler " + text + " for the models is not there",
                source.compiler.empty() ? "install g++ or clang++, or name one by [models] compiler"
                                        : "[models] compiler names it");
  compiler.command.front() = compiler.path.string();
  return compiler;
}

// A file to compile, and with what.
struct Compilation {
  std::string source;  // as the compiler is given it
  fs::path directory;  // in which it runs
  std::vector<std::string> flags;
  fs::path object;
};

class Build {
 public:
  explicit Build(const Source& source)
      : source_(source),
        compiler_(find_compiler(source)),
        include_(source.project / ".migrate" / "include" / embedded_sha()) {
    for (const auto& pattern : source.sources) {
      const auto found = glob(source.project, pattern);
      if (found.empty())
        throw Error(ExitCode::failed,
                    "no file matches " + pattern + " of [models] sources in " + display_path(source.project));
      files_.insert(files_.end(), found.begin(), found.end());
    }
    std::sort(files_.begin(), files_.end());
    files_.erase(std::unique(files_.begin(), files_.end()), files_.end());
    folder_ = source.project / ".migrate" / "build";
    key_ = program_key();
  }

  Program run() {
    Program program{folder_ / (key_ + ".models"), folder_ / (key_ + ".json"), files_};
    const auto manifest_path = folder_ / (key_ + ".manifest");
    std::error_code error;
    auto manifest = Manifest::read(manifest_path);
    if (manifest.fresh() && fs::exists(program.path, error)) return program;

    write_embedded(source_.project);
    fs::create_directories(folder_);
    fs::remove(program.document, error);
    auto units = all_units();
    compile(units);
    link(units, program.path);
    Manifest all = Manifest::of({compiler_.path});
    for (const auto& unit : units) all.add(Manifest::read(unit.object.string() + ".manifest"));
    if (!source_.compile_commands.empty())
      all.add(Manifest::of({source_.project / source_.compile_commands}));
    all.write(manifest_path);
    return program;
  }

 private:
  std::string program_key() const {
    std::string key = embedded_sha() + "\n" + join(compiler_.command, "\n") + "\n" +
                      join(source_.flags, "\n") + "\n--\n" + join(source_.include, "\n") + "\n--\n" +
                      join(source_.link, "\n") + "\n--\n" + source_.compile_commands + "\n--\n" +
                      join(files_, "\n") + "\n";
    for (const char* name : {"CPATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH", "GCC_EXEC_PREFIX"})
      key += environment(name) + "\n";
    return sha256(key).substr(0, 16);
  }

  std::vector<std::string> common_flags() const {
    std::vector<std::string> flags{"-std=c++20", "-isystem", include_.string()};
    for (const auto& folder : source_.include) flags.push_back("-I" + (source_.project / folder).string());
    return flags;
  }

  fs::path object_of(const Compilation& unit) const {
    const auto key = sha256(join(compiler_.command, "\n") + "\n" + join(unit.flags, "\n") + "\n" +
                            unit.directory.string() + "\n" + unit.source + "\n" + environment("CPATH") +
                            "\n" + environment("CPLUS_INCLUDE_PATH"));
    return folder_ / (slug(fs::path(unit.source).stem().string()) + "-" + key.substr(0, 12) + ".o");
  }

  std::vector<Compilation> all_units() const {
    std::vector<Compilation> units;
    const auto add = [&](Compilation unit) {
      unit.object = object_of(unit);
      units.push_back(std::move(unit));
    };
    for (const auto& file : files_) {
      Compilation unit{file, source_.project, common_flags(), {}};
      if (!source_.compile_commands.empty()) {
        const auto known =
            compile_command(source_.project / source_.compile_commands, source_.project / file);
        unit.flags.insert(unit.flags.end(), known.flags.begin(), known.flags.end());
        unit.source = (source_.project / file).string();
        unit.directory = known.directory;
      }
      unit.flags.insert(unit.flags.end(), source_.flags.begin(), source_.flags.end());
      add(std::move(unit));
    }
    Compilation runtime{(include_ / "runtime/all.cpp").string(), source_.project, common_flags(), {}};
    runtime.flags.insert(runtime.flags.end(), source_.flags.begin(), source_.flags.end());
    add(std::move(runtime));
    return units;
  }

  // The compiler's output if it failed.
  std::string compile(const Compilation& unit) const {
    auto manifest = Manifest::read(unit.object.string() + ".manifest");
    std::error_code error;
    if (manifest.fresh() && fs::exists(unit.object, error)) return {};
    const auto made = fs::path(unit.object.string() + "." + std::to_string(::getpid()));
    const auto rule = fs::path(made.string() + ".d");
    Command command;
    command.arguments = compiler_.command;
    command.arguments.insert(command.arguments.end(), unit.flags.begin(), unit.flags.end());
    for (const std::string& word : {std::string("-MD"), std::string("-MF"), rule.string(), std::string("-c"),
                                    unit.source, std::string("-o"), made.string()})
      command.arguments.push_back(word);
    command.directory = unit.directory;
    command.environment = {{"LC_ALL", "C"}};
    command.timeout = compile_timeout;
    const auto result = run_process(command);
    if (result.timed_out) return unit.source + ": the compiler gave no answer within 15 minutes\n";
    if (result.status != 0) {
      fs::remove(made, error);
      fs::remove(rule, error);
      const auto said = result.err + result.out;
      return said.empty()
                 ? unit.source + ": the compiler failed with status " + std::to_string(result.status) + "\n"
                 : said;
    }
    std::vector<fs::path> read{compiler_.path};
    for (const auto& file : rule_prerequisites(read_file(rule))) read.push_back(unit.directory / file);
    Manifest::of(read).write(unit.object.string() + ".manifest");
    fs::rename(made, unit.object);
    fs::remove(rule, error);
    return {};
  }

  void compile(const std::vector<Compilation>& units) const {
    std::vector<std::string> output(units.size());
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::exception_ptr failure;
    const auto work = [&] {
      for (auto at = next++; at < units.size(); at = next++) {
        try {
          output[at] = compile(units[at]);
        } catch (...) {
          const std::lock_guard lock(mutex);
          failure = std::current_exception();
        }
      }
    };
    std::vector<std::thread> workers;
    for (unsigned worker = 1; worker < std::max(2U, std::thread::hardware_concurrency()); ++worker)
      workers.emplace_back(work);
    work();
    for (auto& worker : workers) worker.join();
    if (failure) std::rethrow_exception(failure);
    std::vector<std::string> failed;
    std::string said;
    for (std::size_t at = 0; at < units.size(); ++at) {
      if (output[at].empty()) continue;
      failed.push_back(units[at].source);
      said += output[at];
    }
    if (failed.empty()) return;
    throw Error(ExitCode::failed, join(failed, ", ") + (failed.size() == 1 ? " does" : " do") +
                                      " not compile:\n" + std::string(trim(said)));
  }

  void link(const std::vector<Compilation>& units, const fs::path& program) const {
    const auto made = fs::path(program.string() + "." + std::to_string(::getpid()));
    Command command;
    command.arguments = compiler_.command;
    command.arguments.insert(command.arguments.end(), source_.flags.begin(), source_.flags.end());
    for (const auto& unit : units) command.arguments.push_back(unit.object.string());
    command.arguments.insert(command.arguments.end(), source_.link.begin(), source_.link.end());
    command.arguments.insert(command.arguments.end(), {"-o", made.string()});
    command.directory = source_.project;
    command.environment = {{"LC_ALL", "C"}};
    command.timeout = compile_timeout;
    const auto result = run_process(command);
    if (result.status != 0)
      throw Error(ExitCode::failed, "the models do not link:\n" + std::string(trim(result.err + result.out)),
                  "[models] link takes libraries and objects that the models need");
    fs::rename(made, program);
  }

  const Source& source_;
  Compiler compiler_;
  fs::path include_, folder_;
  std::vector<std::string> files_;
  std::string key_;
};

}  // namespace

namespace {
// Editors are told one name that stays (compile_flags.txt); where links cannot be made, they go without.
void point_current_at(const fs::path& include) {
  const auto current = include.parent_path() / "current";
  std::error_code error;
  if (fs::read_symlink(current, error) == include.filename()) return;
  const auto fresh = include.parent_path() / ("current." + std::to_string(::getpid()));
  fs::remove(fresh, error);
  fs::create_directory_symlink(include.filename(), fresh, error);
  if (!error) fs::rename(fresh, current, error);
}
}  // namespace

fs::path write_embedded(const fs::path& project) {
  const auto include = project / ".migrate" / "include" / embedded_sha();
  std::error_code error;
  if (fs::exists(include / "complete", error)) {
    point_current_at(include);
    return include;
  }
  // The runtime as one file: the standard headers cost more to compile than it does.
  std::string all;
  for (const auto& file : embedded_files()) {
    write_file(include / file.path, file.text);
    if (file.path.ends_with(".cpp")) all += "#include \"" + fs::path(file.path).filename().string() + "\"\n";
  }
  write_file(include / "runtime/all.cpp", all);
  write_file(include / "complete", "");
  point_current_at(include);
  return include;
}

Program build(const Source& source) { return Build(source).run(); }

}  // namespace migrate::model
