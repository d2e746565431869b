#include <algorithm>

#include "revision/markers.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace migrate::revision {
namespace {

constexpr std::size_t longest_id = 64;

Error error_at(int line, const std::filesystem::path& path, const std::string& what, std::string hint = {}) {
  return Error(ExitCode::failed, what, std::move(hint)).at({display_path(path), line, 0});
}

std::string id_problem(std::string_view id) {
  if (id.empty()) return "a revision id is empty";
  if (id.size() > longest_id) return "the revision id '" + std::string(id) + "' is longer than 64 characters";
  for (const std::string_view word : {"head", "heads", "base", "none", "current"})
    if (id == word)
      return "'" + std::string(id) + "' is not a revision id: the word has a meaning of its own";
  const bool good = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
  if (good && id.front() != '.' && id.back() != '.') return {};
  return "the revision id '" + std::string(id) +
         "' has characters other than letters, digits, _ and inner dots";
}

std::vector<std::string> words(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    const auto begin = list.find_first_not_of(" \t,");
    if (begin == std::string_view::npos) break;
    const auto end = std::min(list.find_first_of(" \t,", begin), list.size());
    out.emplace_back(list.substr(begin, end - begin));
    list.remove_prefix(end);
  }
  return out;
}

// `20240131_add_orders.sql` has the id 20240131, which is also what dbmate keeps in its table; `init.sql` the
// id init.
void name_from_file(Header& header) {
  const auto stem = header.path.stem().string();
  const auto digits = std::min(stem.find_first_not_of("0123456789"), stem.size());
  const bool numbered = digits > 0 && digits <= longest_id &&
                        (digits == stem.size() || stem[digits] == '_' || stem[digits] == '-');
  header.written = false;
  header.id = stem.substr(0, numbered ? digits : longest_id);
  if (!numbered)
    for (char& c : header.id)
      if (!id_problem(std::string_view(&c, 1)).empty()) c = '_';
  header.message =
      one_line(replace_all(numbered ? stem.substr(std::min(digits + 1, stem.size())) : stem, "_", " "));
}

class TopReader {
 public:
  TopReader(std::string_view text, const std::filesystem::path& path) : text_(text), path_(path) {
    top_.header.path = path;
  }

  Top read() {
    for (;;) {
      if (top_.end >= text_.size()) throw no_section();
      const auto end = std::min(text_.find('\n', top_.end), text_.size());
      const auto line = trim(text_.substr(top_.end, end - top_.end));
      if (line.starts_with("--")) {
        const auto marker = marker_of(line);
        if (marker && (marker->key == "up" || marker->key == "down")) break;
        if (marker)
          key(*marker);
        else
          comment(line);
      } else if (!line.empty()) {
        throw keys_.empty() && top_.comments.empty()
            ? no_section()
            : error_at(top_.end_line, path_, "this stands before the first section",
                       "write a line -- migrate:up above it");
      }
      top_.end = std::min(end + 1, text_.size());
      ++top_.end_line;
    }
    if (keys_.empty())
      name_from_file(top_.header);
    else
      finish();
    return std::move(top_);
  }

 private:
  Error no_section() const {
    if (keys_.empty())
      return error_at(1, path_, "no header: this is not a script of migrate",
                      "a script begins with -- migrate:revision ID and -- migrate:down_revision ID; its SQL "
                      "follows a line -- migrate:up");
    return error_at(top_.end_line, path_, "no section -- migrate:up follows the header");
  }

  void comment(std::string_view line) {
    auto text = line.substr(2);
    if (text.starts_with(' ')) text.remove_prefix(1);
    // The line that sets the comments apart from the keys is no comment itself.
    if (!(after_key_ && text.empty())) top_.comments.emplace_back(text);
    after_key_ = false;
  }

  void key(const Marker& marker) {
    after_key_ = true;
    auto& header = top_.header;
    const std::string name(marker.key);
    if (std::find(keys_.begin(), keys_.end(), name) != keys_.end())
      throw error_at(top_.end_line, path_, "migrate:" + name + " is given twice");
    if (name == "allow") {
      read_allow(marker.value, top_.allows_data_loss, top_.end_line, display_path(path_));
      return;
    }
    keys_.push_back(name);
    if (name == "revision")
      header.id = id(marker.value);
    else if (name == "down_revision") {
      header.down_revision_line = top_.end_line;
      if (marker.value != "none") header.down_revisions = ids(name, marker.value);
    } else if (name == "branch_labels")
      header.branch_labels = ids(name, marker.value);
    else if (name == "depends_on")
      header.depends_on = ids(name, marker.value);
    else if (name == "replaces")
      header.replaces = ids(name, marker.value);
    else if (name == "message")
      header.message = one_line(marker.value);  // as format_script() writes it
    else if (name == "created")
      header.created = marker.value;
    else
      unknown_marker(name, top_.end_line, display_path(path_));
  }

  std::string id(std::string_view text) const {
    const auto problem = id_problem(text);
    if (!problem.empty()) throw error_at(top_.end_line, path_, problem);
    return std::string(text);
  }

  std::vector<std::string> ids(const std::string& name, std::string_view list) const {
    auto out = words(list);
    if (out.empty()) throw error_at(top_.end_line, path_, "migrate:" + name + " has no value");
    for (auto one = out.begin(); one != out.end(); ++one) {
      id(*one);
      if (std::find(out.begin(), one, *one) != one)
        throw error_at(top_.end_line, path_, "migrate:" + name + " names " + *one + " twice");
    }
    return out;
  }

  void finish() const {
    const auto has = [&](const char* name) {
      return std::find(keys_.begin(), keys_.end(), name) != keys_.end();
    };
    if (!has("revision")) throw error_at(1, path_, "the header has no -- migrate:revision ID");
    if (!has("down_revision"))
      throw error_at(1, path_, "the header has no -- migrate:down_revision",
                     "it names the revision before this one, or says none");
  }

  std::string_view text_;
  const std::filesystem::path& path_;
  Top top_;
  std::vector<std::string> keys_;
  bool after_key_ = false;
};

}  // namespace

std::optional<Marker> marker_of(std::string_view comment) {
  const auto text = trim(comment.substr(2));
  constexpr std::string_view prefix = "migrate:";
  if (!text.starts_with(prefix)) return {};
  const auto end = std::min(text.find_first_of(" \t"), text.size());
  return Marker{text.substr(prefix.size(), end - prefix.size()), trim(text.substr(end))};
}

namespace {
const std::vector<std::string>& header_keys() {
  static const std::vector<std::string> keys{"revision", "down_revision", "branch_labels", "depends_on",
                                             "replaces", "message",       "created"};
  return keys;
}
}  // namespace

bool is_header_key(std::string_view key) {
  return std::find(header_keys().begin(), header_keys().end(), key) != header_keys().end();
}

void unknown_marker(std::string_view key, int line, const std::string& file) {
  auto known = header_keys();
  known.insert(known.end(), {"allow", "up", "down"});
  const auto near = nearest(key, known);
  throw Error(ExitCode::failed, "unknown line -- migrate:" + std::string(key),
              near.empty() ? "known are " + join(known, ", ") : "did you mean migrate:" + near + "?")
      .at({file, line, 0});
}

Top read_top(std::string_view text, const std::filesystem::path& path) {
  return TopReader(text, path).read();
}

Header parse_header(std::string_view text, const std::filesystem::path& path) {
  text = without_byte_order_mark(text);
  auto top = read_top(text, path);
  if (!is_utf8(text.substr(0, top.end))) throw error_at(1, path, "the header is not UTF-8");
  return std::move(top.header);
}

bool is_whole_header(std::string_view beginning) {
  beginning = without_byte_order_mark(beginning);
  while (true) {
    const auto end = beginning.find('\n');
    if (end == std::string_view::npos) return false;
    const auto line = trim(beginning.substr(0, end));
    beginning.remove_prefix(end + 1);
    if (line.empty()) continue;
    if (!line.starts_with("--")) return true;
    const auto marker = marker_of(line);
    if (marker && (marker->key == "up" || marker->key == "down")) return true;
  }
}

void check_revision_id(const std::string& id) {
  const auto problem = id_problem(id);
  if (!problem.empty()) throw Error(ExitCode::usage, problem);
}

}  // namespace migrate::revision
