// The folder of scripts on disk. Only headers are read until a script is asked for.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "revision/graph.hpp"
#include "revision/script.hpp"

namespace migrate::revision {

class Directory {
 public:
  // Reads the headers of every *.sql file in it, not in folders below it; a folder that is not there holds
  // none. Files without a header (as dbmate writes them) are one line in order of file name, each the parent
  // of the next; they stand before all files with one. Throws Error(failed) at file:line, also for a file
  // without a header after one that has it.
  explicit Directory(std::filesystem::path path);

  const std::filesystem::path& path() const { return path_; }
  const std::vector<Header>& headers() const { return headers_; }  // in order of file name
  Script load(const Header& header) const;

  // Writes `{date}_{time}_{id}_{slug}.sql` (UTC, by the header's `created`, which is set to now if it is
  // empty) and, unless `linear` is false, the id into HEAD. Returns the path. Throws Error for an id that is
  // taken or unfit, for a script that would not read back, and for a folder that cannot be written.
  std::filesystem::path write(const Script& script, bool linear = true);

  // What is wrong with HEAD, as a sentence for people: it names another revision than the graph's one head,
  // or git left a conflict in it. Nothing if there is no such file or all is well. The scripts alone decide;
  // HEAD exists so that two heads conflict in git.
  std::optional<std::string> head_problem(const Graph& graph) const;

  std::filesystem::path head_file() const { return path_ / "HEAD"; }
  std::filesystem::path models_folder() const { return path_ / ".models"; }

 private:
  std::filesystem::path path_;
  std::vector<Header> headers_;
};

std::string new_revision_id();  // 12 random hexadecimal digits
std::string utc_now();          // 2026-11-22T10:15:00Z

}  // namespace migrate::revision
