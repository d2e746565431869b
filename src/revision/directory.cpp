#include "revision/directory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <random>

#include "util/files.hpp"
#include "util/text.hpp"

namespace migrate::revision {
namespace fs = std::filesystem;
namespace {

// A header is a few hundred bytes; of 10,000 scripts with data in them nothing more is read.
std::string read_beginning(const fs::path& path) {
  std::array<char, 4096> buffer{};
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    throw Error(ExitCode::failed, "cannot read " + display_path(path) + ": " + std::strerror(errno));
  std::size_t size = 0;
  for (bool more = true; more && size < buffer.size();) {
    const auto room = buffer.size() - size;
    const auto got = ::read(fd, buffer.data() + size, room);
    if (got < 0 && errno == EINTR) continue;
    more = got == static_cast<::ssize_t>(room);  // a file gives less only at its end
    if (got > 0) size += static_cast<std::size_t>(got);
  }
  ::close(fd);
  return std::string(buffer.data(), size);
}

Header read_header(const fs::path& path) {
  const auto beginning = read_beginning(path);
  return is_whole_header(beginning) ? parse_header(beginning, path) : parse_header(read_file(path), path);
}

std::vector<fs::path> scripts_in(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code failed;
  const auto status = fs::status(folder, failed);
  if (status.type() == fs::file_type::not_found) return out;
  if (failed || !fs::is_directory(status))
    throw Error(ExitCode::failed, "cannot read the folder " + display_path(folder) + ": " +
                                      (failed ? failed.message() : std::string(std::strerror(ENOTDIR))));
  fs::directory_iterator files(folder, failed);
  for (; !failed && files != fs::directory_iterator(); files.increment(failed)) {
    const auto name = files->path().filename().string();
    if (name.ends_with(".sql") && !name.starts_with('.') && !files->is_directory())
      out.push_back(files->path());
  }
  if (failed)
    throw Error(ExitCode::failed, "cannot read the folder " + display_path(folder) + ": " + failed.message());
  std::sort(out.begin(), out.end());
  return out;
}

// 2026-11-22T10:15:00Z to 20261122_101500; empty for another form.
std::string stamp_of(const std::string& created) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:ddZ";
  if (created.size() != form.size()) return {};
  std::string out;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = created[i] >= '0' && created[i] <= '9';
    if (form[i] == 'd' ? !digit : created[i] != form[i]) return {};
    if (digit) out += created[i];
    if (form[i] == 'T') out += '_';
  }
  return out;
}

}  // namespace

Directory::Directory(fs::path path) : path_(std::move(path)) {
  std::string previous;
  const Header* first_written = nullptr;
  const auto files = scripts_in(path_);
  headers_.reserve(files.size());
  for (const auto& file : files) {
    auto& header = headers_.emplace_back(read_header(file));
    if (header.written) {
      if (first_written == nullptr) first_written = &header;
      continue;
    }
    if (first_written != nullptr)
      throw Error(ExitCode::failed, "no header: the file begins with its first section",
                  "scripts without a header stand before all that have one, and " +
                      display_path(first_written->path) +
                      " has; write -- migrate:revision ID and -- migrate:down_revision ID at its top")
          .at({display_path(file), 1, 0});
    if (!previous.empty()) header.down_revisions = {previous};
    previous = header.id;
  }
}

Script Directory::load(const Header& header) const {
  auto script = parse_script(read_file(header.path), header.path);
  script.header = header;
  return script;
}

fs::path Directory::write(const Script& given, bool linear) {
  auto script = given;
  auto& header = script.header;
  check_revision_id(header.id);
  for (const auto& other : headers_)
    if (other.id == header.id)
      throw Error(ExitCode::usage,
                  "the revision id " + header.id + " is taken by " + display_path(other.path));
  if (header.created.empty()) header.created = utc_now();
  const auto stamp = stamp_of(header.created);
  if (stamp.empty())
    throw Error(ExitCode::failed,
                "the time of creation '" + header.created + "' is not of the form 2026-11-22T10:15:00Z");
  const auto words = slug(header.message);
  header.path = path_ / (stamp + "_" + header.id + (words.empty() ? "" : "_" + words) + ".sql");

  const auto text = format_script(script);
  const auto read_back = parse_script(text, header.path);
  for (const auto* sections : {&read_back.up, &read_back.down})
    for (const auto& section : *sections) statements(section, display_path(header.path));
  write_file(header.path, text);
  if (linear) write_file(head_file(), header.id + "\n");
  headers_.insert(std::upper_bound(headers_.begin(), headers_.end(), read_back.header,
                                   [](const Header& a, const Header& b) { return a.path < b.path; }),
                  read_back.header);
  return header.path;
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

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace migrate::revision
