#include "model/manifest.hpp"

#include <sys/stat.h>

#include <charconv>
#include <set>

#include "util/error.hpp"
#include "util/files.hpp"
#include "util/sha256.hpp"
#include "util/text.hpp"

namespace migrate::model {
namespace {

bool look(const std::string& path, std::uintmax_t& size, std::int64_t& changed) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return false;
  size = static_cast<std::uintmax_t>(status.st_size);
#if defined(__APPLE__)
  const auto& when = status.st_mtimespec;
#else
  const auto& when = status.st_mtim;
#endif
  changed = static_cast<std::int64_t>(when.tv_sec) * 1'000'000'000 + when.tv_nsec;
  return true;
}

template <class Number>
bool number(std::string_view text, Number& value) {
  return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
}

}  // namespace

Manifest Manifest::of(const std::vector<std::filesystem::path>& files) {
  Manifest manifest;
  std::set<std::string> seen;
  for (const auto& file : files) {
    Entry entry;
    entry.path = file.string();
    if (!seen.insert(entry.path).second || !look(entry.path, entry.size, entry.changed)) continue;
    entry.sha256 = sha256(read_file(file));
    manifest.entries_.push_back(std::move(entry));
  }
  return manifest;
}

Manifest Manifest::read(const std::filesystem::path& path) {
  Manifest manifest;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return manifest;
  const auto text = read_file(path);
  for (const auto line : lines(text)) {
    const auto parts = split(line, '\t');
    Entry entry;
    if (parts.size() != 4 || !number(parts[0], entry.size) || !number(parts[1], entry.changed)) return {};
    entry.sha256 = parts[2];
    entry.path = parts[3];
    manifest.entries_.push_back(std::move(entry));
  }
  return manifest;
}

bool Manifest::fresh() {
  for (auto& entry : entries_) {
    std::uintmax_t size = 0;
    std::int64_t changed = 0;
    if (!look(entry.path, size, changed) || size != entry.size) return false;
    if (changed == entry.changed) continue;
    if (sha256(read_file(entry.path)) != entry.sha256) return false;
    entry.changed = changed;
  }
  return !entries_.empty();
}

void Manifest::write(const std::filesystem::path& path) const {
  std::string text;
  for (const auto& entry : entries_)
    text += std::to_string(entry.size) + "\t" + std::to_string(entry.changed) + "\t" + entry.sha256 + "\t" +
            entry.path + "\n";
  write_file(path, text);
}

void Manifest::add(const Manifest& other) {
  std::set<std::string> seen;
  for (const auto& entry : entries_) seen.insert(entry.path);
  for (const auto& entry : other.entries_)
    if (seen.insert(entry.path).second) entries_.push_back(entry);
}

std::vector<std::string> rule_prerequisites(const std::string& rule) {
  std::vector<std::string> files;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) files.push_back(std::move(word));
    word.clear();
  };
  auto at = rule.find(": ");
  at = at == std::string::npos ? rule.size() : at + 2;
  for (; at < rule.size(); ++at) {
    const char c = rule[at], next = at + 1 < rule.size() ? rule[at + 1] : '\0';
    if (c == '\\' && (next == ' ' || next == '#' || next == '\\')) {
      word += next;
      ++at;
    } else if (c == '\\' && (next == '\n' || next == '\r')) {
      end_word();
    } else if (c == '$' && next == '$') {
      word += '$';
      ++at;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      end_word();
      if (c == '\n' && rule.find(':', at) != std::string::npos && (at == 0 || rule[at - 1] != '\\'))
        break;  // the next rule
    } else {
      word += c;
    }
  }
  end_word();
  return files;
}

}  // namespace migrate::model
