// Which files something was made from, and as what: so that it is made again only if one of them has changed.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace migrate::model {

class Manifest {
 public:
  // The files that a compiler's -MD rule lists, relative to `folder`.
  static Manifest of(const std::vector<std::filesystem::path>& files);
  // Empty, and so not fresh, if there is none or it cannot be read.
  static Manifest read(const std::filesystem::path& path);

  // True if every file is as it was: by size and time of change, and where these differ, by content.
  bool fresh();
  void write(const std::filesystem::path& path) const;
  void add(const Manifest& other);
  bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    std::string path;
    std::uintmax_t size = 0;
    std::int64_t changed = 0;  // nanoseconds
    std::string sha256;
  };
  std::vector<Entry> entries_;
};

// The prerequisites of a rule as `-MD` writes them: "a.o: a.cpp \\\n  b\\ c.hpp".
std::vector<std::string> rule_prerequisites(const std::string& rule);

}  // namespace migrate::model
