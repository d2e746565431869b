// The folders of scripts on disk. Only headers are read until a script is asked for.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "revision/graph.hpp"
#include "revision/layout.hpp"
#include "revision/script.hpp"

namespace migrate::revision {

class Directory {
 public:
  // Reads the headers of every *.sql file in the folders, and with `recursive` in those below them, but for
  // hidden ones; a folder that is not there holds none. Files without a header (as dbmate writes them) are,
  // folder by folder, one line in order of file name, each the parent of the next; they stand before all
  // files with one. Throws Error(failed) at file:line, also for a file without a header after one that has
  // it.
  explicit Directory(Layout layout);
  explicit Directory(std::filesystem::path path);

  const Layout& layout() const { return layout_; }
  const std::filesystem::path& path() const { return layout_.folders.front(); }
  const std::vector<Header>& headers() const { return headers_; }  // in order of file name
  // Files that were met twice, a sentence each.
  const std::vector<std::string>& warnings() const { return warnings_; }
  Script load(const Header& header) const;
  std::string text(const Header& header) const;  // of the whole script

  // Adds a script that is in no file here, after all that are: its path is for messages.
  void add(const Header& header, std::string text);

  // A script as it would be written: its time of creation (set to now if it is empty), its path by
  // layout.file_name, its text. It goes into `folder`, or if that is empty to its parent, or to the only
  // folder there is. Throws Error for an id that is taken or unfit, a folder that is none of these, several
  // folders of which none is said, and for a script that would not read back.
  struct Prepared {
    Header header;
    std::string text;
  };
  Prepared prepare(const Script& script, const std::filesystem::path& folder = {}) const;
  // Writes it, and the id into HEAD if that is kept. Returns the path. Throws Error for what cannot be
  // written.
  std::filesystem::path write(const Script& script, const std::filesystem::path& folder = {});
  // Takes the file away.
  void remove(const Header& header);
  // Writes the id into HEAD, if that is kept.
  void set_head(const std::string& id) const;

  // What is wrong with HEAD, as a sentence for people: it names another revision than the graph's one head,
  // or git left a conflict in it. Nothing if there is no such file or all is well. The scripts alone decide;
  // HEAD exists so that two heads conflict in git.
  std::optional<std::string> head_problem(const Graph& graph) const;

  std::filesystem::path head_file() const { return path() / "HEAD"; }
  std::filesystem::path models_folder() const { return path() / ".models"; }

 private:
  struct Found {
    std::filesystem::path file;
    std::size_t folder = 0;  // its number in the layout
  };
  std::vector<Found> find_scripts();
  void sort_headers();
  std::filesystem::path folder_of(const Header& header, const std::filesystem::path& wanted) const;

  Layout layout_;
  std::vector<Header> headers_;
  std::vector<std::string> warnings_;
  // By id: of those that are in no file, and of those that were read whole for their header.
  std::unordered_map<std::string, std::string> texts_;
};

std::string new_revision_id();  // 12 random hexadecimal digits

}  // namespace migrate::revision
