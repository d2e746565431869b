// From [models] to a document: compiles and runs a models program, runs one that is built already, or reads a
// snapshot.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/document.hpp"

namespace migrate::model {

struct Source {
  std::filesystem::path project;     // folder that relative paths and patterns are relative to
  std::vector<std::string> sources;  // glob patterns
  std::string program;
  std::string snapshot;
  std::string compiler;  // empty: $CXX, then c++
  std::vector<std::string> flags, include, link;
  std::string compile_commands;
  int timeout_ms = 10000;
  std::vector<std::string> search_path{"public"};
};

// Throws Error(usage) if none or several of sources, program and snapshot are set; Error(failed) with the
// compiler's own words, or what the program did (killed by signal 11, no answer within 10 s, ended without a
// document …). `on_beginning` gets the document's text, or its first part, before it is
// read.
using OnText = std::function<void(std::string_view)>;
Document load(const Source& source, const OnText& on_beginning = {});

}  // namespace migrate::model
