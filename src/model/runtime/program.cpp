// What a models program does: let every file declare its models, and write the document.
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>

#include "data.hpp"

namespace migrate {
namespace detail {
namespace {

// Functions and not variables: files of models may announce themselves before this file's variables are made.
const ModelsFile*& first_file() {
  static const ModelsFile* first = nullptr;
  return first;
}
const ExpectedFile*& first_expected() {
  static const ExpectedFile* first = nullptr;
  return first;
}

// The same file may be called models/user.cpp and /home/me/shop/models/user.cpp.
bool same_file(std::string_view a, std::string_view b) {
  if (a.size() < b.size()) std::swap(a, b);
  if (b.starts_with("./")) b.remove_prefix(2);
  return a == b || (a.ends_with(b) && a[a.size() - b.size() - 1] == '/');
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

ModelsFile::ModelsFile(const char* file, void (*function)(Model&))
    : path(file), declare(function), next(first_file()) {
  first_file() = this;
}
ExpectedFile::ExpectedFile(const char* file) : path(file), next(first_expected()) { first_expected() = this; }

std::string describe() {
  std::vector<const ModelsFile*> files;
  for (const auto* file = first_file(); file; file = file->next) files.push_back(file);
  std::sort(files.begin(), files.end(),
            [](const auto* a, const auto* b) { return std::strcmp(a->path, b->path) < 0; });

  ModelData data;
  Model model(data);
  std::vector<std::string> paths;
  for (const auto* file : files) {
    paths.emplace_back(file->path);
    file->declare(model);
  }
  for (const auto* expected = first_expected(); expected; expected = expected->next) {
    const auto announced = [&](const std::string& path) { return same_file(path, expected->path); };
    if (std::none_of(paths.begin(), paths.end(), announced))
      data.problems.push_back(
          {{expected->path, 1},
           "was built, but its models are not in the program: the linker left it out of a library"});
  }
  resolve(data);
  return document(data, paths);
}

}  // namespace detail

int write_models(int argc, char** argv) {
  int descriptor = STDOUT_FILENO;
  constexpr std::string_view option = "--migrate-fd=";
  for (int at = 1; at < argc; ++at) {
    const std::string_view argument = argv[at];
    if (!argument.starts_with(option)) continue;
    const auto [end, error] =
        std::from_chars(argument.data() + option.size(), argument.data() + argument.size(), descriptor);
    if (error != std::errc() || end != argument.data() + argument.size()) {
      std::fprintf(stderr, "%s is not a descriptor\n", argv[at]);
      return 2;
    }
  }
  try {
    if (detail::write_all(descriptor, detail::describe())) return 0;
    std::fprintf(stderr, "the models could not be written: %s\n", std::strerror(errno));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "the models threw an exception: %s\n", error.what());
  }
  return 1;
}

}  // namespace migrate
