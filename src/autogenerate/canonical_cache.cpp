#include "autogenerate/canonical_cache.hpp"

#include <charconv>
#include <fstream>
#include <string>

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

void write_canonical(const std::filesystem::path& file, const catalog::Database& database) {
  auto rest = database;
  rest.tables.clear();
  auto text = std::to_string(database.tables.size()) + "\n" + catalog::to_json(rest, -1);
  for (const auto& table : database.tables) text += catalog::to_json(table, -1);
  write_file(file, text);
}

catalog::Database read_canonical(const std::filesystem::path& file, const catalog::Database& like) {
  std::ifstream in(file, std::ios::binary);
  std::string line;
  const auto next = [&]() -> const std::string& {
    if (!std::getline(in, line) || in.eof())
      throw Error(ExitCode::failed, file.string() + " is cut off", "remove it: it is made again");
    return line;
  };
  std::size_t tables = 0;
  const auto& number = next();
  std::from_chars(number.data(), number.data() + number.size(), tables);
  auto out = catalog::from_json(next());
  out.tables.reserve(like.tables.size());
  for (std::size_t i = 0; i < tables; ++i) {
    auto table = catalog::table_from_json(next());
    if (const auto* there = like.table(table.name)) share_parts(table, *there);
    out.tables.push_back(std::move(table));
  }
  return out;
}

}  // namespace migrate::autogenerate
