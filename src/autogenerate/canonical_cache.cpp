#include "autogenerate/canonical_cache.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "catalog/checksum.hpp"
#include "catalog/json.hpp"
#include "util/error.hpp"
#include "util/files.hpp"

namespace migrate::autogenerate {
namespace {

void share_parts(catalog::Table& table, const catalog::Table& with) {
  const auto share = [](auto& list, const auto& other) {
    if (list == other) list = other;
  };
  share(table.columns, with.columns);
  share(table.constraints, with.constraints);
  share(table.indexes, with.indexes);
}

}  // namespace

KnownTables::KnownTables(const catalog::Database& database) : database_(database) {
  tables_.reserve(database.tables.size());
  for (const auto& table : database.tables) tables_.emplace(catalog::checksum(table), &table);
}

const catalog::Table* KnownTables::with_checksum(const std::string& checksum) const {
  const auto found = tables_.find(checksum);
  return found == tables_.end() ? nullptr : found->second;
}

// A line says how many tables there are, the next one has all but them. Then comes a line a table with its
// checksum and the size of its text, and then come the texts.
void write_canonical(const std::filesystem::path& file, const catalog::Database& database) {
  auto rest = database;
  rest.tables.clear();
  auto text = std::to_string(database.tables.size()) + "\n" + catalog::to_json(rest, -1);
  std::string tables;
  for (const auto& table : database.tables) {
    const auto one = catalog::to_json(table, -1);
    text += catalog::checksum(table) + " " + std::to_string(one.size()) + "\n";
    tables += one;
  }
  write_file(file, text + tables);
}

catalog::Database read_canonical(const std::filesystem::path& file, const KnownTables& known) {
  std::ifstream in(file, std::ios::binary);
  std::string line;
  const auto cut_off = [&] {
    return Error(ExitCode::failed, file.string() + " is cut off", "remove it: it is made again");
  };
  const auto next = [&]() -> const std::string& {
    if (!std::getline(in, line) || in.eof()) throw cut_off();
    return line;
  };
  const auto number = [](std::string_view text) {
    std::size_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
  };
  std::error_code none;
  const auto bytes = std::filesystem::file_size(file, none);
  const auto count = number(next());
  if (count > bytes) throw cut_off();
  auto out = catalog::from_json(next());
  out.tables.reserve(count);
  struct Text {
    std::size_t table, begin, size;
  };
  std::vector<Text> unlike;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view entry = next();
    const auto blank = std::min(entry.find(' '), entry.size() - 1);
    const auto size = number(entry.substr(blank + 1));
    const auto* there = known.with_checksum(std::string(entry.substr(0, blank)));
    if (!there) unlike.push_back({i, begin, size});
    out.tables.push_back(there ? *there : catalog::Table());
    begin += size;
  }
  const auto texts = static_cast<std::size_t>(in.tellg());
  if (bytes != texts + begin) throw cut_off();
  for (const auto& text : unlike) {
    line.resize(text.size);
    in.seekg(static_cast<std::streamoff>(texts + text.begin));
    in.read(line.data(), static_cast<std::streamsize>(text.size));
    auto& table = out.tables[text.table] = catalog::table_from_json(line);
    if (const auto* there = known.named(table.name)) share_parts(table, *there);
  }
  return out;
}

}  // namespace migrate::autogenerate
