#include "model/compile_commands.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "util/error.hpp"
#include "util/files.hpp"

namespace migrate::model {
namespace {

namespace fs = std::filesystem;

// Flags that take the next word along.
bool takes_next(const std::string& flag) {
  return flag == "-o" || flag == "-MF" || flag == "-MT" || flag == "-MQ";
}

bool is_left_out(const std::string& flag) {
  return flag == "-c" || flag == "--" || flag == "-MD" || flag == "-MMD" || flag == "-MP" ||
         flag == "-Werror";
}

nlohmann::json entries_of(const fs::path& database) {
  try {
    return nlohmann::json::parse(read_file(database));
  } catch (const nlohmann::json::exception&) {
    throw Error(ExitCode::failed, display_path(database) + " is not valid JSON");
  }
}

bool is_entry(const nlohmann::json& entry) {
  const auto text = [&](const char* name) { return entry.contains(name) && entry[name].is_string(); };
  const auto texts = [&](const char* name) {
    return entry.contains(name) && entry[name].is_array() &&
           std::all_of(entry[name].begin(), entry[name].end(),
                       [](const auto& each) { return each.is_string(); });
  };
  return entry.is_object() && text("file") && text("directory") && (texts("arguments") || text("command"));
}

}  // namespace

std::vector<std::string> shell_words(const std::string& command) {
  std::vector<std::string> words;
  std::string word;
  bool open = false;
  char quote = '\0';
  for (std::size_t at = 0; at < command.size(); ++at) {
    const char c = command[at];
    if (quote == '\'') {
      if (c == quote)
        quote = '\0';
      else
        word += c;
    } else if (c == '\\' && at + 1 < command.size()) {
      word += command[++at];
      open = true;
    } else if (quote == '"') {
      if (c == quote)
        quote = '\0';
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      open = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (open) words.push_back(word);
      word.clear();
      open = false;
    } else {
      word += c;
      open = true;
    }
  }
  if (open) words.push_back(word);
  return words;
}

CompileCommand compile_command(const fs::path& database, const fs::path& file) {
  const auto wanted = fs::weakly_canonical(file);
  for (const auto& entry : entries_of(database)) {
    if (!is_entry(entry)) continue;
    const fs::path directory = entry["directory"].get<std::string>();
    const fs::path source = directory / entry["file"].get<std::string>();
    if (fs::weakly_canonical(source) != wanted) continue;
    const auto words = entry.contains("arguments") ? entry["arguments"].get<std::vector<std::string>>()
                                                   : shell_words(entry.value("command", ""));
    CompileCommand found{directory, {}};
    for (std::size_t at = 1; at < words.size(); ++at) {
      const auto& word = words[at];
      if (takes_next(word)) {
        ++at;
      } else if (at == 1 && !word.starts_with('-')) {
        continue;  // the compiler itself, behind ccache
      } else if (!is_left_out(word) && word != entry["file"].get<std::string>() && fs::path(word) != source) {
        found.flags.push_back(word);
      }
    }
    return found;
  }
  throw Error(ExitCode::failed, display_path(file) + " is not in " + display_path(database),
              "build the project anew, or take compile_commands out of [models]");
}

}  // namespace migrate::model
