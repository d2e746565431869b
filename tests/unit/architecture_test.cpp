// The folders of src/ include each other only in the direction that src/CMakeLists.txt lists, outside
// libraries stay in the folders that own them, and files stay small. docs/architecture.md tells the same
// list.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace {

namespace fs = std::filesystem;

const fs::path root = migrate::test::source_folder();

struct Folder {
  std::set<std::string> uses, links;
};

// Reads the calls migrate_folder(NAME USES … LINKS …) of src/CMakeLists.txt.
std::map<std::string, Folder> declared_folders() {
  std::map<std::string, Folder> folders;
  const std::string text = migrate::read_file(root / "src/CMakeLists.txt");
  const std::string call = "migrate_folder(";
  for (auto at = text.find(call); at != std::string::npos; at = text.find(call, at + 1)) {
    const auto begin = at + call.size();
    const std::string arguments = migrate::one_line(text.substr(begin, text.find(')', begin) - begin));
    Folder* folder = nullptr;
    std::set<std::string>* list = nullptr;
    for (const auto word : migrate::split(arguments, ' ')) {
      if (!folder)
        folder = &folders[std::string(word)];
      else if (word == "USES")
        list = &folder->uses;
      else if (word == "LINKS")
        list = &folder->links;
      else if (list)
        list->emplace(word);
    }
  }
  return folders;
}

struct Source {
  std::string path;    // "src/diff/table.cpp"
  std::string folder;  // "diff"; empty for src/main.cpp
  std::string text;

  bool is_header() const { return path.ends_with(".hpp"); }
};

std::vector<Source> sources_under(const std::string& top) {
  std::vector<Source> found;
  for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
    const auto extension = entry.path().extension();
    if (!entry.is_regular_file() || (extension != ".cpp" && extension != ".hpp")) continue;
    const auto relative = entry.path().lexically_relative(root);
    const auto inside = entry.path().lexically_relative(root / top).parent_path();
    found.push_back({relative.generic_string(), inside.empty() ? "" : inside.begin()->string(),
                     migrate::read_file(entry.path())});
  }
  std::sort(found.begin(), found.end(), [](const Source& a, const Source& b) { return a.path < b.path; });
  return found;
}

// What stands between the quotes or angle brackets of each #include, with its opening character.
std::vector<std::string> includes(const Source& source) {
  std::vector<std::string> found;
  for (const auto line : migrate::lines(source.text)) {
    const auto text = migrate::trim(line);
    if (!text.starts_with("#include")) continue;
    const auto name = migrate::trim(text.substr(8));
    if (name.size() > 2) found.emplace_back(name.substr(0, name.find_last_of("\">")));
  }
  return found;
}

}  // namespace

TEST_CASE("src/CMakeLists.txt lists each folder of src/, without a circle") {
  const auto folders = declared_folders();
  std::set<std::string> listed, there;
  for (const auto& [name, folder] : folders) listed.insert(name);
  for (const auto& entry : fs::directory_iterator(root / "src"))
    if (entry.is_directory()) there.insert(entry.path().filename().string());
  for (const auto& name : there) {
    INFO("src/" << name);
    CHECK(listed.count(name) == 1);
  }

  std::set<std::string> placed;
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [name, folder] : folders) {
      const bool ready = std::includes(placed.begin(), placed.end(), folder.uses.begin(), folder.uses.end());
      if (ready && placed.insert(name).second) grew = true;
    }
  }
  CHECK(placed == listed);
}

TEST_CASE("docs/architecture.md lists the folders and what they may use as src/CMakeLists.txt does") {
  std::map<std::string, std::set<std::string>> told;
  const std::string text = migrate::read_file(root / "docs/architecture.md");
  for (const auto line : migrate::lines(text)) {
    if (!line.starts_with("| `src/")) continue;
    const auto cells = migrate::split(line, '|');
    REQUIRE(cells.size() == 5);
    const auto name = migrate::trim(cells[1]);
    auto& uses = told[std::string(name.substr(5, name.size() - 7))];
    for (const auto word : migrate::split(cells[3], ','))
      if (migrate::trim(word) != "–") uses.emplace(migrate::trim(word));
  }
  std::map<std::string, std::set<std::string>> declared;
  for (const auto& [name, folder] : declared_folders()) declared[name] = folder.uses;
  CHECK(told == declared);
}

TEST_CASE("Includes go only in the direction that src/CMakeLists.txt lists") {
  const auto folders = declared_folders();
  std::size_t seen = 0;
  for (const auto& source : sources_under("src")) {
    if (source.folder.empty()) continue;
    for (const auto& include : includes(source)) {
      if (include.front() != '"') continue;
      const std::string target = include.substr(1, include.find('/') - 1);
      if (!folders.count(target)) continue;
      ++seen;
      if (target == source.folder || folders.at(source.folder).uses.count(target)) continue;
      FAIL_CHECK(source.path << " includes " << include << "\", but src/" << source.folder
                             << " may not use src/" << target);
    }
  }
  CHECK(seen > 50);
}

TEST_CASE("Outside libraries stay in the folders that own them") {
  struct Library {
    std::string include, target;
    std::set<std::string> places;  // folders or files; empty: any folder that links it
  };
  const std::vector<Library> libraries = {
      {"pqxx/", "pqxx", {"src/postgres/"}},
      {"libpq-fe.h", "pqxx", {"src/postgres/"}},
      {"toml++/", "tomlplusplus", {"src/config/"}},
      {"CLI/", "CLI11::CLI11", {"src/cli/arguments.cpp", "src/cli/cli.cpp"}},
      {"pg_query", "pg_query", {"src/sql/"}},
      {"openssl/", "OpenSSL::Crypto", {"src/util/"}},
      {"fmt/color.h", "fmtlib", {"src/report/"}},
      {"fmt/", "fmtlib", {}},
      {"nlohmann/", "nlohmann_json::nlohmann_json", {}},
  };
  const auto folders = declared_folders();
  for (const auto& source : sources_under("src")) {
    for (const auto& include : includes(source)) {
      for (const auto& library : libraries) {
        if (include.compare(1, library.include.size(), library.include) != 0) continue;
        bool allowed = library.places.empty();
        for (const auto& place : library.places) allowed = allowed || source.path.starts_with(place);
        if (!allowed) FAIL_CHECK(source.path << " includes " << include.substr(1));
        INFO(source.path << " includes " << include.substr(1) << ", but its folder does not link "
                         << library.target);
        CHECK(folders.at(source.folder).links.count(library.target) == 1);
      }
    }
  }
}

TEST_CASE("nlohmann/json, which is slow to compile, stays out of headers but its own") {
  for (const auto& source : sources_under("src")) {
    if (!source.is_header() || source.path == "src/util/json.hpp") continue;
    INFO(source.path);
    CHECK(source.text.find("#include <nlohmann/json.hpp>") == std::string::npos);
    CHECK(source.text.find("#include \"util/json.hpp\"") == std::string::npos);
  }
}

TEST_CASE("Only src/report and src/cli write to the terminal") {
  for (const auto& source : sources_under("src")) {
    if (source.folder == "report" || source.folder == "cli" || source.folder.empty()) continue;
    for (const char* word : {"std::cout", "std::cerr", "#include <iostream>"}) {
      INFO(source.path << " has " << word);
      CHECK(source.text.find(word) == std::string::npos);
    }
  }
}

TEST_CASE("Files stay small") {
  struct Limit {
    std::string folder;
    std::size_t header, source;
  };
  const std::vector<Limit> limits = {
      {"src", 250, 600}, {"include", 250, 600}, {"tests", 250, 800}, {"examples", 250, 600}};
  for (const auto& limit : limits) {
    if (!fs::exists(root / limit.folder)) continue;
    for (const auto& source : sources_under(limit.folder)) {
      const auto lines = migrate::lines(source.text).size();
      const auto most = source.is_header() ? limit.header : limit.source;
      if (lines > most)
        FAIL_CHECK(source.path << " has " << lines << " lines, more than " << most << ": split it");
    }
  }
}
