// The folder of scripts on disk. Only headers are read until a script is asked for.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "revision/script.hpp"

namespace migrate::revision {

class Directory {
 public:
  // Reads the headers of every *.sql file in it; a folder that is not there holds none. Throws Error at
  // file:line.
  explicit Directory(std::filesystem::path path);

  const std::filesystem::path& path() const { return path_; }
  const std::vector<Header>& headers() const { return headers_; }  // in order of file name
  Script load(const Header& header) const;

  // Writes `{date}_{time}_{id}_{slug}.sql` and, unless `linear` is false, the id into HEAD. Returns the path.
  std::filesystem::path write(const Script& script, bool linear = true);

  std::filesystem::path models_folder() const { return path_ / ".models"; }

 private:
  std::filesystem::path path_;
  std::vector<Header> headers_;
};

std::string new_revision_id();  // 12 random hexadecimal digits
void check_revision_id(
    const std::string& id);  // throws Error(usage) for one with @ : + - white space, or longer than 64

}  // namespace migrate::revision
