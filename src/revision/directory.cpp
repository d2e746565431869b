#include "revision/directory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <map>
#include <random>

#include "util/files.hpp"
#include "util/local_time.hpp"
#include "util/text.hpp"

namespace migrate::revision {
namespace fs = std::filesystem;
namespace {

struct Beginning {
  std::string text;
  bool whole = false;  // there is no more in the file
};

// A header is a few hundred bytes; of 10,000 scripts with data in them nothing more is read.
Beginning read_beginning(const fs::path& path) {
  std::array<char, 4096> buffer{};
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    throw Error(ExitCode::failed, "cannot read " + display_path(path) + ": " + std::strerror(errno));
  std::size_t size = 0;
  bool more = true;
  while (more && size < buffer.size()) {
    const auto room = buffer.size() - size;
    const auto got = ::read(fd, buffer.data() + size, room);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int reason = errno;
      ::close(fd);
      throw Error(ExitCode::failed, "cannot read " + display_path(path) + ": " + std::strerror(reason));
    }
    more = got == static_cast<::ssize_t>(room);  // a file gives less only at its end
    size += static_cast<std::size_t>(got);
  }
  ::close(fd);
  return {std::string(buffer.data(), size), !more};
}

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

void scripts_in(const fs::path& folder, bool recursive, std::vector<fs::path>& out) {
  std::error_code failed;
  const auto status = fs::status(folder, failed);
  if (status.type() == fs::file_type::not_found) return;
  if (failed || !fs::is_directory(status))
    throw Error(ExitCode::failed, "cannot read the folder " + display_path(folder) + ": " +
                                      (failed ? failed.message() : std::string(std::strerror(ENOTDIR))));
  fs::directory_iterator files(folder, failed);
  for (; !failed && files != fs::directory_iterator(); files.increment(failed)) {
    if (is_hidden(files->path())) continue;
    const bool is_folder = files->is_directory();
    // A link to a folder may lead back to where it stands.
    if (is_folder && recursive && !files->is_symlink()) scripts_in(files->path(), true, out);
    if (!is_folder && files->path().extension() == ".sql") out.push_back(files->path());
  }
  if (failed)
    throw Error(ExitCode::failed, "cannot read the folder " + display_path(folder) + ": " + failed.message());
}

Layout layout_of(fs::path path) {
  Layout out;
  out.folders.push_back(std::move(path));
  return out;
}

}  // namespace

Directory::Directory(fs::path path) : Directory(layout_of(std::move(path))) {}

std::vector<Directory::Found> Directory::find_scripts() {
  std::vector<Found> out;
  for (std::size_t i = 0; i < layout_.folders.size(); ++i) {
    std::vector<fs::path> files;
    scripts_in(layout_.folders[i], layout_.recursive, files);
    // Paths compare part by part, which takes longer than reading the files.
    std::sort(files.begin(), files.end(),
              [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
    for (auto& file : files) out.push_back({std::move(file), i});
  }
  if (layout_.folders.size() == 1 && !layout_.recursive) return out;
  // The same file may be reached by two ways.
  std::map<std::string, fs::path> seen;
  std::vector<Found> once;
  for (auto& found : out) {
    std::error_code ignored;
    auto real = fs::canonical(found.file, ignored).string();
    if (real.empty()) real = found.file.string();
    const auto [first, is_new] = seen.emplace(std::move(real), found.file);
    if (is_new)
      once.push_back(std::move(found));
    else
      warnings_.push_back(display_path(found.file) + " and " + display_path(first->second) +
                          " are the same file; it is read once");
  }
  return once;
}

Directory::Directory(Layout layout) : layout_(std::move(layout)) {
  std::string previous;
  std::optional<std::size_t> folder, first_written;
  const auto files = find_scripts();
  headers_.reserve(files.size());
  for (const auto& found : files) {
    if (folder != found.folder) {
      folder = found.folder;
      previous.clear();
      first_written.reset();
    }
    auto beginning = read_beginning(found.file);
    auto& header = headers_.emplace_back(parse_header(
        beginning.whole || is_whole_header(beginning.text) ? beginning.text : read_file(found.file),
        found.file));
    if (beginning.whole) texts_.emplace(header.id, std::move(beginning.text));
    if (header.written) {
      if (!first_written) first_written = headers_.size() - 1;
      continue;
    }
    if (first_written)
      throw Error(ExitCode::failed, "no header: the file begins with its first section",
                  "scripts without a header stand before all that have one, and " +
                      display_path(headers_[*first_written].path) +
                      " has; write -- migrate:revision ID and -- migrate:down_revision ID at its top")
          .at({display_path(found.file), 1, 0});
    if (!previous.empty()) header.down_revisions = {previous};
    previous = header.id;
  }
  if (layout_.folders.size() > 1 || layout_.recursive) sort_headers();
}

void Directory::sort_headers() {
  std::stable_sort(headers_.begin(), headers_.end(), [](const Header& a, const Header& b) {
    return std::pair(a.path.filename(), a.path) < std::pair(b.path.filename(), b.path);
  });
}

Script Directory::load(const Header& header) const {
  auto script = parse_script(text(header), header.path);
  script.header = header;
  return script;
}

std::string Directory::text(const Header& header) const {
  const auto found = texts_.find(header.id);
  return found == texts_.end() ? read_file(header.path) : found->second;
}

void Directory::add(const Header& header, std::string text) {
  headers_.push_back(header);
  texts_.emplace(header.id, std::move(text));
}

fs::path Directory::folder_of(const Header& header, const fs::path& wanted) const {
  const auto names = [&] {
    return join_with(layout_.folders, ", ", [](const fs::path& each) { return display_path(each); });
  };
  if (!wanted.empty()) {
    const auto whole = [](const fs::path& each) {
      const auto path = fs::absolute(each).lexically_normal();
      return path.has_filename() ? path : path.parent_path();  // cms/ is cms
    };
    const auto same = [&](const fs::path& each) { return whole(each) == whole(wanted); };
    const auto found = std::find_if(layout_.folders.begin(), layout_.folders.end(), same);
    if (found != layout_.folders.end()) return *found;
    throw Error(ExitCode::usage, display_path(wanted) + " is none of the folders with scripts: " + names(),
                "add it to migrations.directories");
  }
  if (layout_.folders.size() == 1) return layout_.folders.front();
  for (const auto& parent : header.down_revisions)
    for (const auto& other : headers_)
      if (other.id == parent)
        for (const auto& folder : layout_.folders) {
          const auto within = other.path.lexically_relative(folder);
          if (!within.empty() && *within.begin() != "..") return folder;
        }
  throw Error(ExitCode::usage, "there are several folders with scripts: " + names(),
              "say with --version-path which of them a script without a parent goes to");
}

Directory::Prepared Directory::prepare(const Script& given, const fs::path& folder) const {
  auto script = given;
  auto& header = script.header;
  check_revision_id(header.id);
  for (const auto& other : headers_)
    if (other.id == header.id)
      throw Error(ExitCode::usage,
                  "the revision id " + header.id + " is taken by " + display_path(other.path));
  if (header.created.empty()) header.created = format_time(std::time(nullptr), layout_.timezone);
  header.path = folder_of(header, folder) / file_name(layout_, header);
  std::error_code ignored;
  if (fs::exists(header.path, ignored))
    throw Error(ExitCode::usage, display_path(header.path) + " is there already",
                "migrations.file_name needs {rev}, so that no two names are the same");
  Prepared out;
  out.text = script_text(layout_, script);
  const auto read_back = parse_script(out.text, header.path);
  for (const auto* sections : {&read_back.up, &read_back.down})
    for (const auto& section : *sections) statements(section, display_path(header.path));
  out.header = read_back.header;
  return out;
}

fs::path Directory::write(const Script& script, const fs::path& folder) {
  auto prepared = prepare(script, folder);
  const auto path = prepared.header.path;
  write_file(path, prepared.text);
  set_head(prepared.header.id);
  headers_.push_back(std::move(prepared.header));
  sort_headers();
  return path;
}

void Directory::remove(const Header& header) {
  std::error_code failed;
  fs::remove(header.path, failed);
  if (failed)
    throw Error(ExitCode::failed, "cannot remove " + display_path(header.path) + ": " + failed.message());
  const auto id = header.id;  // `header` may be one of these
  headers_.erase(
      std::remove_if(headers_.begin(), headers_.end(), [&](const Header& each) { return each.id == id; }),
      headers_.end());
}

void Directory::set_head(const std::string& id) const {
  if (layout_.linear) write_file(head_file(), id + "\n");
}

std::optional<std::string> Directory::head_problem(const Graph& graph) const {
  std::error_code failed;
  if (!fs::exists(head_file(), failed)) return {};
  const auto file = display_path(head_file());
  const auto text = read_file(head_file());
  if (text.find("<<<<<<<") != std::string::npos)
    return file +
           " has a conflict of git in it: two revisions were made on one; settle their down_revision, then "
           "write the newest id into the file";
  const std::string named(trim(text));
  const auto heads = graph.effective_heads();
  if (heads.size() != 1 || heads.front() == named) return {};
  return file + " names " + named +
         (graph.contains(named) ? ", which is not the head" : ", which no script has") + "; the head is " +
         heads.front();
}

std::string new_revision_id() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device random;
  std::string out;
  for (auto bits = (std::uint64_t{random()} << 32) | random(); out.size() < 12; bits >>= 4)
    out += digits[bits & 0xF];
  return out;
}

}  // namespace migrate::revision
