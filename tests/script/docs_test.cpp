// Every command and every option that --help names is in docs/reference.
#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/program.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace {

namespace fs = std::filesystem;
using migrate::test::Project;

const fs::path reference = migrate::test::source_folder() / "docs/reference";

std::string page(const std::string& command) {
  const auto path = reference / "commands" / (command + ".md");
  return fs::exists(path) ? migrate::read_file(path) : "";
}

std::string help(const std::vector<std::string>& arguments) {
  const Project project;
  const auto outcome = project.migrate(arguments);
  REQUIRE(outcome.status == 0);
  CHECK(outcome.err.empty());
  return outcome.out;
}

// The names of the lines under a heading that ends in "ommands:".
std::vector<std::string> commands(const std::string& text) {
  std::vector<std::string> found;
  bool inside = false;
  for (const auto line : migrate::lines(text)) {
    if (line.ends_with("ommands:"))
      inside = true;
    else if (inside && line.starts_with("  ") && line.size() > 2 && line[2] != ' ')
      found.emplace_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return found;
}

std::set<std::string> options(const std::string& text) {
  std::set<std::string> found;
  static const std::regex option(R"((?:^|[\s,])(--?[A-Za-z][A-Za-z-]*))");
  for (const auto line : migrate::lines(text)) {
    if (!migrate::trim(line).starts_with("-")) continue;
    const std::string names(line.substr(0, line.find("  ", line.find('-'))));
    for (std::sregex_iterator match(names.begin(), names.end(), option), end; match != end; ++match)
      found.insert((*match)[1]);
  }
  return found;
}

bool mentions(const std::string& text, const std::string& option) {
  return std::regex_search(text, std::regex("(^|[^A-Za-z-])" + option + "([^A-Za-z-]|$)"));
}

}  // namespace

TEST_CASE("Every command and option of --help is in docs/reference") {
  const std::string all = help({"--help"});
  const std::string overview = migrate::read_file(reference / "commands.md");
  const auto names = commands(all);
  CHECK(names.size() >= 10);
  for (const auto& option : options(all)) {
    INFO("docs/reference/commands.md: " << option);
    CHECK(mentions(overview, option));
  }
  for (const auto& name : names) {
    INFO("docs/reference/commands/" << name << ".md");
    CHECK(overview.find("(commands/" + name + ".md)") != std::string::npos);
    const std::string text = page(name);
    REQUIRE(text.find("migrate " + name) != std::string::npos);
    const std::string own = help({name, "--help"});
    for (const auto& option : options(own)) {
      INFO(option);
      CHECK((mentions(text, option) || mentions(overview, option)));
    }
    for (const auto& part : commands(own)) {
      INFO(part);
      CHECK(text.find(part) != std::string::npos);
    }
  }
}

TEST_CASE("Each page of a command in docs/reference is of a command that there is") {
  const auto names = commands(help({"--help"}));
  for (const auto& entry : fs::directory_iterator(reference / "commands")) {
    INFO(entry.path().filename());
    CHECK(std::find(names.begin(), names.end(), entry.path().stem().string()) != names.end());
  }
}

TEST_CASE("Links between the pages of the documentation lead somewhere") {
  std::vector<fs::path> pages = {migrate::test::source_folder() / "README.md",
                                 migrate::test::source_folder() / "CONTRIBUTING.md"};
  for (const auto& entry : fs::recursive_directory_iterator(migrate::test::source_folder() / "docs"))
    if (entry.path().extension() == ".md") pages.push_back(entry.path());
  static const std::regex link(R"(\]\(([^)#:]+)(#[^)]*)?\))");
  for (const auto& path : pages) {
    const std::string text = migrate::read_file(path);
    for (std::sregex_iterator match(text.begin(), text.end(), link), end; match != end; ++match) {
      INFO(path.string() << " links to " << (*match)[1]);
      CHECK(fs::exists(path.parent_path() / std::string((*match)[1])));
    }
  }
}
