// Compiles models into a program, and only what has changed.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "model/source.hpp"

namespace migrate::model {

struct Program {
  std::filesystem::path path;
  std::filesystem::path document;  // what it printed when it was last built, if that file is there
  std::vector<std::string> files;  // the models, relative to the project
};

// Throws Error(failed) with the compiler's own words.
Program build(const Source& source);

// Writes the embedded files to .migrate/include/<sha>/ and returns that folder. Editors find the header there
// too.
// .migrate/include/current is a link to it, for compile_flags.txt.
std::filesystem::path write_embedded(const std::filesystem::path& project);

}  // namespace migrate::model
